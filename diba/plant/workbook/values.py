"""Cells as offices type them, made plain: full-width digits, dates in every dress, phones as numbers, identity numbers."""

import re
import unicodedata
from datetime import date, datetime, timedelta

EXCEL_EPOCH = date(1899, 12, 30)
CONTROL = re.compile(r"[\x00-\x08\x0b-\x1f\x7f\u200b-\u200f\ufeff]")
WEIGHTS = (7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2)  # GB 11643-1999, ISO 7064 MOD 11-2


class Unreadable(Exception):
    """A value that cannot be what its column says. reason: a key for the words."""

    def __init__(self, reason):
        self.reason = reason
        super().__init__(reason)


def text(value):
    """Return a cell as text: half-width, single spaces, no control characters; whole floats without their point."""
    if value is None:
        return ""
    if isinstance(value, float) and value.is_integer():
        value = int(value)
    if isinstance(value, datetime):
        value = value.date() if value.time() == datetime.min.time() else value
    shown = unicodedata.normalize("NFKC", str(value))
    return re.sub(r"\s+", " ", CONTROL.sub("", shown)).strip()


def name(value):
    """Return a person's name: a Chinese one without inner spaces. Raises Unreadable."""
    found = text(value)
    if re.fullmatch(r"[\u3400-\u9fff·.\s]+", found):
        found = found.replace(" ", "")
    if len(found) > 60:
        raise Unreadable("too_long")
    if re.search(r"\d", found):
        raise Unreadable("not_a_name")
    return found


def day(value):
    """Return a date, or None for an empty cell. Raises Unreadable."""
    if isinstance(value, datetime):
        return value.date()
    if isinstance(value, date):
        return value
    shown = text(value)
    if not shown or shown in ("-", "—", "/", "无", "长期", "长期有效", "永久"):
        return None
    if re.fullmatch(r"\d{5}(\.0)?", shown):
        return EXCEL_EPOCH + timedelta(days=int(float(shown)))
    parts = (
        re.fullmatch(r"(\d{4})\D{0,2}?(\d{1,2})\D{0,2}?(\d{1,2})(?:日|号)?(?:[ T]\d{1,2}:\d{2}(?::\d{2})?)?", shown)
        if not shown.isdigit()
        else re.fullmatch(r"(\d{4})(\d{2})(\d{2})", shown)
    )
    if parts:
        return _date(*map(int, parts.groups()))
    if parts := re.fullmatch(r"(\d{4})[-./年](\d{1,2})月?份?", shown) or re.fullmatch(r"(\d{4})(\d{2})", shown):
        return _date(int(parts[1]), int(parts[2]), 1)
    if parts := re.fullmatch(r"(\d{1,2})/(\d{1,2})/(\d{4})", shown):
        raise Unreadable("ambiguous_date")
    raise Unreadable("not_a_date")


def _date(year, month, number):
    try:
        found = date(year, month, number)
    except ValueError:
        raise Unreadable("not_a_date") from None
    if not 1900 <= found.year <= 2100:
        raise Unreadable("not_a_date")
    return found


def last_day(value):
    """Return a date that ends something: a month alone means its last day, a year alone its last day."""
    shown = text(value)
    if parts := re.fullmatch(r"(\d{4})[-./年](\d{1,2})月?(?:底|末)?", shown):
        year, month = int(parts[1]), int(parts[2])
        first = _date(year, month, 1)
        return (first.replace(day=28) + timedelta(days=4)).replace(day=1) - timedelta(days=1)
    if parts := re.fullmatch(r"(\d{4})年?(?:底|末|年底|年末)?", shown):
        return _date(int(parts[1]), 12, 31)
    return day(value)


def moment(value):
    """Return (date, time text or "") of a cell that may hold both."""
    if isinstance(value, datetime):
        return value.date(), value.strftime("%H:%M") if value.time() != datetime.min.time() else ""
    shown = text(value)
    clock = re.search(r"(\d{1,2}):(\d{2})", shown)
    return day(shown[: clock.start()].strip() if clock else shown), f"{int(clock[1]):02d}:{clock[2]}" if clock else ""


