"""Who came back from elsewhere, how risky that place is, and when he may return to his post."""

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _
from simple_history.models import HistoricalRecords

from diba.plant.fields import SealedText

from .isolation import IsolationKind, IsolationOrder


class RiskLevel(models.TextChoices):
    LOW = "low", _("low risk")
    MEDIUM = "medium", _("medium risk")
    HIGH = "high", _("high risk")


class RiskArea(models.Model):
    """That a place is risky from a day on; ends_on is the last day, empty while it goes on."""

    area = models.CharField(_("area"), max_length=80)
    level = models.CharField(_("risk level"), max_length=8, choices=RiskLevel)
    starts_on = models.DateField(_("from"))
    ends_on = models.DateField(_("until"), null=True, blank=True)
    source = models.CharField(_("source"), max_length=200)
    by = models.ForeignKey("plant.Account", models.PROTECT, related_name="+", null=True)
    at = models.DateTimeField(_("entered at"))
    history = HistoricalRecords()

    class Meta:
        ordering = ["-starts_on", "area"]
        constraints = [
            models.CheckConstraint(
                condition=Q(ends_on=None) | Q(ends_on__gte=F("starts_on")), name="risk_area_ends_after_start"
            ),
            models.UniqueConstraint(fields=["area", "starts_on"], name="risk_area_once_a_day"),
        ]

    def __str__(self):
        return self.area


class ReturnRule(models.Model):
    """What is asked of somebody back from a place of a level, from a day on; the newest that has begun counts."""

    starts_on = models.DateField(_("in force from"))
    level = models.CharField(_("risk level"), max_length=8, choices=RiskLevel)
    days = models.PositiveSmallIntegerField(_("isolation, days"))
    kind = models.CharField(_("kind"), max_length=12, choices=IsolationKind, default=IsolationKind.HOME)
    tests = models.PositiveSmallIntegerField(_("negative tests asked for"), default=0)
    source = models.CharField(_("source"), max_length=200)

    class Meta:
        ordering = ["starts_on", "level"]
        constraints = [models.UniqueConstraint(fields=["starts_on", "level"], name="return_rule_once_a_day")]

    def __str__(self):
        return f"{self.level} {self.starts_on}"


class Return(models.Model):
    """That a person came back from elsewhere. What was found of it stands in its changes; the newest holds."""

    class Means(models.TextChoices):
        TRAIN = "train", _("train")
        PLANE = "plane", _("plane")
        COACH = "coach", _("coach")
        CAR = "car", _("own car")
        OTHER = "other", _("otherwise")

    class Declared(models.TextChoices):
        HIMSELF = "self", _("by himself")
        LEAD = "lead", _("by the cell lead")
        GATE = "gate", _("at the gate")
        OFFICER = "officer", _("by an officer")

    uid = models.UUIDField(unique=True)
    response = models.ForeignKey("plant.Response", models.PROTECT, related_name="+")
    person = models.ForeignKey("plant.Person", models.PROTECT, verbose_name=_("person"), related_name="returns")
    origin = SealedText(_("where from"))
    arrived_on = models.DateField(_("arrived on"))
    means = models.CharField(_("means of travel"), max_length=8, choices=Means)
    vehicle = SealedText(_("train, flight or plate number"), blank=True, default="")
    note = SealedText(_("note"), blank=True, default="")
    declared = models.CharField(_("declared"), max_length=8, choices=Declared)
    order = models.ForeignKey(IsolationOrder, models.PROTECT, related_name="returns", null=True)
    by = models.ForeignKey("plant.Account", models.PROTECT, related_name="+", null=True)
    at = models.DateTimeField(_("entered at"))
    cleared_at = models.DateTimeField(_("cleared at"), null=True)
    cleared_by = models.ForeignKey("plant.Account", models.PROTECT, related_name="+", null=True)

    class Meta:
        ordering = ["arrived_on", "id"]
        constraints = [
            models.UniqueConstraint(
                fields=["person", "response"], condition=Q(cleared_at=None), name="return_one_open_a_person"
            )
        ]
        indexes = [models.Index(fields=["cleared_at", "person"])]

    def __str__(self):
        return f"{self.person_id} {self.arrived_on}"


class ReturnChange(models.Model):
    """What is held of a return from a moment on: its level by the list, or by an officer with his reason. Written once."""

    class What(models.TextChoices):
        DECLARED = "declared", _("declared")
        JUDGED = "judged", _("risk level judged")
        CLEARED = "cleared", _("cleared")

    ret = models.ForeignKey(Return, models.PROTECT, related_name="changes")
    what = models.CharField(_("change"), max_length=10, choices=What)
    level = models.CharField(_("risk level"), max_length=8, choices=RiskLevel, blank=True)  # empty: not on the list
    area = SealedText(_("by the list"), blank=True, default="")
    rule = models.ForeignKey(ReturnRule, models.PROTECT, related_name="+", null=True)
    reason = SealedText(_("reason"), blank=True, default="")
    by = models.ForeignKey("plant.Account", models.PROTECT, related_name="+", null=True)
    at = models.DateTimeField(_("at"))

    class Meta:
        ordering = ["id"]

    def __str__(self):
        return f"{self.ret_id} {self.what}"
