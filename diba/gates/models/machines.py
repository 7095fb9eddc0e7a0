"""Machines at the gates: turnstiles, thermometers, cameras that read number plates; and readings that wait for their person."""

from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.utils.translation import gettext_lazy as _

from diba.plant.fields import SealedJson


class Scope(models.TextChoices):
    """What a machine's token lets it do: each is one address."""

    PASSAGES = "passages", _("turnstile: asks and writes passages")
    READINGS = "readings", _("thermometer: writes readings")
    PLATES = "plates", _("camera: asks and writes number plates")


class Machine(models.Model):
    """A machine's token, kept as a SHA-256 only. device: what stands for it in the ledger; revoked there, it is dead here."""

    device = models.OneToOneField("gates.Device", models.PROTECT, related_name="machine")
    token_hash = models.CharField(max_length=64, unique=True)
    scopes = models.JSONField(_("scopes"), default=list)
    a_minute = models.PositiveSmallIntegerField(
        _("requests a minute"), default=120, validators=[MinValueValidator(1), MaxValueValidator(6000)]
    )
    unmeasured = models.BooleanField(_("turnstile without a thermometer"), default=False)  # opens without a reading

    class Meta:
        ordering = ["device_id"]

    def __str__(self):
        return str(self.device)


class MachineReading(models.Model):
    """A temperature that a machine took, until a passage at its gate takes it up. said: tenths of °C and how, sealed."""

    uid = models.UUIDField(unique=True)
    device = models.ForeignKey("gates.Device", models.PROTECT, related_name="readings")
    person = models.ForeignKey("plant.Person", models.PROTECT, related_name="+", null=True)
    at = models.DateTimeField(_("at"), db_index=True)
    heard_at = models.DateTimeField(_("received at"), null=True, db_index=True)  # None: before this was kept
    said = SealedJson(null=True)
    passage = models.UUIDField(_("passage"), null=True)  # number of the passage that took it up

    class Meta:
        ordering = ["at", "id"]

    def __str__(self):
        return f"{self.device_id} {self.at:%Y-%m-%d %H:%M}"
