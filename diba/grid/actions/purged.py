"""What the grid destroys at the end of a response, a subject a function. A new table of a person's health is added here."""

from django.utils.translation import gettext_lazy as _

from diba.core import follow_up as core
from diba.plant import actions as plant

from ..models import (
    Answer,
    CallBack,
    Campaign,
    Case,
    CaseChange,
    CaseFacts,
    CaseReport,
    CaseTest,
    CheckIn,
    CheckInReminder,
    Contact,
    ContactFollower,
    ContactStep,
    DailyContact,
    DisinfectionRound,
    Exclusion,
    Expectation,
    Flip,
    FollowUp,
    GuardianConsent,
    IsolationChange,
    IsolationNeed,
    IsolationOrder,
    LabFile,
    LabResult,
    LinkUse,
    LookedAt,
    PersonalLink,
    PersonTest,
    Played,
    PlayedStep,
    ReminderChoice,
    Return,
    ReturnChange,
    RiskContact,
    RiskJudgement,
    Sample,
    Slot,
    SupplyMove,
    Target,
    TypedResult,
    ZeroReport,
)

HIS_UNIT = "person__unit__path"


def of_the_grid():
    """Answer for the tables of the grid."""
    return [*_daily(), *_said(), *_cases(), *_screening(), *_measures()]


def _by(model, path):
    """Return rows(response) of a table that belongs to a response through another one."""
    return lambda response: model._base_manager.filter(**{path: response})


def _with_corrections(model):
    """Return rows(response) of a table of facts and their corrections: a correction, whenever it was written, belongs where what it corrects does.

    Destroyed without it, it would put back in force what it superseded.
    """
    own = plant.of_response(model)

    def rows(response):
        first, corrected = dict(model._base_manager.exclude(corrects=None).values_list("pk", "corrects")), own(response)
        mine = set(corrected.filter(corrects=None).exclude(corrected_by=None).values_list("pk", flat=True))
        written = set(corrected.exclude(corrects=None).values_list("pk", flat=True))
        belong = {row for row in first if _root(row, first) in mine}
        return corrected.exclude(pk__in=written - belong) | model._base_manager.filter(pk__in=belong - written)

    return rows


def _root(row, first):
    while row in first:
        row = first[row]
    return row


def _daily():
    return [
        plant.Clearing(
            CheckIn,
            _with_corrections(CheckIn),
            counted=("day", HIS_UNIT, "abnormal"),
            standing=lambda rows: rows.filter(corrected_by=None, withdrawn_at=None),
        ),
        plant.Clearing(DailyContact, plant.of_response(DailyContact), counted=("day", HIS_UNIT, "outcome")),
        plant.Clearing(CallBack, plant.of_response(CallBack), counted=("day", HIS_UNIT, "found")),
        plant.Kept(Expectation, _("when somebody is asked next; it says nothing of his health")),
        # Only the isolated are asked in the evening.
        plant.Clearing(Expectation, _evenings, part="evening"),
        plant.Clearing(CheckInReminder, plant.of_response(CheckInReminder)),
        plant.Kept(ReminderChoice, _("whether somebody wants to be reminded; nothing of health")),
        plant.Clearing(LookedAt, plant.of_response(LookedAt), counted=("at", "cell__path", "kind")),
        plant.Clearing(Flip, plant.of_response(Flip), counted=("day", "expectation__person__unit__path", "new")),
        # Its figures speak of a cell; only the facts it was signed on name people.
        plant.Clearing(ZeroReport, plant.of_response(ZeroReport), blank={"facts": ..., "because": None}),
    ]


def _evenings(response):
    rows = Expectation.objects.none() if response.drill else Expectation.objects.all()
    return rows.filter(slot=Slot.EVENING, state=Expectation.State.PAUSED)


def _said():
    reports = _with_corrections(CheckIn)
    return [
        plant.Clearing(LinkUse, lambda response: LinkUse._base_manager.filter(checkin__in=reports(response))),
        plant.Clearing(RiskContact, plant.of_response(RiskContact), counted=("at", HIS_UNIT, "kind")),
        plant.Clearing(RiskJudgement, _by(RiskJudgement, "risk__response"), counted=("at", f"risk__{HIS_UNIT}", "measure")),
        plant.Kept(PersonalLink, _("by what somebody could report without signing in; it says nothing of his health")),
        plant.Kept(GuardianConsent, _("why a child's health could be taken: who agreed, when, to which words; no health")),
    ]  # fmt: skip


