"""One row of the register: who reaches it, how it is saved, taken out, and put back as it was before a change."""

from django.db import transaction
from django.db.models import OuterRef, Subquery
from django.db.models.functions import Length, Substr
from django.utils.datastructures import MultiValueDict

from ..models import Person, Role, Unit, UnitKind
from .access import has_role, people_visible_to, whole_plant
from .accounts import pass_lead_on
from .record import note

READERS = (Role.PLANNER, Role.DUTY_OFFICER, Role.HEALTH_OFFICER, Role.ADMINISTRATOR)
WRITERS = (Role.PLANNER, Role.ADMINISTRATOR)
OF_PEOPLE = ("people", "certificates")  # what a role of one unit may change; the rest is the whole plant's
SECRET = "identity"  # named, never shown: no form begins with it
VERSIONS = 30  # as many lines of history as a page shows


class NotWritten(Exception):
    """A row was left as it is. reason: "outside" the writer's reach, "changed" by somebody else since the page was
    opened, "unmarked" when the page does not say which version it showed, "again" when a change was changed again.
    """

    def __init__(self, reason):
        super().__init__(reason)
        self.reason = reason


class NotUndone(Exception):
    """What stood there before is no good any more. errors: {field: messages} of the form that refused it."""

    def __init__(self, errors):
        super().__init__(errors)
        self.errors = errors


def rows_seen(account, table, model):
    """Return the rows of a table that are the reader's to see: what belongs to people, by whom he may see."""
    people, rows = people_visible_to(account), model.objects.all()
    if model is Person:
        return rows.filter(pk__in=people.values("pk"))
    if table == "certificates":
        return rows.filter(person__in=people.values("pk"))
    if table == "households" and not whole_plant(account, *READERS):
        return rows.filter(pk__in=people.exclude(household=None).values("household"))
    return rows


def code_above():
    """Return the code of the unit above each of some units, for `annotate`."""
    path = Substr(OuterRef("path"), 1, Length(OuterRef("path")) - Unit.steplen)
    return Subquery(Unit.objects.filter(path=path).values("code")[:1])


def may_write(account, table):
    """Say whether the account may change rows of a table."""
    return whole_plant(account, *WRITERS) or (table in OF_PEOPLE and has_role(account, *WRITERS))


def version(row):
    """Return a number that changes with every change of a row, "" for a new one."""
    return row.history.order_by("-history_id").values_list("history_id", flat=True).first() or "" if row else ""


@transaction.atomic
def save_row(form, table, by, shown=None):
    """Write a valid form, note it and return the row. Raises NotWritten, and then nothing is written.

    shown: the version that the page showed, which must still be the row's; of no matter for a new one.
    """
    row = form.instance if form.instance.pk else None
    if row:
        _locked(form._meta.model, row.pk)
        if shown is None:
            raise NotWritten("unmarked")
        if shown != str(version(row)):
            raise NotWritten("changed")
    led_by = _led_by(form)
    saved = form.save()
    _refuse_outside(by, table, saved)
    _pass_lead_on(saved, led_by, by)
    changed = ",".join(form.changed_data) if row else "new"
    note(by, f"{table}.changed" if row else f"{table}.added", saved, detail=changed)
    return saved


@transaction.atomic
def delete_row(row, table, by):
    """Take a row out; its history stays. Raises ProtectedError when others depend on it."""
    key = row.pk
    row.delete()
    note(by, f"{table}.deleted", (table, key))


def changes(row, form):
    """Return [(version, difference to the one before or None, whether it can be undone)] of a row, newest first.

    form: the class of the form by which the row is written, and so undone.
    """
    versions = list(row.history.select_related("history_user")[:VERSIONS])
    found = []
    for newer, older in zip(versions, [*versions[1:], None], strict=False):
        difference = newer.diff_against(older, foreign_keys_are_objs=True) if older else None
        found.append((newer, difference, bool(older) and _stands(row, newer, difference, form)))
    return found


@transaction.atomic
def undo_change(pk, number, table, form, by):
    """Put back what one change of a row replaced, as an edit of its own, and return the row; None: no such change.

    Goes through the form that edits go through, so that what was right then and contradicts the register now is
    refused with its words. Raises NotWritten and NotUndone, and then nothing is written.
    """
    row = _locked(form._meta.model, pk)
    newer = row.history.filter(history_id=number, history_type="~").first()
    older = row.history.filter(history_id__lt=newer.history_id).order_by("-history_id").first() if newer else None
    if older is None:
        return None
    difference = newer.diff_against(older)
    if not _stands(row, newer, difference, form):
        raise NotWritten("again")
    before = {change.field: change.old for change in difference.changes}
    if SECRET in before:
        row.identity = before[SECRET]  # left empty, the form keeps what the row has
    filled = form(_as_posted(form(instance=row), before), instance=row)
    if not filled.is_valid():
        raise NotUndone(filled.errors)
    led_by = _led_by(filled)
    saved = filled.save()
    _refuse_outside(by, table, saved)
    _pass_lead_on(saved, led_by, by)
    note(by, f"{table}.changed", saved, detail=",".join(["undo", *before]))
    return saved


def _locked(model, pk):
    return model.objects.select_for_update(of=("self",)).get(pk=pk)


def _led_by(form):
    """Return the id of who leads a unit before a form is written, None for any other row and where nobody does."""
    model, pk = form._meta.model, form.instance.pk
    return Unit.objects.filter(pk=pk).values_list("lead", flat=True).first() if model is Unit and pk else None


def _pass_lead_on(saved, led_by, by):
    """Let the role for a cell follow its lead."""
    if isinstance(saved, Unit) and saved.kind == UnitKind.CELL and saved.lead_id != led_by:
        pass_lead_on(saved, led_by, saved.lead_id, by=by)


def _refuse_outside(by, table, saved):
    if not rows_seen(by, table, type(saved)).filter(pk=saved.pk).exists():
        raise NotWritten("outside")


def _stands(row, newer, difference, form):
    """Say whether what a change wrote still stands, and the form can write it back."""
    fields = [row._meta.get_field(name) for name in difference.changed_fields]
    return bool(fields) and all(
        field.name in form.base_fields and _value(row, field) == _value(newer, field) for field in fields
    )


def _value(side, field):
    """Return a field of a row or of one of its versions; a list as the set of ids."""
    if not field.many_to_many:
        return getattr(side, field.attname)
    rows = getattr(side, field.name)
    there = f"{field.m2m_reverse_field_name()}_id" if hasattr(side, "history_id") else "pk"
    return set(rows.values_list(there, flat=True))


def _as_posted(blank, before):
    """Return what a browser would send of a row's form, with what stood before in some fields."""
    model, data = blank._meta.model, MultiValueDict()
    for name, field in blank.fields.items():
        value = before.get(name, blank.get_initial_for_field(field, name))
        if name in before and model._meta.get_field(name).many_to_many:
            value = [link[model._meta.get_field(name).m2m_reverse_field_name()] for link in value]
        prepared = field.prepare_value(value)
        data.setlist(name, prepared if isinstance(prepared, list) else [prepared])
    return data
