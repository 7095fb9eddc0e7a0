"""Questionnaires: made on a page or read from an XLSForm, versioned, frozen once a campaign with one has begun."""

from django.db import transaction

from diba.core import questions
from diba.core.errors import BadInput
from diba.plant import actions as plant
from diba.plant.actions import importing

from ...models import Questionnaire


def new_questionnaire(title, items=(), *, source="", by=None):
    """Begin a questionnaire and return it; it need not be complete yet."""
    row = Questionnaire.objects.create(
        title=title.strip()[:100], items=questions.as_items(items), source=source[:200], by=by, at=plant.now()
    )
    plant.note(by, "questionnaire.made", row, detail=f"questions={len(items)}")
    return row


def from_workbook(data, name, *, by=None):
    """Return (questionnaire or None, refusals) of an XLSForm: taken whole or not at all. Raises FileRefused in words."""
    found, refusals = questions.from_sheets(importing.sheets_of(data, name))
    if refusals:
        return None, refusals
    title = found["title"] or name.rpartition(".")[0] or name
    return new_questionnaire(title, found["items"], source=name, by=by), []


@transaction.atomic
def keep(questionnaire, items, *, by=None):
    """Change the items of a questionnaire that no campaign has begun with. Raises BadInput("frozen")."""
    row = Questionnaire.objects.select_for_update().get(pk=questionnaire.pk)
    if row.frozen_at:
        raise BadInput("frozen", "items")
    row.items = questions.as_items(items)
    row.save(update_fields=["items"])
    plant.note(by, "questionnaire.changed", row, detail=f"questions={len(items)}")
    return row


@transaction.atomic
def copy_of(questionnaire, *, by=None):
    """Return the version after a frozen one, to be changed; made when it is not there."""
    row = Questionnaire.objects.select_for_update().get(pk=questionnaire.pk)
    there = Questionnaire.objects.filter(follows=row).first()
    if there:
        return there
    made = Questionnaire.objects.create(
        title=row.title, version=row.version + 1, follows=row, items=row.items, by=by, at=plant.now()
    )
    plant.note(by, "questionnaire.made", made, detail=f"version={made.version}")
    return made
