"""A roster edited in Excel comes back: differences first, then one confirmation."""

from datetime import date

from django.contrib import messages
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from diba.core.errors import BadInput
from diba.plant import actions as plant
from diba.plant.actions import importing
from diba.plant.models import Person, Post, Role, Watch

from .. import actions
from ..editor import crossing_words, refusal_words
from ..forms import SheetFile
from ..models import SheetUpload
from .editing import row_of

LARGEST = 20_000_001  # bytes: one more than is ever read tells "too large" without holding a hundred megabytes
SHOWN = 300


@plant.allow(Role.PLANNER, whole=True)
@require_http_methods(["GET", "POST"])
def sheet(request, pk):
    row = row_of(pk)
    form = SheetFile(request.POST or None, request.FILES or None)
    if request.method == "POST" and form.is_valid():
        file = form.cleaned_data["file"]
        try:
            upload = actions.take_sheet(row, file.read(LARGEST), file.name, by=request.user)
        except importing.FileRefused as error:
            form.add_error("file", str(error))
        except BadInput as error:
            form.add_error("file", _wrong(error))
        else:
            return redirect("rosters:sheet_review", upload.pk)
    earlier = row.uploads.select_related("by__person")[:10]
    context = {"roster": row, "form": form, "earlier": earlier, "version": actions.version_of(row)}
    return render(request, "rosters/sheet.html", context, status=400 if form.errors else 200)


def _wrong(error):
    if error.reason == "another_roster":
        return _("This file is of roster %(number)s, not of this one; bring it back there.") % {"number": error.value}
    if error.reason == "too_many_cells":
        count, most = error.value
        return _("This file changes %(n)s cells, and %(most)s at most go into one edit: send it in parts, by people or by days.") % {
            "n": count, "most": most,
        }  # fmt: skip
    return refusal_words(error)


@plant.allow(Role.PLANNER, whole=True)
@require_GET
def review(request, pk):
    upload = _upload(pk)
    is_open = upload.state == SheetUpload.State.READ
    context = {
        "upload": upload, "roster": upload.roster, "changes": _rows(upload.cells), "crossed": _rows(upload.refused["crossed"]),
        "past": _rows(upload.refused["past"]), "faults": upload.refused["faults"][:SHOWN],
        "conflicts": actions.new_conflicts(upload) if is_open and upload.cells else [], "shown": SHOWN,
        "stale": is_open and actions.version_of(upload.roster) != upload.of_version,
    }  # fmt: skip
    return render(request, "rosters/sheet_review.html", context)


def _upload(pk):
    rows = SheetUpload.objects.select_related("roster__pattern", "roster__split", "by__person", "decided_by__person")
    return get_object_or_404(rows, pk=pk)


def _rows(cells):
    """Return [(person, day, before, after)] of cells in words, as many as a page shows. Three queries."""
    people = Person.objects.in_bulk({row[0] for row in cells[:SHOWN]})
    watches, posts = dict(Watch.objects.values_list("pk", "name")), dict(Post.objects.values_list("pk", "name"))

    def words(place):
        return f"{watches.get(place[0], '?')} {posts.get(place[1], '?')}" if place else _("off")

    return [(people[who], date.fromisoformat(day), words(old), words(new)) for who, day, old, new in cells[:SHOWN]]


@plant.allow(Role.PLANNER, whole=True)
@require_POST
def confirm(request, pk):
    upload = _upload(pk)
    try:
        draft = actions.confirm_sheet(upload, by=request.user)
    except actions.Crossed as crossed:
        messages.error(request, crossing_words(crossed))
        return redirect("rosters:sheet_review", pk)
    except BadInput as refused:
        messages.error(request, refusal_words(refused))
        return redirect("rosters:sheet_review", pk)
    if draft is None:
        messages.info(request, _("This file was decided on before."))
        return redirect("rosters:sheet_review", pk)
    messages.success(request, _("%(n)s cells are written; one undo takes them back.") % {"n": len(upload.cells)})
    return redirect("rosters:roster", draft.pk)


@plant.allow(Role.PLANNER, whole=True)
@require_POST
def drop(request, pk):
    upload = _upload(pk)
    if actions.drop_sheet(upload, by=request.user):
        messages.info(request, _("Dropped; nothing of the file was written."))
    return redirect("rosters:roster", upload.roster_id)
