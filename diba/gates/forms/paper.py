"""What is keyed from a paper sheet: fifteen rows at once, or pasted from a spreadsheet; each fault names its row and column."""

import re
from datetime import datetime, time, timedelta
from typing import NamedTuple

from django import forms
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, override

from diba.plant import actions as plant
from diba.plant.models import Person

from ..models import Gate, Vehicle, Visit
from ..words import REFUSALS
from .expected import PLATE
from .styled import Styled

COLUMNS = {
    "time": gettext_lazy("Time"), "way": gettext_lazy("In / out"), "who": gettext_lazy("Name or staff number"), "plate": gettext_lazy("Number plate"), "degrees": "°C",
    "result": gettext_lazy("Passed, or why not"), "note": gettext_lazy("Note"),
}  # fmt: skip
IN, OUT = {"进", "入", "进入", "in", "i", "1"}, {"出", "离开", "out", "o", "2"}
PASSED = {"", "放行", "可入", "可出", "通过", "pass", "ok", "√", "✓"}
CLOCK = re.compile(r"(\d{1,2})[:：.]?(\d{2})\Z")
LOWEST, HIGHEST = 340, 430  # tenths of °C that a reading may be
LONGEST = 120  # characters of a cell
PASTED = 20_000  # characters of a paste


class Entry(NamedTuple):
    """One row as it was understood. said: what was keyed; record: the fields of a crossing as a device sends them."""

    at: datetime
    direction: str
    kind: str
    holder: int | None
    refusal: str
    record: dict
    said: dict


