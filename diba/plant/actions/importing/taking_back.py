"""Taking an import back: what was changed is as before, what was added goes, unless somebody has built on it since."""

from collections import defaultdict

from django.db.models import Max, ProtectedError, Q
from django.utils.dateparse import parse_date, parse_datetime, parse_time
from django.utils.translation import gettext as _

from ...models import Delivery, Person, Post, Task, Unit
from .. import hooks
from ..deeds import object_words
from .applying import BATCH, MODELS, ORDER

NAMED = 20  # entries that a refusal names


class Collision(Exception):
    """What an undo would destroy: entries that were changed or built upon since, each named in words."""

    def __init__(self, labels):
        self.labels = list(dict.fromkeys(labels))[:NAMED]
        super().__init__("; ".join(self.labels))


KEPT = [kind for kind in ORDER if kind in MODELS and hasattr(MODELS[kind], "history") and kind != "grant"]


def written_until(journal):
    """Return how far the histories reach when an import is written, {kind: history id}: what comes later is somebody else's."""
    kinds = {kind for kind, _pk, changes in journal if changes is None}
    return {kind: MODELS[kind].history.aggregate(last=Max("history_id"))["last"] or 0 for kind in KEPT if kind in kinds}


def take_back(journal, by=None, until=None):
    """Undo a journal inside the caller's transaction; return how many entries. Raises Collision.

    until: what `written_until` gave when the journal was written; without it an added entry counts as untouched.
    """
    collisions, deleted = _edited_since(journal, until or {}), defaultdict(list)
    for kind, pk, changes in reversed(journal):
        row = MODELS[kind].objects.filter(pk=pk).first()
        if row is None:
            collisions.append(_("%(kind)s no. %(number)s: deleted since") % {"kind": object_words(kind), "number": pk})
        elif changes is None:
            deleted[kind].append(row)
        else:
            collisions += _restore(row, changes)
    collisions += _asked_of_posts(deleted)
    if collisions:
        raise Collision(collisions)
    _forget_machine_made([row.pk for kind in ("person", "relative") for row in deleted[kind]])
    for kind in [kind for kind in reversed(ORDER) if deleted[kind]]:
        _delete(MODELS[kind], deleted[kind])
    _absences_gone([row for row in deleted["absence"] if row.person_id not in {p.pk for p in deleted["person"]}], by)
    return len(journal)


def _edited_since(journal, until):
    """Return what was changed by hand in added entries, in words; an entry that was changed and put back is as it was."""
    found = []
    for kind, last in until.items():
        keys = [pk for each, pk, changes in journal if each == kind and changes is None]
        history = MODELS[kind].history
        newest, written = {}, {}
        for start in range(0, len(keys), BATCH):
            part = keys[start : start + BATCH]
            newest |= {row.id: row for row in history.filter(id__in=part, history_id__gt=last).order_by("history_id")}
        touched = list(newest)
        for start in range(0, len(touched), BATCH):
            part = touched[start : start + BATCH]
            written |= {row.id: row for row in history.filter(id__in=part, history_id__lte=last).order_by("history_id")}
        for pk in touched:
            if newest[pk].history_type == "-" or pk not in written:
                continue  # one that was deleted since is named by the caller
            found += [
                _("%(entry)s: %(field)s changed since")
                % {"entry": newest[pk].instance, "field": MODELS[kind]._meta.get_field(change.field).verbose_name}
                for change in newest[pk].diff_against(written[pk]).changes
                if change.field != "identity_hash"
            ]
    return found


def _absences_gone(absences, by):
    """Let who cares know of absences taken back; those of people who go with them matter to nobody any more."""
    for row in absences:
        row.state = row.State.ENDED
    if absences:
        hooks.fire(hooks.ABSENCES_CHANGED, absences, by)


def _restore(row, changes):
    """Put a changed row back; return what was changed once more since, in words."""
    collisions = []
    for name, (old, new) in changes.items():
        field = row._meta.get_field(name.removesuffix("_id"))
        # As typed values: the same moment is written in more than one way.
        if getattr(row, name) != _typed(field, new):
            collisions.append(_("%(entry)s: %(field)s changed since") % {"entry": row, "field": field.verbose_name})
        setattr(row, name, _typed(field, old))
    row.save()
    return collisions


def _asked_of_posts(deleted):
    """Return the posts entered since that ask for an imported qualification: deleting it would lower what they ask."""
    posts = Post.objects.filter(qualifications__in=deleted["qualification"]).exclude(
        pk__in=[row.pk for row in deleted["post"]]
    )
    return [
        _("%(entry)s: %(field)s changed since") % {"entry": post, "field": _("required qualifications")}
        for post in posts
    ]


def _forget_machine_made(people):
    """Drop what no human being has written or read about people who go: expectations, unread messages, own tasks."""
    hooks.fire(hooks.TAKEN_BACK, people)
    for start in range(0, len(people), BATCH):
        part = people[start : start + BATCH]
        Delivery.objects.filter(person__in=part, message__sender=None, read_at=None).delete()
        Task.objects.filter(Q(owner__in=part) | Q(about__in=part), opened_by=None, closed_by=None).delete()


def _typed(field, value):
    kind = field.get_internal_type()
    if value is None or not isinstance(value, str):
        return value
    read = {"DateTimeField": parse_datetime, "DateField": parse_date, "TimeField": parse_time}.get(kind)
    return read(value) if read else value


def _delete(model, rows):
    """Delete added rows in one go; family members before those they belong to, children before parents."""
    keys = [row.pk for row in rows]
    try:
        if model is Person:
            for start in range(0, len(keys), BATCH):
                part = keys[start : start + BATCH]
                Person.objects.filter(pk__in=part, kind="family").delete()
        if model is Unit:
            for row in sorted(rows, key=lambda row: -len(row.path)):
                Unit.objects.get(pk=row.pk).delete()
            return
        for start in range(0, len(keys), BATCH):
            model.objects.filter(pk__in=keys[start : start + BATCH]).delete()
    except ProtectedError as error:
        raise Collision(_named(error.protected_objects)) from error


def _named(protected):
    """Return what stands in the way in words: whose it is, and what."""
    for row in list(protected)[:NAMED]:
        whose = getattr(row, "person", None) or getattr(row, "owner", None) or row
        words = {"entry": _with_number(whose), "what": object_words(row._meta.model_name)}
        yield _("%(entry)s: %(what)s") % words


def _with_number(row):
    number = getattr(row, "staff_no", None)
    return f"{row} ({number})" if number else str(row)
