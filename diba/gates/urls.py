from django.urls import path

from .views import api, devices, evacuation, expected, ledger, office, paper, pictures, post, roll

app_name = "gates"
urlpatterns = [
    path("", office.plan, name="plan"),
    path("gaps/explain/", office.gap_explain, name="gap_explain"),
    path("places/", office.places, name="places"),
    path("devices/", devices.devices, name="devices"),
    path("devices/<int:pk>/revoke/", devices.device_revoke, name="device_revoke"),
    path("devices/file/", devices.device_file, name="device_file"),
    path("passes/", office.passes, name="passes"),
    path("passes/<int:pk>/revoke/", office.pass_revoke, name="pass_revoke"),
    path("pass/", office.my_pass, name="my_pass"),
    path("inside/", roll.inside, name="inside"),
    path("evacuation/", evacuation.evacuation, name="evacuation"),
    path("evacuation/<int:pk>/end/", evacuation.evacuation_end, name="evacuation_end"),
    path("ledger/", ledger.ledger, name="ledger"),
    path("pictures/", pictures.pictures, name="pictures"),
    path("paper/", paper.sheets, name="paper"),
    path("paper/print/", paper.sheets_print, name="paper_print"),
    path("paper/sheet/<slug:name>/", paper.sheet, name="paper_sheet"),
    path("paper/row/<int:pk>/join/", paper.row_join, name="paper_join"),
    path("items/", ledger.items, name="items"),
    path("items/<int:pk>/close/", ledger.item_close, name="item_close"),
    path("expected/", expected.expected, name="expected"),
    path("guests/", expected.guests, name="guests"),
    path("guests/<int:pk>/", expected.guest_answer, name="guest_answer"),
    path("post/", post.shell, name="post"),
    path("post/sw.js", post.service_worker, name="post_worker"),
    path("post/manifest.webmanifest", post.manifest, name="post_manifest"),
    path("api/enrol", api.enrol, name="api_enrol"),
    path("api/bundle", api.bundle, name="api_bundle"),
    path("api/crossings", api.crossings, name="api_crossings"),
    path("api/ping", api.ping, name="api_ping"),
    path("api/handover", api.handover, name="api_handover"),
    path("api/walkin", api.walk_in, name="api_walkin"),
]
