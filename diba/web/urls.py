"""Every address, by name of the app that answers it."""

from django.urls import include, path

urlpatterns = [
    path("accounts/", include("allauth.urls")),
    path("i18n/", include("django.conf.urls.i18n")),
    path("grid/", include("diba.grid.urls")),
    path("gates/api/v1/", include("diba.gates.machine_urls")),
    path("gates/", include("diba.gates.urls")),
    path("rosters/", include("diba.rosters.urls")),
    path("board/", include("diba.command.urls")),
    path("", include("diba.plant.urls")),
]
