"""Losses: who is away from when until when, and the problem that is left."""

import random
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace

from ...errors import BadInput
from ..problem import Person, Problem

KINDS = ("person", "crew", "household", "team", "random")
DAYS = 14  # days of isolation after a contact; docs/examples.md, Haibowan 2020


@dataclass(frozen=True)
class Loss:
    """One contingency: these people cannot stand from day `first` to day `last`, both included."""

    kind: str
    id: str
    people: frozenset[str]
    first: int
    last: int

    def __post_init__(self) -> None:
        if self.kind not in KINDS:
            raise BadInput("unknown_kind", "kind", self.id, self.kind)
        if not 0 <= self.first <= self.last:
            raise BadInput("out_of_range", "first", self.id, self.first)


Groups = Mapping[str, Iterable[str]]


def losses(
    problem: Problem, kinds: Sequence[str], first: int, days: int = DAYS, *, crews: Groups | None = None,
    households: Groups | None = None, k: int = 2, draws: int = 20, seed: int = 1,
) -> list[Loss]:  # fmt: skip
    """Return the contingencies of these kinds, in the order of the kinds; each lasts from `first` so many days.

    person: everybody alone; crew, household: the groups given, name -> people, as far as they are in the problem; team:
    the problem's own teams; random: `draws` times k people. The horizon's end cuts a loss short. Raises BadInput.
    """
    _within("first", first, 0, problem.days - 1)
    _within("days", days, 1, 400)
    last = min(first + days, problem.days) - 1
    found = []
    for kind in kinds:
        for name, people in _groups(problem, kind, crews or {}, households or {}, k, draws, seed).items():
            if here := frozenset(people) & problem.person.keys():
                found.append(Loss(kind, name, here, first, last))
    return found


def _groups(
    problem: Problem, kind: str, crews: Groups, households: Groups, k: int, draws: int, seed: int
) -> Mapping[str, Iterable[str]]:
    if kind == "person":
        return {person.id: (person.id,) for person in problem.people}
    if kind == "team":
        teams: dict[str, list[str]] = {}
        for person in problem.people:
            teams.setdefault(person.team, []).append(person.id)
        return {team: teams[team] for team in sorted(teams) if team}
    if kind == "random":
        return _drawn(problem, k, draws, seed)
    if kind not in KINDS:
        raise BadInput("unknown_kind", "kinds", value=kind)
    return crews if kind == "crew" else households


def _drawn(problem: Problem, k: int, draws: int, seed: int) -> dict[str, list[str]]:
    _within("k", k, 1, len(problem.people))
    _within("draws", draws, 1, 10_000)
    rng, everybody = random.Random(seed), [person.id for person in problem.people]
    return {str(number): sorted(rng.sample(everybody, k)) for number in range(1, draws + 1)}


def without(problem: Problem, loss: Loss, first: int) -> Problem:
    """Return the problem that is left when these people are lost, from day `first` at the earliest.

    Their days of absence are days off, their pins there are void. Limits that only an absence can break (least minutes,
    shortest run and break) no longer bind them: nobody can mend what the loss itself cut short.
    """
    days = range(max(first, loss.first), min(loss.last, problem.days - 1) + 1)
    people = tuple(_away(person, days) if person.id in loss.people else person for person in problem.people)
    return replace(problem, people=people)


def _away(person: Person, days: range) -> Person:
    pins = {day: pin for day, pin in person.pins.items() if day not in days}
    return replace(
        person, days_off=person.days_off | frozenset(days), pins=pins, least_minutes=None, shortest_run=1, shortest_break=1
    )  # fmt: skip


def _within(field: str, value: int, least: int, most: int) -> None:
    if isinstance(value, bool) or not isinstance(value, int) or not least <= value <= most:
        raise BadInput("out_of_range", field, value=value)
