"""The line list: every case with what is known of it, in the columns of WHO's and Global.health's outbreak line lists."""

from dataclasses import dataclass
from datetime import date

from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from diba.plant import actions as plant

from ..models import Case, CaseChange, CaseFacts, CaseReport, CaseState, CaseTest, Contact
from ..models.cases import OPEN
from .case_facts import day_of
from .case_reports import state_of


@dataclass
class Line:
    """One case of the line list, with what counts now."""

    case: Case
    changes: list
    facts: CaseFacts
    tests: list
    report: CaseReport | None
    contacts: int

    @property
    def state(self):
        return self.changes[-1].state if self.changes else ""

    @property
    def state_words(self):
        return CaseState(self.state).label if self.state else ""

    @property
    def state_kind(self):
        if self.state in (CaseState.CONFIRMED, CaseState.ASYMPTOMATIC):
            return "now"
        return "warn" if self.state in OPEN else "off"

    @property
    def onset(self):
        return day_of(self.facts.onset)

    @property
    def confirmed_on(self):
        return next((_day(row.at) for row in self.changes if row.state in (CaseState.CONFIRMED, CaseState.ASYMPTOMATIC)), None)  # fmt: skip

    @property
    def reported_on(self):
        return _day(self.case.opened_at)

    @property
    def age(self):
        born, day = self.case.person.birth, self.reported_on
        return None if not born else day.year - born.year - ((day.month, day.day) < (born.month, born.day))

    @property
    def positive_on(self):
        return next((row.sampled for row in self.tests if row.result == CaseTest.Result.POSITIVE), "")

    @property
    def outcome_words(self):
        return self.facts.outcome_words

    @property
    def report_state(self):
        return state_of(self.report) if self.report else ("off", "none")


def _day(moment):
    return timezone.localtime(moment).date()


def lines(cases):
    """Return the Lines of cases (a queryset), newest first; six queries, however many there are."""
    rows = list(cases.select_related("person__unit", "person__cell").order_by("-opened_at", "-id"))
    ids = [row.pk for row in rows]
    changes, tests = _by_case(CaseChange, ids), _by_case(CaseTest, ids, corrected_by=None)
    facts, reports = _by_case(CaseFacts, ids), _by_case(CaseReport, ids)
    contacts = _by_case(Contact, ids, state=Contact.State.ACCEPTED)
    return [
        Line(row, changes.get(row.pk, []), (facts.get(row.pk) or [CaseFacts(case=row)])[-1],
             sorted(tests.get(row.pk, []), key=lambda test: test.sampled), _counts(reports.get(row.pk, [])), len(contacts.get(row.pk, [])))
        for row in rows
    ]  # fmt: skip


def _counts(reports):
    """Return the report that counts: the one owed, else the last sent."""
    kept = [row for row in reports if not row.dropped_at]
    return next((row for row in kept if not row.sent_at), kept[-1] if kept else None)


def _by_case(model, ids, **more):
    found = {}
    for row in model.objects.filter(case__in=ids, **more).order_by("id"):
        found.setdefault(row.case_id, []).append(row)
    return found


# Columns of the outbreak line list (WHO, Global.health); the words in our language stand beside the codes.
HEADS = [
    ("case_id", _("Case")), ("case_status", _("Classification")), ("name", _("Person")), ("staff_no", _("Staff number")), ("sex", _("Sex")),
    ("age", _("Age")), ("occupation", _("Post or trade")), ("location", _("Unit and cell")), ("date_onset", _("First symptoms")),
    ("date_confirmation", _("Confirmed on")), ("date_report", _("Opened on")), ("date_sample_positive", _("First positive sample")),
    ("date_isolation", _("Isolated on")), ("date_hospitalisation", _("To hospital on")), ("outcome", _("Outcome")),
    ("date_outcome", _("Outcome on")), ("contact_with_case", _("Contact with a case")), ("travel_history", _("Travel, 14 days")),
    ("contacts_followed", _("Contacts followed up")), ("reported_at", _("Reported at")), ("source", _("Source")),
]  # fmt: skip


def row_of(line):
    """Return a Line as the values of HEADS."""
    case, person, facts, report = line.case, line.case.person, line.facts, line.report
    place = " / ".join(str(unit) for unit in (person.unit, person.cell) if unit)
    sent = timezone.localtime(report.sent_at) if report and report.sent_at else None
    return [
        case.pk, str(line.state_words), person.name, person.staff_no or "", str(person.get_sex_display()), line.age,
        person.job_title, place, line.onset, line.confirmed_on, line.reported_on, day_of(line.positive_on), day_of(facts.isolated),
        day_of(facts.hospital), str(line.outcome_words), day_of(facts.outcome_on), str(facts.contact_words),
        str(facts.travel), line.contacts, sent and f"{sent:%Y-%m-%d %H:%M}", str(plant.site()),
    ]  # fmt: skip


def searched(rows, wanted="", state="", sort=""):
    """Return the Lines that fit a search (name, number), a state ("open": not over) and a sorting, in memory: cases are few."""
    wanted = wanted.strip().lower()
    if wanted:
        rows = [
            row for row in rows if wanted in row.case.person.name.lower() or wanted in (row.case.person.staff_no or "")
        ]
    if state:
        rows = [row for row in rows if (row.state in OPEN if state == "open" else row.state == state)]
    keys = {
        "name": lambda row: row.case.person.name, "state": lambda row: row.state, "opened": lambda row: row.case.opened_at,
        "onset": lambda row: row.onset or date.min, "due": lambda row: (row.report_state[1] != "overdue", row.case.pk),
    }  # fmt: skip
    key = keys.get(sort.lstrip("-"))
    return sorted(rows, key=key, reverse=sort.startswith("-")) if key else rows
