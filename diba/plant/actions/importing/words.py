"""Why a cell or a file was refused, and what to do about it, in the reader's words."""

from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from ...models import AbsenceKind, PersonKind
from ...models.people import Sex

# What each column of a workbook means, as a reader calls it; a sheet's own sense of a word stands with the sheet.
FIELDS = {
    "staff_no": _("staff number"), "name": pgettext_lazy("person", "name"), "sex": _("sex"), "birth": _("date of birth"), "identity": _("identity number"),
    "phone": _("phone"), "kind": _("kind"), "department": _("department"), "team": _("team"), "unit": _("department or team"), "branch": _("branch"),
    "cell": _("cell"), "cell_lead": _("cell lead"), "lead": _("cell lead"), "household": _("household"), "residence": _("residence"), "address": _("address"),
    "job_title": _("job title"), "joined": _("joined on"), "room": _("dormitory room"), "bus": _("commuter bus"),
    "holiday_place": _("where the holiday was spent"), "certificates": _("certificates with their dates"), "family": _("family members in one cell"),
    "employer": _("employer"), "left_on": _("left on"), "note": _("note"), "qualification": _("qualification"), "number": _("certificate number"),
    "issued": _("issued on"), "expires": _("valid until"), "employee": _("name of the employee"), "relation": _("relation"), "code": _("code"),
    "tier": _("tier"), "place": _("place"), "minimum": _("people a watch"), "pattern": _("watch pattern"), "starts": _("from"), "ends": _("until"),
    "ends_at": _("until"), "minutes": _("length, min"), "approver": _("approver"), "reason": _("reason"), "holder": _("who holds"),
    "stands_for": _("may stand as"), "parent": _("unit above"), "level": _("response level"), "post": _("post"), "watch": _("watch"),
}  # fmt: skip
_OF = {
    ("posts", "name"): _("post"), ("watches", "name"): _("watch"), ("watch", "name"): _("watch"), ("watches", "starts"): _("starts at"),
    ("watch", "starts"): _("starts at"), ("watch", "night"): _("night watch"),
    ("watches", "ends"): _("ends at"), ("posts", "qualification"): _("required qualifications"),
}  # fmt: skip
_VALUES = {
    "sex": dict(Sex.choices), "kind": {**dict(PersonKind.choices), **dict(AbsenceKind.choices)},
    "night": {True: _("yes"), False: _("no")},
}  # fmt: skip

