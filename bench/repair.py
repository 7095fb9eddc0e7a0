"""How fast a loss is mended, a hole filled and an impossible month explained: 300 people, 28 days, 20 posts, three watches.

    python bench/repair.py [SECONDS]     what the plain CP-SAT model of the same question gets, 30 s when none is said

Fifteen people a post in four crews that rotate E E L L N N off off, three more as relief, every third person cross-trained for a
neighbouring post: the crews cannot be called in on a day off without breaking the longest run, so relief is scarce.
"""

import sys
import time
from dataclasses import replace
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))

from diba.core.rostering import (  # noqa: E402
    Change,
    Cover,
    Person,
    Post,
    Problem,
    Shift,
    advise,
    check,
    explanation,
    keepable,
    points,
    repair,
    substitutes,
)
from diba.core.rostering.changes import open_points  # noqa: E402
from diba.core.rostering.model import Model  # noqa: E402
from diba.core.rostering.search import run  # noqa: E402

CYCLE = "EELLNN--"
FIRST_DAY = 3


def plant(people=300, days=28, posts=20):
    """Return (problem, roster)."""
    shifts = (Shift("E", 360, 480), Shift("L", 840, 480), Shift("N", 1320, 480, night=True))
    crew, roster = [], {}
    for post in range(posts):
        for number in range(people // posts):
            name = f"{post:02}-{number:02}"
            held = [post] + [(post + 1) % posts] * (number % 3 == 0) + [(post + 7) % posts] * (number % 5 == 1)
            turn = [CYCLE[(day + number % 4 * 2) % 8] if number < 12 else "-" for day in range(-14, days)]
            roster |= {(name, day): (turn[day + 14], f"p{post}") for day in range(days) if turn[day + 14] != "-"}
            crew.append(
                Person(
                    name, {f"p{each}": (0, days - 1) for each in held}, longest_run=6, most_nights_in_row=4,
                    before=tuple(shift.replace("-", "") for shift in turn[:14]),
                )
            )  # fmt: skip
    names = [f"p{post}" for post in range(posts)]
    cover = tuple(Cover(day, shift.id, post, 3, None, 20) for day in range(days) for shift in shifts for post in names)
    return Problem(days, shifts, tuple(crew), cover, tuple(map(Post, names)), rest=660), roster


def lost(problem, who, first, last):
    """Return the problem with these people away on the days first..last."""
    away = frozenset(range(first, last + 1))
    return replace(problem, people=tuple(replace(p, days_off=away) if p.id in who else p for p in problem.people))


def timed(work):
    """Return (what it gives, wall s, CPU s)."""
    wall, cpu = time.perf_counter(), time.process_time()
    found = work()
    return found, time.perf_counter() - wall, time.process_time() - cpu


def plain(problem, roster, seconds):
    """Return (open places, points, bound or None) of a plain CP-SAT model of the same repair."""
    kept = keepable(problem, roster, FIRST_DAY)
    model = Model(
        replace(problem, cover=tuple(replace(cell, over=0) for cell in problem.cover)), soft=open_points(problem, "p0")
    )
    for (who, day, shift, post), cell in model.cell.items():
        old = kept.get((who, day))
        if day < FIRST_DAY:
            model.cp.add(cell == int(old == (shift, post)))
        elif old == (shift, post):
            off = points(problem, Change(who, day, old, None), FIRST_DAY)
            model.cost.append(off * (1 - cell))
        else:
            told = roster.get((who, day))
            price = points(problem, Change(who, day, told, (shift, post)), FIRST_DAY)
            model.cost.append((price - (points(problem, Change(who, day, old, None), FIRST_DAY) if old else 0)) * cell)
    model.cp.minimize(sum(model.cost))
    outcome = run(model, seconds, workers=2, hint=kept)
    if outcome.roster is None:
        return None, None, outcome.bound
    holes = sum(hole.needed - hole.found for hole in check(problem, outcome.roster).holes)
    return holes, round(outcome.objective - holes * open_points(problem, "p0")), round(outcome.bound)


def show(name, wall, cpu, words):
    print(f"{name:<44}{wall:7.2f} s wall{cpu:7.2f} s CPU   {words}", flush=True)


def repairs(problem, roster, seconds):
    cases = {
        "one lost for a day": lost(problem, {"00-00"}, 5, 5),
        "one lost for 14 days": lost(problem, {"00-00"}, 3, 16),
        "five lost for 14 days": lost(problem, {"00-00", "00-01", "00-02", "03-04", "07-05"}, 3, 16),
    }
    for name, gone in cases.items():
        ways, wall, cpu = timed(lambda gone=gone: repair(gone, roster, first_day=FIRST_DAY, seconds=2.0))
        best = ways[0]
        moved = sum(change.after is not None or change.person not in lost_of(gone) for change in best.changes)
        words = f"{best.open} open, {best.cost} points (at least {best.bound}), {moved} changes, {len(ways)} ways"
        show(f"repair, {name}", wall, cpu, words)
        found, wall, cpu = timed(lambda gone=gone: plain(gone, roster, seconds))
        show("  plain CP-SAT model", wall, cpu, "{} open, {} points, bound {}".format(*found))


def lost_of(problem):
    return {person.id for person in problem.people if person.days_off}


def main():
    seconds = float(sys.argv[1]) if len(sys.argv) > 1 else 30
    problem, roster = plant()
    _, wall, cpu = timed(lambda: repair(lost(problem, {"00-00"}, 5, 5), roster, first_day=FIRST_DAY, seconds=0.2))
    show("first call: compiled code is loaded", wall, cpu, "")
    repairs(problem, roster, seconds)
    kept = keepable(lost(problem, {"00-00"}, 5, 5), roster)
    ranked, wall, cpu = timed(lambda: substitutes(problem, kept, 5, "L", "p0", first_day=FIRST_DAY))
    show("substitutes for one hole", wall, cpu, f"{len(ranked)} people, {sum(one.fits for one in ranked)} fit")
    # Fifteen a night of the 23 who may stand there, for six days, when nobody may have more than four nights in a row.
    nights = {(day, "N", "p4") for day in range(12, 18)}
    cover = tuple(replace(c, needed=15) if (c.day, c.shift, c.post) in nights else c for c in problem.cover)
    month = replace(problem, cover=cover)
    found, wall, cpu = timed(lambda: explanation(month, seconds=60))
    names = ", ".join(part.rule for part in found.parts)
    shown = sum(roster is not None for roster in found.freed)
    show(
        "explanation of an impossible month",
        wall,
        cpu,
        f"{names}; proven {found.proven}, {shown} of {len(found.parts)} shown",
    )
    advice, wall, cpu = timed(lambda: advise(month, found.parts, seconds=60))
    show(
        "what would free it",
        wall,
        cpu,
        "; ".join(" + ".join(f"{s.kind} {s.rule or s.posts} {s.value}" for s in a.steps) for a in advice),
    )
    outcome, wall, cpu = timed(lambda: run(Model(month), seconds, workers=2))
    show("  plain CP-SAT model: impossible or not", wall, cpu, outcome.status)


if __name__ == "__main__":
    main()