class SheetsForm(Styled, forms.Form):
    gate = forms.ModelChoiceField(label=gettext_lazy("Gate"), queryset=Gate.objects.none(), empty_label=None)
    day = forms.DateField(label=gettext_lazy("Day"), widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"))
    count = forms.IntegerField(label=gettext_lazy("Sheets of 15 rows"), min_value=1, max_value=20, initial=4)

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["gate"].queryset = Gate.objects.filter(active=True)

    def clean_day(self):
        day = self.cleaned_data["day"]
        if abs((day - plant.today()).days) > 60:
            raise forms.ValidationError(_("This day is too far away."))
        return day


def typed(data, sheet):
    """Return {row number: {column: text}} of the rows of a posted table in which anything stands."""
    found = {}
    for number in range(1, sheet.rows + 1):
        cells = {name: _plain(data.get(f"r{number}-{name}", "")) for name in COLUMNS}
        if any(cells.values()):
            found[number] = cells
    return found


def pasted(text, sheet):
    """Return ({row number: {column: text}}, [line that cannot be placed]) of lines copied from a spreadsheet.

    Columns: row number, time, in or out, who, plate, °C, result, note. A head is passed over.
    """
    found, lost = {}, []
    for place, line in enumerate(text[:PASTED].splitlines(), 1):
        cells = [_plain(cell) for cell in (line.split("\t") if "\t" in line else re.split(r"[,，]", line))]
        if not any(cells) or (place == 1 and not cells[0].isdecimal()):
            continue
        number = int(cells[0]) if cells[0].isascii() and cells[0].isdecimal() and len(cells[0]) < 4 else 0
        if not 1 <= number <= sheet.rows or number in found:
            lost.append(place)
            continue
        values = (cells[1:] + [""] * len(COLUMNS))[: len(COLUMNS)]
        found[number] = dict(zip(COLUMNS, values, strict=True))
    return found, lost


def _plain(text):
    return " ".join(text.replace("\0", "").split())[:LONGEST]


def understood(rows, sheet):
    """Return ({row number: Entry}, {row number: {column: fault}}) of typed rows; three queries however many rows."""
    people, visits, vehicles = _known(rows.values(), sheet.day)
    entries, faults = {}, {}
    for number, cells in rows.items():
        wrong: dict = {}
        entry = _entry(cells, sheet, people, visits, vehicles, wrong)
        if wrong:
            faults[number] = wrong
        else:
            entries[number] = entry
    return entries, faults


def _known(rows, day):
    names = {word for cells in rows for word in (cells["who"], *cells["who"].split())} - {""}
    plates = {_plate(cells["plate"]) for cells in rows} - {""}
    people: dict = {}
    active = plant.active(Person.objects.all())
    for row in active.filter(staff_no__in=names) | active.filter(name__in=names):
        for key in {row.staff_no, row.name} - {None}:
            people.setdefault(key, []).append(row)
    begins, ends = plant.day_start(day), plant.day_start(day) + timedelta(days=1)
    span = {"begins_at__lt": ends, "ends_at__gt": begins}
    visits = {row.name: row.pk for row in Visit.objects.filter(name__in=names, **span)}
    vehicles = {row.plate: row.pk for row in Vehicle.objects.filter(plate__in=plates, **span)}
    return people, visits, vehicles


def _entry(cells, sheet, people, visits, vehicles, wrong):
    moment, direction = _moment(cells["time"], sheet.day, wrong), _way(cells["way"], wrong)
    tenths, refusal = _tenths(cells["degrees"], wrong), _refusal(cells["result"], wrong)
    kind, holder, named = _who(cells, people, visits, vehicles, wrong)
    if wrong:
        return None
    at = int(moment.timestamp())
    record = {
        "at": at, "direction": direction, "kind": kind, "refusal": refusal, "note": cells["note"], **named,
        "temperature": {"first": tenths, "at": at, "method": "paper"} if tenths else None,
    }  # fmt: skip
    return Entry(moment, direction, kind, holder, refusal, record, cells)


def _moment(text, day, wrong):
    found = CLOCK.match(text)
    if not found or int(found[1]) > 23 or int(found[2]) > 59:
        wrong["time"] = _("A time such as 8:05.")
        return None
    moment = timezone.make_aware(datetime.combine(day, time(int(found[1]), int(found[2]))))
    if moment > plant.now():
        wrong["time"] = _("This moment is still to come.")
    return moment


def _way(text, wrong):
    word = text.lower()
    if word not in IN | OUT:
        wrong["way"] = _("In or out.")
    return "out" if word in OUT else "in"


def _tenths(text, wrong):
    if not text:
        return 0
    number = text.replace("，", ".").replace("。", ".").rstrip("℃°Cc ")
    tenths = round(float(number) * 10) if re.fullmatch(r"\d{2}(\.\d{1,2})?", number) else 0
    if not LOWEST <= tenths <= HIGHEST:
        wrong["degrees"] = _("A temperature from 34.0 to 43.0.")
    return tenths


def _refusal(text, wrong):
    if text.lower() in PASSED:
        return ""
    known = _refusals()
    if text.lower() not in known:
        wrong["result"] = _("Passed, or one of: %(words)s.") % {
            "words": "、".join(str(word) for word in REFUSALS.values())
        }
    return known.get(text.lower(), "")


def _refusals():
    """Return {word in any language, or code: code} of the closed reasons."""
    found = {code: code for code in REFUSALS}
    for language in ("zh-hans", "en"):
        with override(language):
            found |= {str(word).lower(): code for code, word in REFUSALS.items()}
    return found


def _who(cells, people, visits, vehicles, wrong):
    """Return (kind, id or None, fields of the record). A name that nobody has is kept as a stranger's."""
    who, plate = cells["who"], _plate(cells["plate"])
    if plate:
        if not PLATE.match(plate):
            wrong["plate"] = _("No number plate, such as 甘A12345 or 甘AD12345.")
        holder = vehicles.get(plate)
        return "vehicle", holder, {"vehicle": holder, "plate": plate, "driver": who}
    if not who:
        wrong["who"] = _("A name, a staff number or a number plate.")
        return "unknown", None, {}
    words = [word for word in who.split() if word in people] if who not in people else [who]
    found = people.get(words[0], []) if words else []
    if len(words) > 1:
        found = [row for row in found if row.name in words and row.staff_no in words]
    if len(found) > 1:
        wrong["who"] = _("Several people are called so: give the staff number.")
        return "person", None, {}
    if found:
        return "person", found[0].pk, {"person": found[0].pk}
    if who.isdecimal():
        wrong["who"] = _("Nobody is called so, nor is it a staff number.")
    if who in visits:
        return "visitor", visits[who], {"visit": visits[who], "name": who}
    return "unknown", None, {"name": who}


def _plate(text):
    return re.sub(r"[\s·.•-]", "", text).upper()
