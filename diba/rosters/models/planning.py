"""Teams, rosters and their duties; drafts on the way to one; publications and who was told."""

from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _


class TeamName(models.TextChoices):
    A = "A", _("Team A")
    B = "B", _("Team B")
    C = "C", _("Team C")
    RESERVE = "R", _("Reserve")


class Split(models.Model):
    """One division of the staff into teams A, B and reserve. The newest adopted one is in force."""

    at = models.DateTimeField(_("made at"))
    by = models.ForeignKey("plant.Account", models.PROTECT, related_name="+", null=True)
    adopted_at = models.DateTimeField(_("adopted at"), null=True)
    pattern = models.ForeignKey("plant.WatchPattern", models.PROTECT)
    figures = models.JSONField(default=dict)  # sizes, depth and balance of each team, as the core gave them

    class Meta:
        ordering = ["-at", "-id"]

    def __str__(self):
        return f"{timezone.localtime(self.at):%Y-%m-%d %H:%M}"


class Membership(models.Model):
    """Who is in which team of a split."""

    split = models.ForeignKey(Split, models.PROTECT, related_name="memberships")
    person = models.ForeignKey("plant.Person", models.PROTECT, related_name="memberships")
    team = models.CharField(_("team"), max_length=1, choices=TeamName)

    class Meta:
        ordering = ["split_id", "team", "person_id"]
        constraints = [models.UniqueConstraint(fields=["split", "person"], name="membership_once_a_split")]

    def __str__(self):
        return f"{self.person_id} {self.team}"


class Roster(models.Model):
    """A plan of duties for a stretch of days: a draft, then published, then superseded by its successor."""

    class State(models.TextChoices):
        ASKED = "asked", _("asked")
        DRAFT = "draft", _("draft")
        IMPOSSIBLE = "impossible", _("impossible")
        PUBLISHED = "published", _("published")
        SUPERSEDED = "superseded", _("superseded")
        DROPPED = "dropped", _("dropped")

    name = models.CharField(_("name"), max_length=80, blank=True)
    state = models.CharField(_("state"), max_length=12, choices=State, default=State.ASKED)
    pattern = models.ForeignKey("plant.WatchPattern", models.PROTECT, verbose_name=_("watch pattern"))
    split = models.ForeignKey(Split, models.PROTECT, verbose_name=_("teams"), null=True, blank=True)
    level = models.PositiveSmallIntegerField(_("response level"), default=0)
    first_day = models.DateField(_("first day"))
    days = models.PositiveSmallIntegerField(_("days"))
    rules = models.JSONField(default=dict)  # the planner's wishes: block length, rest, longest run, weights, seconds
    seed = models.PositiveIntegerField(default=1)
    result = models.JSONField(default=dict)  # objective, bound, gap, seconds, engine, holes; or the clash
    # A repair is a roster too: it says which one it changes, and takes its place when it is published.
    repairs = models.ForeignKey("self", models.PROTECT, related_name="repaired_by", null=True, blank=True)
    # A version made from another one by hand, or by searching on from it.
    revises = models.ForeignKey("self", models.PROTECT, related_name="revised_by", null=True, blank=True)
    job = models.ForeignKey("plant.Job", models.SET_NULL, null=True, blank=True, related_name="+")
    asked_by = models.ForeignKey("plant.Account", models.PROTECT, related_name="+", null=True)
    asked_at = models.DateTimeField(_("asked at"))
    published_by = models.ForeignKey("plant.Account", models.PROTECT, related_name="+", null=True)
    published_at = models.DateTimeField(_("published at"), null=True)
    superseded_at = models.DateTimeField(_("superseded at"), null=True)
    superseded_by = models.ForeignKey("self", models.PROTECT, related_name="superseded", null=True, blank=True)

    class Meta:
        ordering = ["-asked_at", "-id"]
        indexes = [models.Index(fields=["state", "first_day"])]

    def __str__(self):
        return self.name or f"{self.first_day}"

    @property
    def broke_off(self):
        """Say whether the search for it ended without an answer; computed from its job, so that no fault can keep it from being said."""
        return self.state == self.State.ASKED and self.job is not None and self.job.broke_off


class Duty(models.Model):
    """One person at one post on one watch of one day, in one roster."""

    roster = models.ForeignKey(Roster, models.CASCADE, related_name="duties")
    person = models.ForeignKey("plant.Person", models.PROTECT, verbose_name=_("person"), related_name="duties")
    day = models.DateField(_("day"))
    watch = models.ForeignKey("plant.Watch", models.PROTECT, verbose_name=_("watch"))
    post = models.ForeignKey("plant.Post", models.PROTECT, verbose_name=_("post"))
    pinned = models.BooleanField(_("pinned"), default=False)

    class Meta:
        ordering = ["day", "watch_id", "post_id", "person_id"]
        constraints = [models.UniqueConstraint(fields=["roster", "person", "day"], name="duty_one_a_person_day")]
        indexes = [models.Index(fields=["roster", "day"]), models.Index(fields=["person", "day"])]

    def __str__(self):
        return f"{self.day} {self.person_id}"
