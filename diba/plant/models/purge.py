"""The destruction of a response's personal data: who asked for it, who agreed, what is gone, and the counts that are kept."""

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _


class Purge(models.Model):
    """One destruction. tables: a row a table, [label, how, rows, rows kept], as it was found, then as it was done.

    exceptions: [label, reason] of the tables that are kept; done: the labels that are through, so that what was broken off
    goes on where it stopped.
    """

    class State(models.TextChoices):
        PROPOSED = "proposed", _("waits for a second person")
        WITHDRAWN = "withdrawn", _("withdrawn")
        RUNNING = "running", _("under way")
        DONE = "done", _("done")

    response = models.ForeignKey("plant.Response", models.PROTECT, related_name="purges")
    state = models.CharField(_("state"), max_length=10, choices=State, default=State.PROPOSED)
    tables = models.JSONField(default=list)
    exceptions = models.JSONField(default=list, blank=True)
    done = models.JSONField(default=list, blank=True)
    by = models.ForeignKey("plant.Account", models.PROTECT, verbose_name=_("proposed by"), related_name="+")
    at = models.DateTimeField(_("proposed at"))
    approved_by = models.ForeignKey("plant.Account", models.PROTECT, related_name="+", null=True)
    approved_at = models.DateTimeField(_("approved at"), null=True)
    job = models.ForeignKey("plant.Job", models.SET_NULL, null=True, related_name="+")
    finished_at = models.DateTimeField(_("finished at"), null=True)
    digest = models.CharField(max_length=64, blank=True)  # SHA-256 of what the certificate says

    class Meta:
        ordering = ["-id"]
        constraints = [
            models.UniqueConstraint(fields=["response"], condition=~Q(state="withdrawn"), name="purge_one_a_response")
        ]

    def __str__(self):
        return f"{self.response_id} {self.state}"


class KeptCount(models.Model):
    """How many of a purged table there were on a day in a department with an outcome; of nobody in particular."""

    response = models.ForeignKey("plant.Response", models.PROTECT, related_name="kept_counts")
    subject = models.CharField(_("subject"), max_length=60)  # the table's label
    day = models.DateField(_("day"), null=True)
    unit = models.ForeignKey("plant.Unit", models.PROTECT, related_name="+", null=True)  # none: the plant
    outcome = models.CharField(_("outcome"), max_length=40, blank=True)
    count = models.PositiveIntegerField(_("how many"))

    class Meta:
        ordering = ["subject", "day", "unit_id", "outcome"]
        indexes = [models.Index(fields=["response", "subject", "day"])]

    def __str__(self):
        return f"{self.subject} {self.day} {self.count}"
