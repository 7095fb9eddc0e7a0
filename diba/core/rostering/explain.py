"""Why no roster exists: the smallest clash found, each part with its numbers and the proof that it is needed."""

import time
from collections.abc import Sequence
from dataclasses import dataclass

from .clash import PERSONAL, Court, Part, find_clash, only
from .parts import Person
from .problem import Problem, Roster
from .shortages import Clash, able_and_needed, most_duties, named_lapses

SHOWN = 50  # ids listed at most


@dataclass(frozen=True)
class Explanation:
    """parts cannot all be kept. freed: for each a roster that keeps the others, None where none was found in the time.

    proven: the parts alone have been proved impossible; False when the time ran out before.
    """

    parts: tuple[Part, ...]
    freed: tuple[Roster | None, ...]
    proven: bool


def explanation(problem: Problem, *, seconds: float = 10, workers: int = 1, seed: int = 1) -> Explanation:
    """Return the smallest clash found in the time; every part is needed as far as `freed` shows."""
    court = Court(problem, time.monotonic() + 0.85 * seconds, workers, seed)
    parts = find_clash(court)
    proven = court.known.get(frozenset(parts), False)
    court.until = time.monotonic() + max(0.15 * seconds, court.left())
    return Explanation(tuple(parts), tuple(court.freed(parts, part) for part in parts), proven)


def explain(problem: Problem, *, seconds: float = 10, workers: int = 1, seed: int = 1) -> Clash:
    """Return a smallest set found of rules that cannot all be kept, each with its numbers. Never empty.

    Each part: rule; of whom (`who`, ids, absent: of everybody), where (`posts`, `shifts`) and when (`on`, days; `day` when it
    is one); limit; for the cover what is needed and how many are able; for crews the `marks`, and how many people have each (`marked`). `proved`: a roster without this part was found.
    """
    found = explanation(problem, seconds=seconds, workers=workers, seed=seed)
    if not found.parts:
        return [{"rule": "time", "seconds": round(seconds)}]
    return [
        {**told(problem, part, found.parts), "proved": freed is not None}
        for part, freed in zip(found.parts, found.freed, strict=True)
    ]


def told(problem: Problem, part: Part, parts: Sequence[Part]) -> dict[str, object]:
    """Return a part as data: keys and numbers."""
    if part.rule == "cover":
        return _cover(problem, part, parts)
    found: dict[str, object] = {"rule": part.rule}
    if part.people is not None and len(part.people) < len(problem.people):
        found["who"] = sorted(part.people)[:SHOWN]
    people = [person for person in problem.people if part.holds(person.id)]
    if part.rule == "pins":
        pins = [(person.id, day, pin) for person in people for day, pin in sorted(person.pins.items())]
        if len(pins) == 1:
            ((who, day, pin),) = pins
            return {
                "rule": "pin",
                "person": who,
                "day": day,
                "shift": (pin or ("", ""))[0],
                "post": (pin or ("", ""))[1],
            }
    if part.rule == "absences":
        found["on"] = _clash_days(problem, parts)
    if part.rule == "crews":
        named = {crew.mark for crew in problem.crews if crew.least or crew.most is not None}
        marks = sorted(mark for mark in named if part.names(mark))[:SHOWN]
        found["marks"] = marks
        found["marked"] = [sum(mark in person.marks for person in problem.people) for mark in marks]
    if part.rule == "apart":
        rules = only(problem, [part]).apart
        found["teams"] = sorted({team for rule in rules for team in rule.teams})[:SHOWN]
    if part.rule == "rest":
        found["limit"] = problem.rest
    if part.rule in PERSONAL:
        limits = [getattr(person, PERSONAL[part.rule][0]) for person in people]
        known = [limit for limit in limits if isinstance(limit, int) and not isinstance(limit, bool)]
        found |= {"limit": max(known) if part.rule.startswith(("short", "least")) else min(known)} if known else {}
    return found


def _clash_days(problem: Problem, parts: Sequence[Part]) -> list[int]:
    days = {
        cell.day for cell in problem.cover for part in parts
        if part.rule == "cover" and cell.minimum and part.covers(cell.day, cell.shift, cell.post)
    }  # fmt: skip
    return sorted(days)


def _cover(problem: Problem, part: Part, parts: Sequence[Part]) -> dict[str, object]:
    """Return what is needed and who is able; where counting alone shows the shortage, by how many."""
    cells = [cell for cell in problem.cover if cell.minimum and part.covers(cell.day, cell.shift, cell.post)]
    posts, days = sorted({cell.post for cell in cells}), sorted({cell.day for cell in cells})
    able: list[Person] = [
        person for person in problem.people
        if any(person.posts is None or cell.post in person.posts for cell in cells)
    ]  # fmt: skip
    found: dict[str, object] = {
        "rule": "cover", "posts": posts, "shifts": sorted({cell.shift for cell in cells}), "on": days, "days": len(days),
        "first": days[0] if days else 0, "last": days[-1] if days else 0,
        "needed": sum(cell.minimum for cell in cells), "people": len(able),
        "able": sorted(person.id for person in able)[:SHOWN], **named_lapses(problem, posts, days[-1] if days else 0),
    }  # fmt: skip
    held = only(problem, parts)
    if len(days) == 1:
        found["day"] = days[0]
        counted = able_and_needed(held, days[0])
        if counted.depth < 0:
            found |= {"needed": counted.needed, "available": counted.available, "short": -counted.depth}
    elif len(days) > 1 and days[-1] - days[0] == len(days) - 1:
        most = sum(most_duties(held, held.person[person.id], days[0], days[-1]) for person in able)
        needed = sum(cell.minimum for cell in cells)
        found |= {"available": most, "short": needed - most} if most < needed else {}
    return found
