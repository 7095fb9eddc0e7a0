"""Who is inside each zone, as a roll to call, and what the gates do not know."""

from django.shortcuts import render
from django.utils.translation import gettext as _
from django.utils.translation import pgettext
from django.views.decorators.http import require_GET

from diba.plant import actions as plant
from diba.plant.actions.table_files import file_answer

from ..actions import roll as roll_actions
from ..models import Zone
from .ledger import plant_time
from .office import READERS


@plant.allow(*READERS, whole=True)
@require_GET
def inside(request):
    """Who is inside each zone, how old each gate's last word is, whom the gates never saw."""
    zones, chosen = list(Zone.objects.all()), request.GET.get("zone", "")[:20]
    zone, wanted = next((zone for zone in zones if zone.code == chosen), None), request.GET.get("q", "").strip()[:60]
    parts, contacts = roll_actions.roll(zone, wanted)
    count = sum(part.count for part in parts)
    never = list(roll_actions.never_seen())
    if (kind := request.GET.get("format")) in ("xlsx", "csv"):
        plant.note(request.user, "inside.exported", detail=f"rows={count}")
        return file_answer(kind, "inside", {_("Who is inside"): _lines(parts, contacts, never)})
    plant.note(request.user, "inside.read", detail=f"rows={count}")
    return render(request, "gates/inside.html", {
        "parts": parts, "contacts": contacts, "zones": zones, "chosen": chosen, "wanted": wanted, "count": count, "never": never,
        "silent": [contact for contact in contacts if contact.silent], "waiting": sum(contact.waiting for contact in contacts),
        "named": request.GET.get("never") == "1", "last_word": min((c.heard_at for c in contacts if c.heard_at), default=None),
    })  # fmt: skip


def _lines(parts, contacts, never):
    """Yield the roll, then what it does not know: the gates with their last word, the people no gate has seen."""
    yield [_("Zone"), _("Gate"), _("Since"), _("Who"), _("staff number"), pgettext("organisation", "Unit"), _("Phone"), _("Aboard"), _("Present")]  # fmt: skip
    for part in parts:
        for row in part.rows:
            person = row.person
            phone = person.phone if person else row.visit.phone if row.visit else ""
            yield [part.zone.name, row.gate.name, f"{plant_time(row.at):%Y-%m-%d %H:%M}", str(person or row.visit or row.vehicle),
                   person.staff_no if person else "", person.unit if person else "", phone, row.aboard if row.vehicle else "", ""]  # fmt: skip
        for one in part.nameless:
            yield [part.zone.name, one.gate.name, f"{plant_time(one.at):%Y-%m-%d %H:%M}", one.name, _("on no list"), "", "", one.aboard, ""]  # fmt: skip
    yield []
    yield [_("Zone"), _("Gate"), _("last heard of"), _("State"), _("records waiting"), _("crossings usual in so long")]
    for contact in contacts:
        heard = f"{plant_time(contact.heard_at):%Y-%m-%d %H:%M}" if contact.heard_at else ""
        state = _("not heard of") if contact.silent else _("heard of")
        yield [contact.gate.zone.name, contact.gate.name, heard, state, contact.waiting, "" if contact.missed is None else contact.missed]  # fmt: skip
    yield []
    yield [_("Seen at no gate yet"), "", "", _("Who"), _("staff number"), pgettext("organisation", "Unit"), _("Phone")]
    for person in never:
        yield ["", "", "", person.name, person.staff_no or "", person.unit or "", person.phone]
