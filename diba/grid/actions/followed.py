"""What a judgement set off, each thing as it stands now: read from the rows themselves, so that it cannot be out of date."""

from dataclasses import dataclass
from datetime import datetime

from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext as _

from diba.plant import actions as plant
from diba.plant.models import Absence, Job, Role, Task

from ..models import Contact
from ..models.cases import BY_ITSELF
from .case_reports import state_of
from .chain import holds_of
from .figures import double_zero
from .judgements import changes_of, in_force, runs, unjudged


@dataclass(frozen=True)
class Followed:
    """One thing that followed. kind: of the status vocabulary; state: its word; by: who or whose role."""

    what: str
    kind: str
    state: str
    detail: str = ""
    at: datetime | None = None
    by: str = ""
    link: str = ""


def what_followed(case):
    """Return (whether the chain runs, [Followed] of a case). A constant number of queries."""
    changes = changes_of(case)
    on, open_still = runs(in_force(changes)), unjudged(in_force(changes))
    return on, [
        *_holds(case), *_absences(case, changes), *_repair(case, on), *_contacts(case, changes), *_tasks(case, open_still),
        *_reports(case), _board(),
    ]  # fmt: skip


def _holds(case):
    for row in holds_of(case):
        kind, word = ("now", _("held")) if row.lifted_at is None else ("off", _("lifted"))
        detail = (
            row.get_reason_display()
            if row.lifted_at is None
            else f"{row.get_reason_display()}，{_('lifted')} {_when(row.lifted_at)} {row.lifted_by or ''}"
        )
        yield Followed(_("Hold at the gates"), kind, word, detail, row.at, str(row.by or ""))


def _absences(case, changes):
    sources = [f"case:{change.pk}" for change in changes]
    # What opened the suspicion took him out before anybody judged it.
    own = [change.reason for change in changes if change.reason.startswith(BY_ITSELF)]
    asked = Q(source__in=sources) | Q(source__in=own, person=case.person_id)
    rows = Absence.objects.filter(asked).select_related("approver__person").order_by("id")
    now = plant.now()
    ended = {row: row.state == Absence.State.ENDED or bool(row.ends_at and row.ends_at <= now) for row in rows}
    for row, over in sorted(ended.items(), key=lambda item: item[1]):  # what stands comes first
        gone = _("available again") if all(ended.values()) else _("replaced by another")
        kind, word = ("off", gone) if over else ("now", _("out of the availability"))
        detail = (
            f"{row.get_kind_display()}，{gone} {_when(row.ends_at)}" if over and row.ends_at else row.get_kind_display()
        )
        yield Followed(_("Availability"), kind, word, detail, row.entered_at, str(row.approver or ""))


def _repair(case, on):
    # By agreement a desk that answers a case keys its task with the case: rosters say "repair:case:12".
    rows = list(Task.objects.filter(key=f"repair:case:{case.pk}").select_related("closed_by__person").order_by("id"))
    for row in rows:
        yield _task(row, _("Repair of the roster"))
    if on and not rows:
        yield Followed(_("Repair of the roster"), "ok", _("not needed"), _("no duties in the coming four weeks"))


def _contacts(case, changes):
    states = list(Contact.objects.filter(case=case).values_list("state", flat=True))
    job = Job.objects.filter(kind="grid.contacts", about=f"case:{case.pk}").order_by("-asked_at").first()
    if job and job.ended_at is None:
        yield Followed(_("Contacts"), "doing", _("being listed"), at=job.asked_at)
    waiting = states.count(Contact.State.CANDIDATE)
    words = "，".join(
        f"{Contact.State(state).label} {states.count(state)}" for state in Contact.State.values if state in states
    )
    if states:
        back = states.count(Contact.State.WITHDRAWN) == len(states)
        kind, word = (
            ("now", _("to be judged")) if waiting else ("off", _("taken back")) if back else ("ok", _("judged"))
        )
        yield Followed(_("Contacts"), kind, word, words, link=f"/grid/cases/{case.pk}/contacts/")
    elif not any(runs(change) for change in changes):
        # Nobody looked: that is no "nobody".
        judge = _("listed once the suspicion is judged") if unjudged(in_force(changes)) else ""
        yield Followed(_("Contacts"), "unk", _("not listed yet") if judge else _("never listed"), judge)
    elif not job or job.ended_at:
        yield Followed(_("Contacts"), "unk", _("nobody found"), _("no watch, handover, household, room or bus shared within the look-back"))  # fmt: skip


def _tasks(case, open_still):
    if open_still:
        mine = Q(key__startswith=f"judge:{case.person_id}:") | Q(key__startswith=f"abnormal:{case.person_id}:")
        for row in (
            Task.objects.filter(mine, closed_at=None).select_related("owner", "closed_by__person").order_by("id")
        ):
            yield _task(row, _("To do"))
    rows = Task.objects.filter(key__startswith=f"chain:{case.pk}:").select_related("owner", "closed_by__person")
    for row in rows.order_by("id"):
        yield _task(row, _("Called"))
    for row in Task.objects.filter(key__startswith=f"back:case:{case.pk}:").order_by("id"):
        yield _task(row, _("Planner"))


def _task(row, what):
    words = plant.sentence(row.words, row.values)
    whom = str(row.owner) if row.owner_id else str(Role(row.role).label) if row.role else ""
    if row.closed_at:
        return Followed(what, "ok", _("done"), f"{words}：{row.outcome}", row.opened_at, whom)
    late = row.due_at and row.due_at < plant.now()
    return Followed(what, "now" if late else "doing", _("overdue") if late else _("open"), words, row.opened_at, whom)


REPORT_WORDS = {
    "sent": lambda: _("sent"), "sent_late": lambda: _("sent late"), "dropped": lambda: _("no longer owed"),
    "overdue": lambda: _("overdue"), "running": lambda: _("to be sent"),
}  # fmt: skip


def _reports(case):
    for row in case.reports.select_related("sent_by__person", "change"):
        kind, code = state_of(row)
        detail = _("%(state)s to %(whom)s, by %(due)s") % {"state": row.change.get_state_display(), "whom": row.recipient, "due": _when(row.due_at)}  # fmt: skip
        yield Followed(_("Report"), kind, REPORT_WORDS[code](), detail, row.sent_at or row.starts_at, str(row.sent_by or ""), f"/grid/case-reports/{row.pk}/")  # fmt: skip


def _board():
    zero = double_zero()
    words = _("confirmed %(confirmed)s, suspected %(suspected)s, unknown %(unknown)s") % {
        "confirmed": zero.confirmed, "suspected": zero.suspected, "unknown": zero.unknown,
    }  # fmt: skip
    return Followed(_("Situation board"), "ok" if zero.earned else "warn", _("double zero") if zero.earned else _("not zero"), words)  # fmt: skip


def _when(moment):
    return f"{timezone.localtime(moment):%m-%d %H:%M}"
