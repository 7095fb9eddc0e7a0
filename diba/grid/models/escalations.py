"""That somebody higher was asked about people of a cell who were not heard from."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from .checkins import Slot


class Escalation(models.Model):
    """One step up for those of a cell who are missing since one moment: taken once, whoever takes it. Append-only."""

    class Step(models.IntegerChoices):
        DEPUTY = 1, _("deputy")
        BRANCH = 2, _("branch")
        COMMAND = 3, _("command")

    cell = models.ForeignKey("plant.Unit", models.PROTECT, related_name="+")
    day = models.DateField(_("day"))
    slot = models.CharField(max_length=8, choices=Slot)
    since = models.DateTimeField(_("missing since"))
    step = models.PositiveSmallIntegerField(_("step"), choices=Step)
    count = models.PositiveIntegerField(_("not heard from"))
    at = models.DateTimeField(_("at"))

    class Meta:
        ordering = ["id"]
        constraints = [
            models.UniqueConstraint(fields=["cell", "day", "slot", "since", "step"], name="escalation_once_a_step")
        ]

    def __str__(self):
        return f"{self.cell_id} {self.day} {self.step}"
