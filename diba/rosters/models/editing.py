"""Editing a draft by hand: what was changed, by whom, and what a planner accepted when publishing."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from .planning import Roster


class Edit(models.Model):
    """One change of a draft by hand. The highest number of a roster is its version; undoing is a row of its own."""

    class Kind(models.TextChoices):
        SET = "set", _("set")
        CLEAR = "clear", _("made a day off")
        MOVE = "move", _("moved")
        PIN = "pin", _("pinned")
        SUBSTITUTE = "substitute", _("took a suggestion")
        SHEET = "sheet", _("from a workbook")
        UNDO = "undo", _("undone")
        REDO = "redo", _("done again")

    roster = models.ForeignKey(Roster, models.PROTECT, related_name="edits")
    number = models.PositiveIntegerField(_("version"))
    kind = models.CharField(_("kind"), max_length=12, choices=Kind)
    # What an undo takes back and a redo does again.
    of = models.ForeignKey("self", models.PROTECT, related_name="+", null=True, blank=True)
    # [[person, day, before, after]]; a duty is [watch, post, pinned], a day off is null.
    cells = models.JSONField(default=list)
    by = models.ForeignKey("plant.Account", models.PROTECT, verbose_name=_("by"), related_name="+", null=True)
    at = models.DateTimeField(_("at"))

    class Meta:
        ordering = ["roster_id", "number"]
        constraints = [models.UniqueConstraint(fields=["roster", "number"], name="edit_number_once_a_roster")]

    def __str__(self):
        return f"{self.roster_id}.{self.number} {self.kind}"


class Acceptance(models.Model):
    """That a planner published a roster in spite of named conflicts, and why."""

    roster = models.ForeignKey(Roster, models.PROTECT, related_name="acceptances")
    reason = models.CharField(_("reason"), max_length=300)
    rules = models.JSONField(default=dict)  # {rule: how often it is broken}
    conflicts = models.JSONField(default=list)  # the rule, person and day of each, as they stood
    by = models.ForeignKey("plant.Account", models.PROTECT, related_name="+", null=True)
    at = models.DateTimeField(_("at"))

    class Meta:
        ordering = ["-at", "-id"]

    def __str__(self):
        return f"{self.roster_id} {self.reason[:20]}"


class SheetUpload(models.Model):
    """A workbook that came back from the office: what it would change, what in it cannot be taken, and what became of it."""

    class State(models.TextChoices):
        READ = "read", _("read")
        CONFIRMED = "confirmed", _("written")
        DROPPED = "dropped", _("dropped")

    roster = models.ForeignKey(Roster, models.PROTECT, related_name="uploads")
    state = models.CharField(_("state"), max_length=10, choices=State, default=State.READ)
    file_name = models.CharField(_("file"), max_length=200)
    known = models.BooleanField(default=True)  # the file still says which roster it is of
    of_version = models.PositiveIntegerField(_("version of the file"), default=0)
    version = models.PositiveIntegerField(_("version"), default=0)  # of the roster when the file was read
    cells = models.JSONField(default=list)  # as in an Edit
    refused = models.JSONField(default=dict)  # crossed and past cells, faults of the sheet
    by = models.ForeignKey("plant.Account", models.PROTECT, related_name="+", null=True)
    at = models.DateTimeField(_("at"))
    decided_by = models.ForeignKey("plant.Account", models.PROTECT, related_name="+", null=True)
    decided_at = models.DateTimeField(null=True)

    class Meta:
        ordering = ["-at", "-id"]

    def __str__(self):
        return self.file_name


class Notice(models.Model):
    """That somebody was told of a roster: the delivery says whether he read and confirmed it."""

    roster = models.ForeignKey(Roster, models.PROTECT, related_name="notices")
    delivery = models.OneToOneField("plant.Delivery", models.PROTECT, related_name="+")

    class Meta:
        ordering = ["roster_id", "id"]

    def __str__(self):
        return f"{self.roster_id} {self.delivery_id}"
