"""One response to an epidemic, from its beginning to its end: what the personal epidemic data belong to."""

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _


class Response(models.Model):
    """One response to an epidemic. Personal data of it are sealed under its own key, which lies outside the database.

    The newest real one that has begun and not ended is in force; the standing one stands behind it between epidemics.
    """

    name = models.CharField(_("name"), max_length=80)
    profile = models.CharField(_("disease profile"), max_length=40, blank=True)
    standing = models.BooleanField(_("between epidemics"), default=False)
    drill = models.BooleanField(_("exercise"), default=False, help_text=_("Its rows are outside all statistics."))
    begun_at = models.DateTimeField(_("begun at"))
    begun_by = models.ForeignKey("plant.Account", models.PROTECT, related_name="+", null=True)
    ended_at = models.DateTimeField(_("ended at"), null=True)
    ended_by = models.ForeignKey("plant.Account", models.PROTECT, related_name="+", null=True)
    key_destroyed_at = models.DateTimeField(_("key destroyed at"), null=True)

    class Meta:
        ordering = ["-begun_at", "-id"]
        constraints = [
            # At most one real response, one exercise and one standing response run at a time.
            models.UniqueConstraint(
                fields=["standing", "drill"], condition=Q(ended_at=None), name="response_one_of_a_kind_runs"
            ),
        ]

    def __str__(self):
        return self.name
