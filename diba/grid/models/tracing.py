"""Who was near a case, and the days on which he is looked after for it."""

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from diba.plant.fields import SealedJson, SealedText

from .cases import Case, CaseChange
from .contacts import Outcome


class Contact(models.Model):
    """That a person may have been near a case, or near somebody who was. One a case and person; each step is a row."""

    class State(models.TextChoices):
        CANDIDATE = "candidate", _("to be judged")
        ACCEPTED = "accepted", _("followed up")
        REJECTED = "rejected", _("not a contact")
        LOST = "lost", _("cannot be found")
        WITHDRAWN = "withdrawn", _("taken back")

    CLOSE, SECOND = 1, 2

    case = models.ForeignKey(Case, models.PROTECT, related_name="contacts")
    change = models.ForeignKey(CaseChange, models.PROTECT, related_name="+")  # the classification that listed him
    person = models.ForeignKey("plant.Person", models.PROTECT, related_name="contact_of")
    level = models.PositiveSmallIntegerField(_("degree"), choices=[(CLOSE, _("close contact")), (SECOND, _("contact of a contact"))])  # fmt: skip
    via = models.ForeignKey("self", models.PROTECT, related_name="further", null=True)
    grounds = SealedJson(_("why"), null=True)  # [[kind, first day, last day, minutes or None, place, detail], …]
    rank = models.PositiveIntegerField(_("rank"))  # nearest first: the kind, then the minutes
    minutes = models.PositiveIntegerField(_("minutes"), null=True)
    first_exposed_on = models.DateField(_("first exposure"))
    last_exposed_on = models.DateField(_("last exposure"))
    state = models.CharField(_("state"), max_length=12, choices=State, default=State.CANDIDATE)
    accepted_on = models.DateField(_("accepted on"), null=True)
    days = models.PositiveSmallIntegerField(_("follow-up, days"))  # the policy's when he was listed or exposed again
    listed_at = models.DateTimeField(_("listed at"))

    class Meta:
        ordering = ["level", "-rank", "id"]
        constraints = [models.UniqueConstraint(fields=["case", "person"], name="contact_once_a_case")]
        indexes = [models.Index(fields=["state", "accepted_on"]), models.Index(fields=["person", "state"])]

    def __str__(self):
        return f"{self.case_id} {self.person_id}"


class ContactStep(models.Model):
    """One thing decided about a contact: accepted, rejected, exposed again, lost, taken back. Append-only."""

    class Verb(models.TextChoices):
        LISTED = "listed", _("listed")
        ACCEPTED = "accepted", _("accepted")
        REJECTED = "rejected", _("rejected")
        RESTARTED = "restarted", _("exposed again, begun anew")
        LOST = "lost", _("cannot be found")
        WITHDRAWN = "withdrawn", _("taken back")

    contact = models.ForeignKey(Contact, models.PROTECT, related_name="steps")
    verb = models.CharField(_("step"), max_length=12, choices=Verb)
    reason = SealedText(_("reason"), blank=True, default="")
    last_exposed_on = models.DateField(_("last exposure"))
    by = models.ForeignKey("plant.Account", models.PROTECT, related_name="+", null=True)
    at = models.DateTimeField(_("at"))

    class Meta:
        ordering = ["id"]

    def __str__(self):
        return self.verb


class FollowUp(models.Model):
    """That a contact was, or was not, seen on a day of his follow-up. The newest row of a day counts."""

    uid = models.UUIDField(unique=True)
    contact = models.ForeignKey(Contact, models.PROTECT, related_name="visits")
    day = models.DateField(_("day"))
    outcome = models.CharField(_("outcome"), max_length=16, choices=Outcome)
    note = SealedText(_("note"), blank=True, default="")
    by = models.ForeignKey("plant.Account", models.PROTECT, related_name="+", null=True)
    at = models.DateTimeField(_("at"))

    class Meta:
        ordering = ["id"]
        indexes = [models.Index(fields=["contact", "day"])]

    def __str__(self):
        return f"{self.contact_id} {self.day} {self.outcome}"


class ContactFollower(models.Model):
    """Who looks after a contact from then on instead of his cell's lead; nobody: the lead again. The newest row counts."""

    contact = models.ForeignKey(Contact, models.PROTECT, related_name="followers")
    follower = models.ForeignKey("plant.Person", models.PROTECT, related_name="+", null=True)
    by = models.ForeignKey("plant.Account", models.PROTECT, related_name="+", null=True)
    at = models.DateTimeField(_("at"))

    class Meta:
        ordering = ["id"]

    def __str__(self):
        return f"{self.contact_id} {self.follower_id}"


SEEN = (Outcome.SEEN_OK, Outcome.SEEN_NOT_OK)
FOLLOWED = Q(state=Contact.State.ACCEPTED)
