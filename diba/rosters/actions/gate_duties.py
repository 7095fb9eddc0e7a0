"""Drafting the volunteers' watches with the engine that drafts the plant's: a small problem, holes allowed and named."""

from collections import Counter, defaultdict
from dataclasses import replace
from datetime import date, timedelta
from typing import NamedTuple

from django.db import transaction

from diba.core import rostering
from diba.core.errors import BadInput, NoSolution
from diba.plant import actions as plant
from diba.plant.actions import jobs

from ..models import CallUp, GateDuty
from .gate_rules import NIGHTS, REACH, REST, RUN, broken, full, near, of_other_calls, shift
from .manning import duties_between
from .volunteers import answers

SECONDS = 4.0  # of evening out; that a place must stay open is proven in less
LEVELS = 4
GATES = "gates"  # all of them as one place
MISSING = 1000  # cost of each volunteer too few at a gate: a draft with holes is better than none
ELSEWHERE = "elsewhere"  # the gates of other calls: their watches stand there as they are


@transaction.atomic
def ask_for_duties(call, *, by):
    """Have the duties of a call drafted behind a progress bar. Raises BadInput when it is published or dropped."""
    row = CallUp.objects.select_for_update().get(pk=call.pk)
    if row.state in (CallUp.State.PUBLISHED, CallUp.State.DROPPED):
        raise BadInput("closed", "state", value=row.state)
    row.job = jobs.start("rosters.gates", about=f"call:{row.pk}", by=by)
    row.save(update_fields=["job"])
    plant.note(by, "call.asked", row)
    return row


def gates_job(job, report):
    """Do the drafting that a job carries."""
    row = CallUp.objects.filter(
        pk=int(job.about.partition(":")[2]), state__in=[CallUp.State.OPEN, CallUp.State.DRAFTED]
    ).first()
    if row:
        draft_duties(row, report)


def draft_duties(call, report=None, seconds=SECONDS):
    """Draft the duties from those who said yes; return the call. Nobody or no solution is kept as its result.

    Everybody gets at most the same number of watches, the least with which no place stays open: so nobody stands a third
    time while another has not stood twice who could. Then nights and weekends are evened out.
    """
    report = report or (lambda **figures: True)
    going = [report(share=0)]

    def progress(figures):
        going[0] = report(share=min(0.99, figures["seconds"] / seconds), **figures)

    if gate_problem(call) is None:
        return _keep(call, {"none": "nobody"} | _all_open(call), {})
    try:
        problem, first = _with_few(call, seconds)
        found = rostering.solve(
            problem, seconds=seconds, engine="cp-sat", hint=first.roster, progress=progress, stop=lambda: not going[0]
        )
    except (BadInput, NoSolution):
        return _keep(call, {"none": "impossible"}, {})
    best = min((first, found), key=lambda one: rostering.check(problem, one.roster).objective)
    missing = sum(hole.needed - hole.found for hole in best.report.holes)
    report(share=1)
    result = {"open": missing, "needed": sum(cell.needed for cell in problem.cover), "seconds": round(first.seconds + found.seconds, 1)}  # fmt: skip
    plan = _at_gates(call, best.roster)
    return _keep(call, result if plan else result | _all_open(call), plan)


def _all_open(call):
    """Return what the result of a draft with nobody in it says: all places, and what stands against each who said yes."""
    why = why_not(call)
    places = call.days * sum(need.needed for need in call.needs.all())
    return {"open": places, "needed": places, "barred": why} if why else {}


def _with_few(call, seconds):
    """Return (problem, solution without evenness) with the least number of watches for each that leaves no place open.

    Everybody has at least one less than that, as far as his days allow: a floor is a rule that columns keep at once, where
    evenness by cost is a plateau that takes the search long.
    """
    least = _least(call)
    for most in range(least, least + LEVELS):
        problem = gate_problem(call, most, least - 1)
        plain = replace(problem, fairness=rostering.Fairness())
        found = rostering.solve(plain, seconds=5 * seconds)  # proven in a moment, but not on a machine that is busy
        if not found.report.holes or _at_their_limits(problem):
            break
    return problem, found


def _at_gates(call, roster):
    """Return {(person id, day): (watch, post)} from a roster in which all gates are one place: each where he stood least.

    To the engine the gates are one place that needs as many as all of them, for who may stand at one may stand at all; with
    six times the places it found no roster in the time. Where too few stand, each gate has its first before one its second.
    """
    slots = defaultdict(list)
    for need in call.needs.select_related("post", "watch").order_by("pk"):
        slots[need.watch.code] += [(number, need.post.code) for number in range(need.needed)]
    cells, been, there = {}, Counter(), defaultdict(list)
    for (who, day), (watch, place) in sorted(roster.items()):
        if place == GATES:
            there[day, watch].append(who)
    for (day, watch), people in sorted(there.items()):
        for _number, post in sorted(slots[watch])[: len(people)]:
            who = min(people, key=lambda one, post=post: been[one, post])
            people.remove(who)
            been[who, post] += 1
            cells[who, day] = watch, post
    return cells


