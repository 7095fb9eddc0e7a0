"""Asking for a roster and drafting it behind a progress bar."""

import json
import logging
from datetime import timedelta

from django.db import transaction

from diba.core import rostering
from diba.core.errors import BadInput, NoSolution
from diba.plant import actions as plant
from diba.plant.actions import jobs
from diba.plant.models import Account, Job

from ..models import Duty, Roster
from .advising import advice_on
from .expired import with_expired
from .hours import with_overtime, with_source
from .lacking import insist_on_staff
from .manning import in_force
from .problems import problem_of, rows_of
from .searching import Trace, start_of

log = logging.getLogger("diba.rosters")
# Limits of the labour law as data: a day off a week at least (art. 38), hence runs of six; rest of 11 h between watches
# is common practice, not statute, and configuration.
DEFAULT_RULES = {
    "block": 6, "first_team": "A", "rest_hours": 11, "longest_run": 6, "most_nights_in_row": 6, "fair_nights": 10,
    "fair_weekends": 5, "fair_duties": 5, "seconds": 20, "with_holes": False,
}  # fmt: skip
LIMITS = {
    "block": (0, 60), "rest_hours": (0, 48), "longest_run": (1, 60), "most_nights_in_row": (1, 60), "seconds": (1, 600),
    "fair_nights": (0, 1000), "fair_weekends": (0, 1000), "fair_duties": (0, 1000),
}  # fmt: skip
TWICE = timedelta(seconds=30)  # within which the same question of one account is a form sent twice
LATEST = timedelta(days=400)  # from today, that a roster may begin at
HOLE = 10_000  # what each one missing costs when a roster with holes is asked for


@transaction.atomic
def ask(pattern, first_day, days, *, by, split=None, rules=None, name="", level=None, seed=1):
    """Ask for a roster and return it; drafting it begins when the transaction has committed. Raises BadInput.

    The same question sent twice by one account within half a minute is one: the second gets the search of the first.
    """
    insist_on_staff(pattern, first_day)
    same = {"pattern": pattern, "first_day": first_day, "days": days, "split": split, "name": name, "seed": seed}
    if (first := _asked_just_now(by, {**DEFAULT_RULES, **(rules or {})}, level, same)) is not None:
        return first
    roster = _asked(pattern, first_day, days, by, split, rules, name, level, seed)
    roster.job = jobs.start("roster.draft", about=f"roster:{roster.pk}", by=by)
    roster.save(update_fields=["job"])
    return roster


def _asked_just_now(by, rules, level, same):
    """Return the search that an account asked for a moment ago with the same question and that is not over, or None."""
    if by is None:
        return None
    Account.objects.select_for_update().get(pk=by.pk)  # the second of two waits until the first is written
    since, rules = plant.now() - TWICE, json.loads(json.dumps(rules))  # as they come back from the database
    rows = Roster.objects.filter(
        asked_by=by, state=Roster.State.ASKED, asked_at__gt=since, job__state__in=[Job.State.WAITING, Job.State.RUNNING],
        job__cancel_wanted=False, **same,
    )  # fmt: skip
    return next((row for row in rows if row.rules == rules and row.level == _level(level)), None)


def _level(level):
    in_force = plant.level_at() if level is None else None
    return level if level is not None else in_force.level if in_force else 0


@transaction.atomic
def ask_again(roster, *, by):
    """Begin a search that broke off anew, with the same question; say whether it had broken off."""
    row = Roster.objects.select_for_update(of=("self",)).select_related("job").get(pk=roster.pk)
    if not row.broke_off:
        return False
    row.job = jobs.start("roster.draft", about=f"roster:{row.pk}", by=by)
    row.save(update_fields=["job"])
    plant.note(by, "roster.asked", row, detail=f"days={row.days}")
    return True


def ask_now(pattern, first_day, days, *, by, split=None, rules=None, name="", level=None, seed=1, deterministic=False):
    """Ask for a roster and draft it here and now; return it. deterministic: as `draft` has it."""
    return draft(_asked(pattern, first_day, days, by, split, rules, name, level, seed), deterministic=deterministic)


def _asked(pattern, first_day, days, by, split, rules, name, level, seed):
    wanted = {**DEFAULT_RULES, **(rules or {})}
    for key, (least, most) in LIMITS.items():
        if not least <= wanted[key] <= most:
            raise BadInput("out_of_range", key, value=wanted[key])
    if not -LATEST <= first_day - plant.today() <= LATEST:
        raise BadInput("out_of_range", "first_day", value=first_day)
    if not 1 <= days <= 92:
        raise BadInput("out_of_range", "days", value=days)
    roster = Roster.objects.create(
        name=name, pattern=pattern, split=split, first_day=first_day, days=days, rules=wanted, seed=seed, asked_by=by,
        asked_at=plant.now(), level=_level(level),
    )  # fmt: skip
    plant.note(by, "roster.asked", roster, detail=f"days={days}")
    return roster


