"""The guards' devices: how one is enrolled, when it was last heard of, and the hand-over of a watch written on it."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from diba.plant.fields import SealedJson, SealedText


class Device(models.Model):
    """A device at a gate. Its token is kept as a SHA-256 only; what it said of itself when it was last heard of stands beside."""

    name = models.CharField(_("device"), max_length=60)
    gate = models.ForeignKey("gates.Gate", models.PROTECT, verbose_name=_("gate"), related_name="devices")
    token_hash = models.CharField(max_length=64, unique=True)
    app = models.CharField(_("application"), max_length=60, blank=True)
    enrolled_at = models.DateTimeField(_("enrolled at"))
    by = models.ForeignKey("plant.Account", models.PROTECT, related_name="+", null=True)
    heard_at = models.DateTimeField(_("last heard of"))
    queue = models.PositiveIntegerField(_("records waiting"), default=0)
    drift = models.IntegerField(_("clock drift, s"), default=0)  # s its clock is ahead of the server's
    lists = models.CharField(max_length=64, blank=True)  # version of the lists it fetched last
    lists_at = models.DateTimeField(_("lists of"), null=True)
    # The newest key it is known to trust: its lists are signed by this one. None: it fetches none.
    key = models.ForeignKey("gates.SigningKey", models.PROTECT, related_name="devices", null=True)
    revoked_at = models.DateTimeField(_("revoked at"), null=True)
    revoked_by = models.ForeignKey("plant.Account", models.PROTECT, related_name="+", null=True)

    class Meta:
        ordering = ["gate_id", "id"]

    def __str__(self):
        return self.name


class EnrolmentCode(models.Model):
    """A code that enrols one device at one gate, once, within minutes. Only its SHA-256 is kept."""

    gate = models.ForeignKey("gates.Gate", models.PROTECT, related_name="codes")
    code_hash = models.CharField(max_length=64, unique=True)
    made_at = models.DateTimeField()
    ends_at = models.DateTimeField()
    by = models.ForeignKey("plant.Account", models.PROTECT, related_name="+")
    used_at = models.DateTimeField(null=True)
    device = models.OneToOneField(Device, models.PROTECT, related_name="code", null=True)

    class Meta:
        ordering = ["-id"]

    def __str__(self):
        return f"{self.gate_id} {self.made_at:%Y-%m-%d}"


class Handover(models.Model):
    """One watch handed over to the next at a gate, as both signed it on the device. Written once."""

    uid = models.UUIDField(unique=True)
    gate = models.ForeignKey("gates.Gate", models.PROTECT, verbose_name=_("gate"), related_name="handovers")
    device = models.ForeignKey(Device, models.PROTECT, related_name="handovers")
    at = models.DateTimeField(_("at"))  # the device's clock, set right
    received_at = models.DateTimeField(_("received at"))
    outgoing = models.CharField(_("watch that ends"), max_length=40)
    incoming = models.CharField(_("watch that begins"), max_length=40)
    queue = models.PositiveIntegerField(_("records waiting"))
    inside = models.PositiveIntegerField(_("inside"))
    said = SealedJson(null=True)  # keys, retests, holds, note, as they were told; signed_out, signed_in
    signed_out = models.CharField(_("handed over by"), max_length=60)
    signed_in = models.CharField(_("taken over by"), max_length=60)

    class Meta:
        ordering = ["-at", "-id"]

    def __str__(self):
        return f"{self.gate_id} {self.at:%Y-%m-%d %H:%M}"


class ExplainedGap(models.Model):
    """Why a watch began at a gate without a signed hand-over from the one before. The gap itself is computed, never stored."""

    gate = models.ForeignKey("gates.Gate", models.PROTECT, verbose_name=_("gate"), related_name="explained_gaps")
    begins_at = models.DateTimeField(_("the watch began"))
    words = SealedText(_("what was found"), blank=True, default="")
    by = models.ForeignKey("plant.Account", models.PROTECT, verbose_name=_("entered by"), related_name="+")
    at = models.DateTimeField(_("at"))

    class Meta:
        ordering = ["-begins_at", "gate_id"]
        constraints = [models.UniqueConstraint(fields=["gate", "begins_at"], name="gap_explained_once")]

    def __str__(self):
        return f"{self.gate_id} {self.begins_at:%Y-%m-%d %H:%M}"
