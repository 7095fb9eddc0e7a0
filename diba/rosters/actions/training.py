"""The register of trainings and the reserve: who learns what from whom, what it would add, who could stand tomorrow."""

from collections import defaultdict
from dataclasses import dataclass
from datetime import timedelta

from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from diba.core import rostering
from diba.core.errors import BadInput
from diba.plant import actions as plant
from diba.plant.models import Certificate, Person, Role

from ..models import TeamName, Training, TrainingStep
from .manning import duties_between
from .staffing import available
from .teams import split_in_force

RUSTY = 60  # days without a duty after which somebody is led in again before he stands alone; the plant's own rule
LOOKED_BACK = 180  # days of rosters in which the last duty is looked for
STEPS = {
    Training.State.STARTED: (Training.State.PLANNED,),
    Training.State.PASSED: (Training.State.STARTED,),
    Training.State.STOPPED: (Training.State.PLANNED, Training.State.STARTED),
}


@transaction.atomic
def plan_training(person, qualification, first_day, last_day, *, by, mentor=None, watches=6):
    """Enter a training and return it. Raises BadInput: he holds it already, learns it already, the mentor does not hold it."""
    if qualification.pk in plant.qualified(first_day, people=[person.pk]).get(person.pk, {}):
        raise BadInput("holds_it", "person", value=person.pk)
    if mentor and qualification.pk not in plant.qualified(first_day, people=[mentor.pk]).get(mentor.pk, {}):
        raise BadInput("mentor_lacks_it", "mentor", value=mentor.pk)
    try:
        with transaction.atomic():
            row = Training.objects.create(
                person=person, qualification=qualification, mentor=mentor, first_day=first_day, last_day=last_day, watches=watches,
                by=by, at=plant.now(),
            )  # fmt: skip
    except IntegrityError as error:
        raise BadInput("learns_it", "person", value=person.pk) from error
    TrainingStep.objects.create(training=row, state=row.state, by=by, at=plant.now())
    plant.note(by, "training.planned", row)
    people = [person, *([mentor] if mentor else [])]
    words = gettext_noop("Training: {person} learns {qualification} from {first} to {last}")
    values = {
        "person": person.name,
        "qualification": qualification.name,
        "first": f"{first_day:%m-%d}",
        "last": f"{last_day:%m-%d}",
    }
    plant.tell(people, words, values, receipt_wanted=True, by=by)
    return row


@transaction.atomic
def step(training, state, *, by, note=""):
    """Take a training one step on; say whether it was. Passing asks the administrator for the certificate, and makes none."""
    before = STEPS.get(state, ())
    if not Training.objects.filter(pk=training.pk, state__in=before).update(state=state):
        return False
    training.refresh_from_db()
    TrainingStep.objects.create(training=training, state=state, note=note[:200], by=by, at=plant.now())
    plant.note(by, f"training.{state}", training)
    if state == Training.State.PASSED:
        words = gettext_noop("{person} passed {qualification}: enter the certificate once the paper is there")
        values = {"person": training.person.name, "qualification": training.qualification.name}
        plant.ask(
            words,
            values,
            role=Role.ADMINISTRATOR,
            about=training.person,
            link="/register/certificates/new/",
            key=f"certificate:{training.pk}",
            by=by,
        )
    return True


@dataclass(frozen=True)
class Line:
    """One training with what it would add: the depth of the thinnest post it opens, now and once it is passed."""

    row: object
    chances: int  # watches that the mentor stands until the examination
    posts: tuple  # posts that the qualification opens for him
    depth: int | None
    then: int | None

    @property
    def enough(self):
        return self.row.mentor_id is None or self.chances >= self.row.watches


def register():
    """Return a Line for every training, the open ones first by their examination."""
    rows = list(Training.objects.select_related("person__unit", "qualification", "mentor"))
    need, able, _holders = available()
    posts = list(plant.posts())
    now = {row.place: row.depth for row in rostering.place_depths(need, able)} if need else {}
    stands = _stands(rows)
    lines = [_line(row, posts, need, able, now, stands) for row in rows]
    open_states = (Training.State.PLANNED, Training.State.STARTED)
    return sorted(lines, key=lambda line: (line.row.state not in open_states, line.row.last_day, line.row.pk))


def _stands(rows):
    """Return {person id: days of his published duties} of all mentors over the time of their trainings."""
    mentors = {row.mentor_id for row in rows if row.mentor_id}
    found = defaultdict(list)
    if mentors:
        first, last = min(row.first_day for row in rows), max(row.last_day for row in rows)
        for duty in duties_between(first, last, people=mentors):
            found[duty.person_id].append(duty.day)
    return found