REASONS = {
    "missing": (_("is empty but needed"), _("Fill the cell.")),
    "not_a_name": (_("is not a name"), _("Write the name alone, without digits.")),
    "too_long": (_("is too long"), _("Shorten it.")),
    "not_a_date": (_("is not a date"), _("Write it as 2020-02-14.")),
    "no_day": (_("is a month without a day"), _("Write the whole date, as 2020-02-14.")),
    "lost_zero": (_("may be January or October: Excel drops the last zero of 2005.10"), _("Write it as 2005-01 or 2005-10, as text.")),
    "date_out_of_range": (_("does not lie between 1900 and 2100"), _("Correct the year.")),
    "ambiguous_date": (_("can be read as two dates"), _("Write it as 2020-02-14.")),
    "not_a_phone": (_("is not a phone number"), _("Write 11 digits, as text.")),
    "not_an_identity": (_("is not a valid identity number"), _("Compare every digit with the card; the last one is a check digit.")),
    "identity_rounded": (_("has lost its last digits because Excel took it for a number"), _("Format the column as text and type the number again.")),
    "code_rounded": (_("has lost its last digits because it was taken for a number"), _("Format the column as text and type the number again.")),
    "not_a_sex": (_("is not a sex"), _("Write 男 or 女.")),
    "not_a_kind": (_("is not a kind of person"), _("Write 职工, 家属 or 外委.")),
    "not_a_number": (_("is not a whole number"), _("Write digits only.")),
    "not_a_minimum": (_("is not a number of people from 0 to 99"), _("Write how many stand there on each watch.")),
    "not_a_tier": (_("is not a tier"), _("Write 1, 2 or 3.")),
    "not_a_level": (_("is not a response level"), _("Write 0, 1, 2, 3 or 4.")),
    "not_a_length": (_("is not a length from 60 to 1440 minutes"), _("Write the minutes that the watch lasts, or when it ends.")),
    "overlaps": (_("run at one time in one pattern for longer than a handover takes: nobody can stand both"), _("Correct the hours of one of the two, or give it another pattern.")),
    "not_a_time": (_("is not a time of day"), _("Write it as 22:00.")),
    "certificate_line": (_("cannot be read as certificates"), _("Write: name, date; name, date.")),
    "family_line": (_("cannot be read as family members"), _("Write: relation name date; one after another.")),
    "uncalculated": (_("is a formula that was never calculated"), _("Open the workbook in Excel, save it, and upload that.")),
    "broken_formula": (_("is a formula that failed"), _("Put the value in place of the formula.")),
    "birth_contradicts": (_("does not agree with the identity number"), _("Correct the date of birth or the identity number.")),
    "sex_contradicts": (_("does not agree with the identity number"), _("Correct the sex or the identity number.")),
    "given_twice": (_("stands in this workbook twice with different content"), _("Keep one of the rows.")),
    "ambiguous": (_("fits more than one person"), _("Add the staff number.")),
    "unknown_person": (_("is nobody on the register or in this workbook"), _("Correct the staff number or the name, or add the person first.")),
    "another_person": (_("belongs to another person already (name and identity number both differ)"), _("Check the staff number.")),
    "still_to_come": (_("is a day that is still to come"), _("Check the year.")),
    "another_name": (
        _("belongs to another person already (another name, and another sex or date of birth)"),
        _("Check the staff number; if it is the same person, correct the register first."),
    ),
    "family_of_nobody": (_("a family member belongs to an employee"), _("Write him on the sheet of families, beside the employee.")),
    "identity_taken": (_("belongs to somebody else on the register"), _("Check which of the two rows is right.")),
    "phone_taken": (_("belongs to somebody else"), _("Check the number.")),
    "not_a_unit_kind": (_("is not a kind of unit"), _("Write 部门, 班组, 支部 or 网格.")),
    "another_unit": (_("is the code of another unit on the register"), _("Give every unit its own code.")),
    "unknown_unit": (_("is no unit on the register or further up in this sheet"), _("Put the unit above first, or correct its code.")),
    "wrong_unit_above": (_("is a unit below which this kind does not stand"), _("Put teams below departments, cells below branches.")),
    "code_taken": (_("is the code of another post"), _("Give every post its own code.")),
    "no_watches": (_("needs watches, and there are none"), _("Add a sheet of watches.")),
    "end_before_start": (_("ends before it begins"), _("Correct one of the two dates.")),
    "unknown_qualification": (_("is not a qualification on the register or in this workbook"), _("Correct the name or add the qualification.")),
}  # fmt: skip
FILES = {
    "empty": _("The file is empty. Save the workbook once more and upload that."),
    "too_large": _("The file is larger than %(limit)s MB, which is the most that is read. Remove pictures and empty sheets, or split it."),
    "password": _("The workbook is protected by a password. Save a copy without the password and upload that."),
    "old_format": _("This is an old .xls file. Save it as .xlsx and upload that."),
    "damaged": _("The file is damaged or not a workbook. Open it in Excel, save it as .xlsx and upload that."),
    "not_a_workbook": _("This archive is not a workbook. Save it as .xlsx and upload that."),
    "bomb": _("The file unpacks to far more than a workbook of this kind can hold. Copy the cells into a new workbook and upload that."),
    "macro": _("The workbook holds macros. Save it as .xlsx without macros and upload that."),
    "too_many_rows": _("A sheet has more than %(limit)s rows. Split the workbook."),
    "quotes": _("In row %(row)s of the CSV a quotation mark is not closed, or stands inside a cell. Mend it, or save the workbook as .xlsx and upload that."),
    "encoding": _("The text's encoding is not known. Save the CSV as UTF-8."),
    "no_known_sheet": _("No sheet with names of people, certificates, posts or watches was found. Compare the headings with the template."),
}  # fmt: skip


class FileRefused(Exception):
    """A file that is not read at all; str() is what to tell the person."""


def file_words(error):
    """Return what to tell about a workbook that was refused whole."""
    return str(FILES[error.reason]) % error.values


def refusal_words(reason):
    """Return (what is wrong, what to do) of a refused cell."""
    wrong, remedy = REASONS.get(reason, (_("cannot be taken"), _("Compare it with the template.")))
    return str(wrong), str(remedy)


def field_words(name, kind=""):
    """Return what a column is called on a page; kind: of the sheet or of the entry."""
    return _OF.get((kind, name)) or FIELDS.get(name, name)


def value_words(name, value):
    """Return a value as a page shows it: M is 男, an empty one is a dash."""
    return _VALUES.get(name, {}).get(value, value) if value not in (None, "") else "—"
