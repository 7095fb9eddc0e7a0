"""An evacuation: from its beginning to its end every gate lets out and nobody in."""

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _


class Evacuation(models.Model):
    """One evacuation, or an exercise of one. A person begins it, a person ends it; it never ends by itself."""

    why = models.CharField(_("why"), max_length=200)
    drill = models.BooleanField(_("exercise"), default=False)
    begun_at = models.DateTimeField(_("begun at"))
    begun_by = models.ForeignKey("plant.Account", models.PROTECT, verbose_name=_("begun by"), related_name="+")
    ended_at = models.DateTimeField(_("ended at"), null=True)
    ended_by = models.ForeignKey("plant.Account", models.PROTECT, related_name="+", null=True)

    class Meta:
        ordering = ["-begun_at", "-id"]
        constraints = [
            models.UniqueConstraint(fields=["drill"], condition=Q(ended_at=None), name="evacuation_one_of_a_kind_runs"),
            models.CheckConstraint(
                condition=Q(ended_at=None) | Q(ended_at__gte=F("begun_at")), name="evacuation_ends_after_start"
            ),
        ]

    def __str__(self):
        return f"{self.begun_at:%Y-%m-%d %H:%M}"
