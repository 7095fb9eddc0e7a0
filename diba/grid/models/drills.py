"""An exercise: suspicions played for a person, in rows of their own that no figure of the plant reads."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from diba.plant.fields import SealedJson, SealedText


class Played(models.Model):
    """A suspicion played in an exercise. Real cases, holds, absences and duties know nothing of it."""

    response = models.ForeignKey("plant.Response", models.PROTECT, related_name="played")
    person = models.ForeignKey("plant.Person", models.PROTECT, related_name="+")
    words = SealedText(_("what is played"), blank=True, default="")
    by = models.ForeignKey("plant.Account", models.PROTECT, related_name="+", null=True)
    at = models.DateTimeField(_("at"))
    undone_at = models.DateTimeField(_("taken back at"), null=True)

    class Meta:
        ordering = ["id"]

    def __str__(self):
        return f"{self.response_id} {self.person_id}"


class PlayedStep(models.Model):
    """One line of an exercise's protocol: what was played by itself, or what somebody says he did, and when."""

    class Kind(models.TextChoices):
        HOLD = "hold", _("hold at the gates")
        ABSENCE = "absence", _("out of the availability")
        REPAIR = "repair", _("repair of the roster")
        CONTACTS = "contacts", _("contacts listed")
        LEAD = "lead", _("cell lead called")
        OFFICER = "officer", _("health officer called")
        REPORT = "report", _("report upwards")
        UNDONE = "undone", _("judgement taken back")

    played = models.ForeignKey(Played, models.PROTECT, related_name="steps")
    kind = models.CharField(_("what"), max_length=12, choices=Kind)
    values = SealedJson(null=True)
    at = models.DateTimeField(_("at"))
    done_at = models.DateTimeField(_("done at"), null=True)  # null: still to be done by somebody
    done_by = models.ForeignKey("plant.Account", models.PROTECT, related_name="+", null=True)

    class Meta:
        ordering = ["id"]
        constraints = [models.UniqueConstraint(fields=["played", "kind"], name="played_step_once")]

    def __str__(self):
        return self.kind
