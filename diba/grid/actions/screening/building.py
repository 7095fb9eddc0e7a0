"""Changing a draft on its page, step by step, and going back: two who build at once do not overwrite each other."""

from django.db import transaction

from diba.core import questions
from diba.core.errors import BadInput
from diba.plant import actions as plant

from ...models import Questionnaire, QuestionnaireStep
from .questionnaires import remember

Verb = QuestionnaireStep.Verb


def last_step(questionnaire):
    """Return the step a draft stands at, or None when it was begun before steps were kept."""
    return questionnaire.steps.filter(undone=False).order_by("-id").first()


def steps_around(questionnaire):
    """Return (the step that undo takes back or None, the one that redo brings or None); two queries."""
    kept = list(questionnaire.steps.filter(undone=False).order_by("-id")[:2])
    ahead = questionnaire.steps.filter(undone=True).order_by("id").first()
    return (kept[0] if len(kept) == 2 else None), ahead


def keep(questionnaire, items, *, by=None):
    """Change the items of a questionnaire that no campaign has begun with. Raises BadInput("frozen")."""
    return _written(questionnaire, None, Verb.CHANGED, "", lambda row: items, by)


def put(questionnaire, item, *, name="", after="", seen=None, by=None):
    """Write a question in the place of `name`, or as a new one behind `after`. Raises BadInput, as all of these do:
    "frozen" when it is asked already, "changed_meanwhile" when the draft no longer stands at the step `seen`.
    """
    about = item.get("zh") or item.get("en") or item["name"]
    verb = Verb.CHANGED if name else Verb.ADDED
    return _written(questionnaire, seen, verb, about, lambda row: questions.put(row.items, item, name=name, after=after), by)  # fmt: skip


def move(questionnaire, name, step, *, seen=None, by=None):
    """Move a question before (-1) or behind (1) its neighbour."""
    return _written(questionnaire, seen, Verb.MOVED, name, lambda row: questions.moved(row.items, name, step), by)


def double(questionnaire, name, *, seen=None, by=None):
    """Copy a question behind itself."""
    return _written(questionnaire, seen, Verb.DOUBLED, name, lambda row: questions.doubled(row.items, name)[0], by)


def remove(questionnaire, name, *, seen=None, by=None):
    """Take a question out; one on which others hang stays: BadInput("hung_on")."""
    return _written(questionnaire, seen, Verb.REMOVED, name, lambda row: questions.removed(row.items, name), by)


def rename(questionnaire, title, *, seen=None, by=None):
    """Give a draft another title."""
    title = title.strip()[:100]
    if not title:
        raise BadInput("no_title", "title")
    return _written(questionnaire, seen, Verb.RENAMED, title, lambda row: row.items, by, title=title)


@transaction.atomic
def _written(questionnaire, seen, verb, about, change, by, title=""):
    row = _draft(questionnaire, seen)
    items = questions.as_items(change(row))
    if items == row.items and title in ("", row.title):
        return row
    labels = {item["name"]: item["zh"] or item["en"] for item in row.items}
    row.steps.filter(undone=True).delete()
    row.items, row.title = items, title or row.title
    row.save(update_fields=["items", "title"])
    remember(row, verb, labels.get(about) or about, by=by)
    plant.note(by, "questionnaire.changed", row, detail=f"{verb} questions={len(items)}")
    return row


def _draft(questionnaire, seen):
    """Return a draft under lock, at a step that may be changed. seen: id of the step the page showed, or None."""
    row = Questionnaire.objects.select_for_update().get(pk=questionnaire.pk)
    if row.frozen_at or row.retired_at:
        raise BadInput("frozen", "items")
    last = last_step(row) or remember(row, Verb.BEGUN, by=row.by)
    if seen is not None and seen != last.pk:
        raise BadInput("changed_meanwhile", "items")
    return row


@transaction.atomic
def undo(questionnaire, *, seen=None, by=None):
    """Take the last step back and return it, or None when there is none."""
    row = _draft(questionnaire, seen)
    last, _ahead = steps_around(row)
    if last:
        last.undone = True
        last.save(update_fields=["undone"])
        _stand_at(row, last_step(row), "undone", by)
    return last


@transaction.atomic
def redo(questionnaire, *, seen=None, by=None):
    """Do again what was taken back last and return its step, or None."""
    row = _draft(questionnaire, seen)
    _last, ahead = steps_around(row)
    if ahead:
        ahead.undone = False
        ahead.save(update_fields=["undone"])
        _stand_at(row, ahead, "redone", by)
    return ahead


def _stand_at(row, step, verb, by):
    row.items, row.title = step.items, step.title
    row.save(update_fields=["items", "title"])
    plant.note(by, "questionnaire.changed", row, detail=verb)
