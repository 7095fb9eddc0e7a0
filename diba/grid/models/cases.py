"""Who is suspected to be, is, or turned out not to be infected."""

from django.db import models
from django.utils.translation import gettext_lazy as _


class CaseState(models.TextChoices):
    SUSPECTED = "suspected", _("suspected")
    CONFIRMED = "confirmed", _("confirmed")
    RULED_OUT = "ruled_out", _("ruled out")


class Case(models.Model):
    """That a person is suspected to be, is, or turned out not to be infected. Each change of mind is a `CaseChange`."""

    person = models.ForeignKey("plant.Person", models.PROTECT, related_name="cases")
    opened_at = models.DateTimeField(_("opened at"))

    class Meta:
        ordering = ["opened_at", "id"]

    def __str__(self):
        return f"{self.person_id}"


class CaseChange(models.Model):
    """One classification of a case, with its author and reason; the newest counts."""

    case = models.ForeignKey(Case, models.PROTECT, related_name="changes")
    state = models.CharField(_("classification"), max_length=12, choices=CaseState)
    reason = models.CharField(_("reason"), max_length=300)
    by = models.ForeignKey("plant.Account", models.PROTECT, related_name="+", null=True)
    at = models.DateTimeField(_("at"))

    class Meta:
        ordering = ["id"]

    def __str__(self):
        return self.state
