"""Families: who belongs to somebody's household, who of them reported today, and of whom nothing may be taken yet."""

from collections import defaultdict
from dataclasses import dataclass
from functools import cached_property
from typing import NamedTuple

from django.db.models import Q

from diba.plant import actions as plant
from diba.plant.models import Person, PersonKind, Role

from ..models import CheckIn, Expectation, GuardianConsent, Slot
from .guardians import VERSION, agreed, consents_of, is_young, younger
from .policies import policy_on
from .sweep import asked_from

LEADERS = (Role.CELL_LEAD, Role.HEALTH_OFFICER, Role.DUTY_OFFICER)


@dataclass
class Member:
    """One person of a household today. reports: {slot: report that counts}; asked: the slot to report now, or None."""

    person: Person
    reports: dict
    asked: str | None
    consent: GuardianConsent | None

    @cached_property
    def young(self):
        return is_young(self.person)

    @property
    def agreed(self):
        return agreed(self.consent)

    @property
    def closed(self):
        """Whether nothing may be taken, because a guardian has not agreed."""
        return self.young and not self.agreed

    @property
    def report(self):
        """Return the last report of today, or None."""
        return self.reports.get(Slot.EVENING) or self.reports.get(Slot.MORNING)

    @property
    def slot(self):
        """Return the slot a report of now is for: the one that is asked, else that of the last report, which it corrects."""
        return self.asked or (self.report.slot if self.report else Slot.MORNING)


def family_of(person):
    """Return the family members of a person: his by the register, and those of his household."""
    home = Q(household=person.household_id) if person.household_id else Q(pk__in=[])
    rows = plant.active().filter(Q(relative_of=person.pk) | home, kind=PersonKind.FAMILY)
    return rows.exclude(pk=person.pk).order_by("birth", "pk")


def members(people, *, said=True):
    """Return [Member] of these people, in their order; three queries at any number of them.

    said: with what was reported; a long list does without, for opening a sealed value takes longer than reading its row.
    """
    people, today, policy = list(people), plant.today(), policy_on(plant.today())
    reports, slots = defaultdict(dict), defaultdict(set)
    rows = CheckIn.objects.of_day(today).filter(person__in=people)
    for row in rows if said else rows.defer("said"):
        reports[row.person_id][row.slot] = row
    for pk, slot in Expectation.objects.filter(person__in=people).exclude(state="paused").values_list("person", "slot"):
        slots[pk].add(slot)
    consents = consents_of([person for person in people if is_young(person)])
    return [
        Member(person, reports[person.pk], slot_to_report(slots[person.pk], reports[person.pk], policy), consents.get(person.pk))
        for person in people
    ]  # fmt: skip


def slot_to_report(slots, reports, policy):
    """Return the slot that is asked now: the evening's question once the morning's is answered and its hour has come."""
    asked = next((slot for slot in (Slot.MORNING, Slot.EVENING) if slot in (slots or {Slot.MORNING}) and slot not in reports), None)  # fmt: skip
    if asked == Slot.EVENING and (policy is None or plant.now() < asked_from(asked, plant.today(), policy)):
        return None
    return asked


def slot_now(person):
    """Return the slot that a report of now is for: the one that is asked, else that of the last report, which it corrects."""
    expected = Expectation.objects.filter(person=person).exclude(state=Expectation.State.PAUSED)
    reported = set(CheckIn.objects.filter(person=person, day=plant.today()).values_list("slot", flat=True))
    slots = set(expected.values_list("slot", flat=True))
    asked = slot_to_report(slots, reported, policy_on(plant.today()))
    return asked or (Slot.EVENING if Slot.EVENING in reported & slots else Slot.MORNING)


def families_visible_to(account):
    """Return the families an account answers for: those of its cells and units, with whose family they are."""
    works = plant.people_of(account, Role.HEALTH_OFFICER, Role.DUTY_OFFICER)
    cells = plant.cells_of(account)
    rows = plant.active().filter(Q(relative_of__in=works) | Q(relative_of__cell__in=cells), kind=PersonKind.FAMILY)
    rows = rows.select_related("relative_of__cell").defer("identity", "relative_of__identity")
    return rows.order_by("relative_of__cell__code", "relative_of__staff_no", "birth", "pk")


class Known(NamedTuple):
    """What a long list is filtered and counted by, of one family member today."""

    person: int
    name: str
    host: str  # whose family he is
    host_no: str | None
    heard: bool
    abnormal: bool
    closed: bool


def known(families):
    """Return [Known] of these family members, in their order; three queries, and no row is made an object."""
    columns = ("pk", "name", "birth", "relative_of__name", "relative_of__staff_no")
    rows, today = list(families.select_related(None).values_list(*columns)), plant.today()
    heard = defaultdict(bool)
    for person, abnormal in CheckIn.objects.of_day(today).values_list("person", "abnormal"):
        heard[person] |= abnormal
    words = dict(GuardianConsent.objects.order_by("id").values_list("child", "id"))
    open_ones = set(GuardianConsent.objects.filter(pk__in=words.values(), given=True, version=VERSION).values_list("child", flat=True))  # fmt: skip
    return [
        Known(pk, name, host or "", number, pk in heard, heard.get(pk, False), younger(birth, today) and pk not in open_ones)
        for pk, name, birth, host, number in rows
    ]  # fmt: skip
