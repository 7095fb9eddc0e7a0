"""What stands before a loss: the roster, what it holds and which rules it breaks already; and whether another is no worse."""

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace

from ..problem import Crew, Person, Problem, Roster
from ..rules import Hole, Violation, check
from .distance import Distance

Place = tuple[int, str, str]  # day, shift, post
Cell = tuple[str, str]
Row = Mapping[int, Cell]


class Base:
    """A roster in the shape that the sweep asks it in.

    need: place -> how many must stand there after a loss: the hard minimum, as far as the roster held it. Where a problem
    has no hard minimum at all, the wanted numbers count as such.
    """

    def __init__(self, problem: Problem, roster: Roster) -> None:
        self.problem = problem
        self.roster = {key: cell for key, cell in roster.items() if key[0] in problem.person}
        self.rows: dict[str, dict[int, Cell]] = {person.id: {} for person in problem.people}
        self.there: Counter[Place] = Counter()
        for (who, day), cell in self.roster.items():
            self.rows[who][day] = cell
            self.there[(day, *cell)] += 1
        report = check(problem, self.roster)
        self.known = {key_of(violation) for violation in report.violations}
        self.broken_by = {violation.person for violation in report.violations if violation.person}
        self.clean = all(violation.rule == "cover" for violation in report.violations)
        strict = any(cover.minimum for cover in problem.cover)
        self.need: dict[Place, int] = {}
        for cover in problem.cover:
            place = (cover.day, cover.shift, cover.post)
            self.need[place] = min(cover.minimum if strict else cover.needed, self.there[place])
        self.most = {
            (cover.day, cover.shift, cover.post): cover.most for cover in problem.cover if cover.most is not None
        }
        self.need_of: dict[int, dict[Place, int]] = defaultdict(dict)
        for place, number in sorted(self.need.items()):
            self.need_of[place[0]][place] = number
        self.posts = list(problem.post)
        self.crews: dict[int, list[Crew]] = defaultdict(list)
        for crew in problem.crews:
            if (crew.least and crew.under is None) or (crew.most is not None and crew.over is None):
                self.crews[crew.day].append(crew)
        # Rules that look at everybody at once: who stands together, who never meets.
        self.together = bool(problem.crews or problem.apart)
        self.distance = Distance(problem)
        self.near = self.distance.there(self.roster)
        self.marked: dict[str, list[str]] = defaultdict(list)
        for person in problem.people:
            for mark in sorted(person.marks):
                self.marked[mark].append(person.id)
        self.able: dict[str, list[str]] = defaultdict(list)
        for person in sorted(problem.people, key=lambda person: (_posts(person), person.id)):
            for post in problem.post if person.posts is None else person.posts:
                self.able[post].append(person.id)

    def holes(self, there: Mapping[Place, int]) -> list[Hole]:
        """Return the places where fewer stand than must, by day."""
        return [
            Hole(*place, needed, there.get(place, 0))
            for place, needed in sorted(self.need.items())
            if there.get(place, 0) < needed
        ]

    def accepts(self, problem: Problem, roster: Roster, changed: Iterable[str]) -> bool:
        """Say whether the referee finds nothing in a roster that was not broken before, and every place held.

        changed: the people whose rows or rules differ from the base; nobody else can break what he did not break.
        """
        there = Counter((key[1], *cell) for key, cell in roster.items())
        people = tuple(problem.person[who] for who in sorted(changed))
        rows = {key: cell for key, cell in roster.items() if key[0] in changed}
        broken = self._broken(problem, roster, rows, people) if people else []
        return (
            not self.holes(there)
            and not self._crowded(there)
            and all(violation.rule == "cover" or key_of(violation) in self.known for violation in broken)
        )

    def _broken(
        self, problem: Problem, roster: Roster, rows: Roster, people: tuple[Person, ...]
    ) -> Sequence[Violation]:  # fmt: skip
        """Return what is broken. A crew counts everybody, and anybody may meet another; else those who changed are enough."""
        if problem.crews or (problem.apart and self._meet(roster, rows)):
            return check(problem, roster).violations
        return check(replace(problem, people=people, cover=(), apart=()), rows).violations

    def _meet(self, roster: Roster, rows: Roster) -> bool:
        """Say whether somebody comes to where he meets people of a team that is kept apart from his."""
        there, distance = self.distance.there(roster), self.distance
        return any(
            distance.meets(there, day, shift, distance.place(who, post))
            for (who, day), (shift, post) in rows.items()
            if self.roster.get((who, day)) != (shift, post)
        )

    def _crowded(self, there: Mapping[Place, int]) -> bool:
        """Say whether more stand somewhere than may, and more than before."""
        return any(there.get(place, 0) > max(most, self.there[place]) for place, most in self.most.items())


def _posts(person: Person) -> int:
    return 1000 if person.posts is None else len(person.posts)


def key_of(violation: Violation) -> tuple[object, ...]:
    return violation.rule, violation.person, violation.day, violation.shift, violation.post, violation.mark
