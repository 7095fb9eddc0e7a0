from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class RostersConfig(AppConfig):
    name = "diba.rosters"
    label = "rosters"
    verbose_name = _("Rosters")

    def ready(self):
        from diba.plant.actions import desks, hooks, jobs
        from diba.plant.models import Role

        from .actions.asking import draft_job
        from .actions.warning import warn_planner

        roles = frozenset({Role.PLANNER, Role.DUTY_OFFICER})
        desks.register(desks.Desk("rosters", _("Rosters"), "calendar-time", "rosters:manning", roles))
        jobs.kind("roster.draft", draft_job)
        hooks.on(hooks.ABSENCE_CHANGED, warn_planner)
