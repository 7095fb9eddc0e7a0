"""Who was near a case: candidates with their reasons, nearest first; taken up, put aside, exposed again, lost."""

from collections import defaultdict
from datetime import date, timedelta

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext

from diba.core.errors import BadInput
from diba.plant import actions as plant
from diba.plant.actions import jobs
from diba.plant.models import Job

from ..models import Case, CaseFacts, CaseTest, Contact, ContactStep
from .contact_orders import look_again, stop_asking
from .judgements import in_force, locked, running_since, runs
from .policies import policy_on

State, Verb = Contact.State, ContactStep.Verb
# Nearest first: who lives together, who sleeps in one room, who works side by side or hands over, who rides or eats together, who
# passed a gate at one time. Within a kind the minutes decide. The order is ours; the definitions name the kinds, no order.
NEARNESS = {
    "household": 6,
    "room": 5,
    "said": 5,
    "watch": 4,
    "handover": 4,
    "meal": 3,
    "bus": 3,
    "vehicle": 3,
    "gate": 2,
    "zone": 1,
}
RESTORED = {Verb.LISTED: State.CANDIDATE, Verb.ACCEPTED: State.ACCEPTED, Verb.LOST: State.LOST}  # what a step left
STEP = 100_000  # minutes never reach it: 69 days side by side
IN_REQUEST = 4000  # staff; of more the list is made by a job, for it takes longer than a page may (bench/contacts.py)
SHOWN = 6  # details a reason names; the rest is a count


def anchor(case):
    """Return (day, what it is) from which the look-back counts: first symptoms, else first positive sample, else the report."""
    facts = CaseFacts.objects.filter(case=case).order_by("-id").first()
    if facts and facts.onset:
        return date.fromisoformat(facts.onset), "onset"
    rows = CaseTest.objects.filter(case=case, corrected_by=None)
    if positive := sorted(row.sampled for row in rows if row.result == CaseTest.Result.POSITIVE):
        return date.fromisoformat(positive[0]), "sample"
    return timezone.localtime(case.opened_at).date(), "report"


def window(case, until):
    """Return (since, until) in which contacts of a case count, by the policy in force on the anchor's day."""
    day, _what = anchor(case)
    policy = policy_on(day) or policy_on(plant.today())
    return plant.day_start(day - timedelta(days=policy.look_back_days if policy else 2)), until


def list_contacts(case, judgement, since, by):
    """List the candidates of a case whose chain runs since a moment: at once, or by a job in a big plant."""
    if plant.active().count() > IN_REQUEST:
        about = f"case:{case.pk}"
        if not Job.objects.filter(kind="grid.contacts", about=about, ended_at=None).exists():
            jobs.start("grid.contacts", about=about, by=by)
        return
    write_candidates(case, judgement, since, by)


def list_by_job(job, report):
    """List the candidates of the case a job is about, unless it was undone meanwhile."""
    with transaction.atomic():
        case, changes = locked(Case.objects.get(pk=int(job.about.partition(":")[2])))
        judgement = in_force(changes)
        if runs(judgement):
            report(listed=write_candidates(case, judgement, running_since(changes), job.started_by))


def write_candidates(case, judgement, since, by):
    """Write the close candidates of a case and return how many are new; who was put aside by hand stays aside."""
    starts_at, ends_at = window(case, since)
    if starts_at >= ends_at:
        return 0
    found = nearest(plant.exposures_of([case.person_id], starts_at, ends_at))
    return _write(case, judgement, [(other, Contact.CLOSE, None, near) for (_person, other), near in found.items()], by)


class Near:
    """What was gathered about one person near another: reasons, minutes, days."""

    def __init__(self):
        self.kinds = {}

    def add(self, row):
        first, last = timezone.localtime(row.starts_at).date(), timezone.localtime(row.ends_at).date()
        there = self.kinds.setdefault(row.kind, [first, last, None, row.place, []])
        there[0], there[1] = min(there[0], first), max(there[1], last)
        if row.minutes is not None:
            there[2] = (there[2] or 0) + row.minutes
        if row.detail and row.detail not in there[4]:
            there[4].append(row.detail)

    @property
    def minutes(self):
        counted = [row[2] for row in self.kinds.values() if row[2] is not None]
        return sum(counted) if counted else None

    @property
    def rank(self):
        return max(NEARNESS.get(kind, 1) for kind in self.kinds) * STEP + min(self.minutes or 0, STEP - 1)

    @property
    def first(self):
        return min(row[0] for row in self.kinds.values())

    @property
    def last(self):
        return max(row[1] for row in self.kinds.values())

    def grounds(self):
        """Return the reasons as JSON, nearest kind first: [kind, first day, last day, minutes, place, details, more]."""
        order = sorted(self.kinds.items(), key=lambda item: -NEARNESS.get(item[0], 1))
        return [
            [kind, first.isoformat(), last.isoformat(), minutes, place, details[:SHOWN], max(0, len(details) - SHOWN)]
            for kind, (first, last, minutes, place, details) in order
        ]


