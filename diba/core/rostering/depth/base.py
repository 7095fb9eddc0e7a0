"""What stands before a loss: the roster, what it holds and which rules it breaks already; and whether another is no worse."""

from collections import Counter, defaultdict
from collections.abc import Mapping

from ..problem import Cover, Person, Problem, Roster
from ..rules import Hole, Violation, check

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
        strict = any(minimum(cover) for cover in problem.cover)
        self.need: dict[Place, int] = {}
        for cover in problem.cover:
            place = (cover.day, cover.shift, cover.post)
            self.need[place] = min(minimum(cover) if strict else cover.needed, self.there[place])
        self.need_of: dict[int, dict[Place, int]] = defaultdict(dict)
        for place, number in sorted(self.need.items()):
            self.need_of[place[0]][place] = number
        self.posts = list(problem.post)
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

    def accepts(self, problem: Problem, roster: Roster) -> bool:
        """Say whether the referee finds nothing in a roster that was not broken before, and every place held."""
        there = Counter((key[1], *cell) for key, cell in roster.items())
        violations = check(problem, roster).violations
        return not self.holes(there) and all(v.rule == "cover" or key_of(v) in self.known for v in violations)


def minimum(cell: Cover) -> int:
    """Return how many must stand there whatever it costs."""
    return cell.minimum


def _posts(person: Person) -> int:
    return 1000 if person.posts is None else len(person.posts)


def key_of(violation: Violation) -> tuple[object, ...]:
    return violation.rule, violation.person, violation.day, violation.shift, violation.post
