"""The legal clock of a case: when it began, until when it is to be reported, to whom, with which fields, and when it was."""

from datetime import timedelta

from django.db import transaction
from django.utils.translation import gettext, gettext_noop

from diba.core.errors import BadInput
from diba.plant import actions as plant

from ..models import CaseReport
from .officers import officer_for
from .policies import policy_on


def run_clock(case, judgement, last, by):
    """Begin, keep or end the clock after a change. judgement: the one that runs, None when the case is over or undone.

    One report at a time is owed: while it is not sent, a newer judgement is what it says, and its clock goes on. What was sent and
    is no longer so is owed a correction, within the same hours; what holds again as it was sent is owed nothing.
    """
    policy = policy_on(plant.today())
    rows = list(case.reports.order_by("id"))
    owed = next((row for row in rows if row.sent_at is None and row.dropped_at is None), None)
    sent = next((row for row in reversed(rows) if row.sent_at), None)
    says = judgement.state if judgement else None
    begins = policy is not None and says in policy.report_states.split(",")
    news = _no_longer_so(sent.change, judgement, last) if sent else begins
    if owed and news:
        owed.change = last
        owed.save(update_fields=["change"])
    elif owed:
        owed.dropped_at = plant.now()
        owed.save(update_fields=["dropped_at"])
        words = (
            gettext("No longer owed: just this was reported")
            if sent
            else gettext("No longer owed: judgement taken back")
        )
        plant.close_keyed(_key(case), words, by=by)
    elif policy and news:
        _owe(case, last, policy, by)


def _no_longer_so(said, judgement, last):
    """Say whether what was reported is no longer what is thought; a judgement taken back is not, whatever state it leaves."""
    return said.state != last.state or (judgement is None and said.pk != last.pk)


def _key(case):
    return f"report:case:{case.pk}"


def _owe(case, change, policy, by):
    starts_at = change.at
    row = CaseReport.objects.create(
        case=case, change=change, starts_at=starts_at, due_at=starts_at + timedelta(hours=policy.report_hours),
        recipient=policy.report_to,
    )  # fmt: skip
    plant.ask(
        gettext_noop("Report {name} to {recipient}"), {"name": case.person.name, "recipient": row.recipient},
        role=officer_for(case.person), about=case.person, urgent=True, key=_key(case), due_at=row.due_at,
        link=f"/grid/case-reports/{row.pk}/", by=by,
    )  # fmt: skip


@transaction.atomic
def sent(report, method, text, *, by, at=None):
    """Write down that a report was sent, once, with its text as it stood. at: when (now); raises BadInput."""
    row = CaseReport.objects.select_for_update(of=("self",)).select_related("case").get(pk=report.pk)
    moment = at or plant.now()
    if row.sent_at or row.dropped_at:
        raise BadInput("report_closed", "method")
    if not method.strip():
        raise BadInput("no_method", "method")
    if moment > plant.now():
        raise BadInput("in_the_future", "at")
    if moment < row.starts_at:
        raise BadInput("before_the_clock", "at")
    row.sent_at, row.sent_by, row.method, row.text = moment, by, method.strip()[:60], text
    row.save(update_fields=["sent_at", "sent_by", "method", "text"])
    plant.close_keyed(_key(row.case), gettext("Reported"), by=by)
    plant.note(by, "case.reported", row.case, detail="late" if moment > row.due_at else "")
    return row


def state_of(report, now=None):
    """Return (status kind, code) of a report as it stands: "sent", "sent_late", "dropped", "overdue" or "running"."""
    now = now or plant.now()
    if report.sent_at:
        return ("ok", "sent") if report.sent_at <= report.due_at else ("warn", "sent_late")
    if report.dropped_at:
        return "off", "dropped"
    return ("now", "overdue") if now > report.due_at else ("doing", "running")
