"""Questions apart from the plan: what if these were gone, and which losses does a roster survive. Nothing here is a duty."""

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _


class WhatIf(models.Model):
    """A saved supposition and what it would come to: people gone, another level; never a part of the roster."""

    name = models.CharField(_("name"), max_length=80)
    # [{"person": id, "first": "2020-02-14", "last": "2020-02-20" or None}]
    gone = models.JSONField(default=list)
    level = models.PositiveSmallIntegerField(_("response level"), null=True, blank=True)
    level_from = models.DateField(_("from"), null=True, blank=True)
    result = models.JSONField(default=dict)  # the best repair: changes, holes, rules eased; with the roster it is for
    job = models.ForeignKey("plant.Job", models.SET_NULL, null=True, blank=True, related_name="+")
    asked_by = models.ForeignKey("plant.Account", models.PROTECT, related_name="+", null=True)
    asked_at = models.DateTimeField(_("asked at"))
    # What caused it, such as "case:12": one proposal in force a cause. Obsolete: the cause is gone.
    source = models.CharField(max_length=60, blank=True, default="")
    obsolete_at = models.DateTimeField(_("obsolete since"), null=True)

    class Meta:
        ordering = ["-asked_at", "-id"]
        constraints = [
            models.UniqueConstraint(
                fields=["source"], condition=Q(obsolete_at=None) & ~Q(source=""), name="what_if_once_a_source"
            )
        ]

    def __str__(self):
        return self.name


class Sweep(models.Model):
    """One run of N-1 over a roster, with everything needed to run it again: seed, versions, a digest of what it saw."""

    class State(models.TextChoices):
        ASKED = "asked", _("asked")
        DONE = "done", _("done")
        STOPPED = "stopped", _("stopped early")
        FAILED = "failed", _("failed")

    roster = models.ForeignKey("rosters.Roster", models.PROTECT, related_name="sweeps")
    state = models.CharField(_("state"), max_length=8, choices=State, default=State.ASKED)
    kinds = models.JSONField(default=list)
    days = models.PositiveSmallIntegerField(_("days away"))
    k = models.PositiveSmallIntegerField(_("people at random"), default=2)
    draws = models.PositiveSmallIntegerField(_("draws"), default=20)
    seed = models.PositiveIntegerField(default=1)
    seconds = models.PositiveSmallIntegerField(_("search, s"), default=60)
    digest = models.CharField(max_length=64, blank=True)
    versions = models.JSONField(default=dict)
    first_day = models.DateField(null=True)  # the losses begin here
    last_day = models.DateField(null=True)  # the roster's last
    took = models.FloatField(_("took, s"), default=0)
    outcomes = models.JSONField(default=list)
    # What was asked and what was found, whole, so that anybody can confirm it without the sweep: the core's own texts.
    problem = models.TextField(blank=True)
    plan = models.TextField(blank=True)
    certificate = models.TextField(blank=True)
    job = models.ForeignKey("plant.Job", models.SET_NULL, null=True, blank=True, related_name="+")
    asked_by = models.ForeignKey("plant.Account", models.PROTECT, related_name="+", null=True)
    asked_at = models.DateTimeField(_("asked at"))

    class Meta:
        ordering = ["-asked_at", "-id"]

    def __str__(self):
        return f"{self.roster_id} {self.asked_at:%Y-%m-%d %H:%M}"

    @property
    def broke_off(self):
        """Say whether the sweep ended without a finding; see Roster.broke_off."""
        return self.state == self.State.ASKED and self.job is not None and self.job.broke_off
