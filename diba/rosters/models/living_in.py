"""Living in (驻厂封闭): rooms and beds, turns of the teams, stays, and what must be done before somebody may enter."""

from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _
from simple_history.models import HistoricalRecords

from .planning import TeamName


class Room(models.Model):
    """A room inside the plant where people sleep while they are shut in."""

    building = models.CharField(_("building"), max_length=60)
    code = models.CharField(_("room"), max_length=32, unique=True)
    beds = models.PositiveSmallIntegerField(_("beds"), validators=[MinValueValidator(1), MaxValueValidator(60)])
    team = models.CharField(_("kept for"), max_length=1, choices=TeamName, blank=True)
    in_use = models.BooleanField(_("in use"), default=True)
    history = HistoricalRecords()

    class Meta:
        ordering = ["building", "code"]

    def __str__(self):
        return self.code


class Turn(models.Model):
    """One team's time inside, with the rules that were agreed for it."""

    name = models.CharField(_("name"), max_length=60)
    team = models.CharField(_("team"), max_length=1, choices=TeamName, blank=True)
    enters_on = models.DateField(_("goes in on"))
    leaves_on = models.DateField(_("comes out on"))
    longest = models.PositiveSmallIntegerField(
        _("longest stay, days"), validators=[MinValueValidator(1), MaxValueValidator(120)], default=14
    )
    isolation_days = models.PositiveSmallIntegerField(
        _("isolation before entry, days"), validators=[MaxValueValidator(60)], default=14
    )
    test_days = models.PositiveSmallIntegerField(
        _("a test counts for, days"), validators=[MinValueValidator(1), MaxValueValidator(30)], default=3
    )
    by = models.ForeignKey("plant.Account", models.PROTECT, related_name="+", null=True)
    at = models.DateTimeField(_("entered at"))

    class Meta:
        ordering = ["enters_on", "id"]
        constraints = [models.CheckConstraint(condition=Q(leaves_on__gt=F("enters_on")), name="turn_ends_after_start")]

    def __str__(self):
        return self.name


class Diet(models.TextChoices):
    ORDINARY = "", _("ordinary")
    HALAL = "halal", _("halal")
    VEGETARIAN = "vegetarian", _("vegetarian")


class Stay(models.Model):
    """One person's place in a turn: bed, planned days, and when he really went in and came out."""

    turn = models.ForeignKey(Turn, models.PROTECT, related_name="stays")
    person = models.ForeignKey("plant.Person", models.PROTECT, verbose_name=_("person"), related_name="stays")
    room = models.ForeignKey(Room, models.PROTECT, verbose_name=_("room"), related_name="stays", null=True, blank=True)
    bed = models.PositiveSmallIntegerField(_("bed"), null=True, blank=True)
    diet = models.CharField(_("meals"), max_length=12, choices=Diet, blank=True)
    enters_on = models.DateField(_("goes in on"))
    leaves_on = models.DateField(_("comes out on"))
    entered_at = models.DateTimeField(_("went in at"), null=True)
    left_at = models.DateTimeField(_("came out at"), null=True)
    cancelled_at = models.DateTimeField(null=True)
    by = models.ForeignKey("plant.Account", models.PROTECT, related_name="+", null=True)

    class Meta:
        ordering = ["turn_id", "room_id", "bed", "person_id"]
        constraints = [
            models.UniqueConstraint(fields=["turn", "person"], condition=Q(cancelled_at=None), name="stay_once_a_turn")
        ]
        indexes = [models.Index(fields=["entered_at", "left_at"])]

    def __str__(self):
        return f"{self.person_id} {self.enters_on}"


class Isolation(models.Model):
    """Days apart before entry. One that was broken off early does not count; the next is a new row."""

    person = models.ForeignKey("plant.Person", models.PROTECT, verbose_name=_("person"), related_name="isolations")
    first_day = models.DateField(_("first day"))
    last_day = models.DateField(_("last day"))
    place = models.CharField(_("place"), max_length=60, blank=True)
    broken_on = models.DateField(_("broken off on"), null=True)
    by = models.ForeignKey("plant.Account", models.PROTECT, related_name="+", null=True)
    at = models.DateTimeField(_("entered at"))

    class Meta:
        ordering = ["-first_day", "-id"]
        constraints = [
            models.CheckConstraint(condition=Q(last_day__gte=F("first_day")), name="isolation_ends_after_start")
        ]

    def __str__(self):
        return f"{self.person_id} {self.first_day}"


class Sample(models.Model):
    """A sample that was taken for a test before entry."""

    person = models.ForeignKey("plant.Person", models.PROTECT, verbose_name=_("person"), related_name="samples")
    taken_at = models.DateTimeField(_("sample taken at"))
    by = models.ForeignKey("plant.Account", models.PROTECT, related_name="+", null=True)
    at = models.DateTimeField(_("entered at"))

    class Meta:
        ordering = ["-taken_at", "-id"]

    def __str__(self):
        return f"{self.person_id} {self.taken_at:%Y-%m-%d}"


class Finding(models.Model):
    """What the laboratory says of a sample. Append-only: the newest counts. Health data."""

    class Result(models.TextChoices):
        NEGATIVE = "negative", _("negative")
        POSITIVE = "positive", _("positive")
        UNCLEAR = "unclear", _("unclear: take another")

    sample = models.ForeignKey(Sample, models.PROTECT, related_name="findings")
    result = models.CharField(_("result"), max_length=10, choices=Result)
    by = models.ForeignKey("plant.Account", models.PROTECT, related_name="+", null=True)
    at = models.DateTimeField(_("entered at"))

    class Meta:
        ordering = ["-at", "-id"]

    def __str__(self):
        return f"{self.sample_id}"
