"""Who may not pass the gates, why, and until when."""

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from ..fields import SealedText


class HoldReason(models.TextChoices):
    SUSPECTED = "suspected", _("suspected case")
    CONFIRMED = "confirmed", _("confirmed case")
    CONTACT = "contact", _("contact of a case")
    RETURNEE = "returnee", _("returned from elsewhere")
    OTHER = "other", _("other reason")


class Hold(models.Model):
    """That a person may not pass the gates for a time. Written once; afterwards it can only be lifted."""

    person = models.ForeignKey("plant.Person", models.PROTECT, verbose_name=_("person"), related_name="holds")
    reason = models.CharField(_("reason"), max_length=12, choices=HoldReason)
    note = SealedText(_("note"), blank=True, default="")
    begins_at = models.DateTimeField(_("from"))
    ends_at = models.DateTimeField(_("until"), null=True, blank=True)  # empty: until it is lifted
    # What caused it, such as "case:12": the same cause holds a person once however often it is reported.
    source = models.CharField(_("source"), max_length=60, blank=True)
    by = models.ForeignKey("plant.Account", models.PROTECT, related_name="+", null=True)
    at = models.DateTimeField(_("entered at"))
    lifted_at = models.DateTimeField(_("lifted at"), null=True)
    lifted_by = models.ForeignKey("plant.Account", models.PROTECT, related_name="+", null=True)

    class Meta:
        ordering = ["begins_at", "id"]
        indexes = [models.Index(fields=["person", "lifted_at"]), models.Index(fields=["lifted_at", "begins_at"])]
        constraints = [
            models.CheckConstraint(
                condition=Q(ends_at=None) | Q(ends_at__gt=F("begins_at")), name="hold_ends_after_start"
            ),
            models.UniqueConstraint(fields=["source"], condition=~Q(source=""), name="hold_once_a_source"),
        ]

    def __str__(self):
        return f"{self.person} {self.get_reason_display()}"
