"""Why a cell or a file was refused, and what to do about it, in the reader's words."""

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

L = gettext_lazy
REASONS = {
    "missing": (L("is empty but needed"), L("Fill the cell.")),
    "not_a_name": (L("is not a name"), L("Write the name alone, without digits.")),
    "too_long": (L("is too long"), L("Shorten it.")),
    "not_a_date": (L("is not a date"), L("Write it as 2020-02-14.")),
    "ambiguous_date": (L("can be read as two dates"), L("Write it as 2020-02-14.")),
    "not_a_phone": (L("is not a phone number"), L("Write 11 digits, as text.")),
    "not_an_identity": (L("is not a valid identity number"), L("Compare every digit with the card; the last one is a check digit.")),
    "identity_rounded": (L("has lost its last digits because Excel took it for a number"), L("Format the column as text and type the number again.")),
    "not_a_sex": (L("is not a sex"), L("Write 男 or 女.")),
    "not_a_kind": (L("is not a kind of person"), L("Write 职工, 家属 or 外委.")),
    "not_a_number": (L("is not a whole number"), L("Write digits only.")),
    "not_a_time": (L("is not a time of day"), L("Write it as 22:00.")),
    "certificate_line": (L("cannot be read as certificates"), L("Write: name, date; name, date.")),
    "family_line": (L("cannot be read as family members"), L("Write: relation name date; one after another.")),
    "broken_formula": (L("is a formula that failed"), L("Put the value in place of the formula.")),
    "birth_contradicts": (L("does not agree with the identity number"), L("Correct the date of birth or the identity number.")),
    "sex_contradicts": (L("does not agree with the identity number"), L("Correct the sex or the identity number.")),
    "given_twice": (L("stands in this workbook twice with different content"), L("Keep one of the rows.")),
    "ambiguous": (L("fits more than one person"), L("Add the staff number.")),
    "unknown_person": (L("is nobody on the register or in this workbook"), L("Correct the staff number or the name, or add the person first.")),
    "another_person": (L("belongs to another person already (name and identity number both differ)"), L("Check the staff number.")),
    "identity_taken": (L("belongs to somebody else on the register"), L("Check which of the two rows is right.")),
    "phone_taken": (L("belongs to somebody else"), L("Check the number.")),
    "no_watches": (L("needs watches, and there are none"), L("Add a sheet of watches.")),
    "end_before_start": (L("ends before it begins"), L("Correct one of the two dates.")),
    "unknown_qualification": (L("is not a qualification on the register or in this workbook"), L("Correct the name or add the qualification.")),
}  # fmt: skip
FILES = {
    "empty": L("The file is empty. Save the workbook once more and upload that."),
    "too_large": L("The file has %(megabytes)s MB; at most %(limit)s MB are read. Remove pictures and empty sheets, or split it."),
    "password": L("The workbook is protected by a password. Save a copy without the password and upload that."),
    "old_format": L("This is an old .xls file. Save it as .xlsx and upload that."),
    "damaged": L("The file is damaged or not a workbook. Open it in Excel, save it as .xlsx and upload that."),
    "not_a_workbook": L("This archive is not a workbook. Save it as .xlsx and upload that."),
    "bomb": L("The file unpacks to far more than a workbook of this kind can hold. Copy the cells into a new workbook and upload that."),
    "macro": L("The workbook holds macros. Save it as .xlsx without macros and upload that."),
    "too_many_rows": L("A sheet has more than %(limit)s rows. Split the workbook."),
    "encoding": L("The text's encoding is not known. Save the CSV as UTF-8."),
    "no_known_sheet": L("No sheet with names of people, certificates, posts or watches was found. Compare the headings with the template."),
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
