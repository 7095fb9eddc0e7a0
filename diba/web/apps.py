from django.apps import AppConfig


class WebConfig(AppConfig):
    name = "diba.web"
    label = "web"
