"""That a guardian agrees, or no longer, to a young child's health being written down: who, when, to which words."""

from django.db import models
from django.utils.translation import gettext_lazy as _


class GuardianConsent(models.Model):
    """One word of a guardian about one child; append-only, and the newest holds.

    It holds no health, and outlives the response: it says why what was destroyed had been allowed to be there.
    """

    child = models.ForeignKey("plant.Person", models.PROTECT, related_name="consents_about", verbose_name=_("child"))
    guardian = models.ForeignKey("plant.Person", models.PROTECT, related_name="consents_given", verbose_name=_("guardian"))  # fmt: skip
    given = models.BooleanField(_("agrees"))
    version = models.CharField(_("version of the words"), max_length=20)
    digest = models.CharField(_("digest of the words"), max_length=64)  # SHA-256 of the text he agreed to
    on_paper = models.BooleanField(_("signed on paper"), default=False)  # entered by a lead or an officer
    by = models.ForeignKey("plant.Account", models.PROTECT, related_name="+", null=True)
    at = models.DateTimeField(_("at"))

    class Meta:
        ordering = ["id"]
        indexes = [models.Index(fields=["child", "id"])]

    def __str__(self):
        return f"{self.child_id} {self.given}"
