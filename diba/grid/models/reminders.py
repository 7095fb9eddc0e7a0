"""Who was reminded of a check-in, and who wants no reminders."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from .checkins import Slot


class CheckInReminder(models.Model):
    """One reminder of one check-in: the row is the right to send it, so that nobody gets it twice whatever workers run."""

    class Step(models.IntegerChoices):
        BEFORE = 1, _("before it is due")
        DUE = 2, _("when it is due")

    person = models.ForeignKey("plant.Person", models.PROTECT, related_name="+")
    day = models.DateField(_("day"))
    slot = models.CharField(max_length=8, choices=Slot)
    step = models.PositiveSmallIntegerField(_("step"), choices=Step)
    claim = models.UUIDField()  # of the worker's turn that sends it
    at = models.DateTimeField(_("at"))

    class Meta:
        ordering = ["id"]
        constraints = [models.UniqueConstraint(fields=["person", "day", "slot", "step"], name="reminder_once_a_step")]
        indexes = [models.Index(fields=["day"]), models.Index(fields=["claim"])]

    def __str__(self):
        return f"{self.person_id} {self.day} {self.step}"


class ReminderChoice(models.Model):
    """That a person wants reminders or none. Every change is a row; the newest counts, none means reminders."""

    person = models.ForeignKey(
        "plant.Person", models.PROTECT, verbose_name=_("person"), related_name="reminder_choices"
    )
    wanted = models.BooleanField(_("reminders"))
    by = models.ForeignKey("plant.Account", models.PROTECT, related_name="+")
    at = models.DateTimeField(_("at"))

    class Meta:
        ordering = ["id"]

    def __str__(self):
        return f"{self.person_id} {self.wanted}"
