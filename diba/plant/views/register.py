"""The register's pages: every table searched, filtered, sorted, edited, exported, with its history."""

from django.contrib import messages
from django.core.exceptions import PermissionDenied, ValidationError
from django.core.paginator import Paginator
from django.db import transaction
from django.db.models import F, ProtectedError, Q
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from .. import actions
from ..models import Person, Role
from ..tables import TABLES, export, value
from .asked import number

READERS = (Role.PLANNER, Role.DUTY_OFFICER, Role.HEALTH_OFFICER, Role.ADMINISTRATOR)
WRITERS = (Role.PLANNER, Role.ADMINISTRATOR)
ABSENCES = (Role.PLANNER, Role.DUTY_OFFICER)
OF_PEOPLE = ("people", "certificates")  # what a role of one unit may change; the rest is the whole plant's
PAGE = 50


@actions.allow(*READERS, Role.AUDITOR)
@require_GET
def overview(request):
    rows = (
        [(table, _seen(request, table).count()) for table in TABLES.values()]
        if actions.has_role(request.user, *READERS)
        else []
    )
    return render(request, "plant/register.html", {
        "tables": rows, "may_write": actions.has_role(request.user, *WRITERS),
        "may_import": actions.whole_plant(request.user, *WRITERS),
        "may_see_absences": actions.has_role(request.user, *ABSENCES),
    })  # fmt: skip


def _table(name):
    if name not in TABLES:
        raise Http404
    return TABLES[name]


def _seen(request, table):
    """Return the rows of a table that are the reader's to see: what belongs to people, by whom he may see."""
    people, rows = actions.people_visible_to(request.user), table.model.objects.all()
    if table.model is Person:
        return rows.filter(pk__in=people.values("pk"))
    if table.name == "certificates":
        return rows.filter(person__in=people.values("pk"))
    if table.name == "households" and not actions.whole_plant(request.user, *READERS):
        return rows.filter(pk__in=people.exclude(household=None).values("household"))
    return rows


def _may_write(request, table):
    return actions.whole_plant(request.user, *WRITERS) or (
        table.name in OF_PEOPLE and actions.has_role(request.user, *WRITERS)
    )


def _rows(request, table):
    rows = _seen(request, table)
    rows = rows.select_related(*table.related) if table.related else rows
    if table.name == "posts":
        rows = rows.prefetch_related("qualifications")
    wanted = request.GET.get("q", "").strip()[:60]
    if wanted:
        condition = Q(pk__in=[])
        for name in table.search:
            condition |= Q(**{f"{name}__icontains": wanted})
        rows = rows.filter(condition)
    for name in table.filters:
        if chosen := request.GET.get(name, "")[:40]:
            # A choice is a word; a row of another table, a level or a tier is a number.
            key = chosen if table.model._meta.get_field(name).get_internal_type() == "CharField" else number(chosen)
            rows = rows.none() if key is None else rows.filter(**{name: key})
    sort = request.GET.get("sort", "")
    names = {column for column, _head in table.columns if isinstance(column, str)}
    wanted = sort if sort.lstrip("-") in names else table.order
    # Those without a value come last either way: relatives have no staff number.
    order = F(wanted.lstrip("-"))
    return rows.order_by(order.desc(nulls_last=True) if wanted.startswith("-") else order.asc(nulls_last=True), "pk")


def _filters(request, table):
    found = []
    for name in table.filters:
        field = table.model._meta.get_field(name)
        choices = field.choices or [(row.pk, str(row)) for row in _choices(table, name, field)] if field.choices or field.is_relation else \
            [(number, number) for number in table.model.objects.values_list(name, flat=True).distinct().order_by(name)]  # fmt: skip
        found.append(
            (name, field.verbose_name, [(str(key), words) for key, words in choices], request.GET.get(name, ""))
        )
    return found


def _choices(table, name, field):
    used = table.model.objects.exclude(**{name: None}).values(name)
    return field.related_model.objects.filter(pk__in=used)[:300]


