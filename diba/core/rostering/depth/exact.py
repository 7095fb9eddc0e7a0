"""Mending exactly, and proofs that it cannot be done: counts by Hall, then CP-SAT on the people a place depends on."""

from collections.abc import Iterable
from dataclasses import dataclass, replace

from ..model import Model
from ..problem import Cover, Fairness, Person, Problem
from ..search import run
from .base import Base, Cell
from .hall import bottleneck

Cells = dict[tuple[str, int], Cell]


@dataclass(frozen=True)
class Answer:
    """A mended roster, or the proof that there is none (posts: those that it rests on), or neither."""

    roster: Cells | None = None
    impossible: bool = False
    posts: tuple[str, ...] = ()


def counted(base: Base, problem: Problem, days: Iterable[int]) -> tuple[str, ...]:
    """Return the posts that need more people on one of these days than can stand there; empty when counting says nothing."""
    for day in sorted(days):
        need = {place[1:]: number for place, number in base.need.items() if place[0] == day and number}
        able = {p.id: [place for place in need if problem.may(p, day, *place)] for p in problem.people}
        found = bottleneck(need, able)
        if found.depth < 0:
            return tuple(sorted({post for _, post in found.places}))
    return ()


def refuted(base: Base, problem: Problem, posts: frozenset[str], first: int, seconds: float, seed: int) -> bool:
    """Say whether these posts alone cannot be held by all who can ever stand there, everything else left out."""
    people = _able(base, posts)
    if people & base.broken_by:
        return False
    cover = tuple(_cell(base, cell, 0 if cell.post in posts else None) for cell in problem.cover)
    small = _narrow(base, problem, people, cover, first)
    return run(Model(small), seconds, workers=1, seed=seed).status == "infeasible"


def mended(
    base: Base, problem: Problem, plan: Cells, people: frozenset[str], first: int, seconds: float, seed: int
) -> Answer:
    """Mend with these people free from day `first` and all others as they stand. Impossible only says: not with these."""
    others: dict[tuple[int, str, str], int] = {}
    for (who, day), cell in plan.items():
        if who not in people:
            others[(day, *cell)] = others.get((day, *cell), 0) + 1
    cover = tuple(_cell(base, cell, others.get((cell.day, cell.shift, cell.post), 0)) for cell in problem.cover)
    small = _narrow(base, problem, people, cover, first)
    outcome = run(Model(small, soft=1), seconds, workers=1, seed=seed, hint=plan)
    if outcome.roster is None:
        return Answer(impossible=outcome.status == "infeasible")
    rest = {key: cell for key, cell in plan.items() if key[0] not in people}
    return Answer({**rest, **outcome.roster}, outcome.bound > 0.5)


def _able(base: Base, posts: Iterable[str]) -> frozenset[str]:
    return frozenset(who for post in posts for who in base.able[post])


def bound_to(base: Base, posts: Iterable[str]) -> tuple[frozenset[str], frozenset[str]]:
    """Return the posts that share people with these, step after step, and all their people."""
    found, people = frozenset(posts), _able(base, posts)
    while True:
        more = frozenset(post for post in base.problem.post if not people.isdisjoint(base.able[post]))
        if more <= found:
            return found, people
        found |= more
        people = _able(base, found)


def _cell(base: Base, cell: Cover, standing: int | None) -> Cover:
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
