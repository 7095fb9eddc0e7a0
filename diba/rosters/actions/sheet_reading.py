"""Reading a roster that the office edited in Excel: what became different, and every cell that cannot be read."""

import re
from collections import Counter
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta

from django.utils.translation import gettext as _

from diba.plant import actions as plant
from diba.plant.actions import importing
from diba.plant.models import Person

from ..models import Edit
from .editing import Place

NUMBER, NAME, MARK = "工号", "姓名", re.compile(r"班表#(\d{1,9})\.(\d{1,9})")
OFF = {"", "休", "off", "·", "×", "-", "—", "/"}
BARE = re.compile(r"0?[1-9](?:\.0)?|[12]\d(?:\.0)?|3[01](?:\.0)?")
HEAD_ROWS = 10  # rows in which the heading is looked for: an office puts a title above it


def mark(roster, version):
    """Return the heading by which a file is known again."""
    return f"班表#{roster}.{version}"


@dataclass(frozen=True)
class Fault:
    """One cell that cannot be taken: where it stands, what it says, what is wrong with it."""

    sheet: str
    row: int
    column: str
    value: str
    words: str


@dataclass
class Sheet:
    """What a file says. roster, version: which one it is of, None when the mark is gone; cells: {(person id, day): Place or None}."""

    name: str = ""
    roster: int | None = None
    version: int | None = None
    cells: dict = field(default_factory=dict)
    faults: list = field(default_factory=list)


def read_sheet(roster, data, name):
    """Return the Sheet of an uploaded file. Raises importing.FileRefused when no roster can be found in it."""
    for sheet_name, rows in importing.sheets_of(data, name):
        for index, (number, values) in enumerate(rows[:HEAD_ROWS]):
            heads = [str(value).strip() if value is not None else "" for value in values]
            if NAME in heads and (NUMBER in heads or any(_days(values, roster).values())):
                return _Reader(roster, sheet_name, number, values, heads).read(rows[index + 1 :])
    raise importing.FileRefused(
        _("No sheet with the headings 工号 and 姓名 was found. Export the roster and edit that file.")
    )


def _day(value, roster):
    """Return the day a heading means, or None: a date of Excel's, 2020-02-14, 02-14 or 2/14 within the roster."""
    if isinstance(value, datetime):
        return value.date()
    if isinstance(value, date):
        return value
    found = re.fullmatch(r"(?:(\d{4})[-/.年])?(\d{1,2})[-/.月](\d{1,2})日?(?:\s.*)?", str(value or "").strip())
    if not found:
        return None
    last = roster.first_day + timedelta(days=roster.days - 1)
    years = [int(found[1])] if found[1] else [roster.first_day.year, last.year]
    for year in years:
        try:
            day = date(year, int(found[2]), int(found[3]))
        except ValueError:
            continue
        if found[1] or roster.first_day <= day <= last:
            return day
    return None


def _days(values, roster):
    """Return {column: the day its heading means, or None}.

    Headings of the day alone, "31", "1", …, stand for the roster's days in turn when the whole row of them fits.
    """
    found = {column: _day(value, roster) for column, value in enumerate(values)}
    bare = [(column, str(value).strip()) for column, value in enumerate(values) if BARE.fullmatch(str(value).strip())]
    days = [roster.first_day + timedelta(days=offset) for offset in range(roster.days)]
    if not any(found.values()) and [int(float(text)) for _column, text in bare] == [day.day for day in days]:
        found.update({column: day for (column, _text), day in zip(bare, days, strict=True)})
    return found


