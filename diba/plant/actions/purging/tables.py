"""Clearing one table: deleting its rows or emptying their columns, with the history that is kept beside them."""

from django.apps import apps
from django.db import transaction
from django.db.models import Q, TextField
from django.db.models.functions import Cast

from ...fields import Destroyed, DestroyedJson, SealedText

BATCH = 500


def clear(clearing, rows, response):
    """Delete the rows of a table, or put nothing in the place of what they say."""
    if clearing.blank is None:
        delete(clearing.model, rows)
        return
    values = {name: _nothing(response) if value is ... else value for name, value in clearing.blank.items()}
    ids = list(rows.values_list("pk", flat=True))
    for part in _parts(ids):
        if history := _history(clearing.model):
            history.filter(id__in=part).update(**values)
        clearing.model._base_manager.filter(pk__in=part).update(**values)


def _nothing(response):
    """Return what a sealed JSON column holds when it may not be empty: a mark without content, which reads as destroyed."""
    value = DestroyedJson()
    value.stored = f"{response.pk}:"
    return value


def delete(model, rows):
    """Delete rows with their kept history, and let go of them whatever still names them.

    Collecting would refuse: rows that protect one another, such as a report and its correction, go at once. The
    foreign keys are looked at when the transaction ends.
    """
    ids = list(rows.values_list("pk", flat=True))
    for part in _parts(ids):
        loose = _loose(model, part, set(ids))
        if history := _history(model):
            history.filter(id__in=part)._raw_delete(history.db)
        model._base_manager.filter(pk__in=part)._raw_delete(rows.db)
        for other, name, named in loose:
            other._base_manager.filter(pk__in=named).update(**{name: None})


def _loose(model, part, going):
    """Return [(model, field, ids)] of rows that stay and name some of these; those that cannot do without are deleted."""
    found = []
    for relation in naming(model):
        other, name = relation.related_model, relation.field.name
        named = other._base_manager.filter(**{f"{name}__in": part})
        ids = [pk for pk in named.values_list("pk", flat=True) if other is not model or pk not in going]
        if ids and relation.field.null:
            found.append((other, name, ids))
        elif ids:
            delete(other, other._base_manager.filter(pk__in=ids))
    return found


def naming(model):
    """Return the relations by which other tables name a model's rows, those without a name of their own (`related_name="+"`) too.

    History names rows that are gone, on purpose: it is no obstacle and is cleared by its own.
    """
    every = model._meta.get_fields(include_hidden=True)
    named = (row for row in every if row.auto_created and not row.concrete and (row.one_to_many or row.one_to_one))
    return [row for row in named if row.field.db_constraint]


def _history(model):
    manager = getattr(model, "history", None)
    return manager.all() if manager is not None and hasattr(manager, "model") else None


def _parts(ids):
    return [ids[start : start + BATCH] for start in range(0, len(ids), BATCH)]


def excepted(labels, clearings):
    """Return the labels of what is kept: those named, and the tables whose rows they cannot do without."""
    whole = {clearing.model: clearing.label for clearing in clearings if clearing.blank is None}
    models = [clearing.model for clearing in clearings if clearing.label in labels]
    kept = {clearing.label for clearing in clearings if clearing.label in labels}
    for model in models:  # grows as it is walked
        needed = {field.related_model for field in model._meta.fields if field.is_relation and not field.null}
        for other in needed & {*whole} - {*models}:
            models.append(other)
            kept.add(whole[other])
    return kept


def reseal_strays(response):
    """Seal anew what another response owns and was sealed under this one's key: such as reports from before there were
    responses, which were sealed under the one in force at the upgrade.
    """
    for model in apps.get_models():
        strays = Q(pk__in=[])
        names = [field.attname for field in model._meta.fields if isinstance(field, SealedText)]
        for name in names:
            strays |= Q(**{f"{name}_stored__startswith": f"{response.pk}:"})
        if names:
            stored = {f"{name}_stored": Cast(name, TextField()) for name in names}
            reseal(model, model._base_manager.annotate(**stored).filter(strays))


def reseal(model, rows):
    """Seal what is kept anew, under the response in force now: the key it was sealed under is about to go."""
    names = [field.attname for field in model._meta.fields if isinstance(field, SealedText)]
    if not names:
        return
    for part in _parts(list(rows.values_list("pk", flat=True))):
        # Read and written under one lock: what is still being read while others write may not be written (SQLite).
        with transaction.atomic():
            for row in model._base_manager.filter(pk__in=part):
                values = {name: getattr(row, name) for name in names}
                values = {name: value for name, value in values.items() if value and not isinstance(value, Destroyed)}
                if values:
                    model._base_manager.filter(pk=row.pk).update(**values)
