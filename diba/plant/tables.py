"""The register's tables: which columns each shows, how it is searched, filtered, sorted, edited and exported."""

from collections.abc import Callable
from dataclasses import dataclass, field

from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from . import forms, models
from .actions.table_files import csv_of, xlsx_of


@dataclass(frozen=True)
class Table:
    """One kind of row of the register. columns: (attribute or callable, heading); search: fields looked through."""

    name: str
    title: str
    model: type
    form: type
    columns: tuple
    search: tuple
    filters: tuple = ()
    order: str = "pk"
    related: tuple = field(default=())
    icon: str = "table"


def value(row, column):
    """Return what a column shows of a row, as text; choices by their words."""
    if isinstance(column, Callable):
        return column(row)
    shown = getattr(row, f"get_{column}_display", None)
    found = shown() if shown else getattr(row, column)
    if found is None or found == "":
        return ""
    if isinstance(found, bool):
        return "✓" if found else "—"
    if hasattr(found, "strftime"):
        return found.strftime(
            "%Y-%m-%d %H:%M"
            if hasattr(found, "hour") and hasattr(found, "year")
            else "%H:%M"
            if hasattr(found, "hour")
            else "%Y-%m-%d"
        )
    return str(found)


NAME = pgettext_lazy("thing", "Name")  # of a thing; people have another word for theirs

TABLES = {table.name: table for table in (
    Table("people", _("People"), models.Person, forms.PersonForm,
          (("staff_no", _("Staff number")), ("name", _("Name")), ("kind", _("Kind")), ("sex", _("Sex")), ("unit", _("Department or team")), ("cell", _("Cell")),
           ("job_title", _("Job title")), (lambda row: row.masked_phone(), _("Phone")), ("left_on", _("Left on"))),
          ("name", "staff_no", "job_title"), ("kind", "unit", "cell"), "staff_no", ("unit", "cell"), "users"),
    Table("households", _("Households"), models.Household, forms.HouseholdForm, (("code", _("Code")), ("address", _("Address"))), ("code", "address"), icon="home"),
    Table("units", _("Units and cells"), models.Unit, forms.UnitForm,
          (("code", _("Code")), (lambda row: "　" * (row.depth - 1) + row.name, NAME), ("kind", _("Kind")), (lambda row: row.above or "", _("Code of the unit above")), ("lead", _("Lead")), ("deputy", _("Deputy"))),
          ("code", "name"), ("kind",), "path", ("lead", "deputy"), "building"),
    Table("certificates", _("Certificates"), models.Certificate, forms.CertificateForm,
          ((lambda row: row.person.staff_no or "", _("Staff number")), ("person", _("Person")), ("qualification", _("Qualification")), ("number", _("Number")), ("issued", _("Issued on")), ("expires", _("Valid until"))),
          ("person__name", "person__staff_no", "number"), ("qualification",), "expires", ("person", "qualification"), "certificate"),
    Table("qualifications", _("Qualifications"), models.Qualification, forms.QualificationForm, (("code", _("Code")), ("name", NAME)), ("code", "name"), order="code", icon="certificate"),
    Table("substitutions", _("Substitutions"), models.Substitution, forms.SubstitutionForm, (("holder", _("Who holds")), ("stands_for", _("may stand as"))),
          ("holder__name", "stands_for__name"), related=("holder", "stands_for"), icon="arrow-right"),
    Table("posts", _("Posts"), models.Post, forms.PostForm,
          (("code", _("Code")), ("name", NAME), ("tier", _("Tier")), ("place", _("Place")), (lambda row: "、".join(q.name for q in row.qualifications.all()), _("Required qualifications")), ("active", _("In use"))),
          ("code", "name", "place"), ("tier",), "code", icon="shield-check"),
    Table("watches", _("Watches"), models.Watch, forms.WatchForm,
          (("pattern", _("Pattern")), ("code", _("Code")), ("name", NAME), ("starts", _("Starts")), ("minutes", _("Length, min")), ("night", _("Night"))),
          ("code", "name"), ("pattern",), "starts", ("pattern",), "clock"),
    Table("manning", _("Minimum manning"), models.Manning, forms.ManningForm,
          (("post", _("Post")), ("watch", _("Watch")), (lambda row: str(row.watch.pattern), _("Pattern")), ("level", _("Response level")), ("minimum", _("Minimum"))),
          ("post__name", "watch__name"), ("post", "level"), "post", ("post", "watch__pattern"), "users-group"),
    Table("calendar", _("Calendar"), models.CalendarDay, forms.CalendarForm, (("day", _("Day")), ("kind", _("Kind")), ("name", NAME), ("source", _("Source"))), ("name",), ("kind",), "day", icon="calendar"),
)}  # fmt: skip


def export(table, rows, kind):
    """Return a table's rows as bytes of an XLSX workbook or a CSV file (with BOM, so that Excel reads the Chinese)."""
    heads = [str(head) for _column, head in table.columns]
    lines = [[str(value(row, column)) for column, _head in table.columns] for row in rows]
    return csv_of([heads, *lines]) if kind == "csv" else workbook(table.title, heads, lines)


def workbook(title, heads, lines):
    """Return rows of text as the bytes of an XLSX workbook of one sheet."""
    return xlsx_of({title: [list(map(str, line)) for line in (heads, *lines)]})
