from django.apps import AppConfig


class RostersConfig(AppConfig):
    name = "diba.rosters"
    label = "rosters"
