"""The zero report: is it zero and zero, who has signed, what was signed on the days before."""

import uuid
from datetime import date

from django.contrib import messages
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_GET, require_POST

from diba.core.errors import BadInput
from diba.plant import actions as plant
from diba.plant.models import Role

from .. import actions
from ..actions import day_by_branch, past_days
from ..actions.tree import in_reach
from ..export import workbook
from ..forms import SignForm, words
from .lost import kept, the_cell

EARLIEST = 2000  # year
ROLES = (Role.CELL_LEAD, Role.HEALTH_OFFICER, Role.DUTY_OFFICER)
WHY = {
    "late": gettext_lazy("%s reported later"), "corrected": gettext_lazy("the report of %s was corrected"),
    "taken_back": gettext_lazy("the report of %s was taken back, or his mixed tube was not negative"), "case": gettext_lazy("the case of %s changed"),
    "joined": gettext_lazy("%s came into the cell"), "gone": gettext_lazy("%s left the cell"),
}  # fmt: skip


def reasons(pairs, names):
    """Return why a report was reopened, in words. pairs: (code, person id); names: {person id: name}."""
    return [WHY[code] % names.get(pk, "…") for code, pk in pairs]


def signatures(row, names):
    """Return [(report, why the one before it was reopened)] of a cell's day, the oldest first."""
    return [(report, reasons(report.because or (), names)) for report in row.signed]


@plant.allow(*ROLES)
@require_GET
def zero(request):
    """One day: the sum, every branch, every cell with its signatures; to be printed and signed, or saved as a workbook."""
    today = plant.today()
    day = min(_day(request.GET.get("day")) or today, today)
    everything = _everything(request.user)
    cells = plant.cells_of(request.user).select_related("lead").order_by("code")
    days, whole = day_by_branch.day_in_sum(cells, day, everything, in_reach(request.user))
    names = day_by_branch.names_of(days)
    parts = [(part, [(row, reasons(row.reasons(), names), signatures(row, names)) for row in part.rows if row.expected])
             for part in day_by_branch.by_branch(days)]  # fmt: skip
    plant.note(request.user, "cell.read", detail=f"cells={len(days)}", people=names)
    if request.GET.get("format") == "xlsx":
        return _day_as_workbook(day, parts)
    context = {"day": day, "today": today, "whole": whole, "parts": parts, "everything": everything,
               "sentence": actions.sentence(whole.expected, whole.known, whole.suspected, whole.confirmed)}  # fmt: skip
    return render(request, "grid/zero.html", context)


def _everything(account):
    return plant.whole_plant(account, Role.HEALTH_OFFICER, Role.DUTY_OFFICER)


def _day(text):
    """Return the day of an address, or None for what is none, or lies before there was any such plant."""
    try:
        day = date.fromisoformat(text or "")
    except ValueError:
        return None
    return day if day.year >= EARLIEST else None


def _day_as_workbook(day, parts):
    heads = [_("Branch"), _("Cell"), _("Lead"), _("People"), _("Heard from"), _("Unknown"), _("Suspected"), _("Confirmed cases"),
             _("State"), _("Signed by"), _("Signed at"), _("Sentence signed")]  # fmt: skip
    lines = []
    for part, rows in parts:
        for row, why, _signed in rows:
            state = (
                _("signed; data destroyed")
                if row.destroyed
                else _("has signed")
                if row.stands
                else f"{_('reopened')}：{'；'.join(why)}"
                if row.last
                else _("not signed")
            )
            last = (
                [row.last.by, row.last.at.astimezone().strftime("%Y-%m-%d %H:%M"), row.last.sentence]
                if row.last
                else []
            )
            lines.append([part.name, row.cell.name, row.cell.lead, row.expected, row.known, row.unknown, row.suspected,
                          row.confirmed, state, *last])  # fmt: skip
        lines.append([part.name, _("in all"), "", part.expected, part.known, part.unknown, part.suspected, part.confirmed,
                      f"{part.signed} / {part.cells}", "", "", part.sentence()])  # fmt: skip
    return workbook(f"zero-{day}", day.isoformat(), heads, lines)


@plant.allow(*ROLES)
@require_GET
def zero_days(request):
    """The last thirty days as they were signed."""
    cells = list(plant.cells_of(request.user))
    rows = past_days.past_days(cells, everybody=_everything(request.user))
    if request.GET.get("format") == "xlsx":
        heads = [_("Day"), _("Cells signed"), _("Signed again"), _("Reopened"), _("People"), _("Heard from"), _("Unknown"), _("Suspected"), _("Confirmed cases"), _("Data")]  # fmt: skip
        lines = [[row.day, row.signed, row.again, row.reopened, row.expected, row.known, row.unknown, row.suspected, row.confirmed,
                  _("data destroyed") if row.destroyed else ""] for row in rows]  # fmt: skip
        return workbook("zero-days", _("Zero reports"), heads, lines)
    manned = rows[0].cells if rows else 0
    green = sum(row.is_zero for row in rows)
    return render(request, "grid/zero_days.html", {"rows": rows, "manned": manned, "green": green})


@kept(the_cell)
@plant.allow(*ROLES)
@require_POST
def sign(request, pk):
    cell = get_object_or_404(plant.cells_of(request.user), pk=pk)
    form = SignForm(request.POST)
    back = f"{redirect('grid:cell').url}?cell={cell.code}"
    if not form.is_valid():
        messages.error(request, _("This page was too old to sign. Read the sentence below and sign again."))
        return redirect(back)
    try:
        row = actions.sign(cell, by=request.user, **form.cleaned_data)
    except BadInput as error:
        messages.error(request, words(error))
    else:
        messages.success(request, _("Signed: %(sentence)s") % {"sentence": row.sentence})
    return redirect(back if form.cleaned_data["day"] == plant.today() else f"{redirect('grid:zero').url}?day={form.cleaned_data['day']}")  # fmt: skip


def panel(cell):
    """Return what the signing panel of a cell's page shows: the cell's day now, why it was reopened, every signature."""
    [row] = actions.cell_days([cell])
    names = day_by_branch.names_of([row])
    policy = actions.policy_on(plant.today())
    due = plant.now().replace(hour=policy.zero_due.hour, minute=policy.zero_due.minute, second=0) if policy else None
    left = int((due - plant.now()).total_seconds() // 60) if due else None
    return {"zero": row, "why": reasons(row.reasons(), names), "signatures": signatures(row, names), "uid": uuid.uuid4(),
            "due": policy and policy.zero_due, "left": left, "over": left is not None and left < 0}  # fmt: skip
