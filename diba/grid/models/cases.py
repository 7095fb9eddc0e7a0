"""Who is suspected to be, is, or turned out not to be infected; what is known of it, and what had to be reported when."""

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from diba.plant.fields import SealedText


class CaseState(models.TextChoices):
    SUSPECTED = "suspected", _("suspected")
    PROBABLE = "probable", _("probable")
    CONFIRMED = "confirmed", _("confirmed")
    ASYMPTOMATIC = "asymptomatic", _("asymptomatic")
    RULED_OUT = "ruled_out", _("ruled out")
    WITHDRAWN = "withdrawn", _("taken back")  # only by undoing the first classification, never chosen


OPEN = (CaseState.SUSPECTED, CaseState.PROBABLE, CaseState.CONFIRMED, CaseState.ASYMPTOMATIC)
OVER = (CaseState.RULED_OUT, CaseState.WITHDRAWN)
# What a double zero counts them under: nobody infected or perhaps infected may stand outside both.
COUNTED_CONFIRMED = (CaseState.CONFIRMED, CaseState.ASYMPTOMATIC)
COUNTED_SUSPECTED = (CaseState.SUSPECTED, CaseState.PROBABLE)
JUDGED = [choice for choice in CaseState.choices if choice[0] != CaseState.WITHDRAWN]
# The reason of a suspicion that an abnormal report, a fever at a gate or a positive result opened and nobody has judged yet.
AT_GATE = "crossing:"
POSITIVE = ("lab:", "test:")  # a laboratory's result of his own tube, or one entered by hand
TOLD_OF = (AT_GATE, *POSITIVE)  # what others measured: it holds him by itself, for no report of his says it
BY_ITSELF = ("checkin:", *TOLD_OF)


class Case(models.Model):
    """That a person is suspected to be, is, or turned out not to be infected. Each change of mind is a `CaseChange`."""

    person = models.ForeignKey("plant.Person", models.PROTECT, related_name="cases")
    response = models.ForeignKey("plant.Response", models.PROTECT, related_name="+", null=True)
    opened_at = models.DateTimeField(_("opened at"))

    class Meta:
        ordering = ["opened_at", "id"]

    def __str__(self):
        return f"{self.person_id}"


class CaseChange(models.Model):
    """One classification of a case, with its author and reason; the newest counts.

    An undoing is a change too: `undoes` names what was taken back, `restores` the change that holds again (none: the case
    is withdrawn), and `state` is that one's.
    """

    case = models.ForeignKey(Case, models.PROTECT, related_name="changes")
    state = models.CharField(_("classification"), max_length=12, choices=CaseState)
    reason = models.CharField(_("reason"), max_length=300, blank=True)  # a code, such as "checkin:12"
    words = SealedText(_("reason"), blank=True, default="")
    undoes = models.OneToOneField("self", models.PROTECT, related_name="undone_by", null=True)
    restores = models.ForeignKey("self", models.PROTECT, related_name="+", null=True)
    by = models.ForeignKey("plant.Account", models.PROTECT, related_name="+", null=True)
    at = models.DateTimeField(_("at"))

    class Meta:
        ordering = ["id"]

    def __str__(self):
        return self.state

    @property
    def why(self):
        """Return the reason in words; a suspicion that a report opened says so."""
        if self.reason.startswith(AT_GATE):
            return _("twice a fever at a gate")
        if self.reason.startswith(POSITIVE):
            return _("positive result, to be judged")
        return _("abnormal check-in") if self.reason.startswith(BY_ITSELF) else self.words or self.reason


