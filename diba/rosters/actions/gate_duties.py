"""Drafting the volunteers' watches with the engine that drafts the plant's: a small problem, holes allowed and named."""

from collections import Counter, defaultdict
from dataclasses import replace
from datetime import date, timedelta

from django.db import transaction

from diba.core import rostering
from diba.core.errors import BadInput, NoSolution
from diba.plant import actions as plant
from diba.plant.actions import jobs

from ..models import CallUp, GateDuty
from .manning import duties_between
from .volunteers import answers

SECONDS = 4.0  # of evening out; that a place must stay open is proven in less
LEVELS = 4
GATES = "gates"  # all of them as one place
MISSING = 1000  # cost of each volunteer too few at a gate: a draft with holes is better than none
REST = 11 * 60  # min, as for the plant's own watches
NIGHTS = 1  # in a row: nobody stands two nights running beside his own work
RUN = 3  # days in a row
BACK = 28  # days behind a call whose watches count when new ones are shared out


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
        return _keep(call, {"none": "nobody"}, {})
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
    return _keep(call, result, _at_gates(call, best.roster))


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
    for (who, day), (watch, _place) in sorted(roster.items()):
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
    could = [min(_limit(person), call.days - len(person.days_off)) for person in problem.people]
    levels = range(1, call.days + 1)
    return next((most for most in levels if sum(min(one, most) for one in could) >= wanted), call.days)


def _at_their_limits(problem):
    return all(int(person.team) >= _limit(person) for person in problem.people)


def _limit(person):
    """Return how many watches somebody himself would take at most in these days."""
    return int(next(iter(person.marks)))


def gate_problem(call, most=None, floor=0):
    """Return the call as a problem of the core, or None when nobody said yes. most, floor: watches for each.

    People with the same limit are one team, among whom watches, nights and weekends are shared out evenly; what they stood
    in the four weeks before counts. A person's mark is his own limit in these days.
    """
    needs = list(call.needs.select_related("watch"))
    watches = {row.watch_id: row.watch for row in needs}
    willing = [each for each in answers(call) if each.state == "yes" and able(each.invitation.person.volunteer, call)]
    if not willing or not watches:
        return None
    ids = [each.invitation.person_id for each in willing]
    busy, stood = _busy(call, ids, watches.values()), _stood(call, ids)
    known = {row.pk: row.code for row in watches.values()}
    others = {duty.watch_id: duty.watch for rows in stood.values() for duty in rows if duty.watch_id not in known}
    known |= {pk: f"w{pk}" for pk in others}
    lengths = [watch.minutes for watch in watches.values()]
    people = tuple(
        person for each in willing if (person := _person(call, each, busy, stood, known, (most, floor, lengths)))
    )
    if not people:
        return None
    wanted = Counter()
    for need in needs:
        wanted[watches[need.watch_id].code] += need.needed
    cover = tuple(
        rostering.Cover(day, code, GATES, needed, MISSING, MISSING)
        for day in range(call.days)
        for code, needed in wanted.items()
    )
    shifts = tuple(shift(row, known[row.pk]) for row in (*watches.values(), *others.values()))
    return rostering.Problem(
        call.days, shifts, people, cover, (rostering.Post(GATES, 3),), REST,
        rostering.Fairness(duties=5, nights=3, weekends=1), call.first_day,
    )  # fmt: skip


def shift(watch, name):
    """Return a watch as the core has it, under a name."""
    return rostering.Shift(name, watch.starts.hour * 60 + watch.starts.minute, watch.minutes, watch.night)


def able(volunteer, call):
    """Say whether somebody is on the list and can do what a call asks for."""
    return volunteer.left_at is None and (not call.skill or call.skill in volunteer.skills)


def _person(call, answer, busy, stood, known, bounds):
    volunteer = answer.invitation.person.volunteer
    offered = set(answer.days) or {call.first_day + timedelta(days=offset) for offset in range(call.days)}
    off = {day for day in range(call.days) if not _free(volunteer, call.first_day + timedelta(days=day), offered)}
    barred = {(day, code) for person, day, code in busy if person == volunteer.person_id}
    if len(off) == call.days:
        return None
    most, floor, lengths = bounds
    own = min(volunteer.most_a_week * -(-call.days // 7), call.days)
    least = own if most is None else min(own, most)
    rows = stood.get(volunteer.person_id, ())
    floor = min(floor, least, _apart(off, {day for day, _code in barred}, call.days)) if not rows else 0
    week = {(call.first_day - duty.day).days: known[duty.watch_id] for duty in rows}
    return rostering.Person(
        id=str(volunteer.person_id), days_off=frozenset(off), barred=frozenset(barred),
        team=str(least), marks=frozenset({str(own)}), longest_run=RUN, most_nights_in_row=NIGHTS,
        most_in_week=volunteer.most_a_week, most_minutes=least * max(lengths), least_minutes=floor * min(lengths), before=tuple(week.get(n, "") for n in range(7, 0, -1)) if week else (),
        carried=dict(Counter(kind for duty in rows for kind in _kinds(duty))),
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


def _stood(call, people):
    """Return {person id: [GateDuty]} of published watches of other calls in the four weeks before this one."""
    rows = GateDuty.objects.filter(
        person__in=people, call__state=CallUp.State.PUBLISHED, day__lt=call.first_day,
        day__gte=call.first_day - timedelta(days=BACK),
    ).exclude(call=call).select_related("watch")  # fmt: skip
    found = defaultdict(list)
    for row in rows:
        found[row.person_id].append(row)
    return found


def _busy(call, people, watches):
    """Return {(person id, day of the call, watch code)} in which other watches, with their rest, or an absence leave no time."""
    taken = taken_time(people, call.first_day, call.days)
    other = GateDuty.objects.filter(
        person__in=people, call__state=CallUp.State.PUBLISHED, day__gte=call.first_day - timedelta(days=1),
        day__lte=call.first_day + timedelta(days=call.days),
    ).exclude(call=call).select_related("watch")  # fmt: skip
    rest = timedelta(minutes=REST)
    for duty in other:
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