class _Reader:
    """Reads the lines of one sheet under its heading."""

    def __init__(self, roster, name, row, values, heads):
        self.roster, self.sheet = roster, Sheet(name)
        for text in heads:
            if found := MARK.fullmatch(text):
                self.sheet.roster, self.sheet.version = int(found[1]), int(found[2])
        self.number = heads.index(NUMBER) if NUMBER in heads else None
        self.name = heads.index(NAME)
        self.last = roster.first_day + timedelta(days=roster.days - 1)
        self.days = {column: day for column, day in _days(values, roster).items() if day}
        for column, text in enumerate(heads):
            if text and column not in (self.number, self.name) and column not in self.days and not MARK.fullmatch(text):
                self._fault(row, column, text, _("is no day of this roster"))
        times = Counter(self.days.values())
        for column, day in self.days.items():
            if times[day] > 1:
                where = "、".join(f"{_letters(other)}{row}" for other, same in self.days.items() if same == day)
                self._fault(row, column, f"{day:%m-%d}", _("this day stands in two columns: %(where)s") % {"where": where})  # fmt: skip
        self.watches = {text: watch.pk for watch in plant.watches(roster.pattern) for text in (watch.code, watch.name)}
        self.posts = {
            text: post.pk for post in plant.posts() if post.qualifications.all() for text in (post.name, post.code)
        }
        self.seen = {}

    def read(self, rows):
        people = self._people(rows)
        for number, values in rows:
            person = self._person(number, values, people)
            if person is None:
                continue
            for column, day in self.days.items():
                self._cell(number, column, values[column] if column < len(values) else "", person, day)
        return self.sheet

    def _people(self, rows):
        numbers = {self._text(values, self.number) for _row, values in rows} - {""}
        names = {self._text(values, self.name) for _row, values in rows} - {""}
        found = {row.staff_no: row for row in Person.objects.filter(staff_no__in=numbers)}
        by_name = {}
        for row in Person.objects.filter(name__in=names, staff_no__isnull=False):
            by_name.setdefault(row.name, []).append(row)
        return found, by_name

    @staticmethod
    def _text(values, column):
        if column is None or column >= len(values) or values[column] is None:
            return ""
        value = values[column]
        return str(int(value) if isinstance(value, float) and value.is_integer() else value).strip().removeprefix("'")

    def _person(self, row, values, people):
        number, name = self._text(values, self.number), self._text(values, self.name)
        if not number and not name:
            return None
        by_number, by_name = people
        person = by_number.get(number) if number else None
        if not number and len(by_name.get(name, [])) == 1:
            (person,) = by_name[name]
        if person is None:
            column = self.number if number else self.name
            words = (
                _("fits more than one person; add the staff number")
                if len(by_name.get(name, [])) > 1
                else _("is nobody on the register")
            )
            return self._fault(row, column, number or name, words)
        if name and person.name != name:
            words = _("is not the name of staff number %(number)s, which is %(name)s") % {
                "number": number,
                "name": person.name,
            }
            return self._fault(row, self.name, name, words)
        if person.pk in self.seen:
            words = _("stands in row %(row)s already") % {"row": self.seen[person.pk]}
            return self._fault(row, self.name, name or number, words)
        self.seen[person.pk] = row
        return person

    def _cell(self, row, column, value, person, day):
        text = " ".join(str("" if value is None else value).split())
        if not self.roster.first_day <= day <= self.last:
            if text:
                self._fault(row, column, text, _("is no day of this roster"))
            return
        if text.lower() in OFF:
            self.sheet.cells[person.pk, day] = None
            return
        watch, post, said = self._place(text)
        if watch is not None and post is None and said:
            self._fault(row, column, text, _("“%(post)s” is no post: write for example “%(example)s”") % {"post": said, "example": self._example()})  # fmt: skip
        elif watch is None:
            self._fault(
                row,
                column,
                text,
                _("is no watch of this roster: write for example “%(example)s”") % {"example": self._example()},
            )
        elif post is None:
            self._fault(
                row,
                column,
                text,
                _("names no post: write watch and post, for example “%(example)s”") % {"example": self._example()},
            )
        else:
            self.sheet.cells[person.pk, day] = Place(watch, post)

    def _place(self, text):
        """Return (watch id, post id, what was said of the post); None for what is not known. The longest name that fits counts."""
        for head in sorted(self.watches, key=len, reverse=True):
            if text.startswith(head):
                said = text[len(head) :].strip()
                return self.watches[head], self.posts.get(said), said
        return None, None, ""

    def _example(self):
        return f"{next(iter(self.watches), '')} {next(iter(self.posts), '')}"

    def _fault(self, row, column, value, words):
        self.sheet.faults.append(Fault(self.sheet.name, row, _letters(column or 0), str(value)[:60], words))


def _letters(column):
    """Return a column's letters, 0 for A."""
    text, column = "", column + 1
    while column:
        column, rest = divmod(column - 1, 26)
        text = chr(65 + rest) + text
    return text


def cells_at(roster, version):
    """Return {(person id, day): Place} of a draft as it stood at a version: today's cells, the newer edits taken back."""
    cells = {
        (duty.person_id, duty.day): Place(duty.watch_id, duty.post_id, duty.pinned) for duty in roster.duties.all()
    }
    for edit in Edit.objects.filter(roster=roster, number__gt=version).order_by("-number"):
        for who, day, before, _after in edit.cells:
            key = who, date.fromisoformat(day)
            if before:
                cells[key] = Place(*before)
            else:
                cells.pop(key, None)
    return cells
