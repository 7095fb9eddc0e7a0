"""Opening the health of one person whom no role of the account reaches: with a reason, for a short time, and not in silence."""

from datetime import timedelta

from django.conf import settings
from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.db.models import Q
from django.utils.translation import gettext, gettext_noop

from ..models import BreakGlass, OpeningReview, Person, Role
from .access import has_role, health_visible_to, people_of
from .clock import now
from .deputies import lead_of
from .record import note
from .telling import ask, close_keyed, tell

OPENERS = frozenset(settings.OPENING_ROLES) - {Role.EMPLOYEE}


class HealthClosed(PermissionDenied):
    """The account's roles do not reach this person's health, but it may be opened with a reason."""

    def __init__(self, person):
        self.person = person
        super().__init__("closed")


class CannotOpen(Exception):
    """No reason was given, or nobody may review what he opened himself. `field` names where the words belong."""

    def __init__(self, reason, field):
        self.reason, self.field = reason, field
        super().__init__(reason)


def openings_in_force(account):
    """Return the openings of an account that hold at this moment."""
    moment = now()
    return BreakGlass.objects.filter(account=account, at__lte=moment, ends_at__gt=moment, closed_at=None)


def health_open_to(account):
    """Return the people whose health page the account may read: those its roles reach, and those it opened.

    An opening lets read one person's page. It puts nobody into the account's lists and figures, and lets nothing be changed.
    """
    opened = Q(pk__in=openings_in_force(account).values("person"))
    return Person.objects.filter(Q(pk__in=health_visible_to(account).values("pk")) | opened)


def refuse_with_offer(account, pk):
    """Raise HealthClosed when this person's health is closed to the account and a role of it may open it."""
    if not has_role(account, *OPENERS) or health_open_to(account).filter(pk=pk).exists():
        return
    if person := Person.objects.filter(pk=pk).first():
        raise HealthClosed(person)


def opening_of(account, person):
    """Return the opening by which the account reads a person's health now, or None when its roles reach him."""
    return openings_in_force(account).filter(person=person).select_related("account__person").first()


@transaction.atomic
def open_health(person, reason, *, by):
    """Open a person's health to an account for OPENING_MINUTES, tell the health officer and the lead at once, and return it.

    Raises CannotOpen without a reason; PermissionDenied when no role of the account may.
    """
    if not has_role(by, *OPENERS):
        raise PermissionDenied
    if not reason.strip():
        raise CannotOpen("no_reason", "reason")
    if there := opening_of(by, person):
        return there
    moment = now()
    ends = moment + timedelta(minutes=settings.OPENING_MINUTES)
    row = BreakGlass.objects.create(account=by, person=person, reason=reason.strip()[:300], at=moment, ends_at=ends)
    note(by, "health.opened", person, detail=f"opening={row.pk}", people=[person.pk])
    _alert(row)
    return row


def _alert(row):
    person, values = row.person, {"who": str(row.account), "name": row.person.name}
    words = gettext_noop("{who} opened the health of {name}, whom no role of his reaches: say whether it was justified")
    ask(words, values, role=Role.HEALTH_OFFICER, about=person, urgent=True, key=key_of(row), link="/office/openings/",
        due_at=row.at + timedelta(hours=24), by=row.account)  # fmt: skip
    lead = lead_of(person.cell) if person.cell_id else None
    if lead and lead.pk not in (row.account.person_id, person.pk):
        words = gettext_noop("{who} opened the health of {name} of your cell with a reason")
        tell([lead], words, values, urgent=True, receipt_wanted=True, by=row.account)


def key_of(row):
    """Return the key of the task to review an opening."""
    return f"opening:{row.pk}"


@transaction.atomic
def close_opening(row, *, by):
    """End an opening before its time, by whoever opened it; say whether it still held."""
    ended = openings_in_force(by).filter(pk=row.pk).update(closed_at=now())
    if ended:
        note(by, "health.closed", row)
    return bool(ended)


def openings_to_review(account):
    """Return the openings an account may look through: the auditor all, a health officer those of people within reach."""
    rows = BreakGlass.objects.select_related("account__person__unit", "person__unit", "person__cell").prefetch_related(
        "reviews__by__person"
    )
    if has_role(account, Role.AUDITOR):
        return rows
    return rows.filter(person__in=people_of(account, Role.HEALTH_OFFICER))


@transaction.atomic
def review(row, justified, words="", *, by):
    """Say whether an opening was justified, and return it; said again, the newest counts. Raises CannotOpen.

    Nobody reviews his own; that it was not justified needs a word.
    """
    if by.pk == row.account_id or (by.person_id and by.person_id == row.account.person_id):
        raise CannotOpen("own_opening", "note")
    if not justified and not words.strip():
        raise CannotOpen("no_note", "note")
    made = OpeningReview.objects.create(opening=row, justified=justified, note=words.strip()[:300], by=by, at=now())
    note(by, "opening.reviewed", row)
    close_keyed(key_of(row), gettext("reviewed"), by=by)
    return made
