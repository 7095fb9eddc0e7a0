"""Samples that were taken, the laboratory's files, and what they say of whom."""

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from diba.plant.fields import SealedJson, SealedText

from .screening import Round, Target


class SampleKind(models.TextChoices):
    THROAT = "throat", _("throat swab")
    NOSE = "nose", _("nasopharyngeal swab")
    BLOOD = "blood", _("blood")
    ANTIGEN = "antigen", _("antigen test")


class Sample(models.Model):
    """One tube: of whom, when taken. Of a mixed tube each member has a row of his own, with the same code."""

    tube = models.CharField(_("tube code"), max_length=40)
    round = models.ForeignKey(Round, models.PROTECT, related_name="samples")
    target = models.ForeignKey(Target, models.PROTECT, related_name="samples")
    kind = models.CharField(_("kind"), max_length=8, choices=SampleKind, default=SampleKind.THROAT)
    pooled = models.BooleanField(_("mixed tube"), default=False)
    taken_at = models.DateTimeField(_("taken at"))
    taken_by = models.CharField(_("taken by"), max_length=40, blank=True)  # who held the swab; may have no account
    by = models.ForeignKey("plant.Account", models.PROTECT, related_name="+", null=True)
    at = models.DateTimeField(_("entered at"))
    withdrawn_at = models.DateTimeField(_("taken back at"), null=True)
    withdrawn_by = models.ForeignKey("plant.Account", models.PROTECT, related_name="+", null=True)

    class Meta:
        ordering = ["-id"]
        constraints = [
            models.UniqueConstraint(
                fields=["tube"], condition=Q(withdrawn_at=None, pooled=False), name="sample_tube_once"
            ),
            models.UniqueConstraint(
                fields=["tube", "target"], condition=Q(withdrawn_at=None, pooled=True), name="sample_once_a_mixed_tube"
            ),
        ]

    def __str__(self):
        return self.tube


class LabFile(models.Model):
    """One workbook of a laboratory: read, written, or taken back."""

    class State(models.TextChoices):
        DRY_RUN = "dry_run", _("dry run")
        CONFIRMED = "confirmed", _("written")
        UNDONE = "undone", _("taken back")
        DROPPED = "dropped", _("dropped")

    round = models.ForeignKey(Round, models.PROTECT, related_name="lab_files")
    typed = models.BooleanField(default=False)  # no workbook: the results of a round that were typed in one by one
    file_name = models.CharField(_("file"), max_length=200)
    sha256 = models.CharField(max_length=64)
    state = models.CharField(_("state"), max_length=10, choices=State, default=State.DRY_RUN)
    content = SealedText(blank=True, default="")  # base64 of the file, while it waits for a word
    counts = models.JSONField(default=dict, blank=True)
    by = models.ForeignKey("plant.Account", models.PROTECT, related_name="+", null=True)
    at = models.DateTimeField(_("read at"))
    confirmed_at = models.DateTimeField(_("confirmed at"), null=True)
    undone_at = models.DateTimeField(_("taken back at"), null=True)

    class Meta:
        ordering = ["-at", "-id"]
        constraints = [
            models.UniqueConstraint(fields=["round"], condition=Q(typed=True), name="typed_results_once_a_round")
        ]

    def __str__(self):
        return self.file_name


class LabResult(models.Model):
    """One row of a laboratory's workbook, kept whatever it says: matched, in the queue, assigned by hand, or discarded.

    What is said of a mixed tube is a row for each of its members: negative of all, anything else "unclear, to be tested again".

    `line` is the row as it stood and `outcome` what it says: both are sealed, so they are read, never searched.
    """

    class State(models.TextChoices):
        MATCHED = "matched", _("matched")
        QUEUED = "queued", _("to be resolved")
        ASSIGNED = "assigned", _("assigned by hand")
        REPEATED = "repeated", _("said before")
        DISCARDED = "discarded", _("discarded")
        CORRECTED = "corrected", _("corrected by another row")

    KEPT = (State.MATCHED, State.ASSIGNED)

    file = models.ForeignKey(LabFile, models.PROTECT, related_name="results")
    sheet = models.CharField(_("sheet"), max_length=100)
    row = models.PositiveIntegerField(_("row"))
    state = models.CharField(_("state"), max_length=9, choices=State)
    problem = models.CharField(max_length=20, blank=True)  # why it was queued; kept when it is resolved
    column = models.CharField(_("column"), max_length=100, blank=True)  # heading of the cell it lies in
    target = models.ForeignKey(Target, models.PROTECT, related_name="results", null=True)
    sample = models.ForeignKey(Sample, models.PROTECT, related_name="results", null=True)
    outcome = SealedText(_("result"), blank=True, default="")  # a code of Outcome
    usable = models.BooleanField(default=False)  # it says something of the person: the sample could be tested
    tested_on = models.DateField(_("tested on"), null=True)
    line = SealedJson(_("the row"), null=True)
    resolved_by = models.ForeignKey("plant.Account", models.PROTECT, related_name="+", null=True)
    resolved_at = models.DateTimeField(_("resolved at"), null=True)
    resolution = SealedText(_("reason"), blank=True, default="")

    class Meta:
        ordering = ["id"]
        indexes = [
            models.Index(fields=["state", "file"]),
            models.Index(fields=["target"], condition=Q(usable=False), name="lab_result_unusable"),
        ]
        constraints = [
            models.UniqueConstraint(fields=["file", "sheet", "row", "target"], name="lab_row_once_a_target"),
            models.UniqueConstraint(
                fields=["file", "sheet", "row"], condition=Q(target=None), name="lab_row_of_nobody_once"
            ),
        ]

    def __str__(self):
        return f"{self.sheet} {self.row}"

    @classmethod
    def standing(cls):
        """Return the results that count: of files that are confirmed, matched to somebody and neither corrected nor taken back."""
        return cls.objects.filter(state__in=cls.KEPT, file__state=LabFile.State.CONFIRMED)


class TypedResult(models.Model):
    """A result typed by one and typed again by another before it counts; then it is a LabResult. A correction names the old one."""

    sample = models.ForeignKey(Sample, models.PROTECT, related_name="typed")
    outcome = SealedText(_("result"))  # a code of Finding
    tested_on = models.DateField(_("tested on"))
    corrects = models.ForeignKey(LabResult, models.PROTECT, related_name="+", null=True)
    reason = SealedText(_("reason"), blank=True, default="")
    by = models.ForeignKey("plant.Account", models.PROTECT, verbose_name=_("typed by"), related_name="+", null=True)
    at = models.DateTimeField(_("typed at"))
    ended_at = models.DateTimeField(_("decided at"), null=True)
    ended_by = models.ForeignKey("plant.Account", models.PROTECT, related_name="+", null=True)
    result = models.OneToOneField(LabResult, models.PROTECT, related_name="typed", null=True)  # none: taken back

    class Meta:
        ordering = ["id"]
        constraints = [
            models.UniqueConstraint(fields=["sample"], condition=Q(ended_at=None), name="typed_result_once_open")
        ]

    def __str__(self):
        return f"{self.sample_id} {self.at}"


class Finding(models.TextChoices):
    NEGATIVE = "negative", _("negative")
    POSITIVE = "positive", _("positive")
    UNCLEAR = "unclear", _("unclear, to be tested again")
    FAILED = "failed", _("the sample could not be tested")
