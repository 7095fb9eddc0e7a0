"""The limits of work: which counts on a day and level, who signed a waiver, and entering both. A row is never changed."""

from collections import defaultdict
from datetime import timedelta

from django.db import transaction
from django.db.models import Q
from django.utils.translation import gettext_noop

from diba.core.errors import BadInput
from diba.plant import actions as plant
from diba.plant.models import Account, Level

from ..models import Limit, Rule, Waiver

# What counts when a plant has no row at all: the numbers this desk always began with.
FALLBACK = {
    Rule.REST: 11, Rule.RUN: 6, Rule.NIGHTS: 6, Rule.WISH_MONTH: 12, Rule.WISH_YEAR: 72, Rule.WISH_DAYS: 7,
    Rule.SWAP_AUTOMATIC: 0, Rule.SWAP_HOURS: 12,
}  # fmt: skip
OF_WORK = (Rule.REST, Rule.RUN, Rule.NIGHTS, Rule.WEEK, Rule.MONTH, Rule.OVERTIME, Rule.DAY, Rule.INSIDE)
LEAST = {Rule.REST}  # the limits that are a least, not a most
LONGEST_WAIVER = 92  # days; a waiver is for a time, not for good
RANGE = {
    Rule.REST: (0, 48), Rule.RUN: (1, 60), Rule.NIGHTS: (1, 60), Rule.WEEK: (1, 168), Rule.MONTH: (1, 744), Rule.OVERTIME: (0, 744),
    Rule.DAY: (1, 24), Rule.INSIDE: (1, 400), Rule.WISH_MONTH: (0, 999), Rule.WISH_YEAR: (0, 9999), Rule.WISH_DAYS: (0, 60),
    Rule.SWAP_AUTOMATIC: (0, 1), Rule.SWAP_HOURS: (0, 168),
}  # fmt: skip


def level_now():
    """Return the number of the response level in force; 0 without one."""
    change = plant.level_at()
    return change.level if change else 0


def limits_on(day, level=0):
    """Return {rule: Limit} that count on a day at a level: of those begun the newest for the level, else for all."""
    rows = Limit.objects.filter(Q(level=None) | Q(level=level), starts_on__lte=day).order_by("starts_on", "at", "id")
    general, special = {}, {}
    for row in rows:
        (general if row.level is None else special)[row.rule] = row
    return {**general, **special}


def value_on(rule, day, level=0):
    """Return the value of one rule on a day, or None when it sets no limit."""
    row = limits_on(day, level).get(rule)
    return row.value if row else FALLBACK.get(rule)


def strictest_on(rule, day):
    """Return the strictest value of one rule on a day at any level, or None when none sets a limit."""
    values = [value for level in Level.values if (value := value_on(rule, day, level)) is not None]
    return (max if rule in LEAST else min)(values, default=None)


def worse(rule, found, limit):
    """Say whether a figure exceeds a limit."""
    return limit is not None and (found < limit if rule in LEAST else found > limit)


@transaction.atomic
def set_limit(rule, value, *, kind, source, starts_on, by, level=None, hard=True, verified=False):
    """Enter a limit from a day on and return it. Raises BadInput."""
    if value is not None and not RANGE[rule][0] <= value <= RANGE[rule][1]:
        raise BadInput("out_of_range", "value", value=value)
    if not source.strip():
        raise BadInput("no_source", "source")
    row = Limit.objects.create(
        rule=rule, value=value, kind=kind, source=source.strip(), starts_on=starts_on, level=level, hard=hard,
        verified=verified, by=by, at=plant.now(),
    )  # fmt: skip
    plant.note(by, "limit.set", row, detail=f"{rule}={'' if value is None else value}")
    return row


def waivers_between(first, last, people=None):
    """Return {person id or None: [Waiver]} of those signed, not taken back, that touch [first, last]. None: everybody's."""
    rows = Waiver.objects.filter(ended_at=None, first_day__lte=last, last_day__gte=first)
    if people is not None:
        rows = rows.filter(Q(person=None) | Q(person__in=people))
    found = defaultdict(list)
    for row in rows:
        found[row.person_id].append(row)
    return found