class CaseFacts(models.Model):
    """What is known of a case from a moment on; every change is a row with author and reason, the newest counts."""

    class Outcome(models.TextChoices):
        OPEN = "", _("still ill or under watch")
        RECOVERED = "recovered", _("recovered")
        TRANSFERRED = "transferred", _("transferred")
        DIED = "died", _("died")

    class Known(models.TextChoices):
        UNKNOWN = "", _("not known")
        YES = "yes", _("yes")
        NO = "no", _("no")

    case = models.ForeignKey(Case, models.PROTECT, related_name="facts")
    onset = SealedText(_("first symptoms on"), blank=True, default="")  # ISO day; empty: none, or not known
    isolated = SealedText(_("isolated on"), blank=True, default="")
    hospital = SealedText(_("taken to hospital on"), blank=True, default="")
    outcome = SealedText(_("outcome"), blank=True, default="")
    outcome_on = SealedText(_("outcome on"), blank=True, default="")
    contact = SealedText(_("contact with a case"), blank=True, default="")
    travel = SealedText(_("where from, where to in the last 14 days"), blank=True, default="")
    note = SealedText(_("note"), blank=True, default="")
    reason = SealedText(_("reason"), blank=True, default="")
    by = models.ForeignKey("plant.Account", models.PROTECT, related_name="+", null=True)
    at = models.DateTimeField(_("at"))

    class Meta:
        ordering = ["id"]

    def __str__(self):
        return f"{self.case_id} {self.at:%Y-%m-%d %H:%M}"

    @property
    def outcome_words(self):
        """Return the outcome in words; what is sealed has no display of its own."""
        return self.Outcome(str(self.outcome or "")).label

    @property
    def contact_words(self):
        """Return in words whether there was contact with a case."""
        return self.Known(str(self.contact or "")).label


class CaseTest(models.Model):
    """One test of a case; a result that came later or was wrong is a new row that corrects the old one."""

    class Kind(models.TextChoices):
        NUCLEIC = "nucleic", _("nucleic acid")
        ANTIGEN = "antigen", _("antigen")
        ANTIBODY = "antibody", _("antibody")
        CT = "ct", _("CT of the chest")

    class Result(models.TextChoices):
        WAITING = "waiting", _("not back yet")
        POSITIVE = "positive", _("positive")
        NEGATIVE = "negative", _("negative")
        UNCLEAR = "unclear", _("not clear")

    case = models.ForeignKey(Case, models.PROTECT, related_name="tests")
    kind = models.CharField(_("kind"), max_length=12, choices=Kind)
    sampled = SealedText(_("sampled on"))  # ISO day
    result = SealedText(_("result"))
    reason = SealedText(_("reason"), blank=True, default="")
    corrects = models.OneToOneField("self", models.PROTECT, related_name="corrected_by", null=True)
    by = models.ForeignKey("plant.Account", models.PROTECT, related_name="+", null=True)
    at = models.DateTimeField(_("at"))

    class Meta:
        ordering = ["id"]

    def __str__(self):
        return f"{self.case_id} {self.kind}"

    @property
    def result_words(self):
        """Return the result in words; a dash when its key is destroyed."""
        return self.Result(str(self.result)).label if self.result else "—"


class CaseReport(models.Model):
    """That a case had to be reported upwards within hours: the clock, what was sent, when and by whom."""

    case = models.ForeignKey(Case, models.PROTECT, related_name="reports")
    change = models.ForeignKey(CaseChange, models.PROTECT, related_name="+")  # what is reported
    starts_at = models.DateTimeField(_("clock begins"))
    due_at = models.DateTimeField(_("due at"))
    recipient = models.CharField(_("to whom"), max_length=200)
    sent_at = models.DateTimeField(_("sent at"), null=True)
    sent_by = models.ForeignKey("plant.Account", models.PROTECT, related_name="+", null=True)
    method = models.CharField(_("how"), max_length=60, blank=True)
    text = SealedText(_("text as sent"), blank=True, default="")
    dropped_at = models.DateTimeField(_("no longer owed since"), null=True)  # undone before it was sent

    class Meta:
        ordering = ["due_at", "id"]
        constraints = [
            models.UniqueConstraint(
                fields=["case"], condition=Q(sent_at=None, dropped_at=None), name="case_report_one_open"
            )
        ]

    def __str__(self):
        return f"{self.case_id} {self.due_at:%Y-%m-%d %H:%M}"
