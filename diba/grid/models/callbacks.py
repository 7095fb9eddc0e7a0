"""What a call-back found: one in twenty of those who reported themselves is rung up."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from diba.plant.fields import SealedText

from .checkins import CheckIn


class Found(models.TextChoices):
    AGREES = "agrees", _("agrees")
    DIFFERS = "differs", _("differs")
    NOT_REACHED = "not_reached", _("not reached")


class CallBack(models.Model):
    """One call about a report that a person sent himself, and whether it held. Every call is a row; the newest counts."""

    uid = models.UUIDField(unique=True)
    response = models.ForeignKey("plant.Response", models.PROTECT, related_name="+")
    person = models.ForeignKey("plant.Person", models.PROTECT, verbose_name=_("person"), related_name="callbacks")
    day = models.DateField(_("day"))
    checkin = models.ForeignKey(CheckIn, models.PROTECT, related_name="+")
    found = models.CharField(_("result"), max_length=12, choices=Found)
    note = SealedText(_("note"), blank=True, default="")
    by = models.ForeignKey("plant.Account", models.PROTECT, verbose_name=_("called by"), related_name="+")
    at = models.DateTimeField(_("called at"))

    class Meta:
        ordering = ["id"]
        indexes = [models.Index(fields=["day", "person"])]

    def __str__(self):
        return f"{self.person_id} {self.day} {self.found}"
