"""Repairing the roster in force: ranked ways out with their changes, kept as drafts that a planner publishes."""

from django.db import transaction

from diba.core import rostering
from diba.plant import actions as plant

from ..models import Duty, Roster
from .as_things_stand import as_things_stand
from .problems import rows_of


def repairs_for(*, seconds=2.0, supposed=None, day=None):
    """Return (roster of the days looked at, [core Repair]) as things stand, ranked; (None, []) when no roster is in force.

    day: one that must be among the days looked at.
    """
    standing = as_things_stand(supposed, day)
    if standing is None:
        return None, []
    ways = rostering.repair(standing.problem, standing.plan, begun=standing.begun(), seconds=seconds)
    return standing.roster, [way for way in ways if way.changes]


@transaction.atomic
def keep(roster, way, *, by):
    """Keep a way out as a draft that repairs the roster in force; return it."""
    base = roster.repairs
    draft = Roster.objects.create(
        name="", state=Roster.State.DRAFT, pattern=roster.pattern, split=roster.split, level=roster.level,
        first_day=roster.first_day, days=roster.days, rules=roster.rules, repairs=base, asked_by=by, asked_at=plant.now(),
        result={
            "changes": len(way.changes), "eased": list(way.eased), "seconds": round(way.seconds, 2), "points": way.cost,
            "least_points": way.bound, "proven": way.proven, "without": list(way.without),
            "signed_for": [vars(broken) for broken in rostering.further(way.before.violations, way.after.violations)],
            "holes": [vars(hole) for hole in way.after.holes], "before_holes": len(way.before.holes),
        },
    )  # fmt: skip
    Duty.objects.bulk_create(rows_of(draft, way.roster), batch_size=500)
    plant.note(by, "repair.kept", draft, detail=f"changes={len(way.changes)}")
    return draft


def substitutes_for(day, watch, post, limit=5):
    """Return [core Candidate] for one hole of the roster in force, best first; words.candidate_words says why."""
    standing = as_things_stand(day=day)
    return [] if standing is None else stand_ins(standing, day, watch, post)[:limit]


def stand_ins(standing, day, watch, post):
    """Return every core Candidate for one place as things stand, best first; whoever was lost to it is none."""
    begun, offset, cell = standing.begun(), standing.day(day), (watch.code, post.code)
    kept = rostering.keepable(standing.problem, standing.plan, begun=begun)
    ranked = rostering.substitutes(standing.problem, kept, offset, *cell, begun=begun)
    return [each for each in ranked if standing.plan.get((each.person, offset)) != cell]
