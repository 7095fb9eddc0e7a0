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
