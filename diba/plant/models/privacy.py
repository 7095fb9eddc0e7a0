"""What people were told about their data, what they agreed to, and who opened health data he had no right to see."""

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from ..fields import SealedText


class BreakGlass(models.Model):
    """That an account opened one person's health for a stated reason and a limited time. It ends by itself, or before."""

    account = models.ForeignKey("plant.Account", models.PROTECT, verbose_name=_("opened by"), related_name="+")
    person = models.ForeignKey("plant.Person", models.PROTECT, verbose_name=_("person"), related_name="openings")
    reason = SealedText(_("reason"))
    at = models.DateTimeField(_("opened at"))
    ends_at = models.DateTimeField(_("ends at"))
    closed_at = models.DateTimeField(_("closed before its end"), null=True)

    class Meta:
        ordering = ["-id"]
        indexes = [models.Index(fields=["account", "ends_at"]), models.Index(fields=["person"])]
        constraints = [
            models.CheckConstraint(condition=Q(ends_at__gt=F("at")), name="opening_ends_after_start"),
        ]

    def __str__(self):
        return f"{self.account_id} → {self.person_id}"


class OpeningReview(models.Model):
    """What somebody else thought of an opening afterwards. Append-only: the newest counts."""

    opening = models.ForeignKey(BreakGlass, models.PROTECT, related_name="reviews")
    justified = models.BooleanField(_("justified"))
    note = SealedText(_("note"), blank=True, default="")
    by = models.ForeignKey("plant.Account", models.PROTECT, verbose_name=_("reviewed by"), related_name="+")
    at = models.DateTimeField(_("reviewed at"))

    class Meta:
        ordering = ["-id"]

    def __str__(self):
        return f"{self.opening_id} {self.justified}"


class HealthRead(models.Model):
    """Whose health a line of the record let somebody read, a row a person: so that he can be told. Ids only, no keys:
    it neither keeps a person in the register nor a line in the record.
    """

    record_id = models.BigIntegerField()
    person_id = models.BigIntegerField()

    class Meta:
        ordering = ["-record_id"]
        constraints = [models.UniqueConstraint(fields=["person_id", "record_id"], name="health_read_once")]
        indexes = [models.Index(fields=["record_id"])]

    def __str__(self):
        return f"{self.record_id} {self.person_id}"


class LegalBasis(models.TextChoices):
    """《个人信息保护法》 art. 13(1)."""

    CONSENT = "consent", _("consent (PIPL art. 13(1)(1))")
    LABOUR = "labour", _("labour rules (PIPL art. 13(1)(2))")
    DUTY = "duty", _("legal duty (PIPL art. 13(1)(3))")
    EMERGENCY = "emergency", _("public health emergency (PIPL art. 13(1)(4))")


class Notice(models.Model):
    """One version of what people are told before their data are taken (PIPL art. 17 and 30). Never changed: a new version is a row."""

    code = models.CharField(_("purpose, code"), max_length=20)
    version = models.PositiveSmallIntegerField(_("version"))
    starts_on = models.DateField(_("in force from"))
    purpose = models.CharField(_("purpose"), max_length=200)
    kinds = models.CharField(_("kinds of data"), max_length=300)
    basis = models.CharField(_("legal basis"), max_length=10, choices=LegalBasis)
    source = models.CharField(_("source of the basis"), max_length=300)
    retention = models.CharField(_("kept until"), max_length=200)
    seen_by = models.CharField(_("who sees it"), max_length=300)
    rights = models.CharField(_("rights"), max_length=300)
    consent = models.BooleanField(_("separate consent is asked for"), default=False)  # PIPL art. 29
    guardian = models.BooleanField(_("a guardian consents for those under 14"), default=False)  # PIPL art. 31
    by = models.ForeignKey("plant.Account", models.PROTECT, related_name="+", null=True)
    at = models.DateTimeField(_("entered at"), null=True)

    class Meta:
        ordering = ["code", "-version"]
        constraints = [models.UniqueConstraint(fields=["code", "version"], name="notice_once_a_version")]

    def __str__(self):
        return f"{self.purpose} v{self.version}"


class NoticeReceipt(models.Model):
    """That a person was shown a version of a notice and receipted it."""

    notice = models.ForeignKey(Notice, models.PROTECT, related_name="receipts")
    person = models.ForeignKey("plant.Person", models.PROTECT, related_name="notice_receipts")
    at = models.DateTimeField(_("receipted at"))

    class Meta:
        ordering = ["-id"]
        constraints = [models.UniqueConstraint(fields=["notice", "person"], name="notice_receipt_once")]

    def __str__(self):
        return f"{self.notice_id} {self.person_id}"


class Consent(models.Model):
    """What somebody said to one version of a notice, for himself or for a child under 14. The newest row counts."""

    notice = models.ForeignKey(Notice, models.PROTECT, related_name="consents")
    person = models.ForeignKey("plant.Person", models.PROTECT, verbose_name=_("about whom"), related_name="consents")
    given = models.BooleanField(_("agreed"))
    guardian = models.ForeignKey(
        "plant.Person", models.PROTECT, verbose_name=_("guardian"), related_name="+", null=True
    )
    by = models.ForeignKey("plant.Account", models.PROTECT, related_name="+")
    at = models.DateTimeField(_("said at"))

    class Meta:
        ordering = ["-id"]
        indexes = [models.Index(fields=["person", "notice"])]

    def __str__(self):
        return f"{self.notice_id} {self.person_id} {self.given}"
