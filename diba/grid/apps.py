from datetime import timedelta

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class GridConfig(AppConfig):
    name = "diba.grid"
    label = "grid"
    verbose_name = _("Red grid")

    def ready(self):
        from diba.plant.actions import desks, hooks, jobs
        from diba.plant.models import Role

        from . import actions

        roles = frozenset({Role.CELL_LEAD, Role.HEALTH_OFFICER, Role.DUTY_OFFICER})
        desks.register(desks.Desk("grid", _("Grid"), "users-group", "grid:cell", roles))
        hooks.on(hooks.ABSENCE_CHANGED, actions.pause_for_absence)
        jobs.every(timedelta(seconds=30), "grid.sweep", _sweep)


def _sweep():
    from . import actions

    actions.expect_everybody()
    actions.sweep()
    actions.unanswered_flips()
