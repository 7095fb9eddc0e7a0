"""Every address, by name of the app that answers it."""

from django.urls import include, path

urlpatterns = [
    path("accounts/", include("allauth.urls")),
    path("", include("diba.plant.urls")),
    path("grid/", include("diba.grid.urls")),
    path("rosters/", include("diba.rosters.urls")),
    path("", include("diba.command.urls")),
]
