"""What would free an impossible roster: changes a planner can decide on, each proved by solving the changed problem."""

import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

from .clash import PERSONAL, Court, Part, find_clash, merged, teams_of
from .parts import Person
from .problem import Problem
from .shortages import lapses
from .solvable import solvable
from .steps import LOWERED, RAISED, Step, applied
from .together import as_one, contains

LEAST_REST = 8 * 60  # min; no advice goes below
MORE = 3  # steps of a limit that advice goes up to
HANDS = (1, 2, 3, 4, 6, 8)  # people more that are tried
CLASHES = 3  # independent clashes looked for


@dataclass(frozen=True)
class Advice:
    """Steps that together make the whole problem solvable, as solving it has shown."""

    steps: tuple[Step, ...]

    @property
    def cost(self) -> int:
        return sum(step.cost for step in self.steps)


def advise(
    problem: Problem, parts: Sequence[Part] | None = None, *, seconds: float = 20, workers: int = 1, seed: int = 1,
    most: int = 5,
) -> list[Advice]:  # fmt: skip
    """Return what would free the problem, the easiest to give first, each proved by solving. Empty: nothing found in time.

    parts: its clash as `explanation` gives it; looked for when not given. Where several clashes are independent, each advice has a
    step for every one of them.
    """
    desk = _Desk(problem, time.monotonic() + seconds, workers, seed)
    clashes = desk.clashes(list(parts or ()))
    if not clashes:
        # Too hard to say why: what is known of a roster without one of the rules on who stands together is worth saying all the same.
        return [Advice((step,)) for step in _let_go(problem) if desk.frees(applied(problem, (step,)))][:most]
    found: list[Advice] = []
    # One step may free several clashes at once: they are taken together first.
    for step in desk.steps(merged(part for clash in clashes for part in clash), problem):
        found.append(Advice((step,)))
        if len(found) >= most or desk.left() <= 0:
            break
    if len(clashes) > 1 and desk.left() > 0:
        found += desk.together(clashes, most)
    return least_of(found)[:most]


def least_of(found: Sequence[Advice]) -> list[Advice]:
    """Return the advice that contains no other, each once, the easiest to give first."""
    kept: list[Advice] = []
    for advice in sorted(found, key=lambda advice: advice.cost):
        if not any(contains(advice.steps, other.steps) for other in kept):
            kept = [other for other in kept if not contains(other.steps, advice.steps)] + [advice]
    return kept