def phone(value):
    """Return a phone number as digits. Raises Unreadable."""
    if isinstance(value, float):
        value = int(value)
    shown = text(value)
    if re.fullmatch(r"\d(\.\d+)?[eE]\+?\d+", shown):
        shown = str(int(float(shown)))
    digits = re.sub(r"[\s\-()]|^(\+|00)?86(?=1\d{10})", "", shown)
    digits = re.sub(r"^(\+|00)?86(?=1\d{10}$)", "", digits)
    if not digits:
        return ""
    if not re.fullmatch(r"1\d{10}|0\d{9,11}|\d{7,8}", digits):
        raise Unreadable("not_a_phone")
    return digits


def identity_number(value):
    """Return an 18-character identity number (a 15-digit one is completed), or None when it is not valid."""
    if isinstance(value, float):
        return None  # Excel has rounded the last digits away
    digits = re.sub(r"[\s\-']", "", text(value)).upper()
    if re.fullmatch(r"\d{15}", digits):
        digits = f"{digits[:6]}19{digits[6:]}"
        digits += _check(digits)
    if not re.fullmatch(r"\d{17}[\dX]", digits) or _check(digits) != digits[17]:
        return None
    try:
        born = date(int(digits[6:10]), int(digits[10:12]), int(digits[12:14]))
    except ValueError:
        return None
    return digits if 1900 <= born.year <= 2100 else None


def _check(digits):
    return "10X98765432"[sum(int(d) * w for d, w in zip(digits, WEIGHTS, strict=False)) % 11]


def identity(value):
    """Return a valid identity number, or "" for an empty cell. Raises Unreadable."""
    if text(value) == "":
        return ""
    if isinstance(value, float) or re.fullmatch(r"\d\.\d+[eE]\+\d+", text(value)):
        raise Unreadable("identity_rounded")
    number = identity_number(value)
    if number is None:
        raise Unreadable("not_an_identity")
    return number


def born(number):
    """Return (date of birth, sex) that an identity number says."""
    return date(int(number[6:10]), int(number[10:12]), int(number[12:14])), "M" if int(number[16]) % 2 else "F"


def sex(value):
    shown = text(value).lower()
    known = {"男": "M", "男性": "M", "m": "M", "male": "M", "女": "F", "女性": "F", "f": "F", "female": "F", "": ""}
    if shown not in known:
        raise Unreadable("not_a_sex")
    return known[shown]


def kind(value):
    shown = text(value).lower()
    known = {"": "employee", "职工": "employee", "员工": "employee", "正式": "employee", "正式工": "employee", "在职": "employee", "employee": "employee",
             "家属": "family", "家庭成员": "family", "family": "family", "外委": "contractor", "外包": "contractor", "承包商": "contractor", "劳务": "contractor",
             "劳务派遣": "contractor", "外协": "contractor", "contractor": "contractor"}  # fmt: skip
    if shown not in known:
        raise Unreadable("not_a_kind")
    return known[shown]


def whole(value):
    """Return a whole number, or None for an empty cell. Raises Unreadable."""
    shown = text(value)
    if not shown:
        return None
    found = re.fullmatch(r"(\d+)(?:\.0+)?\s*(?:人|分钟|min|小时|h)?", shown)
    if not found:
        raise Unreadable("not_a_number")
    return int(found[1])


def clock(value):
    """Return a time of day as HH:MM. Raises Unreadable."""
    if hasattr(value, "hour"):
        return f"{value.hour:02d}:{value.minute:02d}"
    if isinstance(value, float) and 0 <= value < 1:
        minutes = round(value * 1440)
        return f"{minutes // 60:02d}:{minutes % 60:02d}"
    found = re.match(r"(\d{1,2})[:：时点](\d{2})?", text(value))
    if not found or int(found[1]) > 24:
        raise Unreadable("not_a_time")
    return f"{int(found[1]) % 24:02d}:{int(found[2] or 0):02d}"


def line(value, limit=200):
    """Return a line of free text. Raises Unreadable when it is too long."""
    found = text(value)
    if len(found) > limit:
        raise Unreadable("too_long")
    return found