def _line(row, posts, need, able, now, stands):
    chances = sum(row.first_day <= day <= row.last_day for day in stands.get(row.mentor_id, ()))
    opened = tuple(
        post
        for post in posts
        if row.qualification_id in {q.pk for q in post.qualifications.all()} and need.get(post.code)
    )
    if not opened or row.state not in (Training.State.PLANNED, Training.State.STARTED):
        return Line(row, chances, opened, None, None)
    who = str(row.person_id)
    more = {**able, who: frozenset(able.get(who, ())) | {post.code for post in opened}}
    then = {each.place: each.depth for each in rostering.place_depths(need, more)}
    thin = min(opened, key=lambda post: now[post.code])
    return Line(row, chances, opened, now[thin.code], then[thin.code])


def raising(codes, posts=None):
    """Return {post code: sentences} of what would make these posts deeper: trainings under way or planned."""
    rows = Training.objects.filter(state__in=[Training.State.PLANNED, Training.State.STARTED]).select_related(
        "person", "qualification"
    )
    asked = {
        post.code: {q.pk for q in post.qualifications.all()} for post in posts or plant.posts() if post.code in codes
    }
    found = {}
    for code, wanted in asked.items():
        words = [
            _("%(name)s learns %(qualification)s until %(day)s") % {"name": row.person.name, "qualification": row.qualification.name, "day": f"{row.last_day:%m-%d}"}
            for row in rows if row.qualification_id in wanted
        ]  # fmt: skip
        found[code] = words
    return found


@dataclass(frozen=True)
class Proposal:
    """Lessons that would raise the depth of the whole: [(person, post)], the depth before and after, new certificates."""

    lessons: list
    before: int
    after: int
    certificates: int


def proposals(most=6):
    """Return what the core proposes: who should learn which post so that the plant survives one absence more."""
    need, able, _holders = available()
    if not need:
        return []
    people = Person.objects.select_related("unit").in_bulk([int(who) for who in able])
    posts = {post.code: post for post in plant.posts()}
    found = rostering.training(need, able, ladder=_ladder(posts.values()), limit=most)
    return [
        Proposal(
            [(people[int(who)], posts[code]) for who, code in each.lessons], each.before, each.after, each.certificates
        )
        for each in found
    ]


def _ladder(posts):
    """Return {post code: codes of the other posts that whoever holds what it asks for may stand at too}."""
    closed, asked = plant.standing(), {post.code: {q.pk for q in post.qualifications.all()} for post in posts}
    held = {
        code: set().union(*(closed.get(q, {q}) for q in wanted)) if wanted else set() for code, wanted in asked.items()
    }
    return {
        code: [other for other, wanted in asked.items() if other != code and wanted and wanted <= held[code]]
        for code in asked
        if asked[code]
    }


@dataclass(frozen=True)
class Reserve:
    """Somebody of the reserve: what he holds, the first certificate to end, why he is away, when he last stood."""

    person: object
    qualifications: list
    expires: object
    away: object
    last_stood: object
    days_since: int | None

    @property
    def state(self):
        """Return away, expired, rusty or ready."""
        if self.away is not None:
            return "away"
        if not self.qualifications:
            return "expired"
        return "rusty" if self.days_since is None or self.days_since > RUSTY else "ready"


def reserve():
    """Return a Reserve for everybody in the reserve of the split in force, those ready first; six queries."""
    split, today = split_in_force(), plant.today()
    if split is None:
        return []
    people = [row.person for row in split.memberships.filter(team=TeamName.RESERVE).select_related("person__unit")]
    ids = [person.pk for person in people]
    held = defaultdict(list)
    for row in Certificate.objects.filter(person__in=ids).select_related("qualification"):
        if row.is_valid_on(today):
            held[row.person_id].append(row)
    now = plant.now()
    away = {row.person_id: row for row in plant.absences_between(now, now + timedelta(minutes=1), ids)}
    stood = last_stood(ids, today)
    found = [_reserve(person, held[person.pk], away.get(person.pk), stood.get(person.pk), today) for person in people]
    order = ("ready", "rusty", "expired", "away")
    return sorted(found, key=lambda each: (order.index(each.state), each.person.name))


def _reserve(person, certificates, away, stood, today):
    ends = [row.expires for row in certificates if row.expires]
    return Reserve(
        person,
        [row.qualification for row in certificates],
        min(ends, default=None),
        away,
        stood,
        (today - stood).days if stood else None,
    )


def last_stood(people, today):
    """Return {person id: the last day before today on which he stood a published duty}."""
    rows = duties_between(today - timedelta(days=LOOKED_BACK), today - timedelta(days=1), people=people)
    return {duty.person_id: duty.day for duty in rows}  # by day, so the last one stays
