"""A personal address by which somebody reports today without signing in, and what was reported by it."""

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from .checkins import CheckIn


class PersonalLink(models.Model):
    """An address given to one person for one purpose, until a moment. A new one kills the old.

    The address itself is kept nowhere: it is this row's number, signed.
    """

    class Purpose(models.TextChoices):
        CHECK_IN = "checkin", _("check-in of today")

    person = models.ForeignKey("plant.Person", models.PROTECT, related_name="personal_links")
    purpose = models.CharField(_("purpose"), max_length=12, choices=Purpose, default=Purpose.CHECK_IN)
    made_at = models.DateTimeField(_("made at"))
    ends_at = models.DateTimeField(_("valid until"))
    by = models.ForeignKey("plant.Account", models.PROTECT, related_name="+", null=True)  # None: a reminder made it
    revoked_at = models.DateTimeField(_("revoked at"), null=True)
    revoked_by = models.ForeignKey("plant.Account", models.PROTECT, related_name="+", null=True)

    class Meta:
        ordering = ["-id"]
        constraints = [
            models.UniqueConstraint(
                fields=["person", "purpose"], condition=Q(revoked_at=None), name="personal_link_one_a_person"
            )
        ]

    def __str__(self):
        return f"{self.person_id} {self.purpose}"


class LinkUse(models.Model):
    """That a report came by a link."""

    link = models.ForeignKey(PersonalLink, models.PROTECT, related_name="uses")
    checkin = models.OneToOneField(CheckIn, models.PROTECT, related_name="by_link")
    at = models.DateTimeField(_("at"))

    class Meta:
        ordering = ["id"]

    def __str__(self):
        return f"{self.link_id} {self.checkin_id}"