def _cases():
    cases = plant.of_response(Case, "opened_at")

    def of_cases(model, path="case"):
        return lambda response: model._base_manager.filter(**{f"{path}__in": cases(response)})

    return [
        plant.Clearing(Case, cases, counted=("opened_at", HIS_UNIT, "")),
        plant.Clearing(CaseChange, of_cases(CaseChange), counted=("at", f"case__{HIS_UNIT}", "state")),
        plant.Clearing(CaseFacts, of_cases(CaseFacts)),
        plant.Clearing(CaseTest, of_cases(CaseTest), counted=("at", f"case__{HIS_UNIT}", "kind")),
        plant.Clearing(
            CaseReport, of_cases(CaseReport), counted=("sent_at", f"case__{HIS_UNIT}", ""),
            running=lambda rows: rows.filter(sent_at=None, dropped_at=None), at="grid:cases",
        ),
        plant.Clearing(
            Contact, of_cases(Contact), counted=("listed_at", HIS_UNIT, "state"),
            running=_followed_still, at="grid:follow_ups", still=_("contact in follow-up"),
        ),
        plant.Clearing(ContactStep, of_cases(ContactStep, "contact__case")),
        plant.Clearing(ContactFollower, of_cases(ContactFollower, "contact__case")),
        plant.Clearing(FollowUp, of_cases(FollowUp, "contact__case"), counted=("day", f"contact__{HIS_UNIT}", "outcome")),
        plant.Clearing(Played, plant.of_response(Played), counted=("at", HIS_UNIT, "")),
        plant.Clearing(PlayedStep, _by(PlayedStep, "played__response")),
    ]  # fmt: skip


def _followed_still(rows):
    """Return those of these contacts whose follow-up has not come to its last day."""
    accepted = rows.filter(state=Contact.State.ACCEPTED).values_list("pk", "last_exposed_on", "days")
    return rows.filter(pk__in=[pk for pk, last, days in accepted if core.last_day(last, days) >= plant.today()])


def _screening():
    by_round = "round__campaign__response"
    return [
        plant.Kept(Campaign, _("what was asked of whom; it names nobody")),
        plant.Clearing(
            Target,
            _by(Target, "campaign__response"),
            counted=("", "unit__path", ""),
            running=lambda rows: Campaign.objects.filter(pk__in=rows.values("campaign"), state=Campaign.State.RUNNING),
            at="grid:screenings",
            still=_("running screening"),
        ),
        plant.Clearing(
            Exclusion, _by(Exclusion, "target__campaign__response"), counted=("at", "target__unit__path", "reason")
        ),
        plant.Clearing(Answer, _by(Answer, by_round), counted=("at", "target__unit__path", "")),
        plant.Clearing(Sample, _by(Sample, by_round), counted=("taken_at", "target__unit__path", "kind")),
        plant.Clearing(TypedResult, _by(TypedResult, f"sample__{by_round}")),
        plant.Clearing(LabFile, _by(LabFile, by_round)),
        plant.Clearing(
            LabResult, _by(LabResult, f"file__{by_round}"), counted=("tested_on", "target__unit__path", "outcome")
        ),
    ]


def _measures():
    return [
        plant.Clearing(
            IsolationOrder, plant.of_response(IsolationOrder), counted=("begun_at", HIS_UNIT, "cause"),
            running=lambda rows: rows.filter(released_at=None), at="grid:isolations",
        ),
        plant.Clearing(IsolationChange, _by(IsolationChange, "order__response")),
        plant.Clearing(IsolationNeed, _by(IsolationNeed, "order__response")),
        plant.Clearing(PersonTest, _with_corrections(PersonTest), counted=("taken_on", HIS_UNIT, "result")),
        plant.Clearing(
            Return, plant.of_response(Return), counted=("arrived_on", HIS_UNIT, ""),
            running=lambda rows: rows.filter(cleared_at=None), at="grid:returns",
        ),
        plant.Clearing(ReturnChange, _by(ReturnChange, "ret__response"), counted=("at", f"ret__{HIS_UNIT}", "level")),
        plant.Clearing(SupplyMove, _noted(SupplyMove), blank={"note": ""}),
        plant.Clearing(DisinfectionRound, _noted(DisinfectionRound), blank={"note": ""}),
    ]  # fmt: skip


def _noted(model):
    rows = plant.of_response(model)
    return lambda response: rows(response).exclude(note="")
