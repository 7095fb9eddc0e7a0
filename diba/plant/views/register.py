"""The register's pages: every table searched, filtered, sorted, exported."""

from django.contrib import messages
from django.core.paginator import Paginator
from django.db.models import F, Q
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from .. import actions
from ..models import Role
from ..tables import TABLES, export, value
from .asked import number

READERS, WRITERS = actions.rows.READERS, actions.rows.WRITERS
ABSENCES = (Role.PLANNER, Role.DUTY_OFFICER)
PAGE = 50


@actions.allow(*READERS, Role.AUDITOR)
@require_GET
def overview(request):
    rows = (
        [(table, seen(request, table).count()) for table in TABLES.values()]
        if actions.has_role(request.user, *READERS)
        else []
    )
    return render(request, "plant/register.html", {
        "tables": rows, "may_write": actions.has_role(request.user, *WRITERS),
        "may_import": actions.whole_plant(request.user, *WRITERS),
        "may_see_absences": actions.has_role(request.user, *ABSENCES),
    })  # fmt: skip


def table_named(name):
    """Return one of the register's tables, or answer that there is none."""
    if name not in TABLES:
        raise Http404
    return TABLES[name]


def seen(request, table):
    """Return the rows of a table that are the reader's to see."""
    return actions.rows.rows_seen(request.user, table.name, table.model)


def _rows(request, table):
    rows = seen(request, table)
    rows = rows.select_related(*table.related) if table.related else rows
    if table.name == "posts":
        rows = rows.prefetch_related("qualifications")
    if table.name == "units":
        rows = rows.annotate(above=actions.rows.code_above())
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
    table = table_named(name)
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
        "may_write": actions.rows.may_write(request.user, table.name), "narrowed": any(request.GET.get(name) for name in ("q", *table.filters)),
    })  # fmt: skip


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