@dataclass
class _Desk:
    """One problem, and the time there is."""

    problem: Problem
    until: float
    workers: int
    seed: int

    def left(self) -> float:
        return self.until - time.monotonic()

    def frees(self, problem: Problem) -> bool:
        """Say whether a problem has been shown to have a roster."""
        if self.left() <= 0:
            return False
        return solvable(problem, self.left(), workers=self.workers, seed=self.seed)[0] == "yes"

    def clashes(self, first: list[Part]) -> list[list[Part]]:
        """Return independent clashes: the next is looked for with the cover of those before let go."""
        court = Court(self.problem, time.monotonic() + 0.4 * max(0.0, self.left()), self.workers, self.seed)
        found = [first] if first else []
        while len(found) < CLASHES and court.left() > 0:
            rest = without_cover(self.problem, found)
            if found and self.frees(rest):
                break
            court = Court(rest, court.until, self.workers, self.seed)
            parts = find_clash(court)
            if not parts or not court.known.get(frozenset(parts)):
                break
            found.append(parts)
        return found

    def together(self, clashes: list[list[Part]], most: int) -> list[Advice]:
        """Return advice with a step for each clash: the first of each, then the second of each, and so on."""
        lists = []
        for clash in clashes:
            others = without_cover(self.problem, [other for other in clashes if other is not clash])
            steps: list[Step] = []
            for step in self.steps(clash, others):
                steps.append(step)
                if len(steps) >= 2:
                    break
            if not steps:
                return []
            lists.append(sorted(steps, key=lambda step: step.cost))
        found: list[Advice] = []
        for turn in range(max(map(len, lists))):
            chosen = tuple(each[min(turn, len(each) - 1)] for each in lists)
            fewer = as_one(chosen)
            if len(found) < most and self.frees(applied(self.problem, fewer)):
                found.append(Advice(fewer))
            elif fewer != chosen and len(found) < most and self.frees(applied(self.problem, chosen)):
                found.append(Advice(chosen))
        return found

    def steps(self, clash: Sequence[Part], problem: Problem) -> Iterator[Step]:
        """Yield single steps that free a problem, the easiest kinds first. The clash's posts alone, over all days and under every
        rule, are asked before the whole: they are few people.
        """
        small = around(problem, clash)
        for ladder in self._ladders(clash, problem, small):
            step = next(
                (s for s in ladder if self.frees(applied(small, (s,))) and self.frees(applied(problem, (s,)))), None
            )
            if step is not None:
                yield step
            if self.left() <= 0:
                return

    def _ladders(self, clash: Sequence[Part], problem: Problem, small: Problem) -> Iterator[Iterator[Step]]:
        """Yield, for each thing that could give way, its steps from the smallest on."""
        by_rule = {part.rule: part for part in clash}
        cover = by_rule.get("cover")
        if cover is not None:
            yield self._renewed(cover, problem, small)
        for mark in _marks(by_rule.get("crews"), problem):
            yield iter([Step("let_go", mark)])
        for teams in _kept_apart(by_rule.get("apart"), problem):
            yield iter([Step("let_meet", teams)])
        if "pins" in by_rule:
            for person in problem.people:
                for day in sorted(person.pins) if by_rule["pins"].holds(person.id) else ():
                    yield iter([Step("unpin", person=person.id, day=day)])
        for rule, part in by_rule.items():
            if rule in RAISED or rule in LOWERED:
                yield self._limits(part, problem)
        if "rest" in by_rule:
            yield self._rests(problem)
        if "absences" in by_rule:
            for person in problem.people:
                if by_rule["absences"].holds(person.id):
                    yield self._returns(person, _days(clash, problem))
        if cover is not None:
            yield self._trained(cover, problem, small)
            yield self._hired(cover, problem, small)
            yield self._fewer(cover, problem)

    def _renewed(self, cover: Part, problem: Problem, small: Problem) -> Iterator[Step]:
        """Yield the fewest certificates that do, those first that run out last; first asked is whether all of them would do."""
        posts, last = _posts(cover, problem), problem.days - 1
        rows = sorted(lapses(problem, posts, last), key=lambda row: (-row[1], row[0]))
        steps = [
            Step("renew", value=last, posts=posts, lapses=tuple(rows[:number])) for number in range(1, len(rows) + 1)
        ]
        if steps and self.frees(applied(small, (steps[-1],))):
            yield from steps

    def _limits(self, part: Part, problem: Problem) -> Iterator[Step]:
        name = PERSONAL[part.rule][0]
        people = [person for person in problem.people if part.holds(person.id)]
        values = [getattr(person, name) for person in people]
        known = [value for value in values if isinstance(value, int)]
        if not known:
            return
        by = max(shift.minutes for shift in problem.shifts) if "minutes" in part.rule else 1
        sign = 1 if part.rule in RAISED else -1
        was = min(known) if sign > 0 else max(known)
        who = () if part.people is None else tuple(sorted(part.people))
        for more in range(1, MORE + 1):
            if was + sign * more * by >= (1 if part.rule.startswith("shortest") else 0):
                yield Step("limit", part.rule, was + sign * more * by, was, people=who, by=by)

    def _rests(self, problem: Problem) -> Iterator[Step]:
        gaps = {
            24 * 60 + then.start - first.start - first.minutes for first in problem.shifts for then in problem.shifts
        }
        for gap in sorted((gap for gap in gaps if LEAST_REST <= gap < problem.rest), reverse=True):
            yield Step("rest", "rest", gap, problem.rest)

    def _returns(self, person: Person, days: Sequence[int]) -> Iterator[Step]:
        """Yield earlier returns: the stretch of days away that holds the clash's last day, shortened from its end."""
        away = set(person.days_off) | {day for day, _ in person.barred}
        hit = [day for day in days if day in away]
        if not hit:
            return
        end = hit[-1]
        while end + 1 in away:
            end += 1
        back = end
        while back in away:
            if back <= hit[-1]:
                yield Step("return", "absences", back, end + 1, person.id)
            back -= 1

    def _trained(self, cover: Part, problem: Problem, small: Problem) -> Iterator[Step]:
        """Yield people who cannot stand at the posts yet; first asked is whether everybody's training would do."""
        posts, day = _posts(cover, problem), min(_days([cover], problem), default=0)
        others = [p for p in problem.people if p.posts is not None and not set(posts) & p.posts.keys()]
        steps = [Step("train", person=person.id, day=day, posts=posts) for person in others]
        if steps and self.frees(applied(small, steps)):
            asked = {cell.post: 0 for cell in problem.cover}
            for cell in problem.cover:
                asked[cell.post] += cell.minimum
            # Those of the least asked posts can be spared first.
            order = {p.id: sum(asked.get(post, 0) for post in p.posts or ()) for p in others}
            yield from sorted(steps, key=lambda step: (order[step.person], step.person))[: 4 * MORE]

    def _hired(self, cover: Part, problem: Problem, small: Problem) -> Iterator[Step]:
        """Yield the fewest people more that do: from as late a day as they may come, then from the first."""
        posts, days = _posts(cover, problem), sorted({0, *_days([cover], problem)})
        shifts = tuple(sorted({shift for shift, _ in cover.places or ()})) or tuple(s.id for s in problem.shifts)
        for number in HANDS:
            first = Step("hire", value=number, posts=posts, shifts=shifts, day=0)
            if self.frees(applied(small, (first,))):
                yield replace(first, day=self._latest(small, first, days))
                yield first

    def _latest(self, small: Problem, step: Step, days: Sequence[int]) -> int:
        """Return the latest of the days from which the step still does."""
        low, high = 0, len(days) - 1
        while low < high:
            middle = (low + high + 1) // 2
            if self.frees(applied(small, (replace(step, day=days[middle]),))):
                low = middle
            else:
                high = middle - 1
        return days[low]

    def _fewer(self, cover: Part, problem: Problem) -> Iterator[Step]:
        """Yield the fewest places that may stay open: first any one, then the same on more days."""
        cells = [c for c in problem.cover if c.minimum and cover.covers(c.day, c.shift, c.post)]
        for cell in cells[: 2 * MORE]:
            yield Step("fewer", value=1, places=((cell.day, cell.shift, cell.post),))
        for shift, post in sorted({(cell.shift, cell.post) for cell in cells}):
            here = tuple((c.day, c.shift, c.post) for c in cells if (c.shift, c.post) == (shift, post))
            yield Step("fewer", value=1, places=here)


