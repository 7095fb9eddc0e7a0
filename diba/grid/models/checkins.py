"""What a person reported for a day, and when the next report is expected."""

from decimal import Decimal

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from diba.plant.fields import SealedJson, SealedText

from .policies import Policy
from .profiles import PLACE_WORDS, PLAIN_WORDS, ProfileVersion


class Slot(models.TextChoices):
    MORNING = "morning", _("morning")
    EVENING = "evening", _("evening")


class Standing(models.Manager):
    """The reports that stand: one that a lead took back within minutes is kept, and counts nowhere."""

    def get_queryset(self):
        return super().get_queryset().filter(withdrawn_at=None)

    def of_day(self, day):
        """Return the reports of a day that nobody has corrected."""
        return self.of_days(day, day)

    def of_days(self, first, last):
        """Return the reports of these days (both included) that nobody has corrected.

        A correction is of the same day, and there are few: they are asked for once, not joined with every report there is.
        """
        of_days = {"day__gte": first, "day__lte": last}
        corrections = self.model.with_withdrawn.filter(corrects__isnull=False, **of_days)
        return self.filter(**of_days).exclude(pk__in=corrections.values("corrects"))


def _said(name, empty, read=None, write=None):
    """Return a property over one value of `said`: the empty one when it was not said or its key was destroyed."""

    def get(row):
        value = (row.said or {}).get(name)
        return empty if value is None else read(value) if read else value

    def put(row, value):
        row.said = {**(row.said or {}), name: write(value) if write and value is not None else value}

    return property(get, put)


class CheckIn(models.Model):
    """What one person reported (or had reported for him) for one day. Written once; a correction is a new row."""

    uid = models.UUIDField(unique=True)  # made by the phone: the same report is written once however often it arrives
    person = models.ForeignKey("plant.Person", models.PROTECT, verbose_name=_("person"), related_name="checkins")
    day = models.DateField(_("day"))
    slot = models.CharField(_("slot"), max_length=8, choices=Slot, default=Slot.MORNING)
    # What was said, sealed: °C, symptoms, notes, whereabouts, and why it was judged as it was; read by the names below.
    said = SealedJson(null=True)
    abnormal = models.BooleanField(_("abnormal"))
    policy = models.ForeignKey(Policy, models.PROTECT)
    # The version it was asked and judged by, and is read with for good; None: none was in force, PLAIN of the core.
    profile = models.ForeignKey(ProfileVersion, models.PROTECT, related_name="+", null=True)
    by = models.ForeignKey("plant.Account", models.PROTECT, verbose_name=_("reported by"), related_name="+", null=True)
    said_at = models.DateTimeField(_("said at"))  # the phone's clock
    at = models.DateTimeField(_("received at"))  # the server's
    corrects = models.OneToOneField(
        "self", models.PROTECT, verbose_name=_("corrects"), related_name="corrected_by", null=True
    )
    correction_reason = SealedText(_("reason of the correction"), blank=True, default="")
    # A lead's "well" under the wrong name, taken back within minutes: the row stays, the person is unknown again.
    withdrawn_at = models.DateTimeField(_("taken back at"), null=True)

    temperature = _said("temperature", None, Decimal, str)  # °C; None: not measured, or not to be known any more
    symptoms = _said("symptoms", [])  # codes of the disease profile
    symptom_note = _said("note", "")
    whereabouts = _said("whereabouts", "")
    reasons = _said("reasons", [])  # why it is abnormal, as codes and numbers
    place = _said("place", "")  # where the temperature was taken; empty: where the profile says it usually is

    with_withdrawn = models.Manager()
    objects = Standing()

    class Meta:
        default_manager_name = "objects"
        ordering = ["day", "id"]
        constraints = [
            models.UniqueConstraint(
                fields=["person", "day", "slot"],
                condition=Q(corrects=None, withdrawn_at=None),
                name="checkin_once_a_person_day_slot",
            )
        ]
        indexes = [
            # Who was heard of on a day is answered from the index alone.
            models.Index(fields=["day", "person"], condition=Q(withdrawn_at=None), name="checkin_standing_of_a_day"),
            models.Index(fields=["day", "abnormal"]),
            models.Index(fields=["withdrawn_at"], condition=Q(withdrawn_at__isnull=False), name="checkin_withdrawn"),
        ]

    def __str__(self):
        return f"{self.person_id} {self.day}"

    @property
    def symptom_words(self):
        """Return the symptoms in the words of the version they were reported under."""
        words = self.profile.words if self.profile_id else PLAIN_WORDS
        return [words.get(code, code) for code in self.symptoms]

    @property
    def place_words(self):
        """Return where the temperature was taken, in words; empty when nobody said."""
        return PLACE_WORDS.get(self.place, "")


class Expectation(models.Model):
    """The next check-in expected of a person: the row the sweep moves. One a person and slot.

    `alert_after` is when the present state ends by itself; people whose state cannot get worse carry none, so the sweep
    reads only those whose time has come (the shape of a missed ping).
    """

    class State(models.TextChoices):
        UP = "up", _("heard from")
        DUE = "due", _("due")
        LATE = "late", _("late")
        MISSING = "missing", _("missing")
        PAUSED = "paused", _("paused")

    person = models.ForeignKey("plant.Person", models.PROTECT, related_name="expectations")
    slot = models.CharField(max_length=8, choices=Slot, default=Slot.MORNING)
    day = models.DateField(_("day"))  # the day the state speaks of
    state = models.CharField(_("state"), max_length=8, choices=State, default=State.DUE)
    alert_after = models.DateTimeField(null=True)
    missing_days = models.PositiveSmallIntegerField(default=0)  # whole days in a row without a word

    class Meta:
        constraints = [models.UniqueConstraint(fields=["person", "slot"], name="expectation_once")]
        indexes = [
            models.Index(fields=["alert_after"], condition=Q(alert_after__isnull=False), name="expectation_next"),
            models.Index(fields=["state"]),
        ]

    def __str__(self):
        return f"{self.person_id} {self.state}"


class Flip(models.Model):
    """One change of an expectation's state. Append-only; what must follow (a call, a task) hangs on it, once."""

    expectation = models.ForeignKey(Expectation, models.PROTECT, related_name="flips")
    day = models.DateField()
    old = models.CharField(max_length=8)
    new = models.CharField(max_length=8)
    at = models.DateTimeField()
    caught_up = models.BooleanField(default=False)  # found after the server was down: told once, in a digest
    answered_at = models.DateTimeField(null=True)

    class Meta:
        ordering = ["id"]
        indexes = [models.Index(fields=["answered_at"], condition=Q(answered_at=None), name="flip_unanswered")]

    def __str__(self):
        return f"{self.old} → {self.new}"
