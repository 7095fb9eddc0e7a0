"""Changes of a problem that a planner can decide on: what each is, how hard it is to give, and the problem as it would have it."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace

from .clash import PERSONAL, teams_of
from .parts import Cover, Person
from .problem import Problem

# What a planner gives first: points for the order of the list.
RENEW, FREE_PIN, LET_GO, LIMIT, REST, RETURN, TRAIN, FEWER, HIRE = 1, 10, 15, 20, 40, 30, 60, 80, 100


@dataclass(frozen=True)
class Step:
    """One change. kind and its numbers:

    unpin: person, day. limit: rule becomes `value` (people: of whom). rest: min become `value`. return: person, who is away
    until `value` + 1 now, is back on day `value`. train: person may stand at `posts` from `day`. fewer: `value` less at the
    places on days. hire: `value` people more who may stand at `posts` on `shifts`, from `day` on. renew: the certificates for
    `posts` that `lapses` names hold through day `value`. let_go: the rule on crews that is named `rule` ends; let_meet: the one that
    keeps the teams of `rule` ("A|B") apart.
    """

    kind: str
    rule: str = ""
    value: int = 0
    was: int = 0
    person: str = ""
    day: int = 0
    posts: tuple[str, ...] = ()
    shifts: tuple[str, ...] = ()
    people: tuple[str, ...] = ()
    places: tuple[tuple[int, str, str], ...] = ()
    lapses: tuple[tuple[str, int], ...] = ()  # (person, last day he may stand there now)
    by: int = 1  # what a limit is counted in: 1, or the minutes of the longest watch

    @property
    def cost(self) -> int:
        """Return where it stands in the order: the smaller, the easier to give."""
        return {
            "renew": RENEW + len(self.lapses), "let_go": LET_GO, "let_meet": LET_GO, "unpin": FREE_PIN, "limit": LIMIT * -(-abs(self.value - self.was) // self.by), "rest": REST, "return": RETURN + 5 * (self.was - self.value),
            "train": TRAIN, "fewer": FEWER + 10 * len(self.places), "hire": HIRE * self.value,
        }[self.kind]  # fmt: skip


def applied(problem: Problem, steps: Sequence[Step]) -> Problem:
    """Return the problem as the steps would have it."""
    for number, step in enumerate(steps):
        problem = _STEPS[step.kind](problem, step, f"+{number}")
    return problem


def _unpin(problem: Problem, step: Step, _name: str) -> Problem:
    return _each(problem, step, lambda p: replace(p, pins={d: pin for d, pin in p.pins.items() if d != step.day}))


def _limit(problem: Problem, step: Step, _name: str) -> Problem:
    name = PERSONAL[step.rule][0]

    def ease(person: Person) -> Person:
        value = getattr(person, name)
        if value is None:
            return person
        eased = max(value, step.value) if step.rule in RAISED else min(value, step.value)
        return replace(person, **{name: eased})

    return _each(problem, step, ease)


def _return(problem: Problem, step: Step, _name: str) -> Problem:
    back = range(step.value, step.was)
    return _each(
        problem, step,
        lambda p: replace(
            p, days_off=p.days_off - frozenset(back), barred=frozenset(pair for pair in p.barred if pair[0] not in back)
        ),
    )  # fmt: skip


def _train(problem: Problem, step: Step, _name: str) -> Problem:
    span = (step.day, problem.days - 1)
    return _each(problem, step, lambda p: replace(p, posts={**(p.posts or {}), **dict.fromkeys(step.posts, span)}))


def _renew(problem: Problem, step: Step, _name: str) -> Problem:
    held = dict(step.lapses)

    def renewed(person: Person) -> Person:
        if person.id not in held or person.posts is None:
            return person
        spans = {
            post: (first, max(last, step.value)) if post in step.posts else (first, last)
            for post, (first, last) in person.posts.items()
        }
        return replace(person, posts=spans)

    return replace(problem, people=tuple(renewed(person) for person in problem.people))


def _let_go(problem: Problem, step: Step, _name: str) -> Problem:
    return replace(problem, crews=tuple(crew for crew in problem.crews if crew.mark != step.rule))


def _let_meet(problem: Problem, step: Step, _name: str) -> Problem:
    return replace(problem, apart=tuple(rule for rule in problem.apart if teams_of(rule) != step.rule))


def _hire(problem: Problem, step: Step, name: str) -> Problem:
    """Add people like those who stand there now, on their rules, free from a day on."""
    able = [p for p in problem.people if p.posts is None or set(step.posts) & p.posts.keys()] or list(problem.people)
    like = able[0]
    other = [shift.id for shift in problem.shifts if shift.id not in step.shifts]
    span = (step.day, problem.days - 1)
    new = tuple(
        replace(
            like, id=f"{name}/{number}", posts=dict.fromkeys(step.posts, span), days_off=frozenset(), barred_posts=frozenset(),
            barred=frozenset((day, shift) for day in range(problem.days) for shift in other), pins={}, least_minutes=None,
            requests=(), before=(), place_before=None, carried={}, base=(), credited_minutes=0,
        )
        for number in range(step.value)
    )  # fmt: skip
    return replace(problem, people=(*problem.people, *new))


def _less(problem: Problem, step: Step, _name: str) -> Problem:
    places = set(step.places)

    def fewer(cell: Cover) -> Cover:
        if (cell.day, cell.shift, cell.post) not in places:
            return cell
        number = max(0, cell.minimum - step.value)
        return replace(cell, needed=number) if cell.under is None else replace(cell, least=number)

    return replace(problem, cover=tuple(fewer(cell) for cell in problem.cover))


def _each(problem: Problem, step: Step, change: Callable[[Person], Person]) -> Problem:
    """Change the person a step names, or the people, or everybody."""
    whom = {step.person} if step.person else set(step.people)
    return replace(problem, people=tuple(change(p) if not whom or p.id in whom else p for p in problem.people))


_STEPS: dict[str, Callable[[Problem, Step, str], Problem]] = {
    "unpin": _unpin, "limit": _limit, "rest": lambda problem, step, _: replace(problem, rest=step.value),
    "return": _return, "train": _train, "hire": _hire, "fewer": _less, "renew": _renew,
    "let_go": _let_go, "let_meet": _let_meet,
}  # fmt: skip
RAISED = ("longest_run", "most_nights_in_row", "most_weekends", "most_minutes", "most_in_week", "longest_stay")
LOWERED = ("shortest_run", "shortest_break", "least_minutes")
