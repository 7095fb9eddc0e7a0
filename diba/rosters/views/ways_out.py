"""Out of an impossible roster: each advice with the page where it is followed, and the question asked again as it was."""

from datetime import timedelta
from urllib.parse import urlencode

from django.urls import reverse
from django.utils.translation import gettext as _

from diba.plant import actions as plant
from diba.plant.models import Unit

from .. import actions
from ..models import Roster

NUMBERS = ("block", "rest_hours", "longest_run", "most_nights_in_row", "seconds")


def ways_out(roster):
    """Return [(sentence, [(address, words)])] of each advice for an impossible roster, the easiest to give first."""
    advice = roster.result.get("advice", [])
    words = actions.advice_words(advice, roster.first_day, roster.pattern_id)
    return [(sentence, _links(roster, row)) for sentence, row in zip(words, advice, strict=True)]


def _links(roster, advice):
    found = []
    if actions.renews(advice):
        found.append((f"{reverse('plant:table', args=['certificates'])}?sort=expires", _("Certificates")))
    if actions.ends_rule(advice):
        found.append((reverse("rosters:crews"), _("Crews and rooms")))
    if actions.shortens_absence(advice):
        found.append((reverse("plant:absences"), _("Absences")))
    if actions.teaches(advice):
        found.append((reverse("rosters:training"), _("Training and reserve")))
    found += _limit_links(roster, advice)
    changed = actions.asked_with(advice) | ({"with_holes": 1} if actions.leaves_open(advice) else {})
    if changed:
        found.append((f"{reverse('rosters:ask')}?{urlencode({'again': roster.pk, **changed})}", _("Ask again so")))
    return found


def _limit_links(roster, advice):
    """Return the pages on which a limit is raised for good or waived for the roster's days, their forms filled in."""
    found, last = [], roster.first_day + timedelta(days=roster.days - 1)
    for rule, value in actions.asked_limits(advice):
        limit = {"rule": rule.value, "value": value, "starts_on": plant.today().isoformat()}
        level = actions.limits_on(roster.first_day, roster.level)[rule].level
        limit |= {} if level is None else {"level": level}
        waiver = {
            "rule": rule.value,
            "value": value,
            "first_day": roster.first_day.isoformat(),
            "last_day": last.isoformat(),
        }
        found.append((f"{reverse('rosters:limits')}?{urlencode(limit)}", _("Limits of work")))
        found.append((f"{reverse('rosters:waivers')}?{urlencode(waiver)}", _("Waivers")))
    return found


def asked_before(query):
    """Return the question that is to be asked again, as a form begins with it, changed as the address says; {} for none."""
    again = query.get("again", "")
    if not (again.isascii() and again.isdigit() and len(again) < 10):
        return {}
    row = Roster.objects.select_related("pattern", "split").filter(pk=int(again)).first()
    if row is None:
        return {}
    rules = {name: row.rules[name] for name in (*NUMBERS, "with_holes") if name in row.rules}
    given = {
        name: int(text)
        for name in NUMBERS
        if (text := query.get(name, "")).isascii() and text.isdigit() and len(text) < 5
    }
    holes = {"with_holes": True} if query.get("with_holes") == "1" else {}
    return {"name": row.name, "pattern": row.pattern, "split": row.split, "first_day": row.first_day, "days": row.days,
            **rules, **_rotation(row), **given, **holes}  # fmt: skip


def _rotation(row):
    """Return what a form begins with of the rotation that a roster was asked with; {} for none."""
    if not row.rules.get("rotation"):
        return {}
    found = {name: row.rules[name] for name in ("rotation", "rotation_first", "rotation_strict")}
    return found | {"crews": list(Unit.objects.filter(code__in=row.rules["crews"]))}
