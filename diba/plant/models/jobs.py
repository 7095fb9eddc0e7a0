"""Long work that can be watched, left, found again and cancelled; and the ticks that start work by the clock."""

import uuid

from django.db import models
from django.utils.translation import gettext_lazy as _


class Job(models.Model):
    """One piece of long work, beside the row of the task framework that carries it."""

    class State(models.TextChoices):
        WAITING = "waiting", _("waiting")
        RUNNING = "running", _("running")
        DONE = "done", _("done")
        FAILED = "failed", _("failed")
        CANCELLED = "cancelled", _("cancelled")

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    kind = models.CharField(_("kind"), max_length=40, db_index=True)
    about = models.CharField(_("about"), max_length=64, blank=True)  # "roster:12"
    state = models.CharField(_("state"), max_length=12, choices=State, default=State.WAITING)
    started_by = models.ForeignKey("plant.Account", models.PROTECT, related_name="+", null=True)
    asked_at = models.DateTimeField(_("asked at"))
    started_at = models.DateTimeField(_("started at"), null=True)
    heartbeat_at = models.DateTimeField(_("last sign of life"), null=True)
    ended_at = models.DateTimeField(_("ended at"), null=True)
    progress = models.JSONField(default=dict, blank=True)  # {"share": 0.4, "words": "...", ...figures of the work}
    cancel_wanted = models.BooleanField(_("cancel wanted"), default=False)
    error = models.CharField(_("error"), max_length=300, blank=True)
    attempts = models.PositiveSmallIntegerField(default=0)

    class Meta:
        ordering = ["-asked_at"]
        indexes = [models.Index(fields=["state", "heartbeat_at"])]

    def __str__(self):
        return f"{self.kind} {self.state}"

    def ahead(self):
        """Count the jobs that were asked for before this one and are not over."""
        unfinished = Job.objects.filter(state__in=[Job.State.WAITING, Job.State.RUNNING])
        return unfinished.filter(asked_at__lt=self.asked_at).count()

    @property
    def broke_off(self):
        """Say whether the work ended without its result: by a fault, with its worker, or stopped before it began."""
        return self.state in (self.State.FAILED, self.State.CANCELLED)


class Tick(models.Model):
    """When a schedule last ran; claimed by compare-and-set, so that two workers never run it twice."""

    name = models.CharField(max_length=60, unique=True)
    last_at = models.DateTimeField(null=True)
    seconds = models.FloatField(_("took, s"), default=0)
    error = models.CharField(max_length=300, blank=True)

    def __str__(self):
        return self.name
