"""Mending exactly, and proofs that it cannot be done, by CP-SAT on the people that a place depends on."""

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, replace

from ..model import Model
from ..problem import Cover, Fairness, Person, Problem
from ..search import run
from .base import Base, Cell

Cells = dict[tuple[str, int], Cell]


@dataclass(frozen=True)
class Answer:
    """A mended roster, or that there is none with the people who were free, or neither."""

    roster: Cells | None
    impossible: bool


def refuted(base: Base, problem: Problem, posts: frozenset[str], first: int, seconds: float, seed: int) -> bool:
    """Say whether it is proven that these posts alone cannot be held by all who can ever stand there.

    Everything else is left out: nobody is needed elsewhere, though people may stand there.
    """
    people = able(base, posts)
    if people & base.broken_by:
        return False
    cover = tuple(_place(base, cell, 0 if cell.post in posts else None) for cell in problem.cover)
    small = _narrow(base, problem, people, cover, first)
    return run(Model(small), seconds, workers=1, seed=seed).status == "infeasible"


def mended(
    base: Base, problem: Problem, plan: Cells, people: frozenset[str], first: int, seconds: float, seed: int
) -> Answer:
    """Hold every place with these people free from day `first` and all others as they stand."""
    others = {key: cell for key, cell in plan.items() if key[0] not in people}
    standing = Counter((day, *cell) for (_, day), cell in others.items())
    cover = tuple(_place(base, cell, standing[cell.day, cell.shift, cell.post]) for cell in problem.cover)
    small = replace(_narrow(base, problem, people, cover, first), crews=problem.crews_beside(others))
    small = _clear_of(base, small, others, first)
    outcome = run(Model(small), seconds, workers=1, seed=seed, hint=plan)
    if outcome.roster is None:
        return Answer(None, outcome.status == "infeasible")
    return Answer({**others, **outcome.roster}, False)


def _clear_of(base: Base, problem: Problem, others: Cells, first: int) -> Problem:
    """Return the problem with people kept from the watches on which they would meet some of the others, who stay."""
    if not problem.apart or not others:
        return problem
    there = base.distance.there(others)
    # What depends on the place is left to the referee, which has the last word on every roster.
    places = {post.place for post in problem.posts}
    met = {
        team: frozenset(
            (day, shift.id)
            for day in range(first, problem.days)
            for shift in problem.shifts
            if all(base.distance.meets(there, day, shift.id, (team, place)) for place in places)
        )
        for team in {person.team for person in problem.people}
    }
    people = tuple(replace(person, barred=person.barred | met[person.team]) for person in problem.people)
    return replace(problem, people=people)


def able(base: Base, posts: Iterable[str]) -> frozenset[str]:
    """Return everybody who can stand at one of these posts."""
    return frozenset(who for post in posts for who in base.able[post])


def wider(base: Base, people: frozenset[str]) -> frozenset[str]:
    """Return everybody who can stand where one of these can."""
    return able(base, (post for post in base.posts if not people.isdisjoint(base.able[post])))


def _place(base: Base, cell: Cover, standing: int | None) -> Cover:
    """Return a place with what must still be held there; None: nothing, but one may stand there."""
    needed = base.need[cell.day, cell.shift, cell.post]
    return replace(
        cell, needed=0 if standing is None else max(0, needed - standing), under=None, over=0, least=0, most=None
    )


def _narrow(base: Base, problem: Problem, people: frozenset[str], cover: tuple[Cover, ...], first: int) -> Problem:
    chosen = tuple(_pinned(base, person, first) for person in problem.people if person.id in people)
    return replace(problem, people=chosen or (Person("nobody", posts={}),), cover=cover, crews=(), fairness=Fairness())


def _pinned(base: Base, person: Person, first: int) -> Person:
    """Return somebody whose days before `first` are done: fixed, whatever today's rules say of them."""
    row = base.rows[person.id]
    pins = {**person.pins, **{day: row.get(day) for day in range(first)}}
    off = frozenset(day for day in person.days_off if day >= first)
    barred = frozenset((day, shift) for day, shift in person.barred if day >= first)
    posts = frozenset((day, post) for day, post in person.barred_posts if day >= first)
    return replace(person, pins=pins, days_off=off, barred=barred, barred_posts=posts, requests=())
