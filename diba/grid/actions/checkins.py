"""Checking in: one fact a person, day and slot, written once however often it arrives, corrected by a new row."""

from datetime import timedelta
from decimal import Decimal

from django.db import transaction
from django.db.models import Q
from django.utils.translation import gettext, gettext_noop

from diba.core import screening
from diba.core.errors import BadInput
from diba.plant import actions as plant
from diba.plant.models import AbsenceKind

from ..models import Case, CaseChange, CaseState, CheckIn, Slot
from .cases import open_still
from .guardians import refuse_without_consent
from .officers import officer_for
from .policies import policy_asked
from .profiles import version_asked
from .sweep import asked_from, asked_twice
from .writing import write

# What two reports have in common that say the same.
SAYS = ("temperature", "symptoms", "symptom_note", "whereabouts", "place", "abnormal")
BACK_DAYS = 3  # a report may be entered for the days just past, when the network was away; never for tomorrow


def latest(people, day):
    """Return {person id: the check-in of that day that counts}: the last correction, the later slot."""
    rows = CheckIn.objects.of_day(day).filter(person__in=people).order_by("slot")
    found = {}
    for row in rows:
        there = found.get(row.person_id)
        if there is None or row.slot == Slot.EVENING:
            found[row.person_id] = row
    return found


def check_in(
    person,
    day,
    temperature,
    *,
    uid,
    slot=Slot.MORNING,
    symptoms=(),
    symptom_note="",
    whereabouts="",
    place="",
    seen_ill=False,
    by=None,
    said_at=None,
    again="",
):
    """Write what a person reported and return (check-in, whether this call wrote it).

    Replayed with the same uid it returns the row that is there. A second report of the same day and slot corrects what stands
    when it says something else and comes from the person himself, or `again` says in words why it is to; else it returns what
    stands. seen_ill: a lead saw that he is not well, which is abnormal whatever the profile makes of the symptoms. An abnormal one takes the person out of the availability, asks the lead to
    call, and opens a suspected case, all in this transaction. Raises BadInput.
    """
    # Most reports come once: only what is refused is looked up, to see whether it came before.
    try:
        said = {
            "symptoms": symptoms,
            "symptom_note": symptom_note,
            "whereabouts": whereabouts,
            "place": place,
            "seen_ill": seen_ill,
        }
        row = _judged(person, day, slot, temperature, version_asked(day), said, uid, by, said_at)
        if slot == Slot.EVENING:
            _asked_in_the_evening(row)
    except BadInput:
        if there := CheckIn.objects.filter(uid=uid).first():
            return _his(there, person), False
        raise
    if _written(row, by):
        return row, True
    first = Q(person=person, day=day, slot=slot, corrects=None)
    rows = {row.uid: row for row in CheckIn.objects.filter(Q(uid=uid) | first)}
    there = _his(rows.get(uid) or next(iter(rows.values())), person)
    if there.uid == uid:
        return there, False
    if not again and by is not None and by.person_id == person.pk:
        again = gettext("Reported again by himself or herself")
    return _told_again(there, row, said, again, by) if again else (there, False)


@transaction.atomic
def _told_again(report, row, said, reason, by):
    """Correct a report as it stands by what was told after it (`row`, not saved); the same said again is there already."""
    list(_same(report).select_for_update().values_list("pk"))
    last = newest(report)
    if last.uid == row.uid or all(getattr(last, name) == getattr(row, name) for name in SAYS):
        return last, False
    return correct(report, row.temperature, uid=row.uid, reason=reason, by=by, **said)


def says_ill(person, temperature, symptoms):
    """Say whether today's report of a person with these would be abnormal. Raises BadInput."""
    said = {"symptoms": symptoms, "symptom_note": "", "whereabouts": "", "place": ""}
    today = plant.today()
    return _judged(person, today, Slot.MORNING, temperature, version_asked(today), said, None, None, None).abnormal


def _asked_in_the_evening(row):
    """Refuse an evening's report of somebody who is asked once a day, or before the evening is asked for."""
    if not asked_twice(row.person):
        raise BadInput("not_asked_twice", "slot")
    if plant.now() < asked_from(Slot.EVENING, row.day, row.policy):
        raise BadInput("not_evening_yet", "slot")


def _written(row, by):
    """Write a report with all that it sets off; say whether it was new."""
    # The check-in is itself a fact with author and time; the record needs a line only where somebody acts for another
    # or where consequences follow.
    for_another = by is not None and by.person_id != row.person_id
    if not row.abnormal and not for_another:
        return write(row)
    # The record outlives the report: a line with his own name, written only when he is not well, would tell of it.
    with transaction.atomic(), plant.speaking_of(row.person, by):
        new = write(row)
        if new:
            plant.note(by, "checkin.saved", row, detail="for_another" if for_another else "")
        if new and row.abnormal:
            _suspect(row, by)
    return new


