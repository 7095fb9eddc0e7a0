"""Visitors and vehicles that are expected at the gates."""

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from diba.plant.fields import SealedText


class Visit(models.Model):
    """One visitor's visit: whom to, why, from when until when. The host says yes or no, once.

    uid, gate, arrived_at: of one who stood at a gate unannounced; told_at: when its guard had the host's answer.
    """

    class State(models.TextChoices):
        ASKED = "asked", _("waits for the host")
        APPROVED = "approved", _("approved")
        REFUSED = "refused", _("refused")

    name = models.CharField(_("visitor"), max_length=60)
    phone = models.CharField(_("phone"), max_length=32, blank=True)
    employer = models.CharField(_("employer"), max_length=100, blank=True)
    host = models.ForeignKey("plant.Person", models.PROTECT, verbose_name=_("host"), related_name="visits")
    purpose = models.CharField(_("purpose"), max_length=200)
    begins_at = models.DateTimeField(_("from"))
    ends_at = models.DateTimeField(_("until"))
    declared = SealedText(_("declaration"), blank=True, default="")  # where he was, how he is, in his words
    has_declared = models.BooleanField(_("has declared"), default=False)
    state = models.CharField(_("state"), max_length=8, choices=State, default=State.ASKED)
    decided_at = models.DateTimeField(null=True)
    decided_by = models.ForeignKey("plant.Account", models.PROTECT, related_name="+", null=True)
    by = models.ForeignKey("plant.Account", models.PROTECT, related_name="+", null=True)
    at = models.DateTimeField(_("entered at"))
    uid = models.UUIDField(unique=True, null=True)
    gate = models.ForeignKey("gates.Gate", models.PROTECT, verbose_name=_("gate"), related_name="walk_ins", null=True)
    arrived_at = models.DateTimeField(_("arrived at"), null=True, db_index=True)
    told_at = models.DateTimeField(_("the gate was told at"), null=True)
    called_off_at = models.DateTimeField(_("called off at"), null=True)  # he comes no more, whatever was said before

    class Meta:
        ordering = ["begins_at", "id"]
        indexes = [models.Index(fields=["ends_at"])]
        constraints = [models.CheckConstraint(condition=Q(ends_at__gt=F("begins_at")), name="visit_ends_after_start")]

    def __str__(self):
        return self.name

    def state_at(self, moment):
        """Return what stood of it at a moment, in whole seconds, as the rules at the gates call it; "withdrawn" once it was called off."""
        off, decided = (each and each.replace(microsecond=0) for each in (self.called_off_at, self.decided_at))
        if off and off <= moment:
            return "withdrawn"
        return self.State.ASKED if decided and decided > moment else self.state

    @property
    def seconds_to_verdict(self):
        """Return how long he stood at the gate until its guard had the answer, s; None: not told yet, or announced."""
        return self.arrived_at and self.told_at and max(0, round((self.told_at - self.arrived_at).total_seconds()))


class Vehicle(models.Model):
    """A vehicle that is let in, from when until when."""

    plate = models.CharField(_("plate"), max_length=12)
    owner = models.CharField(_("whose"), max_length=100, blank=True)
    driver = models.CharField(_("driver"), max_length=60, blank=True)
    begins_at = models.DateTimeField(_("from"))
    ends_at = models.DateTimeField(_("until"))
    by = models.ForeignKey("plant.Account", models.PROTECT, related_name="+", null=True)
    at = models.DateTimeField(_("entered at"))
    called_off_at = models.DateTimeField(_("called off at"), null=True)

    class Meta:
        ordering = ["plate", "id"]
        indexes = [models.Index(fields=["ends_at"]), models.Index(fields=["plate"])]
        constraints = [models.CheckConstraint(condition=Q(ends_at__gt=F("begins_at")), name="vehicle_ends_after_start")]

    def __str__(self):
        return self.plate

    @property
    def let_in_until(self):
        """Return until when it is let in: to its end, or until it was called off."""
        return min(filter(None, [self.ends_at, self.called_off_at]))
