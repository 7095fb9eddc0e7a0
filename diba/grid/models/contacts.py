"""That a lead tried to reach a person."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from diba.plant.fields import SealedText

from .checkins import CheckIn


class Outcome(models.TextChoices):
    """Go.Data's five outcomes of a follow-up."""

    SEEN_OK = "seen_ok", _("well")
    SEEN_NOT_OK = "seen_not_ok", _("not well")
    MISSED = "missed", _("not met")
    NOT_ATTEMPTED = "not_attempted", _("not contacted")
    NOT_PERFORMED = "not_performed", _("not carried out")


class Method(models.TextChoices):
    PHONE = "phone", _("telephone")
    FACE = "face", _("face to face")
    VIDEO = "video", _("video call")
    CHAT = "chat", _("chat")


class DailyContact(models.Model):
    """That a lead tried to reach a person on a day, and what came of it. Every try is a row."""

    uid = models.UUIDField(unique=True)
    person = models.ForeignKey("plant.Person", models.PROTECT, related_name="contacts")
    day = models.DateField(_("day"))
    outcome = models.CharField(_("outcome"), max_length=16, choices=Outcome)
    method = models.CharField(_("method"), max_length=12, choices=Method, default=Method.PHONE)
    checkin = models.ForeignKey(CheckIn, models.PROTECT, null=True, related_name="+")
    note = SealedText(_("note"), blank=True, default="")
    by = models.ForeignKey("plant.Account", models.PROTECT, related_name="+", null=True)
    at = models.DateTimeField(_("at"))
    undone_at = models.DateTimeField(_("taken back at"), null=True)

    class Meta:
        ordering = ["id"]
        indexes = [models.Index(fields=["day", "person"])]

    def __str__(self):
        return f"{self.person_id} {self.outcome}"
