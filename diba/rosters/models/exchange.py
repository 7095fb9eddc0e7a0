"""What people ask of a roster: wishes before it, swaps after it, and their duties in a calendar of their own."""

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from .planning import Roster


class WishCall(models.Model):
    """A call for wishes: for which days they are taken, and until when. The newest call that holds a day counts."""

    first_day = models.DateField(_("first day"))
    last_day = models.DateField(_("last day"))
    deadline = models.DateTimeField(_("wishes until"))
    by = models.ForeignKey("plant.Account", models.PROTECT, related_name="+", null=True)
    at = models.DateTimeField(_("called at"))

    class Meta:
        ordering = ["-at", "-id"]
        constraints = [
            models.CheckConstraint(condition=Q(last_day__gte=models.F("first_day")), name="wish_call_ends_after_start")
        ]

    def __str__(self):
        return f"{self.first_day}–{self.last_day}"


class Wish(models.Model):
    """One wish of one person for one day. Withdrawn, it stays and counts no more; whether it was granted is computed."""

    class Weight(models.IntegerChoices):
        """The class of a wish: what it takes from the budget, and by how much the search minds refusing it."""

        LIGHT = 1, _("would be nice")
        MEDIUM = 3, _("matters")
        STRONG = 6, _("matters a lot")

    person = models.ForeignKey("plant.Person", models.PROTECT, verbose_name=_("person"), related_name="wishes")
    day = models.DateField(_("day"))
    # Without a watch the wish is for a day off.
    watch = models.ForeignKey("plant.Watch", models.PROTECT, verbose_name=_("watch"), null=True, blank=True)
    weight = models.PositiveSmallIntegerField(_("how much it matters"), choices=Weight, default=Weight.LIGHT)
    by = models.ForeignKey("plant.Account", models.PROTECT, related_name="+", null=True)
    at = models.DateTimeField(_("entered at"))
    withdrawn_at = models.DateTimeField(_("withdrawn at"), null=True, blank=True)

    class Meta:
        ordering = ["day", "id"]
        constraints = [
            models.UniqueConstraint(fields=["person", "day"], condition=Q(withdrawn_at=None), name="wish_one_a_day")
        ]
        indexes = [models.Index(fields=["day", "withdrawn_at"])]

    def __str__(self):
        return f"{self.person_id} {self.day}"


class Swap(models.Model):
    """Duties that change hands between two people. `giver_day` goes to the taker; `taker_day`, if any, comes back.

    Done is computed: approved, and the last of its days is over.
    """

    class Kind(models.TextChoices):
        EXCHANGE = "exchange", _("exchange")
        GIVE = "give", _("give away")
        TAKE = "take", _("take over in an emergency")

    class State(models.TextChoices):
        ASKED = "asked", _("asked, not answered")
        AGREED = "agreed", _("agreed, not approved")
        TAKEN = "taken", _("taken over, approval to follow")
        APPROVED = "approved", _("approved")
        REFUSED = "refused", _("refused")
        WITHDRAWN = "withdrawn", _("withdrawn")
        EXPIRED = "expired", _("lapsed")

    kind = models.CharField(_("kind"), max_length=10, choices=Kind)
    state = models.CharField(_("state"), max_length=10, choices=State, default=State.ASKED)
    giver = models.ForeignKey("plant.Person", models.PROTECT, verbose_name=_("gives"), related_name="swaps_given")
    giver_day = models.DateField(_("day"))
    giver_watch = models.ForeignKey("plant.Watch", models.PROTECT, related_name="+")
    giver_post = models.ForeignKey("plant.Post", models.PROTECT, related_name="+")
    taker = models.ForeignKey("plant.Person", models.PROTECT, verbose_name=_("takes"), related_name="swaps_taken")
    taker_day = models.DateField(_("day in return"), null=True, blank=True)
    taker_watch = models.ForeignKey("plant.Watch", models.PROTECT, related_name="+", null=True, blank=True)
    taker_post = models.ForeignKey("plant.Post", models.PROTECT, related_name="+", null=True, blank=True)
    # Asked by somebody else than the two, for them, with a reason.
    on_behalf = models.BooleanField(_("on behalf"), default=False)
    reason = models.CharField(_("reason"), max_length=200, blank=True)
    broken = models.JSONField(default=list, blank=True)  # as the referee last named them: [{rule, person, day, …}]
    asked_by = models.ForeignKey("plant.Account", models.PROTECT, related_name="+", null=True)
    asked_at = models.DateTimeField(_("asked at"))
    expires_at = models.DateTimeField(_("lapses at"))

    class Meta:
        ordering = ["-asked_at", "-id"]
        indexes = [models.Index(fields=["state", "expires_at"])]
        constraints = [
            models.CheckConstraint(condition=~Q(giver=models.F("taker")), name="swap_between_two"),
        ]

    def __str__(self):
        return f"{self.giver_id} → {self.taker_id} {self.giver_day}"

    OPEN = (State.ASKED, State.AGREED, State.TAKEN)

    @property
    def is_open(self):
        return self.state in self.OPEN

    @property
    def last_day(self):
        return max(self.giver_day, self.taker_day or self.giver_day)


