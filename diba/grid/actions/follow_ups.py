"""Looking after contacts day by day, to the end the rule sets: who is asked for today, what came of it, how far it is kept."""

from collections import defaultdict
from dataclasses import dataclass
from datetime import datetime, time, timedelta

from django.db import IntegrityError, transaction
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext, gettext_noop

from diba.core import follow_up as core
from diba.core.errors import BadInput
from diba.plant import actions as plant
from diba.plant.models import Person, Role, Task

from ..models import Contact, FollowUp, Outcome
from ..models.tracing import FOLLOWED, SEEN
from .contacts import heard
from .followers import may_follow, responsible, with_follower
from .guardians import refuse_without_consent
from .officers import officer_for
from .policies import policy_on

OPEN = (core.DUE, core.OVERDUE)
TRACED = timedelta(hours=24)  # WHO: contacts traced within 24 h of the case


@dataclass(frozen=True)
class Followed:
    """A contact as his follow-up stands on a day: the Contact, the core's Standing, {day: newest FollowUp}, who looks after him."""

    contact: Contact
    standing: core.Standing
    visits: dict
    follower: Person | None = None

    @property
    def today(self):
        return self.visits.get(plant.today())


def standing_of(contact, visits, today=None):
    """Return how the follow-up of an accepted contact stands. visits: {day: newest FollowUp}."""
    seen = {day for day, row in visits.items() if row.outcome in SEEN}
    return core.standing(contact.accepted_on, contact.last_exposed_on, contact.days, seen, today or plant.today())


def followed(contacts):
    """Return [Followed] of the accepted ones among contacts, overdue first; four queries."""
    rows = list(with_follower(contacts.filter(FOLLOWED)).select_related("person__cell", "person__unit", "case__person"))
    visits = defaultdict(dict)
    for visit in (
        FollowUp.objects.filter(contact__in=[row.pk for row in rows]).order_by("id").select_related("by__person")
    ):
        _keep(visits[visit.contact_id], visit)
    whose = responsible(rows)
    found = [Followed(row, standing_of(row, visits[row.pk]), visits[row.pk], whose[row.pk]) for row in rows]
    order = [core.OVERDUE, core.DUE, core.WAITING, core.DONE, core.ENDED]
    return sorted(found, key=lambda row: (order.index(row.standing.state), row.standing.last, row.contact.pk))


def _keep(visits, visit):
    """Let a visit count for its day, {day: FollowUp}: the newest does, but none after "not well" undoes that."""
    there = visits.get(visit.day)
    if there is None or there.outcome != Outcome.SEEN_NOT_OK or visit.outcome == Outcome.SEEN_NOT_OK:
        visits[visit.day] = visit


def days(contact):
    """Return [(day, its FollowUp or None, whether it is past)], first to last: every day asked for, and every other with a visit.

    Whoever is no contact any more, because the case is over, is asked for on no day; what was found of him stays.
    """
    visits, today = {}, plant.today()
    for visit in contact.visits.order_by("id").select_related("by__person"):
        _keep(visits, visit)
    asked = []
    if contact.state == Contact.State.ACCEPTED:
        asked = core.days_asked(contact.accepted_on, contact.last_exposed_on, contact.days)
    return [(day, visits.get(day), day < today) for day in sorted({*asked, *visits})]


def contacts_to_follow(account):
    """Return the contacts an account may follow up: of his people, and those handed to him; whose contact they are is not said."""
    last = plant.today() - timedelta(days=core.LONGEST + 1)
    rows = Contact.objects.filter(last_exposed_on__gte=last)
    own = Q(person__in=plant.health_visible_to(account))
    if account.person_id and may_follow().filter(pk=account.person_id).exists():
        own |= Q(pk__in=with_follower(rows.filter(FOLLOWED)).filter(handed_to=account.person_id).values("pk"))
    return rows.filter(own)


