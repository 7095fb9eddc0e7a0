"""Ways to mend the roster in force, side by side: what each changes and what would be better afterwards."""

from collections import defaultdict
from dataclasses import dataclass
from datetime import timedelta
from functools import cached_property
from itertools import zip_longest

from django.conf import settings
from django.db import transaction

from diba.core import rostering
from diba.core.errors import BadInput

from ..models import Roster, TeamName
from . import repairing
from .as_things_stand import as_things_stand
from .asking import drop
from .manning import Supposed, breach_clock, manning, window_of
from .reasons import rule_words

WINDOW = 14  # days that the figures look at
LOOKED_AT = 12  # drafts of repairs, the newest


@dataclass(frozen=True)
class Figures:
    """What a planner weighs: short watches, days on which two teams stand, reserve in use, hours to the first hole."""

    holes: int
    crossings: int
    reserve: int
    hours: int | None  # None: no hole in the coming days


@dataclass(frozen=True)
class Way:
    """One repair that was kept as a draft, with its changes and the figures it would leave."""

    draft: object
    changes: dict
    after: Figures
    eased: list

    @property
    def count(self):
        return sum(len(days) for days in self.changes.values())

    @property
    def until(self):
        """Return the last day that the search looked at."""
        return _last_day(self.draft)

    @cached_property
    def places(self):
        """Return [(day, watch, post, who stood there or None, who will or None)] of every place whose people change."""
        leaving, coming = defaultdict(list), defaultdict(list)
        for person, days in self.changes.items():
            for day, old, new in days:
                for duty, found in ((old, leaving), (new, coming)):
                    if duty:
                        found[day, duty.watch, duty.post].append(person)
        keys = sorted({*leaving, *coming}, key=lambda key: (key[0], key[1].starts, key[2].code))
        return [(*key, old, new) for key in keys for old, new in zip_longest(leaving[key], coming[key])]


def figures(board):
    """Return the Figures of a board."""
    standing = [duty for cell in board.cells.values() for duty in cell.there]
    teams = {}
    for duty in standing:
        teams.setdefault(duty.day, set()).add(board.teams.get(duty.person_id, ""))
    hours = [hours for _post, hours, _cell in breach_clock(board) if hours is not None]
    return Figures(
        holes=sum(cell.short for cell in board.cells.values()),
        crossings=sum(len(there - {TeamName.RESERVE, ""}) > 1 for there in teams.values()),
        reserve=len({duty.person_id for duty in standing if board.teams.get(duty.person_id) == TeamName.RESERVE}),
        hours=min(hours, default=None),
    )


def _last_day(roster):
    return roster.first_day + timedelta(days=roster.days - 1)


def has_open_ways():
    """Say whether a repair waits for a planner. At most two queries."""
    return bool(open_drafts(1))


def open_drafts(most=3):
    """Return the drafts of repairs that wait for a planner, the best first. At most two queries.

    One that was made before another roster of its days was published mends what is no longer in force: it stays a draft, and is not proposed.
    """
    rows = Roster.objects.filter(state=Roster.State.DRAFT, repairs__state=Roster.State.PUBLISHED).order_by("-id")
    drafts = list(rows[:LOOKED_AT])
    if not drafts:
        return []
    since = list(Roster.objects.filter(published_at__gt=min(draft.asked_at for draft in drafts)))
    return [
        draft for draft in drafts if not any(
            other.published_at > draft.asked_at and other.first_day <= _last_day(draft) and _last_day(other) >= draft.first_day
            for other in since
        )
    ][:most]  # fmt: skip


def open_ways(window=None):
    """Return the repairs of the roster in force that wait for a planner, the best first; the queries are those of one board.

    window: of WINDOW days, where it is there already, with the open drafts.
    """
    window = window or window_of(WINDOW, drafts=open_drafts())
    return [
        Way(
            draft,
            window.changes(draft),
            figures(manning(WINDOW, window.now, Supposed(instead=draft), window)),
            rule_words(draft.result.get("eased", [])),
        )
        for draft in window.drafts
    ]


def find_ways(*, by, most=3):
    """Search for repairs, drop those that were open and nobody has edited, keep the best as drafts.

    Return (roster of the days looked at or None, how many).
    """
    roster, ways = repairing.repairs_for(seconds=settings.REPAIR_SECONDS)
    if roster is not None and not ways:
        # What is short later, under another roster, is a question of its own.
        later = [cell.day for cell in manning(WINDOW).short_cells() if cell.day > _last_day(roster)]
        if later:
            roster, ways = repairing.repairs_for(seconds=settings.REPAIR_SECONDS, day=later[0])
    if roster is None or not ways:
        return roster, 0
    for old in Roster.objects.filter(state=Roster.State.DRAFT, edits=None).exclude(repairs=None):
        drop(old, by=by)
    for way in reversed(ways[:most]):
        repairing.keep(roster, way, by=by)
    return roster, len(ways[:most])


@transaction.atomic
def take(cell, person, *, by):
    """Keep as a draft that this person stands in one cell in place of whoever is lost to it. Raises BadInput."""
    standing = as_things_stand(day=cell.day)
    if standing is None:
        raise BadInput("no_roster", "roster")
    day, who = standing.day(cell.day), str(person.pk)
    if who not in standing.problem.person:
        raise BadInput("not_qualified", "person", value=who)
    lost = {str(each.person.pk) for each in cell.lost}
    plan = {key: duty for key, duty in standing.plan.items() if not (key[1] == day and key[0] in lost)}
    ranked = repairing.stand_ins(standing, cell.day, cell.watch, cell.post)
    candidate = next((each for each in ranked if each.person == who), None)
    if candidate is None:
        raise BadInput("not_qualified", "person", value=who)
    plan[who, day] = (cell.watch.code, cell.post.code)
    for change in candidate.trade:
        plan.pop((change.person, change.day), None)
        plan |= {(change.person, change.day): change.after} if change.after else {}
    changes = rostering.differences(standing.plan, plan)
    before, after = rostering.check(standing.problem, standing.plan), rostering.check(standing.problem, plan)
    way = rostering.Repair(plan, changes, candidate.cost, candidate.broken, before, after, 0.0)
    return repairing.keep(standing.roster, way, by=by)


def cell_named(board, key):
    """Return the cell of a board that an address names, or None."""
    return next((cell for cell in board.cells.values() if cell.key == key), None)
