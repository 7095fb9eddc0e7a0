"""What is keyed from a paper sheet: fifteen rows at once, or pasted from a spreadsheet; each fault names its row and column."""

import re
from collections import defaultdict
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
CLOCK = re.compile(
    r"(?P<day>\+|=|次日|翌日|当日|同日|next day|same day)? ?(?P<hour>\d{1,2})[:：.]?(?P<minute>\d{2})\Z", re.I
)
NEXT = {"+", "次日", "翌日", "next day"}  # said before a time; the others of CLOCK say that it is of the sheet's day
A_NIGHT = timedelta(hours=12)  # a time so far behind an earlier row is rather that of the next day
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
    """Return ({row number: Entry}, {row number: {column: fault}}, {row number: {column: text}}) of typed rows; four queries.

    The last: how a cell was taken, to stand in it until somebody confirms it by saving.
    """
    kept = {number: (said or {}, own or other) for number, said, own, other in sheet.keyed.values_list("number", "said", "crossing__at", "twin__at")}  # fmt: skip
    rows = {number: _as_kept(cells, kept.get(number, [{}])[0]) for number, cells in rows.items()}
    moments, late, taken = _moments(rows, sheet.day, {number: at for number, (_said, at) in kept.items()})
    people, visits, vehicles = _known(rows.values(), sheet.day)
    entries, faults = {}, {}
    for number, cells in rows.items():
        wrong = {"time": late[number]} if number in late else {}
        entry = _entry(cells, moments[number], people, visits, vehicles, wrong)
        if wrong:
            faults[number] = wrong
        else:
            entries[number] = entry
    return entries, faults, taken


def _as_kept(cells, said):
    """Return cells keyed again: the day that was said before a time that stands need not be said again."""
    time_kept = CLOCK.match(said.get("time", ""))
    same = time_kept and time_kept["day"] and cells["time"] == time_kept.string[time_kept.start("hour") :]
    return {**cells, "time": said["time"]} if same else cells


def _moments(rows, day, kept):
    """Return ({row number: moment}, {row number: fault of the time}, {row number: {"time": how it was taken}}) of typed rows.

    A night watch's sheet goes on after midnight: a time far behind an earlier row, typed or kept (row number: moment), is
    taken for the next day's. But it is asked back: what is kept cannot be moved.
    """
    found, faults, taken, latest = {}, {}, {}, None
    for number in sorted({*rows, *kept}):
        if number in rows:
            text = rows[number]["time"]
            found[number], fault = _moment(text, day)
            if latest and not fault and not CLOCK.match(text)["day"] and _after_midnight(found[number], latest):
                found[number] += timedelta(days=1)
                taken[number] = {"time": f"{_('next day')} {text}"}
                fault = _(
                    "More than 12 h before an earlier row, so taken for the next day: save again, or write “same day”."
                )
            if fault:
                faults[number] = fault
        latest = max(filter(None, [latest, kept.get(number), found.get(number)]), default=None)
    return found, faults, taken


def _after_midnight(moment, latest):
    return latest - moment > A_NIGHT and moment + timedelta(days=1) <= plant.now()


def _known(rows, day):
    names = {word for cells in rows for word in (cells["who"], *cells["who"].split())} - {""}
    plates = {_plate(cells["plate"]) for cells in rows} - {""}
    people: dict = {}
    active = plant.active(Person.objects.all())
    for row in active.filter(staff_no__in=names) | active.filter(name__in=names):
        for key in {row.staff_no, row.name} - {None}:
            people.setdefault(key, []).append(row)
    begins, ends = plant.day_start(day), plant.day_start(day) + timedelta(days=2)
    span = {"begins_at__lt": ends, "ends_at__gt": begins}
    visits, vehicles = defaultdict(list), defaultdict(list)
    for visit in Visit.objects.filter(name__in=names, **span):
        visits[visit.name].append(visit)
    for vehicle in Vehicle.objects.filter(plate__in=plates, **span):
        vehicles[vehicle.plate].append(vehicle)
    return people, visits, vehicles


def _expected(rows, moment):
    """Return the id of the visit or vehicle of the day of a moment that lies nearest to it, None: none was expected that day."""
    begins = plant.day_start(timezone.localtime(moment).date()) if moment else None
    rows = [row for row in rows if begins and row.begins_at < begins + timedelta(days=1) and row.ends_at > begins]
    away = {row.pk: max(row.begins_at - moment, moment - row.ends_at, timedelta()) for row in rows}
    return min(away, key=away.get, default=None)


def _entry(cells, moment, people, visits, vehicles, wrong):
    direction = _way(cells["way"], wrong)
    tenths, refusal = _tenths(cells["degrees"], wrong), _refusal(cells["result"], wrong)
    visit, vehicle = (
        _expected(visits.get(cells["who"], ()), moment),
        _expected(vehicles.get(_plate(cells["plate"]), ()), moment),
    )
    kind, holder, named = _who(cells, people, visit, vehicle, wrong)
    if wrong:
        return None
    at = int(moment.timestamp())
    record = {
        "at": at, "direction": direction, "kind": kind, "refusal": refusal, "note": cells["note"], **named,
        "temperature": {"first": tenths, "at": at, "method": "paper"} if tenths else None,
    }  # fmt: skip
    return Entry(moment, direction, kind, holder, refusal, record, cells)


def _moment(text, day):
    """Return (the moment that a cell says, "" or what is wrong with it)."""
    found = CLOCK.match(text)
    if not found or int(found["hour"]) > 23 or int(found["minute"]) > 59:
        return None, _("A time such as 8:05.")
    of_next = (found["day"] or "").lower() in NEXT
    moment = datetime.combine(day + timedelta(days=of_next), time(int(found["hour"]), int(found["minute"])))
    moment = timezone.make_aware(moment)
    return moment, _("This moment is still to come.") if moment > plant.now() else ""


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


def _who(cells, people, visit, vehicle, wrong):
    """Return (kind, id or None, fields of the record). A name that nobody has is kept as a stranger's."""
    who, plate = cells["who"], _plate(cells["plate"])
    if plate:
        if not PLATE.match(plate):
            wrong["plate"] = _("No number plate, such as 甘A12345 or 甘AD12345.")
        return "vehicle", vehicle, {"vehicle": vehicle, "plate": plate, "driver": who}
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
    if visit:
        return "visitor", visit, {"visit": visit, "name": who}
    return "unknown", None, {"name": who}


def _plate(text):
    return re.sub(r"[\s·.•-]", "", text).upper()