@transaction.atomic
def correct(
    checkin,
    temperature,
    *,
    uid,
    reason,
    symptoms=(),
    symptom_note="",
    whereabouts="",
    place="",
    seen_ill=False,
    by=None,
    as_seen=False,
):
    """Write a correction beside a check-in and return (correction, whether this call wrote it). Raises BadInput.

    It is judged by the version of the disease's profile under which the first was made. as_seen: whoever corrects chose his
    words by what this very row says, so a row that has been corrected since is refused ("corrected_since"); otherwise the
    correction stands beside the newest.
    """
    # Corrections of one report wait for each other here, so that each finds the one before it.
    same = _same(checkin)
    list(same.select_for_update().values_list("pk"))
    if there := CheckIn.objects.filter(uid=uid).first():
        return _his(there, checkin.person), False
    if not reason.strip():
        raise BadInput("no_reason", "correction_reason")
    if as_seen and same.filter(corrects=checkin).exists():
        raise BadInput("corrected_since")
    last = newest(checkin)
    said = {
        "symptoms": symptoms,
        "symptom_note": symptom_note,
        "whereabouts": whereabouts,
        "place": place,
        "seen_ill": seen_ill,
    }
    row = _judged(checkin.person, checkin.day, checkin.slot, temperature, checkin.profile, said, uid, by, None)
    row.corrects, row.correction_reason = last, reason.strip()[:200]
    _written(row, by)
    return row, True


def _same(checkin):
    """Return the reports of the same person, day and slot."""
    return CheckIn.objects.filter(person=checkin.person_id, day=checkin.day, slot=checkin.slot)


def newest(checkin):
    """Return a report as it stands: its last correction, or itself."""
    while hasattr(checkin, "corrected_by"):
        checkin = checkin.corrected_by
    return checkin


def _his(row, person):
    """Return the row if it is the person's own: an id of somebody else's report is a forgery or a fault, no success."""
    if row.person_id != person.pk:
        raise BadInput("uid_taken", "uid")
    return row


def _judged(person, day, slot, temperature, version, said, uid, by, said_at):
    today = plant.today()
    if day > today:
        raise BadInput("in_the_future", "day", value=day.isoformat())
    if day < today - timedelta(days=BACK_DAYS):
        raise BadInput("too_long_ago", "day", value=day.isoformat())
    if person.left_on and person.left_on <= day:
        raise BadInput("has_left", "person")
    refuse_without_consent(person)
    policy = policy_asked(day)
    if policy is None:
        raise BadInput("no_policy", "day", value=day.isoformat())
    profile = version.rules if version else screening.PLAIN
    place = said["place"] or profile.added[0][0]
    reading = screening.Reading(None if temperature is None else Decimal(temperature), tuple(said["symptoms"]), place)
    verdict = screening.judge(reading, screening.Policy(policy.threshold, policy.comparator), profile)
    reasons = [list(reason) for reason in verdict.reasons] or ([["seen", ""]] if said.get("seen_ill") else [])
    return CheckIn(
        uid=uid, person=person, day=day, slot=slot, temperature=reading.temperature, symptoms=list(reading.symptoms),
        symptom_note=said["symptom_note"].strip()[:200], whereabouts=said["whereabouts"].strip()[:200], place=said["place"],
        abnormal=bool(reasons), reasons=reasons, policy=policy, profile=version,
        by=by, said_at=said_at or plant.now(), at=plant.now(),
    )  # fmt: skip


def _suspect(row, by):
    person = row.person
    # Two reports, or a report and a gate, about one person wait for each other here; who settles his case, in `open_still`.
    type(person).objects.select_for_update(of=("self",), no_key=True).get(pk=person.pk)
    plant.take_out(person, AbsenceKind.CHECKING, plant.now(), by=by, source=f"checkin:{row.pk}")
    if open_still(person) is None:
        case = Case.objects.create(person=person, response=plant.response(), opened_at=plant.now())
        CaseChange.objects.create(
            case=case, state=CaseState.SUSPECTED, reason=f"checkin:{row.pk}", by=by, at=plant.now()
        )
    cell = person.cell
    lead = plant.lead_of(cell) if cell else None
    lead = lead if lead and lead.pk != person.pk else None
    plant.ask(
        gettext_noop("Call {name} now: abnormal check-in"), {"name": person.name}, owner=lead,
        role="" if lead else officer_for(person), unit=cell, about=person, urgent=True, key=f"abnormal:{person.pk}:{row.day}",
        due_at=plant.now() + timedelta(hours=1), link=f"/grid/people/{person.pk}/", by=by,
    )  # fmt: skip
    if lead:
        plant.ask(
            gettext_noop("Judge {name}: abnormal check-in"), {"name": person.name}, role=officer_for(person), unit=cell, about=person, urgent=True,
            key=f"judge:{person.pk}:{row.day}", due_at=plant.now() + timedelta(hours=2),
            link=f"/grid/people/{person.pk}/", by=by,
        )  # fmt: skip
