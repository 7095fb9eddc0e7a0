"""Where the gates stand and what lies behind them."""

from django.core.validators import MaxValueValidator
from django.db import models
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy
from simple_history.models import HistoricalRecords


class Zone(models.Model):
    """An area behind gates. bit: its place in a pass, 0 to 15, for ever its own. units: whose people may go in; none: all.

    within: the zone it lies in, such as an office building in the works: out of it is into that one.
    """

    code = models.CharField(_("code"), max_length=20, unique=True)
    name = models.CharField(pgettext_lazy("thing", "Name"), max_length=60)
    bit = models.PositiveSmallIntegerField(unique=True, validators=[MaxValueValidator(15)])
    within = models.ForeignKey(
        "self", models.PROTECT, verbose_name=_("lies in"), related_name="inner", null=True, blank=True
    )
    units = models.ManyToManyField("plant.Unit", verbose_name=_("open to"), related_name="+", blank=True)
    history = HistoricalRecords(m2m_fields=[units])

    class Meta:
        ordering = ["bit"]

    def __str__(self):
        return self.name


class Way(models.TextChoices):
    IN = "in", _("in")
    OUT = "out", _("out")
    BOTH = "both", _("in and out")


class Gate(models.Model):
    """A checkpoint into one zone. post: where its guards and volunteers stand in the rosters."""

    code = models.CharField(_("code"), max_length=20, unique=True)
    name = models.CharField(pgettext_lazy("thing", "Name"), max_length=60)
    zone = models.ForeignKey(Zone, models.PROTECT, verbose_name=_("zone"), related_name="gates")
    place = models.CharField(_("place"), max_length=100, blank=True)
    phone = models.CharField(_("phone"), max_length=32, blank=True)
    directions = models.CharField(_("directions"), max_length=4, choices=Way, default=Way.BOTH)
    pattern = models.ForeignKey("plant.WatchPattern", models.PROTECT, verbose_name=_("watches"), related_name="+")
    post = models.ForeignKey(
        "plant.Post", models.PROTECT, verbose_name=_("post in the rosters"), related_name="+", null=True, blank=True
    )
    active = models.BooleanField(_("in use"), default=True)
    history = HistoricalRecords()

    class Meta:
        ordering = ["code"]

    def __str__(self):
        return self.name
