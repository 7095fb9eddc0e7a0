"""Whether a problem can be solved at all, wishes and evenness apart: a roster, a proof that there is none, or neither."""

import time
from dataclasses import replace

from .model import Model
from .parts import Cover, Person
from .problem import Fairness, Problem, Roster
from .search import run
from .shortages import count

MANY = 300  # cells from which the columns are quicker than the plain model: both to a roster and to a bound
HUGE = 15_000  # cells from which the plain model takes seconds only to be written down
SHORT = 4.0  # s after which the plain model is asked all the same


def solvable(problem: Problem, seconds: float, *, workers: int = 1, seed: int = 1) -> tuple[str, Roster | None]:
    """Return ("yes", a roster that keeps every hard rule), ("no", None) when none exists, ("unknown", None) else."""
    bare = shrunk(problem)
    if not _wants_work(bare) and not any(cell.minimum for cell in bare.cover):
        return "yes", {}
    if count(bare):
        return "no", None
    started = time.monotonic()
    size = cells(bare)
    if size > MANY:
        answer = _by_columns(bare, 0.6 * seconds if size > HUGE else min(SHORT, 0.5 * seconds), seed)
        if answer[0] != "unknown":
            return answer
    outcome = run(Model(bare), max(0.1, seconds - (time.monotonic() - started)), workers=workers, seed=seed)
    if outcome.roster is not None:
        return "yes", outcome.roster
    return ("no" if outcome.status == "infeasible" else "unknown"), None


def cells(problem: Problem) -> int:
    """Return about how many (person, day, shift, post) a model of the problem has."""
    posts = {cell.post for cell in problem.cover}
    held = sum(len(posts) if person.posts is None else len(posts & person.posts.keys()) for person in problem.people)
    return held * problem.days * len(problem.shifts)


def _by_columns(problem: Problem, seconds: float, seed: int) -> tuple[str, Roster | None]:
    from . import columns

    if not columns.carried(problem):
        return "unknown", None
    seen = {"missing": 1, "bound": 0.0}

    def told(cost: float, bound: float, missing: int) -> None:
        seen.update(missing=missing, bound=bound)

    def decided() -> bool:
        return seen["missing"] == 0 or seen["bound"] > 0.5

    try:
        found = columns.search(problem, seconds=seconds, workers=1, seed=seed, soft=1, told=told, stop=decided)
    except columns.Unable:
        return "no", None
    if found.missing == 0:
        return "yes", found.roster
    return ("no" if found.bound > 0.5 else "unknown"), None


def shrunk(problem: Problem) -> Problem:
    """Return the problem without what cannot matter: wishes, prices, places nobody must stand at, people who are not needed."""
    cover = tuple(replace(cell, over=0, under=None if cell.under is None else 0) for cell in problem.cover)
    people = tuple(replace(person, requests=(), base=()) for person in problem.people)
    crews = tuple(crew for crew in problem.crews if crew.under is None or crew.over is None)
    bare = replace(problem, cover=cover, people=people, crews=crews, fairness=Fairness(), deviation=0)
    # Who stood where before the horizon keeps other teams away, so nobody may be left out.
    if _wants_work(bare) or bare.apart:
        return bare
    asked = tuple(cell for cell in cover if cell.minimum)
    if not asked:
        return bare
    return _cut_to(bare, max(cell.day for cell in asked) + 1, asked)


def _cut_to(problem: Problem, days: int, cover: tuple[Cover, ...]) -> Problem:
    posts = {cell.post for cell in cover}
    crew = tuple(
        _within(person, days, posts) for person in problem.people if person.posts is None or posts & person.posts.keys()
    )
    # Where changing between places is ruled on, the places come from all posts.
    kept = problem.posts if problem.between_places else tuple(post for post in problem.posts if post.id in posts)
    return replace(
        problem, posts=kept, days=days, cover=cover, people=crew or (Person("nobody", posts={}),),
    )  # fmt: skip


def _within(person: Person, days: int, posts: set[str]) -> Person:
    held = None if person.posts is None else {post: span for post, span in person.posts.items() if post in posts}
    return replace(
        person, posts=held, days_off=frozenset(day for day in person.days_off if day < days),
        barred=frozenset(pair for pair in person.barred if pair[0] < days),
        barred_posts=frozenset(pair for pair in person.barred_posts if pair[0] < days and pair[1] in posts),
        pins={day: pin for day, pin in person.pins.items() if day < days},
    )  # fmt: skip


def _wants_work(problem: Problem) -> bool:
    """Say whether a rule may want somebody to work where nobody is asked for."""
    return bool(problem.crews) or any(
        person.shortest_run > 1 or person.shortest_break > 1 or person.least_minutes or any(person.pins.values())
        for person in problem.people
    )
