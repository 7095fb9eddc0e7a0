"""Cells as offices type them, made plain: full-width digits, phones as numbers, identity numbers. Dates are in dates.py."""

import re
import unicodedata
from datetime import date, datetime

UNCALCULATED = "#FORMULA!"  # stands in a cell whose formula has no value
BROKEN = ("#REF", "#N/A", "#VALUE", "#DIV/0", "#NAME", "#NUM", "#NULL")
EXACT = 10**15  # a program of tables keeps 15 digits of a number; what is longer has lost its end
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


def computed(value):
    """Return a cell's value as it is. Raises Unreadable for a formula that was never calculated, or that failed."""
    if value == UNCALCULATED:
        raise Unreadable("uncalculated")
    if isinstance(value, str) and value.startswith("#") and value.rstrip("!?").upper() in BROKEN:
        raise Unreadable("broken_formula")
    return value


def code(value):
    """Return a number that is a name, of a tube or a person, as text. Raises Unreadable where its last digits are gone."""
    shown = text(value)
    rounded = isinstance(value, int | float) and abs(value) >= EXACT
    if rounded or re.fullmatch(r"\d(\.\d+)?[eE]\+\d+", shown):
        raise Unreadable("code_rounded")
    return shown


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


def phone(value):
    """Return a phone number as digits. Raises Unreadable."""
    shown = text(value).partition(".")[0] if isinstance(value, float) else text(value)
    if re.fullmatch(r"\d(\.\d+)?[eE]\+?\d{1,2}", shown):
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


def unit_kind(value):
    known = {"部门": "department", "department": "department", "班组": "team", "team": "team", "支部": "branch", "branch": "branch", "网格": "cell", "cell": "cell"}  # fmt: skip
    shown = text(value).lower()
    if shown and shown not in known:
        raise Unreadable("not_a_unit_kind")
    return known.get(shown, "")


def whole(value, least, most, reason):
    """Return a whole number from `least` to `most`, or None for an empty cell. Raises Unreadable, with `reason` when it
    lies outside.
    """
    shown = text(value)
    if not shown:
        return None
    found = re.fullmatch(r"(-?\d+)(?:\.0+)?\s*(?:人|分钟|min|小时|h)?", shown)
    if not found and not re.fullmatch(r"-?(inf|\d+(\.\d+)?e\+?\d+)", shown.lower()):
        raise Unreadable("not_a_number")
    # A number of thousands of digits is out of range before anybody counts it.
    if not found or len(found[1]) > 9 or not least <= int(found[1]) <= most:
        raise Unreadable(reason)
    return int(found[1])


def line(value, limit=200):
    """Return a line of free text. Raises Unreadable when it is too long."""
    found = text(value)
    if len(found) > limit:
        raise Unreadable("too_long")
    return found
