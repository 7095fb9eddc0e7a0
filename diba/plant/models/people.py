"""Who belongs to the plant: staff, their families, contractors; what they may do, and when they are away."""

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy
from simple_history.models import HistoricalRecords

from ..fields import EncryptedField


class Household(models.Model):
    """People who live together, and so fall ill together."""

    code = models.CharField(_("code"), max_length=32, unique=True)
    address = models.CharField(_("address"), max_length=200, blank=True)
    history = HistoricalRecords()

    def __str__(self):
        return self.code


class PersonKind(models.TextChoices):
    EMPLOYEE = "employee", _("employee")
    FAMILY = "family", _("family member")
    CONTRACTOR = "contractor", _("contractor")


class Sex(models.TextChoices):
    MALE = "M", _("male")
    FEMALE = "F", _("female")
    UNKNOWN = "", _("not stated")


class Person(models.Model):
    """A human being the plant answers for. The staff number is the stable id that people themselves use."""

    staff_no = models.CharField(_("staff number"), max_length=32, unique=True, null=True, blank=True)
    name = models.CharField(pgettext_lazy("person", "name"), max_length=60, db_index=True)
    kind = models.CharField(_("kind"), max_length=12, choices=PersonKind, default=PersonKind.EMPLOYEE)
    sex = models.CharField(_("sex"), max_length=1, choices=Sex, default="", blank=True)
    birth = models.DateField(_("date of birth"), null=True, blank=True)
    identity = EncryptedField(_("identity number"), blank=True, default="")
    identity_hash = models.CharField(max_length=64, unique=True, null=True, blank=True, editable=False)
    phone = models.CharField(_("phone"), max_length=32, blank=True, db_index=True)
    unit = models.ForeignKey(
        "plant.Unit",
        models.PROTECT,
        verbose_name=_("department or team"),
        related_name="members",
        null=True,
        blank=True,
    )
    cell = models.ForeignKey(
        "plant.Unit", models.PROTECT, verbose_name=_("cell"), related_name="cell_members", null=True, blank=True
    )
    household = models.ForeignKey(
        Household, models.PROTECT, verbose_name=_("household"), related_name="members", null=True, blank=True
    )
    relative_of = models.ForeignKey(
        "self", models.PROTECT, verbose_name=_("family of"), related_name="relatives", null=True, blank=True
    )
    relation = models.CharField(_("relation"), max_length=20, blank=True)
    employer = models.CharField(_("employer"), max_length=100, blank=True)
    job_title = models.CharField(_("job title"), max_length=60, blank=True)
    joined = models.DateField(_("joined on"), null=True, blank=True)
    residence = models.CharField(_("residence"), max_length=200, blank=True)
    room = models.CharField(_("dormitory room"), max_length=40, blank=True)
    bus = models.CharField(_("commuter bus"), max_length=40, blank=True)
    holiday_place = models.CharField(_("where the holiday was spent"), max_length=200, blank=True)
    note = models.CharField(_("note"), max_length=300, blank=True)
    left_on = models.DateField(_("left on"), null=True, blank=True)
    history = HistoricalRecords()

    class Meta:
        ordering = ["staff_no", "id"]
        indexes = [models.Index(fields=["cell", "left_on"]), models.Index(fields=["unit", "left_on"])]

    def __str__(self):
        return self.name

    def in_full(self):
        """Return the person as a choice shows him: two of one name are told apart by staff number and unit."""
        return " · ".join(filter(None, [self.name, self.staff_no, self.unit.name if self.unit_id else ""]))

    def masked_identity(self):
        """Return the identity number with all but its last four characters hidden."""
        return "*" * (len(self.identity) - 4) + self.identity[-4:] if self.identity else ""

    def masked_phone(self):
        """Return the phone number as 150****1234; a short one is hidden whole."""
        return f"{self.phone[:3]}****{self.phone[-4:]}" if len(self.phone) >= 9 else "*" * len(self.phone)


class Certificate(models.Model):
    """That a person holds a qualification, from when, until when (the last day it is valid; empty: for good)."""

    person = models.ForeignKey(Person, models.PROTECT, verbose_name=_("person"), related_name="certificates")
    qualification = models.ForeignKey(
        "plant.Qualification", models.PROTECT, verbose_name=_("qualification"), related_name="certificates"
    )
    number = models.CharField(_("certificate number"), max_length=60, blank=True)
    issued = models.DateField(_("issued on"), null=True, blank=True)
    expires = models.DateField(_("valid until"), null=True, blank=True)
    history = HistoricalRecords()

    class Meta:
        ordering = ["person_id", "qualification_id"]
        constraints = [
            models.UniqueConstraint(fields=["person", "qualification"], name="certificate_once_a_person"),
        ]

    def __str__(self):
        return f"{self.person} {self.qualification}"

    def is_valid_on(self, day):
        return (self.issued is None or self.issued <= day) and (self.expires is None or day <= self.expires)


class AbsenceKind(models.TextChoices):
    LEAVE = "leave", _("leave")
    SICK = "sick", _("sick leave")
    TRAVEL = "travel", _("business trip")
    TRAINING = "training", _("training")
    CHECKING = "checking", _("under check")
    ISOLATION = "isolation", _("isolation")
    OTHER = "other", _("other absence")


class Absence(models.Model):
    """When a person cannot stand a watch, why, who agreed, and until when. An open end means: until further notice."""

    class State(models.TextChoices):
        REQUESTED = "requested", _("requested")
        APPROVED = "approved", _("approved")
        REFUSED = "refused", _("refused")
        ENDED = "ended", _("taken back")

    person = models.ForeignKey(Person, models.PROTECT, verbose_name=_("person"), related_name="absences")
    kind = models.CharField(_("kind"), max_length=12, choices=AbsenceKind)
    starts_at = models.DateTimeField(_("from"))
    ends_at = models.DateTimeField(_("until"), null=True, blank=True)
    reason = models.CharField(_("reason"), max_length=300, blank=True)
    state = models.CharField(_("state"), max_length=12, choices=State, default=State.REQUESTED)
    approver = models.ForeignKey(
        "plant.Account", models.PROTECT, verbose_name=_("approver"), related_name="+", null=True, blank=True
    )
    entered_by = models.ForeignKey("plant.Account", models.PROTECT, related_name="+", null=True, blank=True)
    entered_at = models.DateTimeField(_("entered at"))
    # What caused it, such as "checkin:123": the same cause makes one absence however often it is reported.
    source = models.CharField(_("source"), max_length=60, blank=True)
    history = HistoricalRecords()

    class Meta:
        ordering = ["starts_at", "id"]
        indexes = [models.Index(fields=["state", "ends_at", "starts_at"])]
        constraints = [
            models.CheckConstraint(
                condition=Q(ends_at=None) | Q(ends_at__gt=models.F("starts_at")), name="absence_ends_after_start"
            ),
            models.UniqueConstraint(fields=["source"], condition=~Q(source=""), name="absence_once_a_source"),
        ]

    def __str__(self):
        return f"{self.person} {self.get_kind_display()}"
