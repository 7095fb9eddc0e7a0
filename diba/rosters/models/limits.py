"""The limits of work as dated data with their sources, and the waivers that let a named person exceed one."""

from django.core.validators import MaxValueValidator
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _


class Rule(models.TextChoices):
    """What a limit is about. The first eight are limits of work; the others are how the plant deals with wishes and swaps."""

    REST = "rest_hours", _("least rest between watches, h")
    RUN = "longest_run", _("most days in a row")
    NIGHTS = "most_nights_in_row", _("most nights in a row")
    WEEK = "week_hours", _("most hours a week")
    MONTH = "month_hours", _("most hours a month")
    OVERTIME = "overtime_hours", _("most overtime a month, h")
    DAY = "day_hours", _("longest watch, h")
    INSIDE = "days_inside", _("most days living in")
    WISH_MONTH = "wish_month", _("points for wishes a month")
    WISH_YEAR = "wish_year", _("points for wishes a year")
    WISH_DAYS = "wish_days", _("wishes close so many days before the day")
    SWAP_AUTOMATIC = "swap_automatic", _("swaps that keep every rule need no planner (1: yes, 0: no)")
    SWAP_HOURS = "swap_hours", _("swaps are asked at least so many hours before")


class Limit(models.Model):
    """One limit from a day on. Of those begun, the newest for the level counts, else the newest for all levels.

    A limit is never changed: a new row takes its place. Without a value the rule sets no limit from that day on.
    """

    class Kind(models.TextChoices):
        LAW = "law", _("law")
        PLANT = "plant", _("plant rule")
        CUSTOM = "custom", _("common practice")

    rule = models.CharField(_("rule"), max_length=20, choices=Rule)
    value = models.PositiveIntegerField(_("value"), null=True, blank=True, validators=[MaxValueValidator(9999)])
    kind = models.CharField(_("kind"), max_length=8, choices=Kind)
    source = models.CharField(_("source"), max_length=200)
    # A source that nobody of this plant has read yet is configuration, and says so.
    verified = models.BooleanField(_("the source was read"), default=False)
    level = models.PositiveSmallIntegerField(_("response level"), null=True, blank=True)
    hard = models.BooleanField(_("may not be exceeded without a waiver"), default=True)
    starts_on = models.DateField(_("from"))
    by = models.ForeignKey("plant.Account", models.PROTECT, related_name="+", null=True)
    at = models.DateTimeField(_("entered at"))

    class Meta:
        ordering = ["rule", "-starts_on", "-id"]
        indexes = [models.Index(fields=["rule", "starts_on"])]

    def __str__(self):
        return f"{self.get_rule_display()}: {self.value if self.value is not None else '—'}"


class Waiver(models.Model):
    """That a limit may be exceeded up to a value, from a day until a day, signed by name by the person or the duty officer.

    Without a person it is the duty officer's, for everybody.
    """

    person = models.ForeignKey(
        "plant.Person", models.PROTECT, verbose_name=_("person"), related_name="waivers", null=True, blank=True
    )
    rule = models.CharField(_("rule"), max_length=20, choices=Rule)
    value = models.PositiveIntegerField(_("up to"), validators=[MaxValueValidator(9999)])
    reason = models.CharField(_("reason"), max_length=200)
    first_day = models.DateField(_("from"))
    last_day = models.DateField(_("until"))
    signed_by = models.ForeignKey("plant.Account", models.PROTECT, verbose_name=_("signed by"), related_name="+")
    signed_name = models.CharField(_("signature"), max_length=60)
    signed_at = models.DateTimeField(_("signed at"))
    ended_by = models.ForeignKey("plant.Account", models.PROTECT, related_name="+", null=True, blank=True)
    ended_at = models.DateTimeField(_("taken back at"), null=True, blank=True)

    class Meta:
        ordering = ["-signed_at", "-id"]
        indexes = [models.Index(fields=["person", "rule", "last_day"])]
        constraints = [
            models.CheckConstraint(condition=Q(last_day__gte=models.F("first_day")), name="waiver_ends_after_start")
        ]

    def __str__(self):
        return f"{self.person_id} {self.rule} {self.value}"