@actions.allow(*READERS)
@require_GET
def table(request, name):
    table = _table(name)
    rows = _rows(request, table)
    if (kind := request.GET.get("format")) in ("xlsx", "csv"):
        actions.note(request.user, "register.exported", (name, ""), detail=f"rows={rows.count()}")
        types = {
            "csv": "text/csv; charset=utf-8",
            "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
        }
        headers = {"Content-Disposition": f'attachment; filename="{name}.{kind}"'}
        return HttpResponse(export(table, rows, kind), content_type=types[kind], headers=headers)
    page = Paginator(rows, PAGE).get_page(request.GET.get("page"))
    lines = [(row, [value(row, column) for column, _head in table.columns]) for row in page]
    heads = [(column if isinstance(column, str) else "", head) for column, head in table.columns]
    return render(request, "plant/table.html", {
        "table": table, "page": page, "lines": lines, "heads": heads, "filters": _filters(request, table),
        "sort": request.GET.get("sort", ""), "wanted": request.GET.get("q", ""),
        "may_write": _may_write(request, table), "narrowed": any(request.GET.get(name) for name in ("q", *table.filters)),
    })  # fmt: skip


@actions.allow(*WRITERS)
@require_http_methods(["GET", "POST"])
def edit(request, name, pk=None):
    table = _table(name)
    if not _may_write(request, table):
        raise PermissionDenied
    row = None if pk is None else get_object_or_404(_seen(request, table), pk=pk)
    form = table.form(request.POST or None, instance=row)
    if request.method == "POST" and form.is_valid():
        outcome = _saved(request, table, form, row)
        if outcome == "saved":
            messages.success(request, _("Saved."))
            for other, minutes in actions.register.overlapping(form.instance) if name == "watches" else ():
                words = _("%(watch)s overlaps %(other)s by %(minutes)s min; nobody can stand both.")
                messages.warning(request, words % {"watch": form.instance, "other": other, "minutes": minutes})
            return redirect("plant:table", name)
        form.add_error(None, WHY_NOT[outcome])
    return render(request, "plant/edit.html", {
        "table": table, "row": row, "form": form, "history": history(row), "version": _version(row),
    })  # fmt: skip


WHY_NOT = {
    "outside": gettext_lazy("This would lie outside the unit that your role is given for; ask the plant's office."),
    "changed": gettext_lazy(
        "Somebody changed this entry while you had it open: see “Changes”. Yours is not saved yet; save again to put it over the other's."
    ),
}


def _version(row):
    """Return a number that changes with every change of a row, "" for a new one."""
    return row.history.order_by("-history_id").values_list("history_id", flat=True).first() or "" if row else ""


@transaction.atomic
def _saved(request, table, form, row):
    """Save a form and note it: "saved"; or write nothing and say why: what would then lie outside the writer's reach,
    or what somebody else has changed since the page was opened.
    """
    if row:
        table.model.objects.select_for_update(of=("self",)).get(pk=row.pk)
    if row and request.POST.get("version", "") not in ("", str(_version(row))):
        return "changed"
    saved = form.save()
    if not _seen(request, table).filter(pk=saved.pk).exists():
        transaction.set_rollback(True)
        return "outside"
    changed = ",".join(form.changed_data) if row else "new"
    actions.note(request.user, f"{table.name}.changed" if row else f"{table.name}.added", saved, detail=changed)
    return "saved"


@actions.allow(*WRITERS)
@require_POST
def delete(request, name, pk):
    table = _table(name)
    if not _may_write(request, table):
        raise PermissionDenied
    row = get_object_or_404(_seen(request, table), pk=pk)
    key = row.pk
    try:
        row.delete()
    except ProtectedError:
        messages.error(request, _("Others depend on this entry; end or change those first."))
        return redirect("plant:edit", name, pk)
    actions.note(request.user, f"{name}.deleted", (name, key))
    messages.success(request, _("Deleted; the history keeps it."))
    return redirect("plant:table", name)


@actions.allow(*WRITERS, whole=True)
@require_POST
def calendar_fill(request):
    """Enter the public holidays and make-up days of last year, this year and the next; what stands there stays."""
    new = actions.load_calendar(actions.calendar_years())
    actions.note(request.user, "calendar.filled", ("calendar", ""), detail=f"rows={new}")
    if new:
        messages.success(request, _("%(n)s days entered; those that stood there are as they were.") % {"n": new})
    else:
        messages.info(request, _("Nothing new: every day that has been announced stands here already."))
    return redirect("plant:table", "calendar")


