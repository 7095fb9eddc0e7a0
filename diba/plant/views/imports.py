"""The import's pages: upload, look at what would happen, confirm, take back."""

import io

from django import forms
from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_GET, require_http_methods, require_POST
from openpyxl import Workbook

from .. import actions
from ..actions import deeds, importing
from ..actions.table_files import XLSX
from ..models import Import, Role
from ..workbook.headers import COLUMNS

WRITERS = (Role.PLANNER, Role.ADMINISTRATOR)
SHOWN = 500


class UploadForm(forms.Form):
    file = forms.FileField(label=gettext_lazy("Workbook (.xlsx or .csv)"), allow_empty_file=True)


@actions.allow(*WRITERS, whole=True)
@require_http_methods(["GET", "POST"])
def upload(request):
    form = UploadForm(request.POST or None, request.FILES or None)
    if request.method == "POST" and form.is_valid():
        file = form.cleaned_data["file"]
        try:
            row, _plan, _reading = importing.dry_run(importing.bytes_of(file), file.name, by=request.user)
        except importing.FileRefused as error:
            form.add_error("file", str(error))
        else:
            return redirect("plant:import_review", row.pk)
    rows = Import.objects.exclude(state=Import.State.DROPPED).select_related("by__person").defer("plan", "undo")[:20]
    return render(request, "plant/import.html", {"form": form, "rows": rows}, status=400 if form.errors else 200)


@actions.allow(*WRITERS, whole=True)
@require_GET
def template(request):
    return HttpResponse(
        importing.template_workbook(),
        content_type=XLSX,
        headers={"Content-Disposition": 'attachment; filename="diba-template.xlsx"'},
    )


@actions.allow(*WRITERS, whole=True)
@require_GET
def review(request, pk):
    row = get_object_or_404(Import, pk=pk)
    context = {"row": row, "may_open": actions.has_role(request.user, Role.ADMINISTRATOR)}
    if row.state == Import.State.DRY_RUN:
        found, reading = importing.again(row)
        context |= {
            "counts": found.counts(), "shown": _in_words(importing.as_json(found)), "sheets": reading.sheets,
            "nothing": not found.added and not found.changed, "leads": any(entry.kind == "lead" for entry in found.changed),
            "headings": [(kind, sheet, heading) for kind, sheet, heading in reading.unknown if heading],
            "ignored": [sheet for _kind, sheet, heading in reading.unknown if not heading],
            "meanings": {kind: [(name, importing.field_words(name, kind)) for name in names] for kind, names in COLUMNS.items()},
        }  # fmt: skip
    return render(request, "plant/import_review.html", context)


def _in_words(shown):
    """Return what a plan shows, the first entries of each kind, with kinds, fields and values in the reader's words."""
    for item in (*shown["added"][:SHOWN], *shown["changed"][:SHOWN]):
        item["what"] = deeds.object_words(item["kind"])
        item["lines"] = [
            (
                importing.field_words(name, item["kind"]),
                importing.value_words(name, old),
                importing.value_words(name, new),
            )
            for name, (old, new) in item.get("changes", {}).items()
        ]
    return {name: items[:SHOWN] for name, items in shown.items()}


@actions.allow(*WRITERS, whole=True)
@require_POST
def columns(request, pk):
    row = get_object_or_404(Import, pk=pk, state=Import.State.DRY_RUN)
    kind, heading, name = (request.POST.get(key, "")[:100] for key in ("kind", "heading", "field"))
    if kind not in COLUMNS or not heading or (name and name not in COLUMNS[kind]):
        messages.error(request, _("Choose what the column means."))
    else:
        importing.remember(kind, heading, name, by=request.user)
        found, _reading = importing.again(row)
        row.counts = found.counts()
        row.save(update_fields=["counts"])
        messages.success(request, _("Remembered, for this workbook and the next."))
    return redirect("plant:import_review", pk)


@actions.allow(*WRITERS, whole=True)
@require_POST
def confirm(request, pk):
    row = get_object_or_404(Import, pk=pk)
    if row.state not in (Import.State.DRY_RUN, Import.State.CONFIRMED):
        messages.error(request, _("This one was settled before: see below."))
        return redirect("plant:import_review", pk)
    counts = importing.confirm(row, by=request.user)
    if counts is None:
        messages.warning(request, _("The register has changed since the dry run; look at it once more, then confirm."))
    else:
        messages.success(request, _("%(added)s added, %(changed)s changed; it can be taken back here.") % counts)
    return redirect("plant:import_review", pk)


@actions.allow(*WRITERS, whole=True)
@require_POST
def drop(request, pk):
    row = get_object_or_404(Import, pk=pk)
    if importing.drop(row, by=request.user):
        messages.success(request, _("Dropped; nothing was written."))
        return redirect("plant:import")
    messages.error(request, _("This one was settled before: see below."))
    return redirect("plant:import_review", pk)


@actions.allow(*WRITERS, whole=True)
@require_POST
def undo(request, pk):
    row = get_object_or_404(Import, pk=pk)
    try:
        count = importing.undo(row, by=request.user)
    except importing.Collision as error:
        names = "、".join(error.labels[:5])
        messages.error(
            request, _("It cannot be taken back: these were changed or used since: %(names)s") % {"names": names}
        )
    else:
        messages.success(request, _("Taken back: %(count)s entries are as they were before.") % {"count": count})
    return redirect("plant:import_review", pk)


@actions.allow(*WRITERS, whole=True)
@require_GET
def refused(request, pk):
    row = get_object_or_404(Import, pk=pk, state=Import.State.DRY_RUN)
    found, _reading = importing.again(row)
    book = Workbook()
    sheet = book.active
    sheet.append([_("Sheet"), _("Row"), _("Column"), _("Value"), _("What is wrong"), _("What to do")])
    for item in importing.as_json(found)["refused"]:
        value = str(item["value"])
        sheet.append(
            [
                item["sheet"],
                item["row"],
                item["column"],
                f"'{value}" if value[:1] in "=+-@" else value,
                item["reason"],
                item["remedy"],
            ]
        )
    out = io.BytesIO()
    book.save(out)
    return HttpResponse(
        out.getvalue(), content_type=XLSX, headers={"Content-Disposition": f'attachment; filename="refused-{pk}.xlsx"'}
    )