def draft_job(job, report):
    """Do the drafting that a job carries."""
    roster = Roster.objects.get(pk=int(job.about.partition(":")[2]))
    if roster.state == Roster.State.ASKED:
        draft(roster, report)


def draft(roster, report=None, *, deterministic=False):
    """Search for a roster and keep what was found: duties, or the named clash. Return the roster.

    deterministic: in one process, the time counted in work done, so that one seed gives one roster on any machine, however busy.
    """
    report = report or (lambda **figures: True)
    going, trace = [report(share=0, words="counting")], Trace()

    def progress(figures):
        trace.add(figures)
        share = min(0.99, figures["seconds"] / roster.rules["seconds"])
        going[0] = report(share=share, trace=trace.points, **figures)

    try:
        problem = problem_of(roster)
        solution = rostering.solve(
            problem, seconds=roster.rules["seconds"], seed=roster.seed, progress=progress, stop=lambda: not going[0],
            workers=1 if deterministic else 2, deterministic=deterministic,
            soft=HOLE if roster.rules["with_holes"] else None, hint=start_of(roster, problem),
        )  # fmt: skip
    except NoSolution as error:
        report(share=0.9, words="advice")
        clash = with_expired(roster, with_source(roster, [dict(part) for part in error.clash]))
        found = {"clash": clash, "advice": with_overtime(roster, advice_on(problem))}
        return _keep(roster, Roster.State.IMPOSSIBLE, found, [])
    except BadInput as error:
        nobody = (error.reason, error.field) == ("none_given", "people")
        value = error.value if isinstance(error.value, int | str) else None
        wrong = {"rule": "bad_input", "reason": error.reason, "field": error.field, "value": value}
        clash = [{"rule": "nobody"} if nobody else wrong]
        return _keep(roster, Roster.State.IMPOSSIBLE, {"clash": clash}, [])
    figures = {
        "objective": solution.objective, "bound": solution.bound, "gap": round(solution.gap, 4), "proven": solution.proven,
        "seconds": round(solution.seconds, 1), "engine": solution.engine, "trace": trace.points, "cost": solution.report.cost,
        "holes": [vars(hole) for hole in solution.report.holes], "longest_run": longest_run(problem, solution.roster),
        "violations": [vars(violation) for violation in solution.report.violations if violation.rule != "cover"],
    }  # fmt: skip
    report(share=1, **{key: figures[key] for key in ("objective", "bound", "seconds")})
    return _keep(roster, Roster.State.DRAFT, figures, rows_of(roster, solution.roster))


@transaction.atomic
def _keep(roster, state, result, duties):
    # A planner may have dropped it while the search ran.
    if not Roster.objects.filter(pk=roster.pk, state=Roster.State.ASKED).update(state=state, result=result):
        return roster
    pinned = set(Duty.objects.filter(roster=roster, pinned=True).values_list("person", "day"))
    for duty in duties:
        duty.pinned = (duty.person_id, duty.day) in pinned
    Duty.objects.filter(roster=roster).delete()
    Duty.objects.bulk_create(duties, batch_size=500)
    roster.refresh_from_db()
    return roster


def longest_run(problem, plan):
    """Return the longest run of days in a row that anybody works, with what of it lies in the roster before."""
    longest = 0
    for person in problem.people:
        run = 0
        for shift in person.before:
            run = run + 1 if shift else 0
        for day in range(problem.days):
            run = run + 1 if (person.id, day) in plan else 0
            longest = max(longest, run)
    return longest


@transaction.atomic
def drop(roster, *, by):
    """Drop a draft; a published roster cannot be dropped, only superseded. Say whether it was."""
    open_states = [Roster.State.ASKED, Roster.State.DRAFT, Roster.State.IMPOSSIBLE]
    dropped = Roster.objects.filter(pk=roster.pk, state__in=open_states).update(state=Roster.State.DROPPED)
    if dropped:
        if roster.job:
            jobs.cancel(roster.job)
        plant.note(by, "roster.dropped", roster)
    return bool(dropped)


@transaction.atomic
def stop_search(roster, *, by):
    """Ask the search of a roster to stop and keep its best; say whether it searched. One not begun keeps its question."""
    if not roster.job or not jobs.cancel(roster.job):
        return False
    plant.note(by, "roster.stopped", roster)
    return True


def next_free_day():
    """Return the first day from tomorrow that no published roster covers."""
    tomorrow = plant.today() + timedelta(days=1)
    covered = in_force(tomorrow, tomorrow + timedelta(days=120))
    day = tomorrow
    while day in covered:
        day += timedelta(days=1)
    return day