def waived(waivers, person_id, rule, day, found):
    """Return the waiver that lets a person's figure of a rule stand on a day, or None."""
    for row in (*waivers.get(person_id, ()), *waivers.get(None, ())):
        if row.rule == rule and row.first_day <= day <= row.last_day and not worse(rule, found, row.value):
            return row
    return None


def raised(waivers, person_id, rule, limit, first, last):
    """Return a limit as a person's waivers raise it; one counts only when it holds on every day of [first, last]."""
    values = [
        row.value for row in (*waivers.get(person_id, ()), *waivers.get(None, ())) if row.rule == rule and row.first_day <= first and row.last_day >= last
    ]  # fmt: skip
    return (min if rule in LEAST else max)([limit, *values])


@transaction.atomic
def sign_waiver(person, rule, value, *, reason, first_day, last_day, by, name):
    """Sign a waiver and return it; person None is everybody; one that stands word for word is that one. Raises BadInput that names the field.

    Who may: the person himself, for himself; the duty officer for whom his role reaches, that of the whole plant for
    everybody. `name` is typed by hand and is the signer's.
    """
    own = person is not None and by.person_id == person.pk
    if not own and not _officer_of(by, person and person.pk):
        raise BadInput("not_yours", "person")
    if name.strip() != str(by):
        raise BadInput("not_your_name", "name")
    if rule not in OF_WORK or not RANGE[rule][0] <= value <= RANGE[rule][1]:
        raise BadInput("out_of_range", "value", value=value)
    strictest = strictest_on(rule, first_day)
    if strictest is not None and not worse(rule, value, strictest):
        raise BadInput("eases_nothing", "value", value=strictest)
    if not first_day <= last_day <= first_day + timedelta(days=LONGEST_WAIVER) or last_day < plant.today():
        raise BadInput("out_of_range", "last_day")
    if not reason.strip():
        raise BadInput("no_reason", "reason")
    same = {
        "person": person, "rule": rule, "value": value, "reason": reason.strip(), "first_day": first_day, "last_day": last_day,
        "signed_by": by, "signed_name": name.strip(),
    }  # fmt: skip
    Account.objects.select_for_update().get(pk=by.pk)  # the second of two waits until the first is written
    if there := Waiver.objects.filter(**same, ended_at=None).first():
        return there
    row = Waiver.objects.create(**same, signed_at=plant.now())
    plant.note(by, "waiver.signed", row, detail=f"{rule}={value}")
    if person is not None and not own:
        words = gettext_noop("{who} signed for you: {rule} up to {value}, until {until}. Reason: {reason}")
        values = {"who": str(by), "rule": rule, "value": value, "until": f"{last_day:%m-%d}", "reason": row.reason}
        plant.tell([person], words, values, link="/rosters/waivers/", receipt_wanted=True, by=by)
    return row


def _officer_of(account, person_id):
    """Say whether an account is duty officer of a person; None: of everybody."""
    if person_id is None:
        return plant.whole_plant(account, "duty_officer")
    return plant.people_of(account, "duty_officer").filter(pk=person_id).exists()


@transaction.atomic
def end_waiver(waiver, *, by):
    """Take a waiver back: by the one it is for, the one who signed it, or the duty officer. Say whether it was open."""
    mine = by.pk == waiver.signed_by_id or (waiver.person_id is not None and by.person_id == waiver.person_id)
    if not mine and not _officer_of(by, waiver.person_id):
        raise BadInput("not_yours", "person")
    ended = Waiver.objects.filter(pk=waiver.pk, ended_at=None).update(ended_at=plant.now(), ended_by=by)
    if ended:
        plant.note(by, "waiver.ended", waiver)
    return bool(ended)


def waivers_visible_to(account):
    """Return the waivers an account may see: the planner and the duty officer all, anyone his own and everybody's."""
    rows = Waiver.objects.select_related("person", "signed_by__person")
    if plant.whole_plant(account, "planner", "duty_officer"):
        return rows
    if plant.has_role(account, "planner", "duty_officer"):
        return rows.filter(Q(person__in=plant.people_visible_to(account)) | Q(person=None))
    return rows.filter(Q(person=account.person_id) | Q(person=None)) if account.person_id else rows.none()
