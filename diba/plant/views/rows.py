"""One row of the register: its form, its history, a change put back; and the page of one person."""

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.db.models import ProtectedError
from django.http import Http404
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from .. import actions
from ..models import Role
from ..tables import TABLES
from .asked import number
from .register import WRITERS, seen, table_named

WHY_NOT = {
    "outside": gettext_lazy("This would lie outside the unit that your role is given for; ask the plant's office."),
    "changed": gettext_lazy(
        "Somebody changed this entry while you had it open: see “Changes”. Yours is not saved yet; save again to put it over the other's."
    ),
    "unmarked": gettext_lazy(
        "What was sent does not say which version of this entry it changes, so nothing is saved yet. Compare it with “Changes”, then save again."
    ),
    "again": gettext_lazy("It was changed again since: change it by hand."),
}


def _writable(request, name, pk=None):
    """Return (table, row) that the account may write; without a pk, for a new row, (table, None)."""
    table = table_named(name)
    if not actions.rows.may_write(request.user, name):
        raise PermissionDenied
    return table, None if pk is None else get_object_or_404(seen(request, table), pk=pk)


@actions.allow(*WRITERS)
@require_http_methods(["GET", "POST"])
def edit(request, name, pk=None):
    table, row = _writable(request, name, pk)
    form = table.form(request.POST or None, instance=row)
    if request.method == "POST" and form.is_valid():
        try:
            actions.rows.save_row(form, name, request.user, request.POST.get("version"))
        except actions.rows.NotWritten as refused:
            form.add_error(None, WHY_NOT[refused.reason])
        else:
            messages.success(request, _("Saved."))
            return redirect("plant:table", name)
    return render(request, "plant/edit.html", {
        "table": table, "row": row, "form": form, "version": actions.rows.version(row), **past(table, row),
    })  # fmt: skip


@actions.allow(*WRITERS)
@require_POST
def delete(request, name, pk):
    _table, row = _writable(request, name, pk)
    try:
        actions.rows.delete_row(row, name, request.user)
    except ProtectedError:
        messages.error(request, _("Others depend on this entry; end or change those first."))
        return redirect("plant:edit", name, pk)
    messages.success(request, _("Deleted; the history keeps it."))
    return redirect("plant:table", name)


@actions.allow(*WRITERS)
@require_POST
def undo_change(request, name, pk):
    """Put back what one change of a row replaced, as a change of its own; not when it was changed again since."""
    table, row = _writable(request, name, pk)
    change = number(request.POST.get("change", ""))
    try:
        if actions.rows.undo_change(row.pk, change, name, table.form, request.user) is None:
            raise Http404
    except actions.rows.NotWritten as refused:
        messages.error(request, WHY_NOT[refused.reason])
    except actions.rows.NotUndone as refused:
        labels = table.form.base_fields
        for field, words in refused.errors.items():
            said = " ".join(words)
            messages.error(request, f"{labels[field].label}: {said}" if field in labels else said)
    else:
        messages.success(request, _("As it was before."))
    return redirect("plant:edit", name, pk)


def past(table, row):
    """Return what plant/history.html shows of a row: lines [(when, who, kind, [(field, before, after)], number)], newest
    first, secrets named, not shown; and the fields that no undoing brings back, because the history does not keep them.

    number: by which the change can be undone, None when it cannot, because what it wrote was changed again.
    """
    if row is None:
        return {"history": [], "stay": []}
    lines = []
    for newer, difference, undoable in actions.rows.changes(row, table.form):
        fields = [
            (row._meta.get_field(change.field).verbose_name, *(_shown(change.field, side) for side in (change.old, change.new)))
            for change in (difference.changes if difference else ())
        ]  # fmt: skip
        kind = newer.get_history_type_display()
        lines.append((newer.history_date, newer.history_user, kind, fields, newer.history_id if undoable else None))
    kept = {field.name for field in (*row.history.model.tracked_fields, *row._meta.many_to_many)}
    return {
        "history": lines,
        "stay": [field.label for name, field in table.form.base_fields.items() if name not in kept],
    }


def _shown(field, side):
    """Return one side of a change as a page shows it: secrets hidden, the rows of a list by their names."""
    if field == actions.rows.SECRET:
        return "…" if side else ""
    if isinstance(side, list):  # a through row a link: its other end is what was added or taken
        return "、".join(str(list(link.values())[-1]) for link in side)
    return side


@actions.allow(*actions.EVERYONE)
@require_GET
def person(request, pk):
    someone = get_object_or_404(
        actions.people_visible_to(request.user).select_related("unit", "cell", "household", "relative_of"), pk=pk
    )
    certificates = [
        (row, row.is_valid_on(actions.today())) for row in someone.certificates.select_related("qualification")
    ]
    # Why somebody is away is health data: the planner needs it, the administrator does not.
    health = actions.health_visible_to(request.user).filter(pk=pk).exists()
    may_write = actions.has_role(request.user, *WRITERS)
    kinds = health or actions.people_of(request.user, Role.PLANNER).filter(pk=pk).exists()
    absences = list(someone.absences.select_related("approver__person").order_by("-starts_at")[:20])
    if someone.pk != request.user.person_id:
        actions.note(request.user, "person.read", someone, people=[pk] if kinds and absences else ())
    return render(request, "plant/person.html", {
        "someone": someone, "certificates": certificates, "absences": absences,
        "relatives": someone.relatives.all(), "may_write": may_write, **(past(TABLES["people"], someone) if may_write else {}),
        "kinds": kinds, "health": health,
    })  # fmt: skip
