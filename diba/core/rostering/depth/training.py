"""Training: who should learn which post so that the plant survives one absence more; each proposal recomputed."""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from ...errors import BadInput
from .hall import Depth, bottleneck, hard_to_replace


@dataclass(frozen=True)
class Training:
    """Who learns what, (person, post) each; the depth before and after; how many of them are hard to replace today."""

    lessons: tuple[tuple[str, str], ...]
    before: int
    after: int
    posts: tuple[str, ...]  # today's bottleneck, which this opens
    certificates: int  # new ones, with those that a post's ladder asks for on the way
    hard: int


def training(
    need: Mapping[str, int], able: Mapping[str, Iterable[str]], *, ladder: Mapping[str, Iterable[str]] | None = None,
    barred: Iterable[tuple[str, str]] = (), limit: int = 20,
) -> list[Training]:  # fmt: skip
    """Return the trainings that raise the depth by one or more, best first; pairs of them only when no single one does.

    need: post -> people wanted at the same moment; able: person -> posts he can stand at today. ladder: post -> the posts
    that whoever holds it may stand at as well, one way: a lesson brings those too, and the rungs that lie between count as
    certificates of their own. barred: (person, post) that cannot be learned. Best is the greatest depth, then the fewest
    new certificates, then people who are not hard to replace already (they would be away at their lessons). Raises BadInput.
    """
    if limit < 1:
        raise BadInput("out_of_range", "limit", value=limit)
    plant = _Plant({post: number for post, number in need.items() if number > 0}, able, ladder or {}, frozenset(barred))
    found = list(plant.raising([(lesson,) for lesson in plant.lessons()]))
    if not found and plant.lessons():
        found = list(plant.raising(plant.pairs()))
    return sorted(found, key=lambda way: (-way.after, way.certificates, way.hard, way.lessons))[:limit]


class _Plant:
    """Today's depth, its bottleneck, and what a lesson would make of it."""

    def __init__(
        self, need: Mapping[str, int], able: Mapping[str, Iterable[str]], ladder: Mapping[str, Iterable[str]],
        barred: frozenset[tuple[str, str]],
    ) -> None:  # fmt: skip
        self.need, self.barred = need, barred
        self.able = {person: frozenset(posts) for person, posts in able.items()}
        self.below = {post: frozenset(ladder.get(post, ())) | {post} for post in {*need, *ladder}}
        self.today = bottleneck(need, self.able)
        self.hard = hard_to_replace(need, self.able)

    def lessons(self) -> list[tuple[str, str]]:
        """Return who could learn a post of the bottleneck: only somebody from outside it can widen it."""
        return self._widening(self.today)

    def _widening(self, tight: Depth[str]) -> list[tuple[str, str]]:
        posts = sorted(post for post, below in self.below.items() if below & tight.places)
        people = sorted(self.able.keys() - tight.people)
        return [(person, post) for post in posts for person in people if (person, post) not in self.barred]

    def pairs(self) -> Iterator[tuple[tuple[str, str], ...]]:
        """Yield two lessons each: one for today's bottleneck, the other for the one that is left after it."""
        for first in self._kinds(self.lessons()):
            left = bottleneck(self.need, self._after((first,)))
            for second in self._kinds(self._widening(left)):
                yield tuple(sorted((first, second)))

    def _kinds(self, lessons: Sequence[tuple[str, str]]) -> list[tuple[str, str]]:
        """Return two lessons, for a pair may need both, for all people who can do the same and are as hard to replace."""
        found: dict[object, list[tuple[str, str]]] = defaultdict(list)
        for person, post in lessons:
            found[self.able[person], person in self.hard, post].append((person, post))
        return sorted(lesson for same in found.values() for lesson in same[:2])

    def raising(self, ways: Iterable[tuple[tuple[str, str], ...]]) -> Iterator[Training]:
        """Yield what raises the depth, each proved by computing it again; who can do the same is computed once."""
        known: dict[object, int] = {}
        seen = set()
        for lessons in ways:
            if lessons in seen:
                continue
            seen.add(lessons)
            kind = self._alike(lessons)
            if kind not in known:
                known[kind] = bottleneck(self.need, self._after(lessons)).depth
            if known[kind] > self.today.depth:
                yield self._training(lessons, known[kind])

    def _alike(self, lessons: Sequence[tuple[str, str]]) -> object:
        """Return what the depth after lessons hangs on: not on whose they are, but on whether one person learns both."""
        learned = sorted((sorted(self.able[who]), post) for who, post in lessons)
        return len({who for who, _ in lessons}), repr(learned)

    def _after(self, lessons: Sequence[tuple[str, str]]) -> dict[str, frozenset[str]]:
        able = dict(self.able)
        for person, post in lessons:
            able[person] |= self.below[post]
        return able

    def _training(self, lessons: tuple[tuple[str, str], ...], after: int) -> Training:
        return Training(
            lessons, self.today.depth, after, tuple(sorted(self.today.places)),
            sum(self._certificates(person, post) for person, post in lessons),
            len({person for person, _ in lessons if person in self.hard}),
        )  # fmt: skip

    def _certificates(self, person: str, post: str) -> int:
        """Return the new certificates: the post's own, and every rung below it that he does not hold."""
        return len(self.below[post] - self.able[person])
