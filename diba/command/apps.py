from django.apps import AppConfig


class CommandConfig(AppConfig):
    name = "diba.command"
    label = "command"
