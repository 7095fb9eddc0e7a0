"""Protective supplies: what there is, and every piece that came, went, or was counted."""

from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy
from simple_history.models import HistoricalRecords

from diba.plant.fields import SealedText


class SupplyItem(models.Model):
    """A thing that is kept in stock, counted in whole units."""

    name = models.CharField(pgettext_lazy("thing", "name"), max_length=60, unique=True)
    unit = models.CharField(pgettext_lazy("measure", "unit"), max_length=10)
    daily = models.PositiveIntegerField(
        _("planned use a day"), null=True, blank=True, validators=[MaxValueValidator(1_000_000)]
    )
    warn_days = models.PositiveSmallIntegerField(
        _("warn below, days of cover"), default=7, validators=[MinValueValidator(1), MaxValueValidator(365)]
    )
    active = models.BooleanField(_("in use"), default=True)
    history = HistoricalRecords()

    class Meta:
        ordering = ["name"]

    def __str__(self):
        return self.name


class SupplyMove(models.Model):
    """One change of a stock. Written once; what was wrong is taken back by a move of its own.

    pieces: how many more there are now, below nought when some went; counted: what a count found; batch: what was issued
    in one go.
    """

    class Kind(models.TextChoices):
        RECEIPT = "receipt", _("received")
        ISSUE = "issue", _("issued")
        COUNT = "count", _("counted")
        UNDO = "undo", _("taken back")

    item = models.ForeignKey(SupplyItem, models.PROTECT, verbose_name=_("item"), related_name="moves")
    kind = models.CharField(_("kind"), max_length=8, choices=Kind)
    pieces = models.IntegerField(_("change"))
    counted = models.PositiveIntegerField(_("counted"), null=True)
    person = models.ForeignKey("plant.Person", models.PROTECT, null=True, related_name="supplies")
    cell = models.ForeignKey("plant.Unit", models.PROTECT, null=True, related_name="+")
    batch = models.UUIDField(db_index=True)
    undoes = models.OneToOneField("self", models.PROTECT, related_name="undone_by", null=True)
    day = models.DateField(_("day"))
    note = SealedText(_("note"), blank=True, default="")
    by = models.ForeignKey("plant.Account", models.PROTECT, related_name="+", null=True)
    at = models.DateTimeField(_("at"))

    class Meta:
        ordering = ["id"]
        indexes = [models.Index(fields=["item", "kind", "day"])]

    def __str__(self):
        return f"{self.item_id} {self.pieces:+d}"
