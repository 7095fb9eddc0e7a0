"""Steps taken together: those of one kind said once, and whether one advice asks for all that another does."""

from collections.abc import Sequence
from dataclasses import replace

from .steps import LOWERED, Step


def as_one(steps: Sequence[Step]) -> tuple[Step, ...]:
    """Return the steps with those that differ in numbers and days alone joined into one that does what each would do."""
    found: dict[tuple[object, ...], Step] = {}
    for step in steps:
        key = _what(step)
        found[key] = _joined(found[key], step) if key in found else step
    return tuple(found.values())


def contains(more: Sequence[Step], less: Sequence[Step]) -> bool:
    """Say whether an advice asks for everything that another one asks for."""
    return all(any(_at_least(step, wanted) for step in more) for wanted in less)


def _what(step: Step) -> tuple[object, ...]:
    """Return what a step is about, its numbers and days apart."""
    places = frozenset((shift, post) for _day, shift, post in step.places)
    day = step.day if step.kind == "unpin" else 0
    number = step.value if step.kind == "fewer" else 0
    return (
        step.kind,
        step.rule,
        step.person,
        step.people,
        step.shifts,
        places,
        day,
        number,
        () if step.kind == "train" else step.posts,
    )


def _joined(one: Step, other: Step) -> Step:
    day = min(one.day, other.day)
    if one.kind == "hire":
        return replace(one, value=max(one.value, other.value), day=day)
    if one.kind == "train":
        return replace(one, day=day, posts=tuple(sorted({*one.posts, *other.posts})))
    if one.kind == "fewer":
        return replace(one, places=tuple(sorted({*one.places, *other.places})))
    if one.kind == "renew":
        rows = tuple(sorted({*one.lapses, *other.lapses}, key=lambda row: (-row[1], row[0])))
        return replace(one, value=max(one.value, other.value), lapses=rows)
    if one.kind == "return":
        return replace(one, value=min(one.value, other.value), was=max(one.was, other.was))
    return one if _looser(one, other) else other


def _looser(one: Step, other: Step) -> bool:
    """Say whether a limit is at least as loose as another of the same rule."""
    return one.value <= other.value if one.kind == "rest" or one.rule in LOWERED else one.value >= other.value


def _at_least(step: Step, wanted: Step) -> bool:
    """Say whether a step does all that another one does."""
    if step.kind != wanted.kind or step.rule != wanted.rule or step.person != wanted.person:
        return False
    if step.kind == "hire":
        return (
            step.value >= wanted.value and step.day <= wanted.day
            and set(step.posts) >= set(wanted.posts) and set(step.shifts) >= set(wanted.shifts)
        )  # fmt: skip
    if step.kind == "fewer":
        return step.value >= wanted.value and set(step.places) >= set(wanted.places)
    if step.kind == "train":
        return step.day <= wanted.day and set(step.posts) >= set(wanted.posts)
    if step.kind == "renew":
        return {who for who, _ in step.lapses} >= {who for who, _ in wanted.lapses}
    if step.kind == "return":
        return step.value <= wanted.value
    if step.kind == "unpin":
        return step.day == wanted.day
    everybody = not step.people
    return _looser(step, wanted) and (everybody or (bool(wanted.people) and set(step.people) >= set(wanted.people)))
