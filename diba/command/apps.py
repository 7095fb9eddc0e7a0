from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class CommandConfig(AppConfig):
    name = "diba.command"
    label = "command"
    verbose_name = _("Command")

    def ready(self):
        from diba.plant.actions import desks
        from diba.plant.models import Role

        roles = frozenset({Role.DUTY_OFFICER, Role.PLANNER, Role.HEALTH_OFFICER, Role.DISPATCHER})
        desks.register(desks.Desk("board", _("Board"), "layout-dashboard", "command:board", roles))
