"""The ledger: every crossing as the device wrote it and as the server judged it again; what somebody must look at; who is inside."""

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from diba.plant.fields import SealedJson, SealedText


class Crossing(models.Model):
    """One crossing, or one that was refused. Written once: the same number from a device is the same row for ever.

    at: the device's clock set right by its drift; device_at: what its clock said. verdict and reason: what the guard was
    shown; judged, judged_reason: the same table by what the server knows of that moment. went: he passed.
    """

    class Direction(models.TextChoices):
        IN = "in", _("in")
        OUT = "out", _("out")

    class Kind(models.TextChoices):
        PERSON = "person", _("person")
        VISITOR = "visitor", _("visitor")
        VEHICLE = "vehicle", _("vehicle")
        UNKNOWN = "unknown", _("unknown")

    uid = models.UUIDField(unique=True)
    digest = models.CharField(max_length=64)  # of who, where, when: another record under the same number is no replay
    batch = models.UUIDField()  # the request that wrote it
    gate = models.ForeignKey("gates.Gate", models.PROTECT, verbose_name=_("gate"), related_name="crossings")
    device = models.ForeignKey("gates.Device", models.PROTECT, related_name="crossings")
    at = models.DateTimeField(_("at"), db_index=True)
    device_at = models.DateTimeField(_("by the device's clock"))
    received_at = models.DateTimeField(_("received at"), db_index=True)
    drift = models.IntegerField(_("clock drift, s"))
    direction = models.CharField(_("direction"), max_length=3, choices=Direction)
    kind = models.CharField(_("kind"), max_length=8, choices=Kind)
    person = models.ForeignKey("plant.Person", models.PROTECT, related_name="crossings", null=True)
    visit = models.ForeignKey("gates.Visit", models.PROTECT, related_name="crossings", null=True)
    vehicle = models.ForeignKey("gates.Vehicle", models.PROTECT, related_name="crossings", null=True)
    pass_number = models.PositiveIntegerField(_("pass number"), null=True)
    passed = models.CharField(_("pass"), max_length=12, default="none")
    # Sealed: name, plate, driver, passengers, cargo, purpose, host, note, declaration, why forced, temperature in tenths of °C and how.
    said = SealedJson(null=True)
    fever = models.CharField(max_length=8, blank=True)  # the table's word for the readings: normal, high, again, fever
    guard = models.CharField(_("guard"), max_length=32, blank=True)
    verdict = models.CharField(_("verdict"), max_length=4)
    reason = models.CharField(_("reason"), max_length=20)
    lists = models.CharField(max_length=64, blank=True)  # version of the lists it was judged by
    refusal = models.CharField(_("refused"), max_length=20, blank=True)
    disinfected = models.BooleanField(_("disinfected"), default=False)
    forced = models.BooleanField(_("let in against the verdict"), default=False)
    went = models.BooleanField(_("passed the gate"))
    judged = models.CharField(_("judged again"), max_length=4)
    judged_reason = models.CharField(max_length=20)
    flags = models.CharField(max_length=80, blank=True)  # warnings of the second judgement, by blanks

    class Meta:
        ordering = ["-at", "-id"]
        indexes = [
            models.Index(fields=["gate", "at"]),
            models.Index(fields=["person", "at"]),
            models.Index(fields=["pass_number"], condition=Q(pass_number__isnull=False), name="crossing_by_pass"),
            models.Index(fields=["at"], condition=Q(fever__in=["high", "again"]), name="crossing_half_measured"),
        ]

    def __str__(self):
        return f"{self.gate_id} {self.direction} {self.at:%Y-%m-%d %H:%M}"


class Unread(models.Model):
    """A record that could not be read, kept as it came, sealed. The same words from the same device are kept once."""

    device = models.ForeignKey("gates.Device", models.PROTECT, related_name="unread")
    digest = models.CharField(max_length=64)
    raw = SealedText()
    why = models.CharField(_("why"), max_length=120)
    at = models.DateTimeField(_("received at"), db_index=True)

    class Meta:
        ordering = ["id"]
        constraints = [models.UniqueConstraint(fields=["device", "digest"], name="unread_once_a_device")]

    def __str__(self):
        return f"{self.device_id} {self.why}"


class OpenItem(models.Model):
    """Something of the ledger that a person must look at: closed once, with words."""

    class Kind(models.TextChoices):
        REFUSED = "refused", _("the server would not have let pass")
        UNREAD = "unread", _("could not be read")
        FEVER = "fever", _("fever at the gate")
        AFTER = "after", _("came in after a fever at a gate")
        HELD = "held", _("came in at the moment in which he was held")
        HOT_EXIT = "hot_exit", _("went out with a high reading")

    kind = models.CharField(_("kind"), max_length=8, choices=Kind)
    crossing = models.OneToOneField(Crossing, models.PROTECT, related_name="item", null=True)
    unread = models.OneToOneField(Unread, models.PROTECT, related_name="item", null=True)
    opened_at = models.DateTimeField(_("opened at"), db_index=True)
    closed_at = models.DateTimeField(_("closed at"), null=True)
    closed_by = models.ForeignKey("plant.Account", models.PROTECT, related_name="+", null=True)
    words = SealedText(_("what was done"), blank=True, default="")

    class Meta:
        ordering = ["closed_at", "opened_at", "id"]
        indexes = [models.Index(fields=["closed_at"], condition=Q(closed_at=None), name="item_open")]
        constraints = [
            models.CheckConstraint(
                condition=Q(crossing__isnull=False, unread=None) | Q(crossing=None, unread__isnull=False),
                name="item_of_one_thing",
            )
        ]

    def __str__(self):
        return f"{self.kind} {self.pk}"


class Presence(models.Model):
    """Where one holder is: one row each, moved by the newest crossing only. inside: in `zone` since `at`, else out since then.

    gate: which he passed then. Out of a zone that lies in another he is inside that one.
    """

    holder = models.CharField(max_length=24, unique=True)  # "person:12", "visitor:3", "vehicle:4"
    person = models.ForeignKey("plant.Person", models.PROTECT, related_name="+", null=True)
    visit = models.ForeignKey("gates.Visit", models.PROTECT, related_name="+", null=True)
    vehicle = models.ForeignKey("gates.Vehicle", models.PROTECT, related_name="+", null=True)
    inside = models.BooleanField()
    zone = models.ForeignKey("gates.Zone", models.PROTECT, related_name="+", null=True)  # None: outside
    gate = models.ForeignKey("gates.Gate", models.PROTECT, related_name="+", null=True)
    at = models.DateTimeField(_("since"), null=True)  # None: no crossing yet

    class Meta:
        ordering = ["id"]
        indexes = [models.Index(fields=["gate"], condition=Q(inside=True), name="presence_inside")]

    def __str__(self):
        return self.holder
