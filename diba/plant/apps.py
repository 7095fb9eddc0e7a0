from datetime import timedelta

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _
from simple_history.signals import pre_create_historical_record


class PlantConfig(AppConfig):
    name = "diba.plant"
    label = "plant"
    verbose_name = _("Plant register")

    def ready(self):
        from .actions import deeds, desks, exposures, hooks, jobs, purging, record
        from .actions.purging.ground import of_the_ground
        from .models import Role
        from .tables import TABLES

        roles = frozenset({Role.PLANNER, Role.DUTY_OFFICER, Role.HEALTH_OFFICER, Role.ADMINISTRATOR, Role.AUDITOR})
        desks.register(desks.Desk("register", _("Register"), "address-book", "plant:register", roles))
        pre_create_historical_record.connect(_at_our_clock, dispatch_uid="diba.plant.history")
        deeds.name(objects={table.name: table.title for table in TABLES.values()})
        hooks.on(hooks.PURGE, of_the_ground)
        jobs.kind("purge", purging.purge_job)
        hooks.on(hooks.EXPOSURES, exposures.of_the_register)
        jobs.every(timedelta(seconds=2), "worker.alive", lambda: None)
        jobs.every(timedelta(seconds=5), "record.seal", record.seal)
        jobs.every(timedelta(seconds=20), "jobs.reap", jobs.reap)


def _at_our_clock(sender, history_instance, **kwargs):
    """Date the kept history by the one clock, which a drill may set."""
    from .actions.clock import now

    history_instance.history_date = now()
