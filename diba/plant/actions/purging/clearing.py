"""What is destroyed at the end of a response: each desk answers for its tables, and no table may be forgotten."""

from collections.abc import Callable
from dataclasses import dataclass

from django.apps import apps
from django.db.models import Q

from ...fields import SealedText
from ...models import Person, Response
from .. import deeds, hooks


@dataclass(frozen=True)
class Clearing:
    """How one table is cleared. rows(response): its rows of a response. They are deleted, or, with `blank`, emptied.

    blank: {field: what takes its place}; a sealed JSON that may not be empty is given as ... and reads as destroyed.
    counted: (path to the day, path to the person's department, path to the outcome); "" where there is none. What is not
    counted leaves no figure; standing(rows): those that are, when some were corrected or taken back. running(rows): what must be closed before anything is destroyed, found at the address named `at`, and called `still` when
    it is not the rows themselves. part: names the second
    answer for one table.
    """

    model: type
    rows: Callable
    part: str = ""
    blank: dict | None = None
    counted: tuple[str, str, str] | None = None
    running: Callable | None = None
    standing: Callable | None = None
    at: str = ""
    still: object = ""

    @property
    def label(self):
        return ":".join(filter(None, [self.model._meta.label_lower, self.part]))

    @property
    def words(self):
        return deeds.table_words(self.label)


@dataclass(frozen=True)
class Kept:
    """A table that names a response, or holds sealed values, and stays as it is; why, in the words of the certificate."""

    model: type
    why: object


def of_response(model, moment="at"):
    """Return rows(response) of a table: by its own `response`, else by the time in which the response was in force.

    An exercise runs beside the real response, so only what names it belongs to it.
    """
    named = next((field for field in model._meta.fields if field.name == "response"), None)
    if named is None:
        return lambda response: model._base_manager.filter(in_force(response, moment))
    if not named.null:
        return lambda response: model._base_manager.filter(response=response)
    # Rows from before the table named its response.
    return lambda response: model._base_manager.filter(
        Q(response=response) | Q(in_force(response, moment), response=None)
    )


def in_force(response, moment="at"):
    """Return the condition that a moment lies in the time in which a response was in force.

    What was written between two responses, or before there were any, belongs to the next one: nothing belongs to nobody.
    """
    if response.drill:
        return Q(pk__in=[])
    others = Response.objects.filter(drill=False).exclude(pk=response.pk)
    inside = _between(response, moment)
    before = others.filter(Q(begun_at__lt=response.begun_at) | Q(begun_at=response.begun_at, pk__lt=response.pk))
    ends = [row.ended_at for row in before]
    if None not in ends:
        gap = Q(**{f"{moment}__lt": response.begun_at})
        inside |= gap & Q(**{f"{moment}__gte": max(ends)}) if ends else gap
    if response.standing:
        for real in others.filter(standing=False):
            inside &= ~_between(real, moment)
    return inside


def _between(response, moment):
    begun = Q(**{f"{moment}__gte": response.begun_at})
    return begun & Q(**{f"{moment}__lt": response.ended_at}) if response.ended_at else begun


def answers():
    """Return (clearings, kept) of all desks. What refers to a table comes before it, so that nothing hangs in the air."""
    rows = [row for answer in hooks.gather(hooks.PURGE) for row in answer]
    clearings: dict = {}
    for row in rows:
        if isinstance(row, Clearing):
            clearings.setdefault(row.model, []).append(row)
    ordered, seen = [], set()

    def visit(model):
        if model in seen:
            return
        seen.add(model)
        for other in clearings:
            if other is not model and _refers(other, model):
                visit(other)
        ordered.extend(clearings[model])

    for model in clearings:
        visit(model)
    return ordered, [row for row in rows if isinstance(row, Kept)]


def _refers(model, other):
    return any(field.related_model is other for field in model._meta.fields if field.is_relation)


def uncovered():
    """Return the labels of tables for which nobody answers: those that name a response or hold sealed values, and a
    desk's that name a person.
    """
    clearings, kept = answers()
    told = {row.model for row in (*clearings, *kept)}
    return sorted(
        model._meta.label_lower
        for model in apps.get_models()
        if model not in told
        and not hasattr(model, "instance_type")
        and any(_personal(field) for field in model._meta.fields)
    )


def _personal(field):
    named = field.related_model if field.is_relation else None
    desks = field.model._meta.app_label != Person._meta.app_label
    return isinstance(field, SealedText) or named is Response or (desks and named is Person)