def _least(call):
    """Return how many watches each must take at least, were everybody to take as many as the others and he can."""
    problem = gate_problem(call)
    wanted = sum(cell.needed for cell in problem.cover)
    could = [_limit(person) for person in problem.people]
    levels = range(1, call.days + 1)
    return next((most for most in levels if sum(min(one, most) for one in could) >= wanted), call.days)


def _at_their_limits(problem):
    return all(int(person.team) >= _limit(person) for person in problem.people)


def _limit(person):
    """Return how many watches somebody himself would take at most in these days."""
    return int(next(iter(person.marks)))


class Field(NamedTuple):
    """What a draft is made from. said: the answers of those who said yes; busy: {(person id, day, watch code)} without time;
    others: {person id: [GateDuty]} of other calls; known: {watch id: its name in the problem}; tangled: the people whose
    watches of other calls break a rule already.
    """

    needs: list
    watches: dict
    said: list
    busy: set
    others: dict
    known: dict
    tangled: set

    @property
    def codes(self):
        return [watch.code for watch in self.watches.values()]


def _field(call):
    """Return the Field of a call; a constant number of queries."""
    needs = list(call.needs.select_related("watch"))
    watches = {row.watch_id: row.watch for row in needs}
    said = [each for each in answers(call) if each.state == "yes"]
    ids = [each.invitation.person_id for each in said]
    others = of_other_calls(call, ids)
    known = {row.pk: row.code for row in watches.values()}
    known |= {duty.watch_id: f"w{duty.watch_id}" for rows in others.values() for duty in rows if duty.watch_id not in known}  # fmt: skip
    limits = {each.invitation.person_id: each.invitation.person.volunteer.most_a_week for each in said}
    tangled = {who for who, rules in broken(call, limits, {pk: near(call, rows) for pk, rows in others.items()}).items() if rules}  # fmt: skip
    return Field(needs, watches, said, _busy(call, ids, watches.values(), others), others, known, tangled)


def gate_problem(call, most=None, floor=0):
    """Return the call as a problem of the core, or None when nobody who said yes can stand. most, floor: watches for each.

    People with the same limit are one team, among whom watches, nights and weekends are shared out evenly; what they stood
    in the four weeks before counts. A person's mark is his own limit in these days. Watches of other calls in these days and
    in the week after are pinned, so that rest, runs and any seven days hold across calls; the days go on as far as they do.
    """
    field = _field(call)
    lengths = {watch.pk: watch.minutes for watch in field.watches.values()}
    days = max([call.days, *(n + 1 for rows in field.others.values() for n in _offsets(call, rows))])
    people = tuple(
        person
        for each in field.said
        if (person := _person(call, each, field, days, (most, floor, lengths.values()))) is not None
    )
    if not people:
        return None
    wanted = Counter()
    for need in field.needs:
        wanted[field.watches[need.watch_id].code] += need.needed
    cover = tuple(
        rostering.Cover(day, code, GATES, needed, MISSING, MISSING)
        for day in range(call.days)
        for code, needed in wanted.items()
    )
    watches = field.watches | {duty.watch_id: duty.watch for rows in field.others.values() for duty in rows}
    shifts = tuple(shift(row, field.known[pk]) for pk, row in watches.items())
    return rostering.Problem(
        days, shifts, people, cover, (rostering.Post(GATES, 3), rostering.Post(ELSEWHERE, 3)), REST,
        rostering.Fairness(duties=5, nights=3, weekends=1), call.first_day,
    )  # fmt: skip


def why_not(call):
    """Return [(person id, reason)] of those who said yes and why each cannot stand: list, days, limit, busy or rules."""
    field, found = _field(call), []
    for each in field.said:
        volunteer = each.invitation.person.volunteer
        away, filled, off = _off(call, each, field)
        free = [day for day in range(call.days) if day not in off]
        if not able(volunteer, call):
            why = "list"
        elif len(away) == call.days:
            why = "days"
        elif all((volunteer.person_id, day, code) in field.busy for day in free for code in field.codes):
            why = "limit" if filled else "busy"
        else:
            why = "rules"
        found.append((volunteer.person_id, why))
    return found


def _offsets(call, duties):
    return [(duty.day - call.first_day).days for duty in duties]


def able(volunteer, call):
    """Say whether somebody is on the list and can do what a call asks for."""
    return volunteer.left_at is None and (not call.skill or call.skill in volunteer.skills)


def _off(call, answer, field):
    """Return (days he does not come or may not stand, days on which his limit is reached, both), numbered from the first."""
    volunteer = answer.invitation.person.volunteer
    offered = set(answer.days) or {call.first_day + timedelta(days=offset) for offset in range(call.days)}
    away = {day for day in range(call.days) if not _free(volunteer, call.first_day + timedelta(days=day), offered)}
    stood = _offsets(call, near(call, field.others.get(volunteer.person_id, ())))
    if (
        volunteer.person_id in field.tangled
    ):  # what is wrong already is nothing to build on: he stands well apart from it
        filled = {day for day in range(call.days) if any(abs(day - other) < REACH for other in stood)}
    else:
        filled = {day for day in range(call.days) if full(volunteer.most_a_week, stood, day)}
    return away, filled, away | filled | (set(stood) & set(range(call.days)))


