from django.urls import path

from . import views

app_name = "grid"
urlpatterns = [
    path("checkin/", views.checkin, name="checkin"),
    path("checkin/<int:pk>/correct/", views.correct, name="correct"),
    path("cell/", views.cell, name="cell"),
    path("people/<int:pk>/", views.person, name="person"),
    path("people/<int:pk>/contact/", views.contact, name="contact"),
    path("contacts/<int:pk>/undo/", views.undo_contact, name="undo_contact"),
    path("cell/without/", views.without_cell, name="without_cell"),
    path("cell/<int:pk>/sign/", views.sign, name="sign"),
    path("reports/<int:pk>/call-back/", views.call_back, name="call_back"),
    path("tree/", views.tree, name="tree"),
    path("zero/", views.zero, name="zero"),
    path("zero/days/", views.zero_days, name="zero_days"),
    path("rules/", views.rules, name="rules"),
    path("isolation/", views.isolations, name="isolations"),
    path("isolation/new/", views.isolation_new, name="isolation_new"),
    path("isolation/<int:pk>/", views.isolation, name="isolation"),
    path("returns/", views.returns, name="returns"),
    path("returns/new/", views.return_new, name="return_new"),
    path("returns/<int:pk>/", views.return_one, name="return"),
    path("risk-areas/", views.risk_areas, name="risk_areas"),
    path("rounds/", views.rounds, name="rounds"),
    path("rounds/at/<slug:token>/", views.round_at, name="round_at"),
    path("rounds/codes/", views.round_codes, name="round_codes"),
    path("rounds/places/", views.round_places, name="round_places"),
    path("supplies/", views.supplies, name="supplies"),
]
