"""Repairing the roster in force: ranked ways out with their changes, kept as drafts that a planner publishes."""

from dataclasses import replace
from datetime import timedelta

from django.db import transaction

from diba.core import rostering
from diba.plant import actions as plant

from ..models import Duty, Roster
from .manning import duties_between, in_force
from .problems import people_of, plan_of, problem_of, rows_of

HORIZON = 28  # days ahead that a repair looks at


def _base():
    """Return the roster in force on the first day from today that has one, or None."""
    today = plant.today()
    days = in_force(today, today + timedelta(days=HORIZON))
    return days[min(days)] if days else None


def _today_on(base):
    """Return the base's remaining days as a roster that is not saved: the problem of now."""
    today = plant.today()
    last = base.first_day + timedelta(days=base.days - 1)
    covered = in_force(today, last)
    last = max(covered)
    first = max(base.first_day, today)
    shifted = {**base.rules, "fair_nights": 0, "fair_weekends": 0, "fair_duties": 0}
    if base.rules.get("block") and base.split_id:
        # The blocks were counted from the base's first day; the remaining days begin somewhere inside one.
        shifted["offset"] = (first - base.first_day).days
    return Roster(
        pattern=base.pattern, split=base.split, level=base.level, first_day=first, days=(last - first).days + 1,
        rules=shifted, repairs=base if base.pk else None,
    )  # fmt: skip


def repairs_for(*, seconds=2.0):
    """Return (base, [core Repair]) for the roster in force as things stand, ranked; ([], None) when nothing is broken."""
    base = _base()
    if base is None:
        return None, []
    roster = _today_on(base)
    last = roster.first_day + timedelta(days=roster.days - 1)
    problem = _with_reserve(problem_of(roster), roster)
    plan = plan_of(duties_between(roster.first_day, last), roster.first_day)
    ways = rostering.repair(problem, plan, seconds=seconds)
    return roster, [way for way in ways if way.changes]


def _with_reserve(problem, roster):
    """Let the reserve stand in too: people of the split who are in no team, on any day."""
    if roster.split_id is None:
        return problem
    reserve = dict(roster.split.memberships.filter(team="R").values_list("person", "team"))
    if not reserve:
        return problem
    posts = [post for post in plant.posts() if post.qualifications.all()]
    watches = list(plant.watches(roster.pattern))
    last = roster.first_day + timedelta(days=roster.days - 1)
    alone = Roster(
        pattern=roster.pattern,
        level=roster.level,
        first_day=roster.first_day,
        days=roster.days,
        rules={**roster.rules, "block": 0},
    )
    return replace(problem, people=(*problem.people, *people_of(alone, reserve, posts, watches, last)))


@transaction.atomic
def keep(roster, way, *, by):
    """Keep a way out as a draft that repairs the roster in force; return it."""
    base = roster.repairs
    draft = Roster.objects.create(
        name="", state=Roster.State.DRAFT, pattern=roster.pattern, split=roster.split, level=roster.level,
        first_day=roster.first_day, days=roster.days, rules=roster.rules, repairs=base, asked_by=by, asked_at=plant.now(),
        result={
            "changes": len(way.changes), "eased": list(way.eased), "seconds": round(way.seconds, 2),
            "holes": [vars(hole) for hole in way.after.holes], "before_holes": len(way.before.holes),
        },
    )  # fmt: skip
    Duty.objects.bulk_create(rows_of(draft, way.roster), batch_size=500)
    plant.note(by, "repair.kept", draft, detail=f"changes={len(way.changes)}")
    return draft


def substitutes_for(day, watch, post, limit=5):
    """Return [core Candidate] for one hole of the roster in force, best first."""
    base = _base()
    if base is None:
        return []
    roster = _today_on(base)
    last = roster.first_day + timedelta(days=roster.days - 1)
    problem = _with_reserve(problem_of(roster), roster)
    plan = plan_of(duties_between(roster.first_day, last), roster.first_day)
    return rostering.substitutes(problem, plan, (day - roster.first_day).days, watch.code, post.code)[:limit]
