"""The ways in which one loss is settled, the cheap ones first: chains, counts, a walk, refutation, the exact solver."""

import time
from collections.abc import Iterator, Sequence
from dataclasses import replace

from ..problem import Problem
from ..rules import Hole
from .base import Base
from .counts import Stretch, short_of_a_day
from .exact import able, mended, refuted, wider
from .losses import Loss, without
from .mending import Mending
from .outcome import Outcome, outcome_of, touched
from .walking import Walk

STEPS = 1000  # of a walk, the first time; about a second where nothing helps
AGAIN = 3  # walks of another seed before the exact solver is asked
REFUTING = 2.0  # s at most for the posts of a loss


class Tries:
    """One roster, and the losses tried against it."""

    def __init__(self, base: Base, first_day: int, seed: int) -> None:
        self.base, self.first_day, self.seed = base, first_day, seed
        self.stretches: dict[int, Stretch] = {}

    def _left(self, loss: Loss) -> tuple[Problem, int]:
        first = max(self.first_day, loss.first)
        return without(self.base.problem, loss, first), first

    def opened(self, loss: Loss) -> Outcome:
        """Return the outcome of a loss there was no time for: what it opens, and nothing known."""
        problem, first = self._left(loss)
        return self._outcome(loss, problem, Mending(self.base, problem, first))

    def quick(self, loss: Loss) -> Outcome:
        """Return the outcome that chains of people, counting or a walk give, mostly in some hundredths of a second."""
        problem, first = self._left(loss)
        mending = Mending(self.base, problem, first)
        holes = mending.mend()
        posts = self._counted(problem, first, holes) if holes else ()
        if holes and not posts:
            Walk(mending, self.seed).go(STEPS)
        return self._outcome(loss, problem, mending, posts)

    def _outcome(self, loss: Loss, problem: Problem, mending: Mending, posts: tuple[str, ...] = ()) -> Outcome:
        mending.settle()
        roster, holes = mending.roster(), tuple(mending.holes())
        survives = not holes and self.base.accepts(problem, roster, touched(self.base.roster, loss, roster))
        return outcome_of(self.base.roster, loss, roster, holes, survives=survives, posts=posts)

    def _counted(self, problem: Problem, first: int, holes: list[Hole]) -> tuple[str, ...]:
        if first not in self.stretches:
            self.stretches[first] = Stretch(self.base, first)
        return self.stretches[first].short(problem) or short_of_a_day(self.base, problem, {hole.day for hole in holes})

    def thorough(self, outcome: Outcome, seconds: float) -> Outcome:
        """Return the outcome that more walks, then the exact solver give: posts refuted alone, or ever more people freed."""
        ends = time.monotonic() + seconds
        problem, first = self._left(outcome.loss)
        posts = sorted(self._open(outcome), key=lambda post: len(self.base.able[post]))
        for number in range(AGAIN):
            mending = Mending(self.base, problem, first)
            if mending.holes() and Walk(mending, self.seed + 1 + number).go(2 * STEPS):
                found = self._outcome(outcome.loss, problem, mending)
                if found.survives:
                    return found
            if number == 0 and (short := self._refuted(problem, posts, first, min(REFUTING, ends - time.monotonic()))):
                return replace(outcome, proven=True, posts=short)
            if time.monotonic() > ends:
                return outcome
        return self._solved(outcome, problem, posts, first, ends)

    def _refuted(self, problem: Problem, posts: Sequence[str], first: int, seconds: float) -> tuple[str, ...]:
        """Return the posts that are proven to be too few people's, each alone, then together; empty when none is."""
        for some in [*((post,) for post in posts), *([tuple(posts)] if len(posts) > 1 else [])]:
            share = seconds / (len(posts) + 1)
            if share > 0.05 and refuted(self.base, problem, frozenset(some), first, share, self.seed):
                return some
        return ()

    def _solved(self, outcome: Outcome, problem: Problem, posts: Sequence[str], first: int, ends: float) -> Outcome:
        for people in self._circles(posts):
            left = ends - time.monotonic()
            if left < 0.1:
                break
            answer = mended(self.base, problem, dict(outcome.roster or {}), people, first, left, self.seed)
            if answer.roster is not None and self.base.accepts(
                problem, answer.roster, touched(self.base.roster, outcome.loss, answer.roster)
            ):
                return outcome_of(self.base.roster, outcome.loss, answer.roster, (), survives=True)
            if answer.impossible and self.base.clean and people == self._all(people):
                return replace(outcome, proven=True)
        return outcome

    def _circles(self, posts: Sequence[str]) -> Iterator[frozenset[str]]:
        """Yield those who can stand at these posts, then with those who can stand where they can, until all are in."""
        people, before = able(self.base, posts), frozenset[str]()
        while people != before:
            yield people - self.base.broken_by
            before = people
            people = wider(self.base, people)
            if people == before:
                people = self._all(people)

    def _all(self, people: frozenset[str]) -> frozenset[str]:
        """Return all on whom these depend: by their posts, and everybody where crews are counted or teams kept apart."""
        return frozenset(self.base.rows) if self.base.together else wider(self.base, people)

    def _open(self, outcome: Outcome) -> set[str]:
        """Return the posts that are open; where a crew alone is broken, those that the lost stood at."""
        lost = (cell[1] for (who, _), cell in self.base.roster.items() if who in outcome.loss.people)
        return {hole.post for hole in outcome.holes} or set(lost)
