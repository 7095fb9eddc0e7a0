"""Which places are disinfected when, with what, and every round that was done."""

import secrets

from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy
from simple_history.models import HistoricalRecords

from diba.plant.fields import SealedText


def token():
    """Return what the code at a place says: not to be guessed, so that a round is recorded where the code hangs."""
    return secrets.token_urlsafe(12)


class Agent(models.Model):
    """A disinfectant and the concentrations it works at, both ends included; the source is stated."""

    class Unit(models.TextChoices):
        MG_PER_L = "mg/L", "mg/L"
        PERCENT = "%", "%"

    name = models.CharField(pgettext_lazy("thing", "name"), max_length=60, unique=True)
    unit = models.CharField(pgettext_lazy("measure", "unit"), max_length=4, choices=Unit)
    lowest = models.PositiveIntegerField(_("lowest concentration"), validators=[MaxValueValidator(100_000)])
    highest = models.PositiveIntegerField(_("highest concentration"), validators=[MaxValueValidator(100_000)])
    minutes = models.PositiveSmallIntegerField(_("acts for at least, min"), default=0)
    source = models.CharField(_("source"), max_length=200)
    active = models.BooleanField(_("in use"), default=True)
    history = HistoricalRecords()

    class Meta:
        ordering = ["name"]
        constraints = [models.CheckConstraint(condition=Q(highest__gte=F("lowest")), name="agent_range")]

    def __str__(self):
        return f"{self.name} {self.lowest}–{self.highest} {self.unit}"


class DisinfectedPlace(models.Model):
    """A place that is disinfected; what hangs there as a QR code is its token."""

    code = models.CharField(_("code"), max_length=20, unique=True)
    name = models.CharField(pgettext_lazy("thing", "name"), max_length=60)
    token = models.CharField(max_length=32, unique=True, default=token, editable=False)
    agent = models.ForeignKey(Agent, models.PROTECT, verbose_name=_("usual agent"), related_name="+")
    times = models.JSONField(_("due times"))  # ["08:00", ...], the earliest first
    early = models.PositiveSmallIntegerField(_("may be done before its time, min"), default=60)
    grace = models.PositiveSmallIntegerField(
        _("late after, min"), default=60, validators=[MinValueValidator(0), MaxValueValidator(600)]
    )
    active = models.BooleanField(_("in use"), default=True)
    history = HistoricalRecords()

    class Meta:
        ordering = ["code"]

    def __str__(self):
        return self.name


class DisinfectionRound(models.Model):
    """That a round was done: by whom, when, with what. Written once."""

    uid = models.UUIDField(unique=True)
    place = models.ForeignKey(DisinfectedPlace, models.PROTECT, related_name="rounds")
    day = models.DateField(_("day"))
    due = models.TimeField(_("due by"))
    agent = models.ForeignKey(Agent, models.PROTECT, verbose_name=_("agent"), related_name="+")
    concentration = models.PositiveIntegerField(_("concentration"))
    note = SealedText(_("note"), blank=True, default="")
    by = models.ForeignKey("plant.Account", models.PROTECT, verbose_name=_("done by"), related_name="+")
    at = models.DateTimeField(_("done at"))

    class Meta:
        ordering = ["at", "id"]
        constraints = [models.UniqueConstraint(fields=["place", "day", "due"], name="disinfection_round_once")]
        indexes = [models.Index(fields=["day"])]

    def __str__(self):
        return f"{self.place_id} {self.day} {self.due}"
