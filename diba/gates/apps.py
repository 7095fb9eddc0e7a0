from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class GatesConfig(AppConfig):
    name = "diba.gates"
    label = "gates"
    verbose_name = _("Gates")

    def ready(self):
        from datetime import timedelta

        from diba.plant.actions import deeds, desks, hooks, jobs
        from diba.plant.models import Role

        from .actions.gaps import tell_of_gaps
        from .actions.held import on_hold
        from .actions.ledger import open_count
        from .actions.meeting import gate_exposures
        from .actions.presence import forget_people
        from .actions.purged import of_the_gates
        from .actions.unmanned import tell_of_unmanned
        from .actions.walk_ins import lapse
        from .register_words import CODES, OBJECTS, VERBS

        roles = frozenset({Role.GUARD, Role.DUTY_OFFICER, Role.HEALTH_OFFICER, Role.ADMINISTRATOR})
        desks.register(desks.Desk("gates", _("Gates"), "door-enter", "gates:plan", roles, open_count))
        hooks.on(hooks.PURGE, of_the_gates)
        hooks.on(hooks.EXPOSURES, gate_exposures)
        hooks.on(hooks.TAKEN_BACK, forget_people)
        hooks.on(hooks.HOLD_CHANGED, on_hold)
        jobs.every(timedelta(minutes=5), "gates.gaps", tell_of_gaps)
        jobs.every(timedelta(minutes=5), "gates.unmanned", tell_of_unmanned)
        jobs.every(timedelta(minutes=5), "gates.walk_ins", lapse)
        deeds.name(VERBS, OBJECTS, CODES)