def _let_go(problem: Problem) -> Iterator[Step]:
    """Yield the end of each rule on who stands together or never meets."""
    yield from (Step("let_meet", teams) for teams in dict.fromkeys(teams_of(rule) for rule in problem.apart))
    hard = (
        crew
        for crew in problem.crews
        if (crew.least and crew.under is None) or (crew.most is not None and crew.over is None)
    )
    yield from (Step("let_go", mark) for mark in dict.fromkeys(crew.mark for crew in hard))


def _marks(crews: Part | None, problem: Problem) -> list[str]:
    return [] if crews is None else sorted({crew.mark for crew in problem.crews if crews.names(crew.mark)})


def _kept_apart(apart: Part | None, problem: Problem) -> list[str]:
    return [] if apart is None else sorted({name for rule in problem.apart if apart.names(name := teams_of(rule))})


def around(problem: Problem, clash: Sequence[Part]) -> Problem:
    """Return the problem of the clash's posts alone: every rule and every day of theirs, nothing asked elsewhere."""
    posts = {post for part in clash if part.rule == "cover" for post in _posts(part, problem)}
    if not posts:
        return problem
    cover = tuple(cell if cell.post in posts else replace(cell, needed=0, least=0) for cell in problem.cover)
    return replace(problem, cover=cover)


def without_cover(problem: Problem, clashes: Sequence[Sequence[Part]]) -> Problem:
    """Return the problem with the cover of these clashes let go."""
    parts = [part for clash in clashes for part in clash if part.rule == "cover"]
    cover = tuple(
        replace(cell, needed=0, least=0)
        if any(part.covers(cell.day, cell.shift, cell.post) for part in parts)
        else cell
        for cell in problem.cover
    )
    return replace(problem, cover=cover)


def _days(clash: Sequence[Part], problem: Problem) -> list[int]:
    return sorted({
        cell.day for cell in problem.cover for part in clash
        if part.rule == "cover" and cell.minimum and part.covers(cell.day, cell.shift, cell.post)
    })  # fmt: skip


def _posts(cover: Part, problem: Problem) -> tuple[str, ...]:
    cells = (cell for cell in problem.cover if cell.minimum and cover.covers(cell.day, cell.shift, cell.post))
    return tuple(sorted({cell.post for cell in cells}))
