"""A lead reaching people: five outcomes, every try a row; "well" and "not well" are check-ins as well."""

import uuid
from collections import Counter
from datetime import timedelta

from django.db import IntegrityError, transaction
from django.utils.translation import gettext

from diba.core.errors import BadInput
from diba.plant import actions as plant

from ..models import CheckIn, DailyContact, Expectation, Method, Outcome
from .checkins import check_in, correct, newest, says_ill
from .households import slot_now

UNDO = timedelta(minutes=5)


@transaction.atomic
def contact(person, outcome, *, uid, by, temperature=None, symptoms=(), note="", method="phone"):
    """Write down that a lead tried to reach somebody today; return the row. Replayed with the same uid it is the row there. Raises BadInput.

    Only being seen settles the day: missed, not attempted and not carried out leave the person unknown.
    """
    if there := DailyContact.objects.filter(uid=uid).first():
        if there.person_id != person.pk:
            raise BadInput("uid_taken", "uid")
        return there
    if outcome not in Outcome.values:
        raise BadInput("unknown_outcome", "outcome", value=str(outcome)[:40])
    if method not in Method.values:
        raise BadInput("unknown_method", "method", value=str(method)[:40])
    checkin = None
    if outcome in (Outcome.SEEN_OK, Outcome.SEEN_NOT_OK):
        if outcome == Outcome.SEEN_NOT_OK and not symptoms and temperature is None:
            raise BadInput("what_is_wrong", "symptoms")
        # Whoever taps "well" and names a fever has told of a fever.
        if (
            outcome == Outcome.SEEN_OK
            and (temperature is not None or symptoms)
            and says_ill(person, temperature, symptoms)
        ):
            outcome = Outcome.SEEN_NOT_OK
        told = {"temperature": temperature, "symptoms": symptoms, "symptom_note": note}
        checkin = heard(person, told, outcome == Outcome.SEEN_NOT_OK, uid=uid, by=by)
    try:
        with transaction.atomic():
            row = DailyContact.objects.create(
                uid=uid, person=person, day=plant.today(), outcome=outcome, method=method, checkin=checkin, note=note[:200],
                by=by, at=plant.now(),
            )  # fmt: skip
    except IntegrityError:  # two taps at once: the first has written it
        return DailyContact.objects.get(uid=uid)
    plant.note(by, "contact.saved", row, detail=outcome)
    return row


def heard(person, told, ill, *, uid, by):
    """Write what somebody else was told or saw of a person as his report of today, and return it. Raises BadInput.

    ill: he is not well, which corrects whatever stands; "well" leaves what stands, above all that he himself is not well.
    """
    checkin, written = check_in(
        person, plant.today(), uid=uuid.uuid5(uid, "checkin"), slot=slot_now(person), seen_ill=ill, by=by, **told
    )
    return _worse(newest(checkin), told, uuid.uuid5(uid, "worse"), by) if ill and not written else checkin


def _worse(report, told, uid, by):
    """Return a report corrected by what was told of a person who is not well: what he said himself is kept beside it."""
    said = {
        "temperature": report.temperature if told["temperature"] is None else told["temperature"],
        "symptoms": list(dict.fromkeys([*report.symptoms, *told["symptoms"]])),
        "symptom_note": told["symptom_note"] or report.symptom_note,
    }
    if report.abnormal and all(getattr(report, name) == value for name, value in said.items()):
        return report
    said |= {"whereabouts": report.whereabouts, "place": report.place if told["temperature"] is None else ""}
    reason = gettext("Found not well by the one who called or met him")
    return correct(report, uid=uid, reason=reason, seen_ill=True, by=by, **said)[0]


@transaction.atomic
def take_back(row, *, by):
    """Take a try back within five minutes; say whether it was. "Not well" is not taken back here: what it set off is judged.

    A "well" takes the report with it that it wrote, so that the person is unknown again; one that he or somebody else
    had sent before stays. The rows are kept.
    """
    row = DailyContact.objects.select_for_update().get(pk=row.pk)
    if row.undone_at or row.outcome == Outcome.SEEN_NOT_OK or plant.now() - row.at > UNDO:
        return False
    if row.checkin and row.checkin.uid == uuid.uuid5(row.uid, "checkin") and not _withdraw(row.checkin):
        return False
    row.undone_at = plant.now()
    row.save(update_fields=["undone_at"])
    plant.note(by, "contact.undone", row)
    return True


def _withdraw(report):
    """Let a report count nowhere and ask for the day again; say whether it could be: one that was corrected stays."""
    if CheckIn.objects.filter(corrects=report).exists():
        return False
    CheckIn.objects.filter(pk=report.pk).update(withdrawn_at=plant.now())
    # The next sweep computes the state anew from what is left, as after down time.
    expected = Expectation.objects.filter(person=report.person_id, slot=report.slot, state=Expectation.State.UP)
    expected.filter(day=report.day).update(state=Expectation.State.DUE, alert_after=plant.now())
    return True


def contacts_of(people, day):
    """Return {person id: the last try of the day that was not taken back}."""
    rows = DailyContact.objects.filter(person__in=people, day=day, undone_at=None).order_by("id")
    return {row.person_id: row for row in rows}


def fortnight(people, today, days=14):
    """Return ({person id: [state of each day, oldest first]}, {person id: (day, moment, °C or None) of the last report before today}).

    A state is "ok", "bad" or "" for no word. Two queries.
    """
    first = today - timedelta(days=days - 1)
    states, newest = {}, {}
    rows = CheckIn.objects.of_days(first - timedelta(days=1), today).filter(person__in=people).order_by("day", "pk")
    for pk, person, day, abnormal in rows.values_list("pk", "person", "day", "abnormal"):
        if day < today:
            newest[person] = pk
        if day >= first:
            strip = states.setdefault(person, [""] * days)
            strip[(day - first).days] = "bad" if abnormal else strip[(day - first).days] or "ok"
    words = CheckIn.objects.filter(pk__in=newest.values()).only("person", "day", "at", "said")
    return states, {row.person_id: (row.day, row.at, row.temperature) for row in words}


def missed_before(people, day):
    """Return {person id: how often he was not met on the day before}."""
    rows = DailyContact.objects.filter(
        person__in=people, day=day - timedelta(days=1), outcome=Outcome.MISSED, undone_at=None
    )
    return Counter(rows.values_list("person", flat=True))
