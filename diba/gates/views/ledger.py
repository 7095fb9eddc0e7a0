"""The ledger and its open items."""

from django.contrib import messages
from django.core.paginator import Paginator
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_GET, require_POST

from diba.core.errors import BadInput
from diba.plant import actions as plant
from diba.plant.actions.table_files import file_answer
from diba.plant.models import Role

from .. import words
from ..actions import ledger as ledger_actions
from ..forms.ledger import ClosingForm, LedgerFilter
from ..models import OpenItem
from .office import READERS

OFFICERS = (Role.DUTY_OFFICER, Role.HEALTH_OFFICER)
PAGE, MOST = 50, 50_000  # rows a page; rows of an export
KINDS = {"pass": "ok", "stop": "now", "wait": "warn"}


@plant.allow(*READERS, whole=True)
@require_GET
def ledger(request):
    form = LedgerFilter(request.GET)
    asked, sort = form.asked(), request.GET.get("sort", "")[:20]
    rows, health = ledger_actions.crossings(**asked, sort=sort), plant.whole_plant(request.user, *OFFICERS)
    if (kind := request.GET.get("format")) in ("xlsx", "csv"):
        read, count = ledger_actions.measured(rows[:MOST]), rows.count()
        plant.note(request.user, "ledger.exported", detail=f"rows={min(count, MOST)}", people=read)
        return file_answer(kind, "ledger", {_("Ledger"): _lines(rows[:MOST], health, max(count - MOST, 0))})
    page, notes = Paginator(rows, PAGE).get_page(request.GET.get("page")), rows.filter(ledger_actions.NOTED).count()
    shown = [_shown(row, health) for row in page]
    plant.note(request.user, "ledger.read", detail=f"page={page.number}", people=_read(shown))
    return render(request, "gates/ledger.html", {
        "page": page, "form": form, "rows": shown, "asked": asked, "sort": sort, "most": MOST,
        "heads": [("at", _("At")), ("gate__code", _("Gate")), ("", _("direction")), ("person__name", _("Who")), ("", _("Temperature")),
                  ("verdict", _("Verdict")), ("", _("Judged again")), ("guard", _("Guard"))],
        "refused": rows.filter(ledger_actions.STATES["refused"]).count(), "notes": notes, "crossings": page.paginator.count - notes,
    })  # fmt: skip


def _shown(row, health):
    noted = row.refusal in words.NOTES
    return {"row": row, "who": who(row), "temperature": readings(row) if health else hidden(row), "note": _note(row) if health or noted else "",
            "verdict": ("off" if noted else KINDS[row.verdict], _verdict(row)), "judged": (KINDS[row.judged], words.word(words.VERDICTS, row.judged)),
            "judged_why": "" if noted else words.word(words.REASONS, row.judged_reason),
            "flags": [words.word(words.FLAGS, flag) for flag in row.flags.split()]}  # fmt: skip


def _read(shown):
    """Return the ids of the people whose readings stand on a page, as numbers or as a word, or what was noted of them."""
    return [each["row"].person_id for each in shown if each and (each["temperature"] or each["note"])]


def _note(row):
    """Return what the guard noted, and what a visitor said of risk areas: of somebody's health, so not for everybody."""
    said = row.said or {}
    been = {
        "no": _("Said at the gate: in no risk area within 14 days."),
        "yes": _("Said at the gate: in a risk area within 14 days."),
    }
    return " ".join(filter(None, [been.get(said.get("declared")), said.get("note")]))


def who(row):
    """Return who crossed, by the register or as it was told at the gate."""
    known = row.person or row.visit or row.vehicle
    said = row.said or {}
    return str(known) if known else said.get("plate") or said.get("name") or row.get_kind_display()


def readings(row):
    """Return the readings in °C, such as "38.1 → 37.9"."""
    taken = (row.said or {}).get("temperature") or {}
    return " → ".join(f"{taken[name] / 10:.1f}" for name in ("first", "second") if taken.get(name))


def hidden(row):
    """Return the readings as a guard sees them afterwards: the word, no number."""
    return str(words.word(words.FEVERS, row.fever)) if row.fever else ""


def _verdict(row):
    if row.refusal in words.NOTES:
        return _("note: %(what)s") % {"what": words.NOTES[row.refusal]}
    if row.refusal:
        return _("refused: %(why)s") % {"why": words.word(words.REFUSALS, row.refusal)}
    if row.forced:
        return _("let in against the verdict")
    return words.word(words.VERDICTS, row.verdict)


def _lines(rows, health, left_out):
    yield [_("At"), _("received at"), _("Gate"), _("direction"), _("kind"), _("Who"), _("staff number"), _("Temperature"), _("Verdict"),
           _("Reason"), _("Judged again"), _("Reason"), _("pass number"), _("Guard"), _("flagged"), _("Note")]  # fmt: skip
    for row in rows.iterator(chunk_size=2000):
        shown = _shown(row, health)
        yield [
            f"{plant_time(row.at):%Y-%m-%d %H:%M:%S}", f"{plant_time(row.received_at):%Y-%m-%d %H:%M:%S}", row.gate.name, row.get_direction_display(),
            row.get_kind_display(), shown["who"], row.person.staff_no if row.person else "", shown["temperature"], shown["verdict"][1],
            words.word(words.REASONS, row.reason), shown["judged"][1] if shown["judged_why"] else "", shown["judged_why"], row.pass_number or "", row.guard, " ".join(map(str, shown["flags"])), shown["note"],
        ]  # fmt: skip
    if left_out:
        yield []
        yield [ngettext(
            "%(n)s line more is not in this file: one holds %(most)s. Ask for fewer days, or for one gate.",
            "%(n)s lines more are not in this file: one holds %(most)s. Ask for fewer days, or for one gate.", left_out,
        ) % {"n": left_out, "most": MOST}]  # fmt: skip


def plant_time(moment):
    return moment.astimezone(plant.now().tzinfo)


@plant.allow(*OFFICERS, whole=True)
@require_GET
def items(request):
    closed = request.GET.get("closed") == "1"
    page = Paginator(ledger_actions.items(closed=closed), PAGE).get_page(request.GET.get("page"))
    shown = [item.crossing and _shown(item.crossing, True) for item in page]
    plant.note(request.user, "items.read", detail=f"page={page.number}", people=_read(shown))
    return render(request, "gates/items.html", {
        "page": page, "closed": closed, "form": ClosingForm(), "waiting": OpenItem.objects.filter(closed_at=None).count(),
        "rows": [
            (item, crossed, item.unread and words.why_unread(item.unread.why))
            for item, crossed in zip(page, shown, strict=True)
        ],
    })  # fmt: skip


@plant.allow(*OFFICERS, whole=True)
@require_POST
def item_close(request, pk):
    item, form = get_object_or_404(OpenItem, pk=pk), ClosingForm(request.POST)
    if not form.is_valid():
        messages.error(request, _("Say in words what was done."))
        return redirect("gates:items")
    try:
        if ledger_actions.close_item(item, form.cleaned_data["words"], by=request.user):
            messages.success(request, _("Closed."))
    except BadInput:
        messages.error(request, _("Say in words what was done."))
    return redirect("gates:items")
