"""An exercise: a suspicion is played and the chain with it, in rows of its own; the plant itself is only read.

What cannot be played without touching the real thing is written down as such: nobody is taken out of the availability, no gate
holds anybody, no repair is searched, nothing goes outside. Lead and health officer get a message that begins with 演练.
"""

from dataclasses import dataclass
from datetime import timedelta

from django.db import transaction
from django.utils.translation import gettext_noop

from diba.core.errors import BadInput
from diba.plant import actions as plant
from diba.plant.models import Response, Role, RoleGrant

from ..models import Played, PlayedStep
from .policies import policy_on
from .tracing import nearest

Kind = PlayedStep.Kind
BY_ITSELF = (Kind.HOLD, Kind.ABSENCE, Kind.CONTACTS)  # the machine plays them at once
ANSWERED = (Kind.LEAD, Kind.OFFICER, Kind.REPORT, Kind.REPAIR)  # somebody says when it was done
# What stands behind each played step in earnest, and why it is only written down here.
NOT_TOUCHED = (Kind.HOLD, Kind.ABSENCE, Kind.REPAIR, Kind.REPORT)


def start_drill(name, *, by):
    """Begin an exercise and return its response. Raises plant.ResponseRuns when one runs already, BadInput without a name."""
    if not name.strip():
        raise BadInput("no_name", "name")
    return plant.begin_response(name, by=by, drill=True)


@transaction.atomic
def play(drill, person, words, *, by):
    """Play a suspicion of a person and return it; once a person and exercise while it is not taken back. Raises BadInput."""
    drill = Response.objects.select_for_update(of=("self",)).get(pk=drill.pk)
    if drill.ended_at or not drill.drill:
        raise BadInput("drill_over", "person")
    if Played.objects.filter(response=drill, person=person, undone_at=None).exists():
        raise BadInput("has_a_case", "person")
    with plant.under_response(drill):
        row = Played.objects.create(response=drill, person=person, words=words.strip()[:300], by=by, at=plant.now())
        moment, values = plant.now(), _values(person)
        for kind in (*BY_ITSELF, *ANSWERED):
            done = kind in BY_ITSELF
            PlayedStep.objects.create(
                played=row, kind=kind, values=values.get(kind) or {}, at=moment, done_at=plant.now() if done else None,
                done_by=by if done else None,
            )  # fmt: skip
    _tell(row, by)
    plant.note(by, "drill.played", row)
    return row


def _values(person):
    """Return what the chain would say, read from the plant as it is: {kind: values}."""
    today = plant.today()
    policy = policy_on(today)
    since = plant.day_start(today - timedelta(days=policy.look_back_days if policy else 2))
    near = sorted(nearest(plant.exposures_of([person.pk], since, plant.now())).items(), key=lambda item: -item[1].rank)
    duties = [duty for duties in plant.hooks.gather(plant.hooks.COMING_DUTIES, person) for duty in duties]
    lead = _lead(person)
    return {
        Kind.CONTACTS: {"people": [other for (_person, other), _near in near], "count": len(near)},
        Kind.REPAIR: {"duties": len(duties)},
        Kind.LEAD: {"name": lead.name if lead else ""},
        Kind.REPORT: {"hours": policy.report_hours if policy else None, "to": policy.report_to if policy else ""},
    }


def _lead(person):
    """Return who leads the person's cell, unless it is himself; in earnest the health officer has the call then."""
    lead = plant.lead_of(person.cell) if person.cell_id else None
    return lead if lead and lead.pk != person.pk else None


def _tell(row, by):
    person = row.person
    officers = RoleGrant.objects.in_force(plant.now()).filter(role=Role.HEALTH_OFFICER, account__is_active=True)
    people = set(officers.exclude(account__person=None).values_list("account__person", flat=True))
    if lead := _lead(person):
        people.add(lead.pk)
    if people:
        plant.tell(sorted(people), gettext_noop("EXERCISE ({drill}): {name} is played as suspected. Do what you would do, touch nothing real, and say so at the desk"),
                   {"drill": row.response.name, "name": person.name}, receipt_wanted=True, by=by)  # fmt: skip


@transaction.atomic
def done(step, *, by):
    """Say that a played step was done, at this moment; once. Raises BadInput when the exercise is over."""
    _running(step.played)
    if PlayedStep.objects.filter(pk=step.pk, done_at=None).update(done_at=plant.now(), done_by=by):
        plant.note(by, "drill.step", step.played, detail=step.kind)


@transaction.atomic
def take_back(played, *, by):
    """Take a played suspicion back, once; the protocol keeps both."""
    _running(played)
    if not Played.objects.filter(pk=played.pk, undone_at=None).update(undone_at=plant.now()):
        raise BadInput("nothing_to_undo", "person")
    with plant.under_response(played.response):
        PlayedStep.objects.create(
            played=played, kind=Kind.UNDONE, values={}, at=plant.now(), done_at=plant.now(), done_by=by
        )
    plant.note(by, "drill.undone", played)


def _running(played):
    if played.response.ended_at:
        raise BadInput("drill_over", "person")


def end_drill(drill, *, by):
    """End an exercise; its protocol stays to be read and printed. Say whether this call ended it."""
    return plant.end_response(drill, by=by)


@dataclass(frozen=True)
class Entry:
    """One line of the protocol: seconds since the suspicion was played, None while it is not done."""

    step: PlayedStep
    seconds: int | None

    @property
    def by_itself(self):
        return self.step.kind in BY_ITSELF

    @property
    def touches_nothing(self):
        return self.step.kind in NOT_TOUCHED


def protocol(drill):
    """Return [(Played, [Entry])] of an exercise, in the order things happened; three queries."""
    rows = Played.objects.filter(response=drill).select_related("person__unit", "by__person")
    found = []
    for row in rows.prefetch_related("steps__done_by__person"):
        entries = [Entry(step, _seconds(row, step)) for step in row.steps.all()]
        found.append(
            (row, sorted(entries, key=lambda entry: (entry.seconds is None, entry.seconds or 0, entry.step.pk)))
        )
    return found


def _seconds(row, step):
    return None if step.done_at is None else round((step.done_at - row.at).total_seconds())