def nearest(exposures):
    """Return {(person, other): Near} of exposures."""
    found = defaultdict(Near)
    for row in exposures:
        found[row.person, row.other].add(row)
    return found


def _write(case, judgement, rows, by):
    """Write candidates [(person id, level, via, Near)]; who is there already gets the newer reasons and the nearer degree."""
    policy, moment = policy_on(plant.today()), plant.now()
    days = policy.follow_up_days if policy else 14
    there = {contact.person_id: contact for contact in Contact.objects.filter(case=case)}
    made, back, renewed = [], [], []
    for person, level, via, near in rows:
        values = {"grounds": near.grounds(), "rank": near.rank, "minutes": near.minutes,
                  "first_exposed_on": near.first, "last_exposed_on": near.last}  # fmt: skip
        contact = there.get(person)
        if contact is None:
            made.append(Contact(case=case, change=judgement, person_id=person, level=level, via=via, days=days, listed_at=moment, **values))  # fmt: skip
        elif contact.state in (State.WITHDRAWN, State.CANDIDATE) and level <= contact.level:
            for name, value in {**values, "level": level, "via": via, "change": judgement}.items():
                setattr(contact, name, value)
            if contact.state == State.WITHDRAWN:
                contact.state, contact.days, contact.listed_at = State.CANDIDATE, days, moment
                back.append(contact)
            renewed.append(contact)
    Contact.objects.bulk_create(made, batch_size=500)
    for contact in renewed:  # a sealed column is written row by row
        contact.save(update_fields=["grounds", "rank", "minutes", "first_exposed_on", "last_exposed_on", "level", "via", "change", "state", "days", "listed_at"])  # fmt: skip
    _steps([*made, *back], Verb.LISTED, "", by)
    return len(made) + len(back)


def _steps(contacts, verb, reason, by):
    moment = plant.now()
    ContactStep.objects.bulk_create(
        [ContactStep(contact=contact, verb=verb, reason=reason, last_exposed_on=contact.last_exposed_on, by=by, at=moment) for contact in contacts],
        batch_size=500,
    )  # fmt: skip


def withdraw_all(case, reason, by):
    """Take every contact of a case back, because the case is over or the judgement undone; their follow-up ends today."""
    rows = list(Contact.objects.filter(case=case).exclude(state__in=(State.WITHDRAWN, State.REJECTED)))
    Contact.objects.filter(pk__in=[row.pk for row in rows]).update(state=State.WITHDRAWN)
    _steps(rows, Verb.WITHDRAWN, reason, by)
    _close_tasks(rows, reason, by)
    look_again(rows, by)
    return len(rows)


def restore_all(case, undone, reason, by):
    """Bring the contacts that a judgement took back to what they were before it: candidates, followed up, lost. Their days go on."""
    steps = ContactStep.objects.filter(contact__case=case, contact__state=State.WITHDRAWN).order_by("id")
    verbs, before = {}, {}
    for contact, verb, moment in steps.values_list("contact", "verb", "at"):
        if verb == Verb.WITHDRAWN and moment >= undone.at:
            before.setdefault(contact, verbs.get(contact))
        verbs[contact] = verb
    rows = list(Contact.objects.filter(pk__in=before))
    for verb, state in RESTORED.items():
        same = [row for row in rows if (Verb.ACCEPTED if before[row.pk] == Verb.RESTARTED else before[row.pk]) == verb]
        Contact.objects.filter(pk__in=[row.pk for row in same]).update(state=state)
        _steps(same, verb, reason, by)
        if state == State.ACCEPTED:
            stop_asking(same, by)


def _close_tasks(contacts, reason, by):
    for row in contacts:
        if row.state == State.ACCEPTED or row.accepted_on:
            plant.close_all(f"follow:{row.pk}:", reason, by=by)


