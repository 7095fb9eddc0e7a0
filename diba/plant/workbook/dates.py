"""Days, months and times as offices type them. A day that is not said is never made up, except where a month is enough."""

import re
from datetime import date, datetime, timedelta

from .values import Unreadable, text

EXCEL_EPOCH = date(1899, 12, 30)
FIRST, LAST = date(1900, 1, 1), date(2100, 12, 31)  # no date of a plant or its people lies outside
SEP = r"\s?[-./年月,、 ]\s?"
DAY = re.compile(
    rf"(\d{{4}}){SEP}(\d{{1,2}}){SEP}(\d{{1,2}})\s?[日号]?(?:[ T]\d{{1,2}}:\d{{2}}(?::\d{{2}})?(?:\.\d+)?)?"
)
TIME = re.compile(
    r"""(?:T|\s|(?<=[日号])|^)(?P<half>上午|下午|晚上|AM|PM)?\s?(?P<hour>\d{1,2})(?::(?P<minute>\d{2})|[时点](?P<more>\d{1,2})?分?)
    (?::?\d{2}(?:\.\d+)?秒?)?(?P<zone>Z|[+-]\d{2}:?\d{2})?$""",
    re.VERBOSE,
)
SHORT = re.compile(rf"'?(\d{{2}})(?:{SEP}(\d{{1,2}}){SEP}(\d{{1,2}})\s?[日号]?|(\d{{2}})(\d{{2}}))")
MONTH = re.compile(r"(\d{4})\s?[-./年]\s?(\d{1,2})\s?月?份?")


class Month(date):
    """The first day of a month whose day nobody said: `joined` 2005.12 is such a one, and 2005-12-20 agrees with it."""

    def agrees_with(self, other):
        return other is not None and (self.year, self.month) == (other.year, other.month)


def day(value):
    """Return a date, or None for an empty cell. Raises Unreadable; a month alone is no day."""
    found = month_or_day(value)
    if isinstance(found, Month):
        raise Unreadable("no_day")
    return found


def month_or_day(value):
    """Return a date, a Month where the cell names no day, or None for an empty cell. Raises Unreadable."""
    if isinstance(value, date):
        return _bounded(value.date() if isinstance(value, datetime) else value)
    shown = text(value)
    if not shown or shown in ("-", "—", "/", "无", "长期", "长期有效", "永久"):
        return None
    if re.fullmatch(r"\d{5}(\.0)?", shown):
        return _bounded(EXCEL_EPOCH + timedelta(days=int(shown[:5])))
    if parts := DAY.fullmatch(shown) or re.fullmatch(r"(\d{4})(\d{2})(\d{2})", shown):
        return _date(*map(int, parts.groups()))
    if parts := MONTH.fullmatch(shown) or re.fullmatch(r"(\d{4})(\d{2})", shown):
        # Excel takes 2005.10 for a number and keeps 2005.1: October and January look alike.
        if re.fullmatch(r"\d{4}\.1", shown):
            raise Unreadable("lost_zero")
        first = _date(int(parts[1]), int(parts[2]), 1)
        return Month(first.year, first.month, 1)
    if re.fullmatch(r"\d{1,2}/\d{1,2}/\d{4}", shown):
        raise Unreadable("ambiguous_date")
    raise Unreadable("not_a_date")


def without_century(value):
    """Return (last two digits of the year, month, day) of a day such as 75.1.1, or None when it is not such a one."""
    parts = SHORT.fullmatch(text(value))
    return tuple(int(part) for part in parts.groups() if part) if parts else None


def _date(year, month, number):
    try:
        return _bounded(date(year, month, number))
    except ValueError:
        raise Unreadable("not_a_date") from None


def _bounded(found):
    if not FIRST <= found <= LAST:
        raise Unreadable("date_out_of_range")
    return found


def last_day(value):
    """Return a date that ends something: a month alone means its last day, a year alone its last day."""
    shown = text(value)
    if parts := re.fullmatch(r"(\d{4})\s?年?(?:底|末|年底|年末)?", shown):
        return _date(int(parts[1]), 12, 31)
    found = month_or_day(re.sub(r"[底末]$", "", shown) if isinstance(value, str) else value)
    return (
        (found.replace(day=28) + timedelta(days=4)).replace(day=1) - timedelta(days=1)
        if isinstance(found, Month)
        else found
    )


def moment(value):
    """Return (date, time text or "") of a cell that may hold both. Raises Unreadable; a time without its day is none."""
    if isinstance(value, datetime):
        return day(value), value.strftime("%H:%M") if value.time() != datetime.min.time() else ""
    shown = text(value)
    if re.fullmatch(r"\d{5}\.\d+", shown):  # Excel's own number of a moment
        return day(shown[:5]), clock(float(shown) % 1)
    if parts := re.fullmatch(r"(\d{8})(\d{2})(\d{2})(?:\d{2})?", shown):  # as analysers print it
        return day(parts[1]), clock(f"{parts[2]}:{parts[3]}")
    found = TIME.search(shown)
    if not found:
        return day(shown), ""
    on = day(shown[: found.start()].strip())
    if on is None or found["zone"] not in (None, "+08:00", "+0800"):
        raise Unreadable("not_a_date")
    hour = int(found["hour"])
    hour += 12 if found["half"] in ("下午", "晚上", "PM") and hour < 12 else 0
    minute = found["minute"] or found["more"] or "0"
    return on, clock(f"{hour}:{minute.zfill(2)}")


def clock(value):
    """Return a time of day as HH:MM. Raises Unreadable."""
    if hasattr(value, "hour"):
        return f"{value.hour:02d}:{value.minute:02d}"
    if isinstance(value, float) and 0 <= value < 1:
        minutes = round(value * 1440) % 1440
        return f"{minutes // 60:02d}:{minutes % 60:02d}"
    found = re.match(r"(\d{1,2})[:：时点](\d{2})?", text(value))
    hour, minute = (int(found[1]), int(found[2] or 0)) if found else (99, 0)
    if hour * 60 + minute > 1440 or minute > 59:
        raise Unreadable("not_a_time")
    return f"{hour % 24:02d}:{minute:02d}"