@transaction.atomic
def visit(contact, outcome, *, uid, by, note="", day=None):
    """Write what came of looking after a contact on a day and return the row; the same uid is written once. Raises BadInput.

    "Not well" is a report of today as well, as a lead's on the page of his cell is, with all that follows from it.
    """
    if there := FollowUp.objects.filter(uid=uid).first():
        return _of(contact, there)
    row = Contact.objects.select_for_update(of=("self",)).select_related("person").get(pk=contact.pk)
    day = day or plant.today()
    if by.person_id == row.person_id:
        raise BadInput("own_visit", "outcome")
    if outcome not in Outcome.values:
        raise BadInput("unknown_outcome", "outcome", value=str(outcome)[:40])
    if day > plant.today():
        raise BadInput("in_the_future", "day", value=day.isoformat())
    followed_then = core.may_be_seen(row.accepted_on, row.last_exposed_on, row.days, day) if row.accepted_on else False
    if row.state != Contact.State.ACCEPTED or not followed_then:
        raise BadInput("not_followed", "outcome")
    refuse_without_consent(row.person)
    try:
        with transaction.atomic():
            made = FollowUp.objects.create(
                uid=uid, contact=row, day=day, outcome=outcome, note=note.strip()[:300], by=by, at=plant.now()
            )
    except IntegrityError:  # two taps at once: the first has written it
        return _of(contact, FollowUp.objects.get(uid=uid))
    plant.note(by, "contact.followed", row, detail=outcome)
    if outcome in SEEN:
        plant.close_keyed(_key(row, day), str(Outcome(outcome).label), by=by)
    if outcome == Outcome.SEEN_NOT_OK:
        plant.ask(
            gettext_noop("Judge {name}: not well while followed up"), {"name": row.person.name}, role=officer_for(row.person),
            about=row.person, urgent=True, key=f"judge:{row.person_id}:{day}", due_at=plant.now() + timedelta(hours=2),
            link=f"/grid/people/{row.person_id}/", by=by,
        )  # fmt: skip
        if row.person.left_on is None or row.person.left_on > plant.today():  # of who has left nobody reports
            heard(
                row.person,
                {"temperature": None, "symptoms": [], "symptom_note": note.strip()[:200]},
                True,
                uid=uid,
                by=by,
            )
    return made


def _of(contact, visit):
    """Return a visit if it is the contact's: an id of somebody else's is a forgery or a fault."""
    if visit.contact_id != contact.pk:
        raise BadInput("uid_taken", "uid")
    return visit


def _key(contact, day):
    return f"follow:{contact.pk}:{day}"


def ask_follow_ups():
    """Put today's follow-ups before the leads and close what is over; return (asked, closed). The clock calls it.

    A task lives for its day: on the next one it is closed as not done and asked anew, until the follow-up ends.
    """
    today = plant.today()
    last = today - timedelta(days=core.LONGEST + 1)
    rows = [row for row in followed(Contact.objects.filter(last_exposed_on__gte=last)) if row.standing.state in OPEN]
    wanted = {_key(row.contact, today): row for row in rows}
    open_tasks = list(Task.objects.filter(key__startswith="follow:", closed_at=None))
    closed = [task for task in open_tasks if task.key not in wanted]
    for task in closed:
        plant.close(task, gettext("Not done on its day"))
    there = {task.key for task in open_tasks}
    asked = [_ask(row, today) for key, row in wanted.items() if key not in there]
    return len(asked), len(closed)


def _ask(row, today):
    person, policy = row.contact.person, policy_on(today)
    due = timezone.make_aware(datetime.combine(today, policy.second_due if policy else time(18)))
    return plant.ask(
        gettext_noop("Look after {name} today (follow-up of a contact)"), {"name": person.name}, owner=row.follower,
        role="" if row.follower else Role.HEALTH_OFFICER, unit=person.cell, about=person, key=_key(row.contact, today), due_at=due,
        link="/grid/follow-ups/",
    )  # fmt: skip


@dataclass(frozen=True)
class Indicators:
    """WHO's two figures of contact tracing, each with numerator and denominator.

    traced: close contacts first seen within 24 h of the judgement; of: those whose 24 h are over or who were seen; waiting:
    those still within them. kept: days on which a contact was seen, asked: days on which he was to be.
    """

    traced: int
    of: int
    waiting: int
    kept: int
    asked: int

    @property
    def traced_percent(self):
        return None if not self.of else round(100 * self.traced / self.of, 1)

    @property
    def kept_percent(self):
        return None if not self.asked else round(100 * self.kept / self.asked, 1)


def indicators(cases):
    """Return the Indicators of real cases (a queryset); two queries."""
    rows = list(
        Contact.objects.filter(case__in=cases, level=Contact.CLOSE, accepted_on__isnull=False)
        .exclude(state__in=(Contact.State.WITHDRAWN, Contact.State.REJECTED))
        .select_related("change")
    )
    visits = defaultdict(list)
    for visit in FollowUp.objects.filter(contact__in=[row.pk for row in rows], outcome__in=SEEN).order_by("id"):
        visits[visit.contact_id].append(visit)
    traced = of = waiting = kept = asked = 0
    for row in rows:
        until = row.change.at + TRACED
        in_time = any(visit.at <= until for visit in visits[row.pk])
        traced, of = traced + in_time, of + (in_time or plant.now() > until)
        waiting += not in_time and plant.now() <= until
        stands = standing_of(row, {visit.day: visit for visit in visits[row.pk]})
        kept, asked = kept + stands.seen, asked + stands.asked
    return Indicators(traced, of, waiting, kept, asked)
