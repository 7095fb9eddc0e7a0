"""What is kept about one person and who read it: what everybody may ask of his own data (PIPL art. 44, 45)."""

from dataclasses import dataclass
from datetime import timedelta

from ..models import Account, BreakGlass, HealthRead, Person, Record
from . import deeds
from .clock import now
from .purging import answers

AT_ONCE = 50  # reads a page
LATELY = timedelta(days=1)  # as long as a page may stand open in a pocket


@dataclass(frozen=True)
class Read:
    """One reading of a person's health by somebody else. why: the reason of an opening in an emergency, else ""."""

    row: Record
    who: Account | None
    why: str
    opening: bool

    @property
    def roles(self):
        return deeds.role_words(self.row.roles)

    @property
    def what(self):
        return deeds.verb_words(self.row.verb)

    @property
    def alone(self):
        """Say whether it was this person's own page, and not a list on which he stood among others."""
        return self.row.object_type == "person"


def reads_of(person):
    """Return the lines of the record by which others read this person's health, newest first."""
    return Record.objects.filter(pk__in=HealthRead.objects.filter(person_id=person.pk).values("record_id")).order_by(
        "-id"
    )


def as_reads(rows):
    """Return lines of the record as Reads; two queries."""
    rows = list(rows)
    accounts = Account.objects.select_related("person__unit").in_bulk(
        {row.account_id for row in rows if row.account_id}
    )
    openings = BreakGlass.objects.in_bulk({pk for row in rows if (pk := _opening(row))})
    made = []
    for row in rows:
        opening = openings.get(_opening(row))
        made.append(
            Read(row, accounts.get(row.account_id), str(opening.reason) if opening else "", bool(_opening(row)))
        )
    return made


def _opening(row):
    name, _sep, pk = row.detail.partition("=")
    return int(pk) if name == "opening" and pk.isdecimal() else None


def kept_about(person):
    """Return [(words of the table, rows about him, why it stays or None)]: None is destroyed with its response.

    One query a table, the same number for everybody.
    """
    clearings, kept = answers()
    stays = {row.model: row.why for row in kept}
    found = []
    for model in dict.fromkeys([*(row.model for row in clearings if row.blank is None and not row.part), *stays]):
        path = _path(model)
        count = model._base_manager.filter(**{path: person}).count() if path else 0
        if count:
            found.append((deeds.object_words(model._meta.model_name), count, stays.get(model)))
    return sorted(found, key=lambda row: (row[2] is not None, -row[1]))


def _path(model):
    """Return the way from a table to the person its rows are about: its own field, or one table further; None without."""
    if _names_person(model):
        return "person"
    for field in model._meta.fields:
        other = field.related_model if field.is_relation else None
        if other not in (None, Person, Account) and field.name not in ("via", "met") and _names_person(other):
            return f"{field.name}__person"
    return None


def _names_person(model):
    return any(field.name == "person" and field.related_model is Person for field in model._meta.fields)


def read_lately(account, about):
    """Say whether an account had a person's health, or the page of a unit, before it in the last day, as the record says."""
    rows = Record.objects.filter(account_id=account.pk, at__gte=now() - LATELY)
    if isinstance(about, Person):
        return HealthRead.objects.filter(person_id=about.pk, record_id__in=rows.values("pk")).exists()
    return rows.filter(object_type=about._meta.model_name, object_id=str(about.pk)).exists()
