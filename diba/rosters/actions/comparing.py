"""Two or three rosters side by side: what each costs and asks of people, and the cells in which they differ."""

from collections import Counter
from dataclasses import dataclass

from .conflicts import conflicts_of, rule_name
from .publishing import changes_to
from .referee import hear


@dataclass(frozen=True)
class Column:
    """One roster in figures. cost: [(rule in words, points)]; spreads: (least, most) of those who work at all."""

    roster: object
    hearing: object
    cost: list
    points: int
    holes: int
    broken: int
    nights: tuple
    weekends: tuple
    duties: tuple
    longest_run: int
    changed_cells: int
    changed_people: int


def columns_of(rosters):
    """Return the Column of each roster; about thirty queries each."""
    return [_column(row) for row in rosters]


def _column(row):
    hearing = hear(row)
    report, conflicts = hearing.report, conflicts_of(hearing)
    loads = {kind: Counter() for kind in ("nights", "weekends", "duties")}
    worked = {}
    for (who, day), (shift, _post) in hearing.plan.items():
        loads["duties"][who] += 1
        loads["nights"][who] += hearing.problem.shift[shift].night
        loads["weekends"][who] += hearing.date(day).weekday() >= 5
        worked.setdefault(who, set()).add(day)
    changes = changes_to(row) if row.state == row.State.DRAFT else {}
    return Column(
        row, hearing, [(rule_name(rule), points) for rule, points in report.cost.items() if points], report.objective,
        sum(conflict.short for conflict in conflicts), sum(conflict.rule != "cover" for conflict in conflicts),
        *(_spread(loads[kind]) for kind in ("nights", "weekends", "duties")), max(map(_longest, worked.values()), default=0),
        sum(map(len, changes.values())), len(changes),
    )  # fmt: skip


def _spread(counter):
    return (min(counter.values()), max(counter.values())) if counter else (0, 0)


def _longest(days):
    best = 0
    for day in days:
        if day - 1 not in days:
            length = 1
            while day + length in days:
                length += 1
            best = max(best, length)
    return best


def shared_days(columns):
    """Return the days that every one of the rosters covers: only these can be compared."""
    spans = [set(map(column.hearing.date, range(column.roster.days))) for column in columns]
    return set.intersection(*spans) if spans else set()


def differing(columns):
    """Return (days, [(person, {day: [duty or None in each roster]})]) of the cells in which not all agree."""
    plans = [{(duty.person_id, duty.day): duty for duty in column.hearing.duties} for column in columns]
    shared = shared_days(columns)
    people = {duty.person_id: duty.person for plan in plans for duty in plan.values()}
    found = {}
    for who, day in sorted({key for plan in plans for key in plan}):
        if day not in shared:
            continue
        row = [plan.get((who, day)) for plan in plans]
        if len({(duty.watch_id, duty.post_id) if duty else None for duty in row}) > 1:
            found.setdefault(who, {})[day] = row
    days = sorted({day for cells in found.values() for day in cells})
    lines = sorted(found.items(), key=lambda item: (-len(item[1]), people[item[0]].name))
    return days, [(people[who], cells) for who, cells in lines]
