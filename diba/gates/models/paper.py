"""The paper ledger of a gate without devices: sheets with a code a row, and what was keyed from them."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from diba.plant.fields import SealedJson


class PaperSheet(models.Model):
    """One sheet of numbered rows for one gate and day. code: stands on it and in each row's QR code, so that a row is one for ever."""

    code = models.CharField(_("sheet"), max_length=8, unique=True)
    gate = models.ForeignKey("gates.Gate", models.PROTECT, verbose_name=_("gate"), related_name="sheets")
    day = models.DateField(_("day"), db_index=True)
    rows = models.PositiveSmallIntegerField(_("rows"))
    by = models.ForeignKey("plant.Account", models.PROTECT, related_name="+", null=True)
    at = models.DateTimeField(_("made at"))

    class Meta:
        ordering = ["-day", "gate__code", "id"]

    def __str__(self):
        return self.code


class PaperRow(models.Model):
    """One row as it was keyed. crossing: what it became in the ledger; twin: the same passing as a device wrote it.

    Whoever stands on both is counted once: a row with a twin gets no crossing, or its crossing leaves the ledger's counts.
    """

    sheet = models.ForeignKey(PaperSheet, models.PROTECT, related_name="keyed")
    number = models.PositiveSmallIntegerField(_("row"))
    said = SealedJson(null=True)  # as it was keyed: time, direction, who, plate, temperature, result, note
    crossing = models.OneToOneField("gates.Crossing", models.PROTECT, related_name="paper", null=True)
    twin = models.ForeignKey("gates.Crossing", models.PROTECT, related_name="paper_twins", null=True)
    by = models.ForeignKey("plant.Account", models.PROTECT, related_name="+", null=True)
    at = models.DateTimeField(_("keyed at"))

    class Meta:
        ordering = ["sheet_id", "number"]
        constraints = [models.UniqueConstraint(fields=["sheet", "number"], name="paper_row_once_a_sheet")]

    def __str__(self):
        return f"{self.sheet_id} {self.number}"
