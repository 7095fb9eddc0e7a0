"""Passes: who was given which, until when, and which are dead; and the keys they are signed with."""

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _


class SigningKey(models.Model):
    """A public Ed25519 key the plant signs passes and lists with; the private one is a file. Old ones still verify.

    passes_until: when the passes it signed end, whatever they say; None: by themselves.
    """

    public = models.CharField(max_length=64, unique=True)  # hex
    made_at = models.DateTimeField(_("made at"))
    retired_at = models.DateTimeField(_("retired at"), null=True)
    passes_until = models.DateTimeField(_("its passes are good until"), null=True)

    class Meta:
        ordering = ["-id"]

    def __str__(self):
        return self.public[:12]


class PassKind(models.TextChoices):
    PERSON = "person", _("person")
    VISITOR = "visitor", _("visitor")
    VEHICLE = "vehicle", _("vehicle")


class Pass(models.Model):
    """One pass, written once; its number is what its code says. Dead is one that has a `Revocation`."""

    number = models.PositiveIntegerField(_("pass number"), unique=True)  # made up, so that it tells nothing
    kind = models.CharField(_("kind"), max_length=8, choices=PassKind)
    person = models.ForeignKey("plant.Person", models.PROTECT, related_name="gate_passes", null=True)
    visit = models.ForeignKey("gates.Visit", models.PROTECT, related_name="passes", null=True)
    vehicle = models.ForeignKey("gates.Vehicle", models.PROTECT, related_name="passes", null=True)
    begins_at = models.DateTimeField(_("valid from"))
    ends_at = models.DateTimeField(_("valid until"))
    zones = models.PositiveIntegerField(default=0)  # a bit each
    once = models.BooleanField(_("good for one entry"), default=False)
    text = models.CharField(max_length=200)  # what stands in its code, signed
    key = models.ForeignKey(SigningKey, models.PROTECT, related_name="passes", null=True)  # that signed it
    by = models.ForeignKey("plant.Account", models.PROTECT, related_name="+", null=True)
    at = models.DateTimeField(_("issued at"))

    class Meta:
        ordering = ["-id"]
        indexes = [models.Index(fields=["person", "ends_at"])]
        constraints = [
            models.CheckConstraint(condition=Q(ends_at__gt=F("begins_at")), name="pass_ends_after_start"),
            models.CheckConstraint(
                condition=Q(kind="person", person__isnull=False, visit=None, vehicle=None)
                | Q(kind="visitor", person=None, visit__isnull=False, vehicle=None)
                | Q(kind="vehicle", person=None, visit=None, vehicle__isnull=False),
                name="pass_of_one_holder",
            ),
        ]

    def __str__(self):
        return str(self.number)

    @property
    def holder(self):
        return self.person or self.visit or self.vehicle

    @property
    def good_until(self):
        """Return when it ends: by itself, or with the key that signed it."""
        return min(filter(None, [self.ends_at, self.key and self.key.passes_until]))


class Revocation(models.Model):
    """That a pass is dead, since when and why. Append-only: a pass does not come to life again."""

    class Why(models.TextChoices):
        LOST = "lost", _("lost")
        REISSUED = "reissued", _("a new one was issued")
        LEFT = "left", _("has left")
        MISUSED = "misused", _("misused")
        OTHER = "other", _("other reason")

    issued = models.OneToOneField(Pass, models.PROTECT, related_name="revocation")
    why = models.CharField(_("reason"), max_length=10, choices=Why)
    at = models.DateTimeField(_("at"))
    by = models.ForeignKey("plant.Account", models.PROTECT, related_name="+", null=True)

    class Meta:
        ordering = ["id"]

    def __str__(self):
        return f"{self.issued_id} {self.why}"
