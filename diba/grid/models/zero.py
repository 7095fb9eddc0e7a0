"""What a cell signed for a day."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from diba.plant.fields import SealedJson


class ZeroReport(models.Model):
    """One signature under a cell's day. Never changed: what happens afterwards reopens it, and the next one stands beside it.

    digest: of the facts it was signed on; as long as the facts of now give the same, it stands. facts: a row a person,
    [id, report that counts or 0, whether abnormal, open case or ""]; because: why the one before was reopened.
    """

    uid = models.UUIDField(unique=True)
    response = models.ForeignKey("plant.Response", models.PROTECT, related_name="+")
    cell = models.ForeignKey("plant.Unit", models.PROTECT, verbose_name=_("cell"), related_name="zero_reports")
    day = models.DateField(_("day"))
    number = models.PositiveSmallIntegerField(_("number"))
    expected = models.PositiveIntegerField(_("people"))
    known = models.PositiveIntegerField(_("confirmed to us"))
    suspected = models.PositiveIntegerField(_("suspected"))
    confirmed = models.PositiveIntegerField(_("confirmed cases"))
    sentence = models.CharField(_("sentence"), max_length=200)
    digest = models.CharField(max_length=64)
    facts = SealedJson()
    because = SealedJson(null=True)
    by = models.ForeignKey("plant.Account", models.PROTECT, verbose_name=_("signed by"), related_name="+")
    at = models.DateTimeField(_("signed at"))

    class Meta:
        ordering = ["day", "cell_id", "number"]
        constraints = [
            models.UniqueConstraint(fields=["response", "cell", "day", "number"], name="zero_report_once_a_number")
        ]
        indexes = [models.Index(fields=["day", "cell"])]

    def __str__(self):
        return f"{self.cell_id} {self.day} #{self.number}"

    @property
    def unknown(self):
        return self.expected - self.known
