"""The contacts of a case as a picture and as the table behind it: the case in the middle, close contacts around it, theirs beyond."""

import math
from collections import Counter

from django.utils.translation import gettext as _

from ..models import Contact

DRAWN = 120  # nodes; of more the nearest are drawn, all stand in the table
INNER, OUTER = 100.0, 190.0


def picture(case, rows):
    """Return the figure's data, heads and rows for the template."""
    near = [row for row in rows if row.state != Contact.State.WITHDRAWN]
    drawn = sorted(near, key=lambda row: (row.level, row.state == Contact.State.REJECTED, -row.rank))[:DRAWN]
    angles = _angles([row for row in drawn if row.level == Contact.CLOSE])
    nodes = [{"id": "case", "name": case.person.name, "x": 0, "y": 0, "state": "case"}]
    links, beyond, total = [], {}, Counter(row.via_id for row in drawn)
    for row in drawn:
        inner = row.level == Contact.CLOSE
        if not inner:
            beyond[row.via_id] = beyond.get(row.via_id, 0) + 1
        angle = (
            angles.get(row.pk)
            if inner
            else angles.get(row.via_id, 0.0) + _fan(beyond[row.via_id], len(angles), total[row.via_id])
        )
        radius = INNER if inner else OUTER
        nodes.append({"id": str(row.pk), "name": row.person.name, "x": round(radius * math.cos(angle), 1), "y": round(radius * math.sin(angle), 1), "state": row.state})  # fmt: skip
        via = str(row.via_id) if not inner and row.via_id in angles else "case"
        links.append(
            {
                "source": via,
                "target": str(row.pk),
                "kinds": "、".join(kind_words(ground[0]) for ground in row.grounds or ()),
            }
        )
    words = {"case": _("case"), **{code: str(label) for code, label in Contact.State.choices}}
    return {
        "graph": {"x": [], "y": [], "unit": "", "nodes": nodes, "links": links, "words": words},
        "graph_heads": [_("Person"), _("Degree"), _("Through"), _("Why"), _("Minutes"), _("State")],
        "graph_rows": [
            [row.person.name, row.get_level_display(), row.via.person.name if row.via else case.person.name,
             "、".join(kind_words(ground[0]) for ground in row.grounds or ()), row.minutes, row.get_state_display()]
            for row in near
        ],
        "not_drawn": len(near) - len(drawn),
    }  # fmt: skip


def _angles(close):
    return {row.pk: 2 * math.pi * index / max(1, len(close)) - math.pi / 2 for index, row in enumerate(close)}


def _fan(number, around, total):
    """Return the angle (rad) by which the n-th contact of a contact stands aside of him: 0, +1, −1, +2, … steps."""
    step = min(0.16, math.pi / max(1, around) / 3, 2 * math.pi / total)
    return step * ((number // 2) * (1 if number % 2 == 0 else -1))


def kind_words(kind):
    """Return a kind of exposure in words."""
    return {
        "household": _("one household"), "room": _("one room"), "watch": _("one watch"), "handover": _("handover"),
        "meal": _("one table"), "bus": _("one bus"), "vehicle": _("one vehicle"), "gate": _("one gate"), "zone": _("one zone"),
        "said": _("said so himself"),
    }.get(kind, kind)  # fmt: skip


def why(contact):
    """Return the reasons of a contact as sentences, nearest kind first: what was shared, when, how long, where, with what."""
    found = []
    for kind, first, last, minutes, place, details, more in contact.grounds or ():
        days = first[5:] if first == last else f"{first[5:]}–{last[5:]}"
        parts = [kind_words(kind), days]
        if minutes:
            parts.append(_("%(n)s min") % {"n": minutes})
        parts += [text for text in (place, "、".join(details)) if text]
        if more:
            parts.append(_("and %(n)s more") % {"n": more})
        found.append(" · ".join(str(part) for part in parts))
    return found
