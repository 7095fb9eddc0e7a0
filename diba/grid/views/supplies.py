"""Protective supplies: how long each lasts, what came and went, issuing to a whole cell."""

import uuid
from datetime import timedelta

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import pgettext
from django.views.decorators.http import require_http_methods

from diba.core.errors import BadInput
from diba.plant import actions as plant
from diba.plant.actions.table_files import file_answer

from ..actions import supplying
from ..forms.supplies import CountForm, IssueForm, ItemForm, ReceiptForm, refusal
from ..models import SupplyItem, SupplyMove
from .isolation import OFFICERS, READERS

BACK = 90  # days of movements in the export
NEWEST = 20  # movements on the page


@plant.allow(*READERS)
@require_http_methods(["GET", "POST"])
def supplies(request):
    keeper = plant.whole_plant(request.user, *OFFICERS)  # the stock is one for the plant
    number = request.GET.get("item", "")
    item = SupplyItem.objects.filter(pk=int(number)).first() if number.isdecimal() and len(number) < 10 else None
    forms = _forms(request, item)
    if request.method == "POST":
        if not keeper:
            raise PermissionDenied
        if _did(request, forms, item):
            return redirect("grid:supplies")
    people = plant.people_visible_to(request.user)
    moves = SupplyMove.objects.filter(person=None) | SupplyMove.objects.filter(person__in=people)
    moves = moves.select_related("item", "person", "cell", "by__person", "undone_by").order_by("-at", "-id")
    rows = supplying.stocks()
    if (kind := request.GET.get("format")) in ("xlsx", "csv"):
        plant.note(request.user, "supply.exported")
        recent = moves.filter(day__gte=plant.today() - timedelta(days=BACK))
        return file_answer(kind, "supplies", {_("Stock"): _stock_lines(rows), _("Movements"): _move_lines(recent)})
    return render(request, "grid/supplies.html", {
        "rows": rows, "low": [row for row in rows if row.low], "batches": _batches(moves), "forms": forms, "item": item,
        "keeper": keeper, "items": SupplyItem.objects.all() if keeper else (), "step": request.POST.get("do", ""),
        "people": plant.active(people).exclude(staff_no=None).values_list("staff_no", "name") if keeper else (),
    })  # fmt: skip


def _forms(request, item):
    step, data = request.POST.get("do", ""), request.POST
    initial = {"batch": uuid.uuid4()}
    shown = {name: getattr(item, name) for name in ("name", "unit", "daily", "warn_days", "active")} if item else None
    people = plant.active(plant.people_visible_to(request.user))
    return {
        "receive": ReceiptForm(data if step == "receive" else None, prefix="receive", initial=initial),
        "issue": IssueForm(data if step == "issue" else None, prefix="issue", initial=initial, people=people),
        "count": CountForm(data if step == "count" else None, prefix="count", initial=initial),
        "item": ItemForm(data if step == "item" else None, prefix="item", initial=shown),
    }  # fmt: skip


def _did(request, forms, item):
    """Do what was asked; say whether the page is to be loaded anew."""
    step, by = request.POST.get("do", ""), request.user
    if step == "undo":
        return _undone(request)
    if step not in forms:
        raise PermissionDenied
    form = forms[step]
    if not form.is_valid():
        return False
    data = dict(form.cleaned_data)
    try:
        if step == "receive":
            supplying.receive(data.pop("item"), data.pop("pieces"), by=by, **data)
        elif step == "count":
            supplying.count(data.pop("item"), data.pop("counted"), by=by, **data)
        elif step == "item":
            supplying.keep_item(item, by=by, **data)
        else:
            _issue(by, **data)
    except BadInput as error:
        form.add_error(error.field if error.field in form.fields else None, refusal(error))
        return False
    messages.success(request, _("Saved."))
    return True


def _issue(by, item, cell, person, pieces, **more):
    if cell:
        return supplying.issue_to_cell(item, cell, pieces, by=by, **more)
    return supplying.issue(item, [person], pieces, by=by, **more)


def _undone(request):
    try:
        supplying.take_back(uuid.UUID(request.POST.get("batch", "")), by=request.user)
    except ValueError:
        messages.error(request, _("This cannot be saved as it is."))
    except BadInput as error:
        messages.error(request, refusal(error))
    else:
        messages.success(request, _("Taken back."))
    return True


def _batches(moves):
    """Return the newest movements, what went in one go as one line: [first move, pieces in all, people, whether it can be taken back]."""
    found = {}
    for move in moves[: NEWEST * 15]:
        line = found.setdefault(
            move.batch, [move, 0, 0, move.kind in ("receipt", "issue") and not hasattr(move, "undone_by")]
        )
        line[1] += move.pieces
        line[2] += move.person_id is not None
    return list(found.values())[:NEWEST]


def _stock_lines(rows):
    yield [
        _("Item"),
        pgettext("measure", "Unit"),
        _("In stock"),
        _("Use a day"),
        _("Days of cover"),
        _("Warn below, days of cover"),
        _("Wanted"),
    ]
    for row in rows:
        use = round(row.use, 1) if row.use else ""
        yield [row.item.name, row.item.unit, row.stock, use, row.days, row.item.warn_days, row.wanted]


def _move_lines(moves):
    yield [
        _("Day"),
        _("Item"),
        _("Kind"),
        _("Pieces"),
        _("Counted"),
        _("Person"),
        _("Staff number"),
        _("Cell"),
        _("Note"),
        _("Entered by"),
    ]
    for move in moves:
        person = [move.person.name, move.person.staff_no] if move.person else ["", ""]
        yield [move.day, move.item.name, move.get_kind_display(), move.pieces, move.counted, *person, move.cell and move.cell.name,
               str(move.note), str(move.by or "")]  # fmt: skip
