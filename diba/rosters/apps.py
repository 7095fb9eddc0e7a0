from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class RostersConfig(AppConfig):
    name = "diba.rosters"
    label = "rosters"
    verbose_name = _("Rosters")

    def ready(self):
        from diba.plant.actions import deeds, desks, hooks, jobs
        from diba.plant.models import Role

        from .actions.asking import draft_job
        from .actions.warning import warn_planner

        roles = frozenset({Role.PLANNER, Role.DUTY_OFFICER})
        desks.register(desks.Desk("rosters", _("Rosters"), "calendar-time", "rosters:manning", roles))
        jobs.kind("roster.draft", draft_job)
        hooks.on(hooks.ABSENCE_CHANGED, warn_planner)
        deeds.name(
            {
                "split.made": _("made a division into teams"), "split.adopted": _("put teams into force"),
                "roster.asked": _("asked for a roster"), "roster.dropped": _("dropped a roster"),
                "roster.exported": _("exported a roster"), "roster.published": _("published a roster"),
                "repair.kept": _("kept a repair as a draft"),
                "manning.exported": _("exported the manning board"),
            },
            {"roster": _("roster"), "split": _("division into teams")},
            {"told": _("told"), "days": _("days"), "changes": _("changes"), "R": _("reserve")},
        )  # fmt: skip
