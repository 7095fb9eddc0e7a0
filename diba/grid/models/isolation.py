"""Who is isolated where, until when by which rule, and what was changed by whom."""

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from diba.plant.fields import SealedText


class Cause(models.TextChoices):
    CONTACT = "contact", _("contact of a case")
    RETURNEE = "returnee", _("returned from elsewhere")
    CASE = "case", _("is a case")
    SYMPTOMS = "symptoms", _("has symptoms")
    OTHER = "other", _("other cause")


class IsolationKind(models.TextChoices):
    HOME = "home", _("at home")
    CENTRAL = "central", _("in a central place")
    ON_SITE = "on_site", _("on site")
    HOSPITAL = "hospital", _("in hospital")


class IsolationOrder(models.Model):
    """That a person has to stay isolated from a moment on. What may change stands in its changes; the newest holds."""

    uid = models.UUIDField(unique=True)
    response = models.ForeignKey("plant.Response", models.PROTECT, related_name="+")
    person = models.ForeignKey(
        "plant.Person", models.PROTECT, verbose_name=_("person"), related_name="isolation_orders"
    )
    cause = models.CharField(_("cause"), max_length=12, choices=Cause)
    begun_at = models.DateTimeField(_("begun at"))
    by = models.ForeignKey("plant.Account", models.PROTECT, verbose_name=_("ordered by"), related_name="+", null=True)
    at = models.DateTimeField(_("entered at"))
    released_at = models.DateTimeField(_("released at"), null=True)
    released_by = models.ForeignKey("plant.Account", models.PROTECT, related_name="+", null=True)

    class Meta:
        ordering = ["begun_at", "id"]
        constraints = [
            models.UniqueConstraint(
                fields=["person", "response"], condition=Q(released_at=None), name="isolation_one_open_a_person"
            )
        ]
        indexes = [models.Index(fields=["released_at", "person"])]

    def __str__(self):
        return f"{self.person_id} {self.begun_at:%Y-%m-%d}"


class IsolationChange(models.Model):
    """How an order stands from a moment on, whole, with author and reason. Written once.

    counted_from: the last exposure, or the arrival; days, tests, gap, quiet: the rule it was given under; written_no:
    number of the written order, empty while it is only spoken.
    """

    class What(models.TextChoices):
        ORDERED = "ordered", _("ordered")
        WRITTEN = "written", _("written order handed over")
        MOVED = "moved", _("moved")
        RESTARTED = "restarted", _("count begun anew")
        PROPOSED = "proposed", _("release proposed")
        REFUSED = "refused", _("release refused")
        RELEASED = "released", _("released")
        WITHDRAWN = "withdrawn", _("taken back")  # ordered by mistake, within the hour

    order = models.ForeignKey(IsolationOrder, models.PROTECT, related_name="changes")
    what = models.CharField(_("change"), max_length=12, choices=What)
    kind = models.CharField(_("kind"), max_length=12, choices=IsolationKind)
    place = SealedText(_("place"), blank=True, default="")
    counted_from = models.DateField(_("counted from"))
    ends_on = models.DateField(_("planned end"))
    days = models.PositiveSmallIntegerField(_("days"))
    tests = models.PositiveSmallIntegerField(_("negative tests asked for"))
    gap = models.PositiveSmallIntegerField(_("days between two samples"))
    quiet = models.PositiveSmallIntegerField(_("days without symptoms asked for"))
    written_no = models.CharField(_("number of the written order"), max_length=60, blank=True)
    reason = SealedText(_("reason"), blank=True, default="")
    by = models.ForeignKey("plant.Account", models.PROTECT, related_name="+", null=True)
    at = models.DateTimeField(_("at"))

    class Meta:
        ordering = ["id"]

    def __str__(self):
        return f"{self.order_id} {self.what}"


class IsolationNeed(models.Model):
    """Something an isolated person needs, and who brought it."""

    order = models.ForeignKey(IsolationOrder, models.PROTECT, related_name="needs")
    what = SealedText(_("what is needed"))
    by = models.ForeignKey("plant.Account", models.PROTECT, related_name="+", null=True)
    at = models.DateTimeField(_("at"))
    met_at = models.DateTimeField(_("brought at"), null=True)
    met_by = models.ForeignKey("plant.Account", models.PROTECT, related_name="+", null=True)

    class Meta:
        ordering = ["id"]

    def __str__(self):
        return f"{self.order_id}"


class PersonTest(models.Model):
    """A sample of somebody in isolation or back from elsewhere; a result that came later, or was wrong, is a new row."""

    class Result(models.TextChoices):
        WAITING = "waiting", _("not back yet")
        NEGATIVE = "negative", _("negative")
        POSITIVE = "positive", _("positive")
        UNCLEAR = "unclear", _("not clear")

    uid = models.UUIDField(unique=True)
    response = models.ForeignKey("plant.Response", models.PROTECT, related_name="+")
    person = models.ForeignKey("plant.Person", models.PROTECT, verbose_name=_("person"), related_name="tests")
    taken_on = models.DateField(_("sample taken on"))
    result = SealedText(_("result"))
    corrects = models.OneToOneField("self", models.PROTECT, related_name="corrected_by", null=True)
    by = models.ForeignKey("plant.Account", models.PROTECT, related_name="+", null=True)
    at = models.DateTimeField(_("at"))

    class Meta:
        ordering = ["taken_on", "id"]
        indexes = [models.Index(fields=["person", "taken_on"])]

    def __str__(self):
        return f"{self.person_id} {self.taken_on}"

    from_lab = False

    def get_result_display(self):
        return dict(self.Result.choices).get(str(self.result), "")
