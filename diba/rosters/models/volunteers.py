"""Volunteers at the gates: who may stand there, who was called and answered, their watches, and whether they came."""

from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.utils.translation import gettext_lazy as _
from simple_history.models import HistoricalRecords


class Skill(models.TextChoices):
    TEMPERATURE = "temperature", _("takes temperatures")
    DRIVING = "driving", _("drives")
    FIRST_AID = "first_aid", _("first aid")
    TIBETAN = "tibetan", _("speaks Tibetan")
    RECORDS = "records", _("keeps the log")


class Volunteer(models.Model):
    """Somebody who offered to stand at a gate. He stands only while training and insurance are valid."""

    person = models.OneToOneField("plant.Person", models.PROTECT, verbose_name=_("person"), related_name="volunteer")
    skills = models.JSONField(_("skills"), default=list, blank=True)
    trained_until = models.DateField(_("training valid until"), null=True, blank=True)
    insured_until = models.DateField(_("insured until"), null=True, blank=True)
    most_a_week = models.PositiveSmallIntegerField(
        _("most watches a week"), validators=[MinValueValidator(1), MaxValueValidator(7)], default=2
    )
    offered_at = models.DateTimeField(
        _("signed up at"), null=True
    )  # by himself, on the phone; None: entered by a planner
    left_at = models.DateTimeField(null=True)
    history = HistoricalRecords()

    class Meta:
        ordering = ["person_id"]

    def __str__(self):
        return str(self.person)

    def may_stand_on(self, day):
        """Say whether training and insurance are both valid on a day."""
        return bool(self.trained_until and self.insured_until and day <= min(self.trained_until, self.insured_until))


class CallUp(models.Model):
    """One call for volunteers: which gates, which days, until when to answer."""

    class State(models.TextChoices):
        OPEN = "open", _("waiting for answers")
        DRAFTED = "drafted", _("drafted")
        PUBLISHED = "published", _("published")
        DROPPED = "dropped", _("dropped")

    name = models.CharField(_("name"), max_length=80)
    pattern = models.ForeignKey("plant.WatchPattern", models.PROTECT, verbose_name=_("watch pattern"))
    first_day = models.DateField(_("first day"))
    days = models.PositiveSmallIntegerField(_("days"), validators=[MinValueValidator(1), MaxValueValidator(28)])
    skill = models.CharField(_("must be able to"), max_length=12, choices=Skill, blank=True, default="")
    units = models.ManyToManyField("plant.Unit", verbose_name=_("also asked to sign up"), related_name="+", blank=True)
    answer_by = models.DateTimeField(_("answer until"))
    state = models.CharField(_("state"), max_length=10, choices=State, default=State.OPEN)
    result = models.JSONField(default=dict)
    job = models.ForeignKey("plant.Job", models.SET_NULL, null=True, blank=True, related_name="+")
    by = models.ForeignKey("plant.Account", models.PROTECT, related_name="+", null=True)
    at = models.DateTimeField(_("asked at"))

    class Meta:
        ordering = ["-at", "-id"]

    def __str__(self):
        return self.name


class CallNeed(models.Model):
    """How many a call needs at one gate on one watch, each day."""

    call = models.ForeignKey(CallUp, models.PROTECT, related_name="needs")
    post = models.ForeignKey("plant.Post", models.PROTECT, related_name="+")
    watch = models.ForeignKey("plant.Watch", models.PROTECT, related_name="+")
    needed = models.PositiveSmallIntegerField()

    class Meta:
        ordering = ["post_id", "watch_id"]
        constraints = [models.UniqueConstraint(fields=["call", "post", "watch"], name="need_once_a_call")]

    def __str__(self):
        return f"{self.post_id} {self.watch_id} {self.needed}"


class Invitation(models.Model):
    """One person who was called."""

    call = models.ForeignKey(CallUp, models.PROTECT, related_name="invitations")
    person = models.ForeignKey("plant.Person", models.PROTECT, related_name="invitations")

    class Meta:
        ordering = ["call_id", "person_id"]
        constraints = [models.UniqueConstraint(fields=["call", "person"], name="invitation_once_a_call")]

    def __str__(self):
        return f"{self.call_id} {self.person_id}"


class Reply(models.Model):
    """An answer to a call. Append-only: the newest counts. days: the days offered, as ISO dates; empty with a yes: all."""

    invitation = models.ForeignKey(Invitation, models.PROTECT, related_name="replies")
    yes = models.BooleanField()
    days = models.JSONField(default=list)
    by = models.ForeignKey("plant.Account", models.PROTECT, related_name="+", null=True)
    at = models.DateTimeField()

    class Meta:
        ordering = ["at", "id"]

    def __str__(self):
        return f"{self.invitation_id} {self.yes}"


class GateDuty(models.Model):
    """One volunteer at one gate on one watch of one day."""

    call = models.ForeignKey(CallUp, models.CASCADE, related_name="duties")
    person = models.ForeignKey("plant.Person", models.PROTECT, related_name="gate_duties")
    day = models.DateField()
    watch = models.ForeignKey("plant.Watch", models.PROTECT, related_name="+")
    post = models.ForeignKey("plant.Post", models.PROTECT, related_name="+")
    reminded_at = models.DateTimeField(null=True)

    class Meta:
        ordering = ["day", "watch_id", "post_id", "person_id"]
        constraints = [models.UniqueConstraint(fields=["call", "person", "day"], name="gate_duty_one_a_person_day")]

    def __str__(self):
        return f"{self.day} {self.person_id}"


class GateSwap(models.Model):
    """One volunteer asks another to take a watch, or to exchange it for one of his. gave, got: the watches as they were
    when it was asked, in words, for a row may stand elsewhere afterwards.
    """

    class State(models.TextChoices):
        ASKED = "asked", _("waits for the other")
        DONE = "done", _("done")
        REFUSED = "refused", _("refused")
        WITHDRAWN = "withdrawn", _("withdrawn")

    duty = models.ForeignKey(GateDuty, models.PROTECT, related_name="swaps")
    back = models.ForeignKey(GateDuty, models.PROTECT, related_name="swaps_back", null=True)
    giver = models.ForeignKey("plant.Person", models.PROTECT, related_name="+")
    taker = models.ForeignKey("plant.Person", models.PROTECT, related_name="+")
    gave = models.CharField(max_length=200)
    got = models.CharField(max_length=200, blank=True)
    state = models.CharField(_("state"), max_length=10, choices=State, default=State.ASKED)
    asked_at = models.DateTimeField()
    settled_at = models.DateTimeField(null=True)

    class Meta:
        ordering = ["-asked_at", "-id"]
        constraints = [
            models.UniqueConstraint(fields=["duty"], condition=models.Q(state="asked"), name="gate_swap_one_open")
        ]

    def __str__(self):
        return f"{self.duty_id} {self.state}"


class Attendance(models.Model):
    """Whether a volunteer came and for how long. Append-only: the newest counts."""

    duty = models.ForeignKey(GateDuty, models.PROTECT, related_name="attendances")
    came = models.BooleanField()
    minutes = models.PositiveSmallIntegerField(validators=[MaxValueValidator(1440)], default=0)
    by = models.ForeignKey("plant.Account", models.PROTECT, related_name="+", null=True)
    at = models.DateTimeField()

    class Meta:
        ordering = ["at", "id"]

    def __str__(self):
        return f"{self.duty_id} {self.came}"