def history(row):
    """Return [(when, who, kind, [(field, before, after)], number)] of a row, newest first; secrets are named, not shown.

    number: by which the change can be undone, None when it cannot: what it wrote was changed again, or is a secret or a list.
    """
    if row is None or not hasattr(row, "history"):
        return []
    versions = list(row.history.select_related("history_user")[:30])
    found = []
    for newer, older in zip(versions, [*versions[1:], None], strict=False):
        changes, number = [], None
        if older is not None:
            difference = newer.diff_against(older, foreign_keys_are_objs=True)
            number = newer.history_id if _undoable(row, newer, difference) else None
            for change in difference.changes:
                if change.field == "identity_hash":
                    continue  # it changes with the identity number and says nothing by itself
                words = row._meta.get_field(change.field).verbose_name
                changes.append((words, *(_shown(change.field, side) for side in (change.old, change.new))))
        found.append((newer.history_date, newer.history_user, newer.get_history_type_display(), changes, number))
    return found


FIXED = {"identity", "identity_hash", "kind"}  # a secret; and what others lean on


def _undoable(row, newer, difference):
    fields = [row._meta.get_field(name) for name in difference.changed_fields]
    return bool(fields) and not any(
        field.many_to_many or field.name in FIXED or getattr(row, field.attname) != getattr(newer, field.attname)
        for field in fields
    )


@actions.allow(*WRITERS)
@require_POST
def undo_change(request, name, pk):
    """Put back what one change of a row replaced, as a change of its own; not when it was changed again since."""
    table = _table(name)
    if not _may_write(request, table):
        raise PermissionDenied
    get_object_or_404(_seen(request, table), pk=pk)
    with transaction.atomic():
        row = table.model.objects.select_for_update(of=("self",)).get(pk=pk)
        newer = row.history.filter(history_id=number(request.POST.get("change", "")), history_type="~").first()
        older = row.history.filter(history_id__lt=newer.history_id).order_by("-history_id").first() if newer else None
        if older is None:
            raise Http404
        difference = newer.diff_against(older)
        if not _undoable(row, newer, difference):
            messages.error(request, _("It was changed again since: change it by hand."))
            return redirect("plant:edit", name, pk)
        fields = [row._meta.get_field(name) for name in difference.changed_fields]
        for field in fields:
            setattr(row, field.attname, getattr(older, field.attname))
        try:
            row.full_clean(exclude=[field.name for field in row._meta.fields if field not in fields])
        except ValidationError as error:
            messages.error(request, " ".join(error.messages))
            return redirect("plant:edit", name, pk)
        row.save()
        if not _seen(request, table).filter(pk=pk).exists():
            transaction.set_rollback(True)
            messages.error(request, WHY_NOT["outside"])
            return redirect("plant:edit", name, pk)
        names = ",".join(field.name for field in fields)
        actions.note(request.user, f"{name}.changed", row, detail=f"undo,{names}")
    messages.success(request, _("As it was before."))
    return redirect("plant:edit", name, pk)


def _shown(field, side):
    """Return one side of a change as a page shows it: secrets hidden, the rows of a list by their names."""
    if field == "identity":
        return "…"
    if isinstance(side, list):  # a through row a link: its other end is what was added or taken
        return "、".join(str(list(link.values())[-1]) for link in side)
    return side


@actions.allow(*actions.EVERYONE)
@require_GET
def person(request, pk):
    someone = get_object_or_404(
        actions.people_visible_to(request.user).select_related("unit", "cell", "household", "relative_of"), pk=pk
    )
    if someone.pk != request.user.person_id:
        actions.note(request.user, "person.read", someone)
    certificates = [
        (row, row.is_valid_on(actions.today())) for row in someone.certificates.select_related("qualification")
    ]
    # Why somebody is away is health data: the planner needs it, the administrator does not.
    health = actions.health_visible_to(request.user).filter(pk=pk).exists()
    return render(request, "plant/person.html", {
        "someone": someone, "certificates": certificates, "absences": someone.absences.select_related("approver__person").order_by("-starts_at")[:20],
        "relatives": someone.relatives.all(), "may_write": actions.has_role(request.user, *WRITERS), "history": history(someone),
        "kinds": health or actions.people_of(request.user, Role.PLANNER).filter(pk=pk).exists(), "health": health,
    })  # fmt: skip
