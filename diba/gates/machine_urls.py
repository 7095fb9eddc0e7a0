"""The addresses of the machines' API, beside those of the pages: its document names them without the pages' namespace."""

from django.urls import path

from .views.machines import api

urlpatterns = [path("", api.urls)]