def _person(call, answer, field, days, bounds):
    volunteer = answer.invitation.person.volunteer
    _away, _filled, off = _off(call, answer, field)
    if len(off) == call.days or not able(volunteer, call):
        return None
    barred = {(day, code) for person, day, code in field.busy if person == volunteer.person_id}
    most, floor, lengths = bounds
    own = min(volunteer.most_a_week * -(-call.days // 7), call.days - len(off))
    least = own if most is None else min(own, most)
    rows = field.others.get(volunteer.person_id, ())
    floor = min(floor, least, _apart(off, {day for day, _code in barred}, call.days)) if not rows else 0
    steady = [] if volunteer.person_id in field.tangled else near(call, rows)
    at = {(duty.day - call.first_day).days: field.known[duty.watch_id] for duty in steady}
    pins = {day: (name, ELSEWHERE) for day, name in at.items() if day >= 0}
    beside = sum(duty.watch.minutes for duty in steady if duty.day >= call.first_day)
    off = (off | set(range(call.days, days))) - set(pins)
    return rostering.Person(
        id=str(volunteer.person_id), days_off=frozenset(off), team=str(least), marks=frozenset({str(own)}), pins=pins,
        barred=frozenset((day, code) for day, code in barred if day not in pins), longest_run=RUN, most_nights_in_row=NIGHTS,
        most_in_week=volunteer.most_a_week, most_minutes=least * max(lengths) + beside, least_minutes=floor * min(lengths) + beside,
        before=tuple(at.get(-n, "") for n in range(REACH, 0, -1)) if at else (),
        carried=dict(Counter(kind for duty in rows if duty.day < call.first_day for kind in _kinds(duty))),
    )  # fmt: skip


def _apart(off, barred, days):
    """Return how many days two apart somebody has wholly to himself: so many watches no rule can stand against."""
    found, last = 0, -2
    for day in range(days):
        if day not in off and day not in barred and day - last >= 2:
            found, last = found + 1, day
    return found


def _kinds(duty):
    """Return which burdens a watch counts as."""
    return ("duties", *(("nights",) if duty.watch.night else ()), *(("weekends",) if duty.day.weekday() >= 5 else ()))


def _free(volunteer, day: date, offered):
    return day in offered and volunteer.may_stand_on(day)


def _busy(call, people, watches, others):
    """Return {(person id, day of the call, watch code)} in which other watches, with their rest, or an absence leave no time."""
    taken, rest = taken_time(people, call.first_day, call.days), timedelta(minutes=REST)
    for duty in (duty for rows in others.values() for duty in near(call, rows)):
        start, end = duty.watch.span(duty.day)
        taken.append((duty.person_id, start - rest, end + rest))
    return barred(taken, call.first_day, call.days, watches, lambda watch: watch.code)


def taken_time(people, first_day, days):
    """Return [(person id, from, until)] in which the plant's own watches, with their rest, or an absence leave no time."""
    first, last = first_day - timedelta(days=1), first_day + timedelta(days=days)
    rest = timedelta(minutes=REST)
    taken = [(duty.person_id, *duty.watch.span(duty.day)) for duty in duties_between(first, last, people=people)]
    taken = [(who, start - rest, end + rest) for who, start, end in taken]
    far = plant.day_start(last) + timedelta(days=2)
    return taken + [
        (row.person_id, row.starts_at, row.ends_at or far)
        for row in plant.absences_between(plant.day_start(first), far, people)
    ]


def barred(taken, first_day, days, watches, name):
    """Return {(person id, day, name of the watch)} of the watches that fall into taken time."""
    found = set()
    for offset in range(days):
        for watch in watches:
            start, end = watch.span(first_day + timedelta(days=offset))
            found |= {(who, offset, name(watch)) for who, a, b in taken if a < end and b > start}
    return found


@transaction.atomic
def _keep(call, result, plan):
    changed = CallUp.objects.filter(pk=call.pk, state__in=[CallUp.State.OPEN, CallUp.State.DRAFTED]).update(
        state=CallUp.State.DRAFTED if plan else CallUp.State.OPEN, result=result
    )
    if changed:
        watches = {need.watch.code: need.watch for need in call.needs.select_related("watch")}
        posts = {need.post.code: need.post for need in call.needs.select_related("post")}
        GateDuty.objects.filter(call=call).delete()
        GateDuty.objects.bulk_create(
            [GateDuty(call=call, person_id=int(who), day=call.first_day + timedelta(days=day), watch=watches[watch], post=posts[post])
             for (who, day), (watch, post) in plan.items()]
        )  # fmt: skip
    call.refresh_from_db()
    return call
