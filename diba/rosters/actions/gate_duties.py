"""Drafting the volunteers' watches with the engine that drafts the plant's: a small problem, holes allowed and named."""

from datetime import date, timedelta

from django.db import transaction

from diba.core import rostering
from diba.core.errors import BadInput, NoSolution
from diba.plant import actions as plant
from diba.plant.actions import jobs

from ..models import CallUp, GateDuty
from .manning import duties_between, span
from .volunteers import answers

SECONDS = 5.0
MISSING = 1000  # cost of each volunteer too few at a gate: a draft with holes is better than none
REST = 11 * 60  # min, as for the plant's own watches


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


def draft_duties(call, report=None):
    """Draft the duties from those who said yes; return the call. Nobody or no solution is kept as its result."""
    report = report or (lambda **figures: True)
    going = [report(share=0)]

    def progress(figures):
        going[0] = report(share=min(0.99, figures["seconds"] / SECONDS), **figures)

    problem = gate_problem(call)
    if problem is None:
        return _keep(call, {"none": "nobody"}, {})
    try:
        solution = rostering.solve(problem, seconds=SECONDS, progress=progress, stop=lambda: not going[0])
    except (BadInput, NoSolution):
        return _keep(call, {"none": "impossible"}, {})
    holes = [{**vars(hole), "day": str(call.first_day + timedelta(days=hole.day))} for hole in solution.report.holes]
    wanted = [cell for cell in problem.cover if cell.needed]
    stood = {}
    for cell in solution.roster.items():
        (_who, day), (watch, post) = cell
        stood[day, watch, post] = stood.get((day, watch, post), 0) + 1
    open_ = sum(max(0, cell.needed - stood.get((cell.day, cell.shift, cell.post), 0)) for cell in wanted)
    report(share=1)
    return _keep(
        call,
        {
            "open": open_,
            "needed": sum(cell.needed for cell in wanted),
            "holes": holes,
            "seconds": round(solution.seconds, 1),
        },
        solution.roster,
    )


def gate_problem(call):
    """Return the call as a problem of the core, or None when nobody said yes."""
    watches = {row.watch_id: row.watch for row in call.needs.select_related("watch")}
    posts = {row.post_id: row.post for row in call.needs.select_related("post")}
    willing = [each for each in answers(call) if each.state == "yes"]
    if not willing or not watches:
        return None
    busy = _busy(call, [each.invitation.person_id for each in willing], watches.values())
    people = tuple(
        person for each in willing if (person := _person(call, each, posts.values(), watches.values(), busy))
    )
    if not people:
        return None
    cover = tuple(
        rostering.Cover(day, watches[need.watch_id].code, posts[need.post_id].code, need.needed, MISSING, MISSING)
        for day in range(call.days) for need in call.needs.all()
    )  # fmt: skip
    shifts = tuple(
        rostering.Shift(w.code, w.starts.hour * 60 + w.starts.minute, w.minutes, w.night) for w in watches.values()
    )
    return rostering.Problem(
        call.days, shifts, people, cover, tuple(rostering.Post(post.code, post.tier) for post in posts.values()), REST,
        rostering.Fairness(duties=5), call.first_day,
    )  # fmt: skip


def _person(call, answer, posts, watches, busy):
    volunteer = answer.invitation.person.volunteer
    offered = set(answer.days) or {call.first_day + timedelta(days=offset) for offset in range(call.days)}
    off = {day for day in range(call.days) if not _free(volunteer, call.first_day + timedelta(days=day), offered)}
    barred = {(day, code) for person, day, code in busy if person == volunteer.person_id}
    if len(off) == call.days:
        return None
    weeks = -(-call.days // 7)
    return rostering.Person(
        id=str(volunteer.person_id), posts={post.code: (0, call.days - 1) for post in posts}, days_off=frozenset(off), barred=frozenset(barred),
        most_minutes=volunteer.most_a_week * weeks * max(watch.minutes for watch in watches), longest_run=3,
    )  # fmt: skip


def _free(volunteer, day: date, offered):
    return day in offered and volunteer.may_stand_on(day)


def _busy(call, people, watches):
    """Return {(person id, day of the call, watch code)} in which the plant's own watches, with their rest, or an absence leave no time."""
    first, last = call.first_day - timedelta(days=1), call.first_day + timedelta(days=call.days)
    rest = timedelta(minutes=REST)
    taken = [(duty.person_id, *span(duty.day, duty.watch)) for duty in duties_between(first, last, people=people)]
    taken = [(who, start - rest, end + rest) for who, start, end in taken]
    far = plant.day_start(last) + timedelta(days=2)
    taken += [
        (row.person_id, row.starts_at, row.ends_at or far)
        for row in plant.absences_between(plant.day_start(first), far, people)
    ]
    found = set()
    for offset in range(call.days):
        for watch in watches:
            start, end = span(call.first_day + timedelta(days=offset), watch)
            found |= {(who, offset, watch.code) for who, a, b in taken if a < end and b > start}
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