class SwapStep(models.Model):
    """One step of a swap: into which state, by whom (nobody: by the rules or the clock), with which words."""

    swap = models.ForeignKey(Swap, models.PROTECT, related_name="steps")
    state = models.CharField(_("state"), max_length=10, choices=Swap.State)
    by = models.ForeignKey("plant.Account", models.PROTECT, related_name="+", null=True)
    at = models.DateTimeField(_("at"))
    words = models.CharField(_("words"), max_length=200, blank=True)  # a person's, or a code of `actions.swaps.WHY`
    broken = models.JSONField(default=list, blank=True)

    class Meta:
        ordering = ["swap_id", "id"]

    def __str__(self):
        return f"{self.swap_id} {self.state}"


class Correction(models.Model):
    """One cell of a published roster that was changed after publishing: what stood there, what stands there now, and why.

    Rows are only added; the roster as it was published is what its duties are with the corrections taken back.
    """

    roster = models.ForeignKey(Roster, models.PROTECT, related_name="corrections")
    swap = models.ForeignKey(Swap, models.PROTECT, related_name="corrections", null=True, blank=True)
    person = models.ForeignKey("plant.Person", models.PROTECT, related_name="corrections")
    day = models.DateField(_("day"))
    old_watch = models.ForeignKey("plant.Watch", models.PROTECT, related_name="+", null=True, blank=True)
    old_post = models.ForeignKey("plant.Post", models.PROTECT, related_name="+", null=True, blank=True)
    new_watch = models.ForeignKey("plant.Watch", models.PROTECT, related_name="+", null=True, blank=True)
    new_post = models.ForeignKey("plant.Post", models.PROTECT, related_name="+", null=True, blank=True)
    reason = models.CharField(_("reason"), max_length=200)
    by = models.ForeignKey("plant.Account", models.PROTECT, related_name="+", null=True)
    at = models.DateTimeField(_("at"))

    class Meta:
        ordering = ["at", "id"]
        indexes = [models.Index(fields=["person", "day"])]

    def __str__(self):
        return f"{self.person_id} {self.day}"


class Reminder(models.Model):
    """That a person was reminded of a day's duty: once, however often the clock strikes."""

    person = models.ForeignKey("plant.Person", models.PROTECT, related_name="reminders")
    day = models.DateField(_("day"))
    at = models.DateTimeField(_("at"))

    class Meta:
        ordering = ["-day", "person_id"]
        constraints = [models.UniqueConstraint(fields=["person", "day"], name="reminder_once_a_day")]

    def __str__(self):
        return f"{self.person_id} {self.day}"


class Feed(models.Model):
    """A calendar address of one person or one post. Only the token's hash is kept; a revoked feed stays as a row."""

    person = models.ForeignKey("plant.Person", models.PROTECT, related_name="feeds", null=True, blank=True)
    post = models.ForeignKey("plant.Post", models.PROTECT, related_name="feeds", null=True, blank=True)
    name = models.CharField(_("where it is used"), max_length=60, blank=True)
    token_hash = models.CharField(max_length=64, unique=True)
    made_by = models.ForeignKey("plant.Account", models.PROTECT, related_name="+", null=True)
    made_at = models.DateTimeField(_("made at"))
    revoked_by = models.ForeignKey("plant.Account", models.PROTECT, related_name="+", null=True, blank=True)
    revoked_at = models.DateTimeField(_("revoked at"), null=True, blank=True)
    last_used_at = models.DateTimeField(_("last used at"), null=True, blank=True)
    hour_began_at = models.DateTimeField(null=True, blank=True)
    hour_uses = models.PositiveIntegerField(default=0)  # since hour_began_at

    class Meta:
        ordering = ["-made_at", "-id"]
        constraints = [
            models.CheckConstraint(
                condition=Q(person=None, post__isnull=False) | Q(person__isnull=False, post=None),
                name="feed_of_a_person_or_a_post",
            )
        ]

    def __str__(self):
        return self.name or f"{self.person_id or self.post_id}"
