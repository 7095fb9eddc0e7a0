"""What was brought in from the office's workbooks, and how to take it back."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from ..fields import EncryptedField


class Import(models.Model):
    """One workbook that was read: waiting for a word, confirmed, or taken back."""

    class State(models.TextChoices):
        DRY_RUN = "dry_run", _("dry run")
        CONFIRMED = "confirmed", _("written")
        UNDONE = "undone", _("taken back")
        DROPPED = "dropped", _("dropped")

    file_name = models.CharField(_("file"), max_length=200)
    sha256 = models.CharField(max_length=64)
    state = models.CharField(_("state"), max_length=12, choices=State, default=State.DRY_RUN)
    by = models.ForeignKey("plant.Account", models.PROTECT, related_name="+", null=True)
    at = models.DateTimeField(_("read at"))
    confirmed_at = models.DateTimeField(_("confirmed at"), null=True)
    undone_at = models.DateTimeField(_("taken back at"), null=True)
    counts = models.JSONField(default=dict, blank=True)  # {"added": 3, "changed": 1, "unchanged": 400, "refused": 2}
    plan = EncryptedField(blank=True, default="")  # JSON: what the dry run found; personal data, hence encrypted
    undo = EncryptedField(blank=True, default="")  # JSON: what stood there before

    class Meta:
        ordering = ["-at", "-id"]

    def __str__(self):
        return self.file_name


class ColumnMapping(models.Model):
    """What a planner once said an unknown column means; remembered for the next workbook."""

    sheet = models.CharField(_("kind of sheet"), max_length=20)
    header = models.CharField(_("column heading"), max_length=100)
    field = models.CharField(_("field"), max_length=40)  # empty: leave the column out
    by = models.ForeignKey("plant.Account", models.PROTECT, related_name="+", null=True)
    at = models.DateTimeField(_("said at"))

    class Meta:
        ordering = ["sheet", "header"]
        constraints = [models.UniqueConstraint(fields=["sheet", "header"], name="mapping_once")]

    def __str__(self):
        return f"{self.header} → {self.field}"
