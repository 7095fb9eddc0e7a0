"""Visitors and vehicles that are expected at the gates."""

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from diba.plant.fields import SealedText


class Visit(models.Model):
    """One visitor's visit: whom to, why, from when until when. The host says yes or no, once."""

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

    class Meta:
        ordering = ["begins_at", "id"]
        indexes = [models.Index(fields=["ends_at"])]
        constraints = [models.CheckConstraint(condition=Q(ends_at__gt=F("begins_at")), name="visit_ends_after_start")]

    def __str__(self):
        return self.name


class Vehicle(models.Model):
    """A vehicle that is let in, from when until when."""

    plate = models.CharField(_("plate"), max_length=12)
    owner = models.CharField(_("whose"), max_length=100, blank=True)
    driver = models.CharField(_("driver"), max_length=60, blank=True)
    begins_at = models.DateTimeField(_("from"))
    ends_at = models.DateTimeField(_("until"))
    by = models.ForeignKey("plant.Account", models.PROTECT, related_name="+", null=True)
    at = models.DateTimeField(_("entered at"))

    class Meta:
        ordering = ["plate", "id"]
        indexes = [models.Index(fields=["ends_at"]), models.Index(fields=["plate"])]
        constraints = [models.CheckConstraint(condition=Q(ends_at__gt=F("begins_at")), name="vehicle_ends_after_start")]

    def __str__(self):
        return self.plate
