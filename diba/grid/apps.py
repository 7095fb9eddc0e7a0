from django.apps import AppConfig


class GridConfig(AppConfig):
    name = "diba.grid"
    label = "grid"
