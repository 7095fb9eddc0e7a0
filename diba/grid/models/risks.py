"""That somebody was in a risk area, or near a case or somebody from a risk area, as he said it; and what was decided."""

from datetime import date

from django.db import models
from django.utils.translation import gettext_lazy as _

from diba.plant.fields import SealedJson

from .checkins import CheckIn
from .returns import RiskArea


class RiskKind(models.TextChoices):
    AREA = "area", _("was in a risk area")
    CASE = "case", _("was near a suspected or confirmed case")
    FROM_AREA = "from_area", _("was near somebody from a risk area")


class RiskContact(models.Model):
    """One thing said. Where, when and with whom lies sealed; that something was said outlives the response as a count."""

    uid = models.UUIDField(unique=True)
    response = models.ForeignKey("plant.Response", models.PROTECT, related_name="+")
    person = models.ForeignKey("plant.Person", models.PROTECT, verbose_name=_("person"), related_name="risk_contacts")
    checkin = models.ForeignKey(CheckIn, models.PROTECT, related_name="risk_contacts", null=True)
    kind = models.CharField(_("kind"), max_length=12, choices=RiskKind)
    area = models.ForeignKey(RiskArea, models.PROTECT, related_name="+", null=True)
    said = SealedJson(null=True)  # {first, last: ISO days; who; where}
    by = models.ForeignKey("plant.Account", models.PROTECT, related_name="+", null=True)
    at = models.DateTimeField(_("said at"))

    class Meta:
        ordering = ["-at", "-id"]
        indexes = [models.Index(fields=["person", "at"])]

    def __str__(self):
        return f"{self.person_id} {self.kind}"

    def _day(self, name):
        text = (self.said or {}).get(name)
        return date.fromisoformat(text) if text else None

    @property
    def first(self):
        """Return the first day of it, None when its key was destroyed."""
        return self._day("first")

    @property
    def last(self):
        """Return the last day of it, None when its key was destroyed."""
        return self._day("last")

    @property
    def who(self):
        return (self.said or {}).get("who", "")

    @property
    def where(self):
        return (self.said or {}).get("where", "")


class RiskJudgement(models.Model):
    """What an officer decided about it. Append-only; the newest holds."""

    class Measure(models.TextChoices):
        NONE = "none", _("no measure")
        WATCH = "watch", _("watched by the daily check-in")
        ISOLATE = "isolate", _("isolated")
        MISTAKE = "mistake", _("said in error")

    risk = models.ForeignKey(RiskContact, models.PROTECT, related_name="judgements")
    measure = models.CharField(_("measure"), max_length=8, choices=Measure)
    found = SealedJson(null=True)  # {reason; met: id of the person of the register he was near}
    by = models.ForeignKey("plant.Account", models.PROTECT, related_name="+", null=True)
    at = models.DateTimeField(_("at"))

    class Meta:
        ordering = ["id"]

    def __str__(self):
        return self.measure

    @property
    def reason(self):
        return (self.found or {}).get("reason", "")

    @property
    def met(self):
        """Return the id of the person of the register who was met, or None."""
        return (self.found or {}).get("met")
