"""Personal addresses: made, revoked, read, and the report that comes by one without anybody signing in."""

from datetime import timedelta
from typing import NamedTuple

from django.core import signing
from django.db import transaction
from django.utils.translation import gettext

from diba.core.errors import BadInput
from diba.plant import actions as plant
from diba.plant.models import Person, Role

from ..models import LinkUse, PersonalLink
from .checkins import check_in
from .households import family_of, members

SALT = "diba.grid.personal-link"
LONGEST = 14  # days; whoever has the address may report, so it does not live long
GIVERS = (Role.CELL_LEAD, Role.HEALTH_OFFICER)
MOST = 40  # reports an hour by one link: a household with corrections, no machine


class NoLink(Exception):
    """An address that opens nothing. reason: "altered", "ended" or "revoked"."""

    def __init__(self, reason):
        self.reason = reason
        super().__init__(reason)


class Somebody(NamedTuple):
    """One person as an address shows him: nothing of his health but whether he has been reported, and the name half hidden."""

    number: int  # his place in the household, 0 being whom the address was given to
    name: str
    relation: str
    asked: str | None  # the slot to report now, None when it is done
    slot: str  # which a report of now is for: the one that is asked, else the last one, which it corrects
    closed: bool  # nothing may be taken: a guardian has not agreed
    person: Person


def people_to_give(account):
    """Return the people to whom an account may give an address: active staff and contractors it leads or answers for."""
    if not plant.has_role(account, *GIVERS):
        return Person.objects.none()
    return plant.active(plant.health_visible_to(account)).exclude(kind="family")


@transaction.atomic
def give_link(person, *, by, days=1):
    """Make an address for a person and return (link, token); the one before is dead from now on. Raises BadInput.

    by: who gives it; None when a reminder does. days: 1 to 14 for which it opens.
    """
    if not 1 <= days <= LONGEST:
        raise BadInput("out_of_range", "days", value=str(days))
    if person.left_on and person.left_on <= plant.today():
        raise BadInput("has_left", "person")
    # Two who give one at the same moment wait for each other: the later one counts.
    Person.objects.select_for_update(of=("self",)).get(pk=person.pk)
    moment = plant.now()
    PersonalLink.objects.filter(person=person, purpose=PersonalLink.Purpose.CHECK_IN, revoked_at=None).update(
        revoked_at=moment, revoked_by=by
    )
    row = PersonalLink.objects.create(person=person, made_at=moment, ends_at=moment + timedelta(days=days), by=by)
    plant.note(by, "link.given", row, detail=f"days={days}")
    return row, token_of(row)


def token_of(row):
    """Return the address's last part: the link's number, person and purpose, signed."""
    return signing.dumps([row.pk, row.person_id, row.purpose], salt=SALT)


@transaction.atomic
def revoke_link(row, *, by):
    """Let an address open nothing any more; say whether it did until now."""
    done = PersonalLink.objects.filter(pk=row.pk, revoked_at=None).update(revoked_at=plant.now(), revoked_by=by)
    if done:
        plant.note(by, "link.revoked", row)
    return bool(done)


def open_link(person):
    """Return the address of a person that opens now, or None."""
    rows = PersonalLink.objects.filter(person=person, revoked_at=None, ends_at__gt=plant.now())
    return rows.select_related("by__person").first()


def link_of(token):
    """Return the link behind a token. Raises NoLink."""
    try:
        number, person, purpose = signing.loads(token, salt=SALT)
    except (signing.BadSignature, ValueError, TypeError) as error:
        raise NoLink("altered") from error
    row = PersonalLink.objects.select_related("person").filter(pk=number, person=person, purpose=purpose).first()
    if row is None:
        raise NoLink("altered")
    if row.revoked_at is not None:
        raise NoLink("revoked")
    if row.ends_at <= plant.now() or (row.person.left_on and row.person.left_on <= plant.today()):
        raise NoLink("ended")
    return row


def household_of(row):
    """Return [Somebody] of those whom a link may report: its person and the family; nothing of their health."""
    people = [row.person, *family_of(row.person)]
    return [
        Somebody(number, half_hidden(each.person.name), "" if number == 0 else each.person.relation, each.asked, each.slot, each.closed, each.person)
        for number, each in enumerate(members(people))
    ]  # fmt: skip


def half_hidden(name):
    """Return a name that who knows it recognises: 林涛 is 林*, 欧阳文博 is 欧**博."""
    return name[0] + "*" * (len(name) - 1) if len(name) < 3 else name[0] + "*" * (len(name) - 2) + name[-1]


def used_too_often(row):
    """Say whether so many reports came by a link within the hour that no more are taken."""
    return LinkUse.objects.filter(link=row, at__gt=plant.now() - timedelta(hours=1)).count() >= MOST


@transaction.atomic
def report_by_link(row, person, day, temperature, **said):
    """Write the report of one of the household and return as `check_in`. The record names neither who nor the link, which is
    one person's and stays when the report is destroyed; by which link it came stands in `LinkUse`, and goes with the report.

    Only today is taken; a second report corrects the first, for who has no account has no other way to say that he got
    worse. Raises BadInput.
    """
    if day != plant.today():
        raise BadInput("only_today", "day", value=day.isoformat())
    again = gettext("Reported again by the personal address")
    report, written = check_in(person, day, temperature, again=again, **said)
    if written:
        LinkUse.objects.create(link=row, checkin=report, at=plant.now())
        with plant.unnamed():
            plant.note(None, "checkin.by_link", report)
    return report, written