@transaction.atomic
def decide(case, contacts, accepted, reason, *, by):
    """Take up or put aside contacts (ids) of a case, with a reason, and return how many. Raises BadInput.

    Whoever is taken up as a close contact brings his own contacts as candidates of the second degree.
    """
    case, judgement = _running(case)
    if not reason.strip():
        raise BadInput("no_reason", "reason")
    to = State.ACCEPTED if accepted else State.REJECTED
    rows = list(Contact.objects.filter(case=case, pk__in=contacts).exclude(state__in=(State.WITHDRAWN, to)))
    if not rows:
        raise BadInput("nobody_chosen", "contacts")
    policy = policy_on(plant.today())
    for row in rows:
        row.state = to
        if accepted:
            row.accepted_on = plant.today()  # who was put aside or lost was not followed meanwhile: his days begin anew
            row.days = policy.follow_up_days if policy else row.days
        row.save(update_fields=["state", "accepted_on", "days"])
    _steps(rows, Verb.ACCEPTED if accepted else Verb.REJECTED, reason.strip()[:300], by)
    plant.note(by, "contact.accepted" if accepted else "contact.rejected", case, detail=f"people={len(rows)}")
    if accepted:
        stop_asking(rows, by)
        list_second(case, judgement, [row for row in rows if row.level == Contact.CLOSE], by)
    else:
        _close_tasks(rows, reason, by)
        _withdraw_further(rows, reason, by)
        look_again(rows, by)
    if not Contact.objects.filter(case=case, state=State.CANDIDATE).exists():  # of the second degree too
        plant.close_keyed(f"chain:{case.pk}:contacts", gettext("All are judged"), by=by)
    return len(rows)


def _withdraw_further(rows, reason, by):
    """Take back the candidates that only came through contacts who turned out to be none."""
    further = list(Contact.objects.filter(via__in=[row.pk for row in rows], state=State.CANDIDATE))
    Contact.objects.filter(pk__in=[row.pk for row in further]).update(state=State.WITHDRAWN)
    _steps(further, Verb.WITHDRAWN, reason, by)


def _running(case):
    case, changes = locked(case)
    judgement = in_force(changes)
    if not runs(judgement):
        raise BadInput("case_over", "contacts")
    return case, judgement


def list_second(case, judgement, close, by):
    """List the contacts of close contacts, from each one's first exposure until now."""
    if not close:
        return 0
    first = {row.person_id: row.first_exposed_on for row in close}
    own = {row.person_id: row for row in close}
    exposures = plant.exposures_of(list(first), plant.day_start(min(first.values())), plant.now())
    counted = [
        row
        for row in exposures
        if row.other != case.person_id and timezone.localtime(row.ends_at).date() >= first[row.person]
    ]
    best = {}
    for (person, other), near in nearest(counted).items():
        if other not in best or near.rank > best[other][1].rank:
            best[other] = (own[person], near)
    rows = [(other, Contact.SECOND, via, near) for other, (via, near) in best.items()]
    return _write(case, judgement, rows, by)


@transaction.atomic
def expose_again(contact, day, reason, *, by):
    """Begin a follow-up anew because of a later exposure. Raises BadInput."""
    case, _judgement = _running(contact.case)
    row = Contact.objects.select_for_update(of=("self",)).get(pk=contact.pk)
    if not reason.strip():
        raise BadInput("no_reason", "reason")
    if day > plant.today():
        raise BadInput("in_the_future", "day", value=day.isoformat())
    if day <= row.last_exposed_on:
        raise BadInput("not_later", "day", value=row.last_exposed_on.isoformat())
    if row.state not in (State.ACCEPTED, State.LOST):
        raise BadInput("not_followed", "day")
    policy = policy_on(plant.today())
    row.last_exposed_on, row.state = day, State.ACCEPTED
    row.days = policy.follow_up_days if policy else row.days
    row.save(update_fields=["last_exposed_on", "state", "days"])
    _steps([row], Verb.RESTARTED, reason.strip()[:300], by)
    stop_asking([row], by)
    plant.note(by, "contact.restarted", case)
    return row


@transaction.atomic
def lose(contact, reason, *, by):
    """Say that a contact cannot be found: his follow-up stops, as lost, until he is found. Raises BadInput."""
    row = Contact.objects.select_for_update(of=("self",)).get(pk=contact.pk)
    if not reason.strip():
        raise BadInput("no_reason", "lost_reason")
    if row.state != State.ACCEPTED:
        raise BadInput("not_followed", "lost_reason")
    row.state = State.LOST
    row.save(update_fields=["state"])
    _steps([row], Verb.LOST, reason.strip()[:300], by)
    plant.close_all(f"follow:{row.pk}:", reason.strip(), by=by)
    plant.note(by, "contact.lost", row.case)
    return row


def contacts_of_case(case):
    """Return the contacts of a case, nearest first, with person, unit and cell; who was taken back comes last."""
    rows = Contact.objects.filter(case=case).select_related("person__unit", "person__cell", "via__person")
    return sorted(rows, key=lambda row: (row.state == State.WITHDRAWN, row.level, -row.rank, row.pk))
