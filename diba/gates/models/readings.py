"""First temperatures too high of people whose crossing is not settled: every other gate must know of them."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from diba.plant.fields import SealedJson

from .crossings import Crossing


class FirstReading(models.Model):
    """A first temperature too high, told while its person rests at a gate. Written once: uid is that of the crossing it belongs to.

    A crossing with this number settles it. said: the name he gave, and the reading in tenths of °C with how it was taken.
    """

    uid = models.UUIDField(unique=True)
    device = models.ForeignKey("gates.Device", models.PROTECT, related_name="first_readings")
    kind = models.CharField(_("kind"), max_length=8, choices=Crossing.Kind)
    person = models.ForeignKey("plant.Person", models.PROTECT, related_name="+", null=True)
    visit = models.ForeignKey("gates.Visit", models.PROTECT, related_name="+", null=True)
    vehicle = models.ForeignKey("gates.Vehicle", models.PROTECT, related_name="+", null=True)
    at = models.DateTimeField(_("at"), db_index=True)
    said = SealedJson(null=True)

    class Meta:
        ordering = ["at", "id"]

    def __str__(self):
        return f"{self.device_id} {self.at:%Y-%m-%d %H:%M}"
