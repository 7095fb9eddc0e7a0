"""The ledger as pictures, each with its table; the same filters as the ledger, and the tables as one file."""

from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET

from diba.plant import actions as plant
from diba.plant.actions.table_files import file_answer

from .. import words
from ..actions import ledger as ledger_actions
from ..actions import pictures as picture_actions
from ..forms.ledger import LedgerFilter
from .ledger import OFFICERS
from .office import READERS


@plant.allow(*READERS, whole=True)
@require_GET
def pictures(request):
    """Draw the crossings that the filter leaves. Readings by the tenth are for the officers, others see the words."""
    form = LedgerFilter(request.GET)
    asked, health = form.asked(), plant.whole_plant(request.user, *OFFICERS)
    flows, shares = picture_actions.flow(asked), picture_actions.known(asked)
    drawn = [_flow(flow, max(_most(each) for each in flows)) for flow in flows if flow.total or sum(flow.refused)]
    warm = _readings(asked) if health else _words(asked)
    # Drawn of everybody, the readings are nobody's; drawn of whoever is called so, they are his.
    read = ledger_actions.measured(ledger_actions.crossings(**asked)) if asked["wanted"] else ()
    why, share = _refusals(asked), _known(asked, shares)
    if (kind := request.GET.get("format")) in ("xlsx", "csv"):
        plant.note(request.user, "ledger.exported", detail="pictures", people=read)
        return file_answer(kind, "pictures", {_("Pictures"): _lines([*drawn, warm, why, share])})
    plant.note(request.user, "pictures.read", people=read)
    crossings, met = sum(row.crossings for row in shares), sum(row.known for row in shares)
    return render(request, "gates/pictures.html", {
        "form": form, "asked": asked, "flows": drawn, "quiet": [flow.gate.name for flow in flows if not flow.total and not sum(flow.refused)], "figures": [warm, why, share], "crossings": crossings, "days": (asked["last"] - asked["first"]).days + 1,
        "percent": round(100 * met / crossings, 1) if crossings else None, "busiest": _busiest(flows), "refused": sum(sum(flow.refused) for flow in flows),
    })  # fmt: skip


def _figure(id, kind, title, data, heads, rows, alt):
    return {"id": id, "data_id": f"{id}-data", "kind": kind, "title": title, "data": data, "heads": heads, "rows": rows, "alt": alt}  # fmt: skip


def _most(flow):
    return max(a + b for a, b in zip(flow.coming, flow.going, strict=True)) or 1


def _rounded(most):
    """Return the top of an axis that all gates share."""
    return -(-most // 5) * 5


def _flow(flow, most):
    hours = [f"{hour:02d}" for hour in picture_actions.HOURS]
    both = [a + b for a, b in zip(flow.coming, flow.going, strict=True)]
    data = {"x": hours, "y": both, "unit": _("crossings"), "most": _rounded(most)}
    rows = [row for row in zip(hours, flow.coming, flow.going, flow.refused, strict=True) if any(row[1:])]
    alt = _("%(n)s crossings by the hour of the day") % {"n": flow.total}
    heads = [_("Hour"), _("in"), _("out"), _("refused")]
    return _figure(f"flow-{flow.gate.pk}", "count", f"{flow.gate.name} {flow.total}", data, heads, rows, alt)


def _readings(asked):
    bars, opened, more = picture_actions.readings(asked)
    shown = [(_degrees(tenths), count) for tenths, count in bars]
    data = {"x": [row[0] for row in shown], "y": [row[1] for row in shown], "unit": _("readings")}
    title = _("First readings, °C")
    if more:
        title = _("First readings, °C, of the newest %(n)s") % {"n": opened}
    return _figure("warm", "count", title, data, ["°C", _("readings")], shown, _("%(n)s readings") % {"n": opened})


def _degrees(tenths):
    if tenths <= picture_actions.COOLEST:
        return f"≤{tenths / 10:.1f}"
    return f"≥{tenths / 10:.1f}" if tenths >= picture_actions.WARMEST else f"{tenths / 10:.1f}"


def _words(asked):
    rows = [(str(words.word(words.FEVERS, code)), count) for code, count in picture_actions.words_of_readings(asked)]
    data = {"x": [row[0] for row in rows], "y": [row[1] for row in rows], "unit": _("readings")}
    return _figure("warm", "rank", _("Readings by the word of the rule"), data, [_("Word"), _("readings")], rows, _("Readings by the word of the rule"))  # fmt: skip


def _refusals(asked):
    said = {"refusal": words.REFUSALS, "reason": words.REASONS}
    rows = [(str(words.word(said[kind], code)), count) for kind, code, count in picture_actions.refusals(asked)]
    data = {"x": [row[0] for row in rows], "y": [row[1] for row in rows], "unit": _("crossings")}
    title = _("Why somebody did not pass")
    return _figure("why", "rank", title, data, [_("Reason"), _("crossings")], rows, title)


def _known(asked, shares):
    one = asked["first"] == asked["last"]
    names = [f"{row.at:02d}" if one else f"{row.at:%m-%d}" for row in shares]
    data = {"x": names, "y": [row.percent for row in shares], "unit": "%"}
    rows = [
        (name, row.crossings, row.known, row.passes, row.percent) for name, row in zip(names, shares, strict=True) if row.crossings
    ]  # fmt: skip
    title = _("Share of known persons and vehicles")
    heads = [_("Hour") if one else _("Day"), _("crossings"), _("known"), _("with a pass"), "%"]
    return _figure("known", "share", title, data, heads, rows, title)


def _busiest(flows):
    """Return the gate and hour of the day with the most crossings, all days together, or None."""
    best = max(((a + b, flow.gate, hour) for flow in flows for hour, (a, b) in enumerate(zip(flow.coming, flow.going, strict=True))), key=lambda row: row[0], default=None)  # fmt: skip
    return {"n": best[0], "gate": best[1], "hour": f"{best[2]:02d}"} if best and best[0] else None


def _lines(figures):
    for figure in figures:
        yield [figure["title"]]
        yield figure["heads"]
        yield from ([str(cell) if cell is None else cell for cell in row] for row in figure["rows"])
        yield []
