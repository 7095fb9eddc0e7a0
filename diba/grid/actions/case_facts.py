"""What is known of a case and its tests: every change a row with author and reason; dates that cannot be are refused."""

from datetime import date, timedelta

from django.db import transaction
from django.utils import timezone

from diba.core.errors import BadInput
from diba.plant import actions as plant

from ..models import CaseFacts, CaseState, CaseTest
from .judgements import in_force, locked, running_since, runs
from .tracing import list_contacts

LONG_AGO = 90  # days before the report; symptoms begun earlier are a slip of the year
FIELDS = ("onset", "isolated", "hospital", "outcome", "outcome_on", "contact", "travel", "note")


def day_of(text):
    """Return the day in a sealed ISO text, or None."""
    return date.fromisoformat(text) if text else None


@transaction.atomic
def enter_facts(case, reason, *, by, **facts):
    """Write what is known of a case from now on and return the row; days are dates or None. Raises BadInput."""
    case, changes = locked(case)
    if not reason.strip():
        raise BadInput("no_reason", "reason")
    _check(case, changes, facts)
    values = {name: facts.get(name) or "" for name in FIELDS}
    values |= {
        name: values[name].isoformat() for name in ("onset", "isolated", "hospital", "outcome_on") if values[name]
    }
    row = CaseFacts.objects.create(case=case, reason=reason.strip()[:300], by=by, at=plant.now(), **values)
    plant.note(by, "case.facts", case)
    # Another day of onset is another window of contacts.
    _list_again(case, changes, by)
    return row


def _list_again(case, changes, by):
    judgement = in_force(changes)
    if runs(judgement):
        list_contacts(case, judgement, running_since(changes), by)


def _check(case, changes, facts):
    today, reported = plant.today(), timezone.localtime(case.opened_at).date()
    for name in ("onset", "isolated", "hospital", "outcome_on"):
        if facts.get(name) and facts[name] > today:
            raise BadInput("in_the_future", name, value=facts[name].isoformat())
    onset = facts.get("onset")
    if onset and onset < reported - timedelta(days=LONG_AGO):
        raise BadInput("too_long_ago", "onset", value=onset.isoformat())
    silent = any(change.state == CaseState.ASYMPTOMATIC for change in changes)
    if onset and onset > reported and not silent:
        raise BadInput("after_the_report", "onset", value=reported.isoformat())
    if bool(facts.get("outcome")) != bool(facts.get("outcome_on")):
        raise BadInput("outcome_and_day", "outcome_on")
    if onset and facts.get("outcome_on") and facts["outcome_on"] < onset:
        raise BadInput("outcome_before_onset", "outcome_on")
    if facts.get("outcome") and facts["outcome"] not in CaseFacts.Outcome.values:
        raise BadInput("unknown_outcome", "outcome", value=str(facts["outcome"])[:40])


@transaction.atomic
def enter_test(case, kind, sampled, result, *, by, corrects=None, reason=""):
    """Write a test, or a newer result of one that is there, and return the row. Raises BadInput."""
    case, changes = locked(case)
    if sampled > plant.today():
        raise BadInput("in_the_future", "sampled", value=sampled.isoformat())
    if sampled < timezone.localtime(case.opened_at).date() - timedelta(days=LONG_AGO):
        raise BadInput("too_long_ago", "sampled", value=sampled.isoformat())
    if corrects is not None and hasattr(corrects, "corrected_by"):
        raise BadInput("corrected_meanwhile", "corrects")
    if corrects is not None and not reason.strip():
        raise BadInput("no_reason", "reason")
    row = CaseTest.objects.create(
        case=case, kind=kind, sampled=sampled.isoformat(), result=result, corrects=corrects, reason=reason.strip()[:300],
        by=by, at=plant.now(),
    )  # fmt: skip
    plant.note(by, "case.tested", case, detail=kind)
    _list_again(case, changes, by)
    return row


def newest_facts(case):
    """Return what is known of a case, or None."""
    return case.facts.order_by("-id").first()


def tests_of(case):
    """Return the tests that count, by day of the sample: each with what it corrected still on record."""
    rows = case.tests.filter(corrected_by=None).select_related("by__person", "corrects")
    return sorted(rows, key=lambda row: (row.sampled, row.pk))
