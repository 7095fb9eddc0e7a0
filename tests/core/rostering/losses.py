"""Random small losses, and every way to mend them, for the tests."""

import itertools
import random
from dataclasses import replace

from diba.core.rostering import Change, Cover, Person, Post, Problem, Request, Shift, points
from diba.core.rostering.rules import broken_by

SHIFTS = (Shift("D", 480, 480), Shift("N", 1320, 480, True))
CELLS = tuple((shift, post) for shift in "DN" for post in "ab")


def schedules(problem, person):
    """Return every legal schedule of a person, {day: (shift, post)} each."""
    found = []
    for cells in itertools.product((None, *CELLS), repeat=problem.days):
        schedule = {day: cell for day, cell in enumerate(cells) if cell}
        if not broken_by(problem, person, schedule):
            found.append(schedule)
    return found


def crew_member(rng, number, days):
    return Person(
        f"P{number}",
        posts=rng.choice([{"a": (0, days - 1)}, {"b": (0, days - 1)}, dict.fromkeys("ab", (0, days - 1))]),
        longest_run=rng.choice([2, 3, 4]), shortest_run=rng.choice([1, 1, 2]), shortest_break=rng.choice([1, 1, 2]),
        most_nights_in_row=rng.choice([None, 1, 2]), most_minutes=rng.choice([None, 480 * 3]),
        most_of=rng.choice([{}, {"N": 2}]), before=rng.choice([(), ("N",), ("D", "D"), ("", "N"), ("D", "")]),
        requests=rng.choice([(), (Request(rng.randrange(days), rng.choice("DN"), rng.random() < 0.5, 3),)]),
    )  # fmt: skip


def loss(seed, people=4, days=4):
    """Return (problem with somebody gone, the roster before, first day): three of four places of a day are needed."""
    rng = random.Random(seed)
    crew = tuple(crew_member(rng, n, days) for n in range(people))
    cover = tuple(Cover(d, *cell, int(rng.random() < 0.6), None, 0) for d in range(days) for cell in CELLS)
    problem = Problem(days, SHIFTS, crew, cover, (Post("a"), Post("b")), rest=660)
    roster = {}
    for person in crew:
        legal = schedules(problem, person)
        if legal:
            roster |= {(person.id, day): cell for day, cell in rng.choice(legal).items()}
    first_day = rng.choice([0, 0, 1, 2])
    gone = frozenset(day for day in range(first_day, days) if rng.random() < 0.7)
    pinned = {
        person.id: {day: roster.get((person.id, day)) for day in range(days) if rng.random() < 0.15} for person in crew
    }
    crew = tuple(replace(person, pins=pinned[person.id]) for person in crew)
    crew = (replace(crew[0], days_off=gone), *crew[1:])
    return replace(problem, people=crew), roster, first_day


def cheapest(problem, roster, kept, first_day):
    """Return (open places, points) of the best repair by trying all: people who break a rule as it is stay as they are."""
    places = {(cell.day, cell.shift, cell.post): cell.needed for cell in problem.cover}
    mixes = {(): 0}
    order = sorted(places)
    start = tuple(0 for _ in order)
    mixes = {start: 0}
    for person in problem.people:
        own = {day: cell for (who, day), cell in kept.items() if who == person.id}
        choices = [own]
        past = {day: cell for day, cell in own.items() if day < first_day}
        free = replace(
            person,
            pins={d: own.get(d) for d in range(problem.days) if d < first_day or d in person.pins},
            days_off=frozenset(d for d in person.days_off if d >= first_day),
        )
        if not broken_by(problem, free, own):
            choices += [s for s in schedules(problem, free) if s != own and past.items() <= s.items()]
        mixes = spread(problem, roster, own, person.id, choices, mixes, order, first_day)
    return min(
        (sum(max(0, places[place] - n) for place, n in zip(order, counts, strict=True)), cost)
        for counts, cost in mixes.items()
    )


def spread(problem, roster, own, who, choices, mixes, order, first_day):
    """Return {how many stand where: least points} with one person more."""
    found = {}
    for schedule in choices:
        cost = sum(
            points(problem, Change(who, day, roster.get((who, day)), schedule.get(day)), first_day)
            for day in range(problem.days)
            if schedule.get(day) != own.get(day)
        )
        there = {(day, *cell) for day, cell in schedule.items()}
        mark = [int(place in there) for place in order]
        for counts, before in mixes.items():
            key = tuple(n + more for n, more in zip(counts, mark, strict=True))
            if before + cost < found.get(key, 10**9):
                found[key] = before + cost
    return found


def feasible(problem):
    """Say whether any roster keeps every rule, by trying all."""
    order = [(cell.day, cell.shift, cell.post) for cell in problem.cover if cell.minimum]
    needed = [cell.minimum for cell in problem.cover if cell.minimum]
    reached = {tuple(0 for _ in order)}
    for person in problem.people:
        rows = {
            tuple(int(schedule.get(day) == (shift, post)) for day, shift, post in order)
            for schedule in schedules(problem, person)
        }
        reached = {
            tuple(min(n + more, most) for n, more, most in zip(counts, row, needed, strict=True))
            for counts in reached for row in rows
        }  # fmt: skip
    return tuple(needed) in reached
