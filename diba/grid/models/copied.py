"""That a lead looked at readings that seemed copied, and what he found."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from diba.plant.fields import SealedText


class LookedAt(models.Model):
    """One look at one pattern by whoever led the cell: it was real. Never changed; a pattern that begins anew is shown anew."""

    response = models.ForeignKey("plant.Response", models.PROTECT, related_name="+")
    cell = models.ForeignKey("plant.Unit", models.PROTECT, verbose_name=_("cell"), related_name="+")
    kind = models.CharField(_("kind"), max_length=8)  # of diba.core.copied
    people = models.JSONField()  # ids, ascending
    last = models.DateField(_("last day"))  # of the pattern that was looked at
    note = SealedText(_("what was found"), blank=True, default="")
    by = models.ForeignKey("plant.Account", models.PROTECT, verbose_name=_("looked at by"), related_name="+")
    at = models.DateTimeField(_("looked at"))

    class Meta:
        ordering = ["id"]
        indexes = [models.Index(fields=["cell", "last"])]

    def __str__(self):
        return f"{self.cell_id} {self.kind}"
