"""Screening campaigns: what is asked, of whom, in which rounds, and what they answered."""

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from diba.plant.fields import SealedJson, SealedText


class Questionnaire(models.Model):
    """One version of a questionnaire. It may be changed until a campaign with it has begun; then a change is a new version."""

    class State(models.TextChoices):
        DRAFT = "draft", _("draft")
        IN_USE = "in_use", _("in use")
        RETIRED = "retired", _("retired")

    title = models.CharField(_("title"), max_length=100)
    version = models.PositiveSmallIntegerField(_("version"), default=1)
    follows = models.OneToOneField("self", models.PROTECT, related_name="followed_by", null=True)
    items = models.JSONField(default=list)  # core.questions: the form of an item
    source = models.CharField(
        _("made from"), max_length=200, blank=True
    )  # the XLSForm's file name; empty: made on a page
    frozen_at = models.DateTimeField(_("frozen at"), null=True)
    retired_at = models.DateTimeField(_("retired at"), null=True)
    retired_by = models.ForeignKey("plant.Account", models.PROTECT, related_name="+", null=True)
    by = models.ForeignKey("plant.Account", models.PROTECT, related_name="+", null=True)
    at = models.DateTimeField(_("made at"))

    class Meta:
        ordering = ["-at", "-id"]

    def __str__(self):
        return self.title


class QuestionnaireStep(models.Model):
    """One change of a draft with the items as they were from then on: what undo goes back by and redo forward."""

    class Verb(models.TextChoices):
        BEGUN = "begun", _("begun")
        ADDED = "added", _("question added")
        CHANGED = "changed", _("question changed")
        MOVED = "moved", _("moved")
        DOUBLED = "doubled", _("doubled")
        REMOVED = "removed", _("taken out")
        RENAMED = "renamed", _("title changed")

    questionnaire = models.ForeignKey(Questionnaire, models.PROTECT, related_name="steps")
    verb = models.CharField(_("what"), max_length=8, choices=Verb)
    about = models.CharField(_("question"), max_length=300, blank=True)
    title = models.CharField(_("title"), max_length=100)
    items = models.JSONField(default=list)
    by = models.ForeignKey("plant.Account", models.PROTECT, related_name="+", null=True)
    at = models.DateTimeField(_("at"))
    undone = models.BooleanField(default=False)

    class Meta:
        ordering = ["id"]

    def __str__(self):
        return f"{self.questionnaire_id} {self.verb}"


class Campaign(models.Model):
    """One screening: a questionnaire, samples or both, asked of an audience that is frozen when it begins."""

    class State(models.TextChoices):
        DRAFT = "draft", _("draft")
        RUNNING = "running", _("running")
        CLOSED = "closed", _("closed")

    response = models.ForeignKey("plant.Response", models.PROTECT, related_name="+")
    title = models.CharField(_("title"), max_length=100)
    questionnaire = models.ForeignKey(Questionnaire, models.PROTECT, related_name="campaigns", null=True, blank=True)
    samples = models.BooleanField(_("samples are taken"), default=False)
    kinds = models.JSONField(default=list)  # codes of PersonKind
    units = models.JSONField(default=list, blank=True)  # ids of units; empty: the whole plant
    state = models.CharField(_("state"), max_length=8, choices=State, default=State.DRAFT)
    by = models.ForeignKey("plant.Account", models.PROTECT, related_name="+", null=True)
    at = models.DateTimeField(_("made at"))
    started_at = models.DateTimeField(_("begun at"), null=True)
    closed_at = models.DateTimeField(_("closed at"), null=True)
    closed_by = models.ForeignKey("plant.Account", models.PROTECT, related_name="+", null=True)

    class Meta:
        ordering = ["-at", "-id"]

    def __str__(self):
        return self.title


class Round(models.Model):
    """One time that the audience is asked."""

    campaign = models.ForeignKey(Campaign, models.PROTECT, related_name="rounds")
    number = models.PositiveSmallIntegerField(_("round"))
    opens_on = models.DateField(_("asked from"))

    class Meta:
        ordering = ["campaign_id", "number"]
        constraints = [models.UniqueConstraint(fields=["campaign", "number"], name="round_once")]

    def __str__(self):
        return f"{self.campaign_id}.{self.number}"


class Target(models.Model):
    """That a person belongs to a campaign's audience, with where he stood when it began."""

    campaign = models.ForeignKey(Campaign, models.PROTECT, related_name="targets")
    person = models.ForeignKey("plant.Person", models.PROTECT, related_name="+")
    unit = models.ForeignKey("plant.Unit", models.PROTECT, related_name="+", null=True)
    cell = models.ForeignKey("plant.Unit", models.PROTECT, related_name="+", null=True)

    class Meta:
        ordering = ["id"]
        constraints = [models.UniqueConstraint(fields=["campaign", "person"], name="target_once_a_campaign")]

    def __str__(self):
        return f"{self.campaign_id} {self.person_id}"


class ExclusionReason(models.TextChoices):
    """Why somebody of the audience need not be asked. A closed list: "could not be reached" is no reason."""

    LEFT = "left", _("left the plant or the town")
    HOSPITAL = "hospital", _("in hospital, asked there")
    ISOLATED = "isolated", _("isolated, followed up there")
    MEDICAL = "medical", _("medical reason")
    REFUSED = "refused", _("refused, with a reason on record")
    DOUBLE = "double", _("the same person twice")


class Exclusion(models.Model):
    """That a person is taken out of a campaign's denominator. Counts from the moment somebody else approves it."""

    target = models.ForeignKey(Target, models.PROTECT, related_name="exclusions")
    reason = models.CharField(_("reason"), max_length=10, choices=ExclusionReason)
    note = SealedText(_("note"), blank=True, default="")
    by = models.ForeignKey("plant.Account", models.PROTECT, verbose_name=_("proposed by"), related_name="+", null=True)
    at = models.DateTimeField(_("proposed at"))
    approved_by = models.ForeignKey(
        "plant.Account", models.PROTECT, verbose_name=_("approved by"), related_name="+", null=True
    )
    approved_at = models.DateTimeField(_("approved at"), null=True)
    lifted_at = models.DateTimeField(_("refused or taken back at"), null=True)
    lifted_by = models.ForeignKey("plant.Account", models.PROTECT, related_name="+", null=True)

    class Meta:
        ordering = ["id"]
        constraints = [
            models.UniqueConstraint(fields=["target"], condition=Q(lifted_at=None), name="exclusion_once_a_target")
        ]

    def __str__(self):
        return f"{self.target_id} {self.reason}"


class Answer(models.Model):
    """What one person answered (or had answered for him) in one round. Written once; a correction is a new row."""

    uid = models.UUIDField(unique=True)  # made by the page: the same answer is written once however often it arrives
    round = models.ForeignKey(Round, models.PROTECT, related_name="answers")
    target = models.ForeignKey(Target, models.PROTECT, related_name="answers")
    values = SealedJson(_("answers"))
    by = models.ForeignKey("plant.Account", models.PROTECT, verbose_name=_("answered by"), related_name="+", null=True)
    at = models.DateTimeField(_("received at"))
    corrects = models.OneToOneField("self", models.PROTECT, related_name="corrected_by", null=True)
    correction_reason = SealedText(_("reason of the correction"), blank=True, default="")

    class Meta:
        ordering = ["id"]
        constraints = [
            models.UniqueConstraint(
                fields=["round", "target"], condition=Q(corrects=None), name="answer_once_a_person_round"
            )
        ]

    def __str__(self):
        return f"{self.round_id} {self.target_id}"
