"""Meeting isolated people daily, taking their samples, and asking whoever is behind."""

from collections import defaultdict
from datetime import timedelta

from django.db import IntegrityError, transaction
from django.utils import timezone
from django.utils.translation import gettext_noop

from diba.core import isolation
from diba.core.errors import BadInput
from diba.plant import actions as plant
from diba.plant.models import Role

from ..models import IsolationOrder, PersonTest
from .contacts import contact
from .feverish import put_up, unsay
from .guardians import refuse_without_consent
from .isolated import standings
from .isolating import locked, state_of
from .policies import policy_on

TEST_BACK = 60  # days; a sample older than that says nothing about today


@transaction.atomic
def follow(order, outcome, *, uid, by, **values):
    """Write down today's follow-up of an isolated person as a daily contact. Raises BadInput "follow_up_ended", "own_follow_up"."""
    row = locked(order)
    if by.person_id == row.person_id:
        raise BadInput("own_follow_up")
    days = isolation.days_followed(timezone.localdate(row.begun_at), state_of(row).ends_on)
    if plant.today() not in days:
        raise BadInput("follow_up_ended")
    made = contact(row.person, outcome, uid=uid, by=by, **values)
    if made.person_id != row.person_id:
        raise BadInput("uid_taken")
    return made


@transaction.atomic
def enter_test(person, taken_on, result, *, uid, by, corrects=None):
    """Write down a sample, or the result that came for one; return the row. Raises BadInput."""
    if there := PersonTest.objects.filter(uid=uid).first():
        if there.person_id != person.pk:
            raise BadInput("uid_taken")
        return there
    if taken_on > plant.today():
        raise BadInput("in_the_future", "taken_on", value=taken_on.isoformat())
    if taken_on < plant.today() - timedelta(days=TEST_BACK):
        raise BadInput("too_old", "taken_on")
    if result not in PersonTest.Result.values:
        raise BadInput("unknown_result", "result", value=str(result)[:40])
    refuse_without_consent(person)
    try:
        with transaction.atomic():
            row = PersonTest.objects.create(
                uid=uid, response=plant.response(), person=person, taken_on=taken_on, result=result, corrects=corrects, by=by,
                at=plant.now(),
            )  # fmt: skip
    except IntegrityError as error:
        raise BadInput("corrected_already", "result") from error
    plant.note(by, "test.entered", row)
    if str(row.result) == PersonTest.Result.POSITIVE:
        put_up(person, f"test:{row.pk}", gettext_noop("Judge {name}: positive result"), by=by)
    if corrects is not None:
        unsay(person, f"test:{corrects.pk}", gettext_noop("corrected"), by=by)
    return row


def ask_about_isolation():
    """Ask for overdue written orders, releases that are due and overdue follow-ups; return how many orders are open."""
    policy = policy_on(plant.today())
    rows = IsolationOrder.objects.filter(released_at=None, response__drill=False).select_related("person__cell")
    if policy is None or not (stands := standings(rows, words=False)):
        return 0
    for row in stands:
        _ask_about(row)
    late = [row for row in stands if row.follow_late]
    for cell in {row.person.cell_id for row in stands} - {row.person.cell_id for row in late}:
        plant.close_keyed(f"isolated:{cell or 0}", "")
    _ask_leads(late)
    return len(stands)


def _ask_about(row):
    link, name = f"/grid/isolation/{row.order.pk}/", {"name": row.person.name}
    if row.written_late:
        plant.ask(gettext_noop("Hand {name} the written isolation order: overdue"), name, role=Role.HEALTH_OFFICER,
                  about=row.person, urgent=True, key=f"written:{row.order.pk}", link=link)  # fmt: skip
    if row.release_due and not row.proposed:
        plant.ask(gettext_noop("Decide about the release of {name}: the days are over"), name, role=Role.HEALTH_OFFICER,
                  about=row.person, key=f"release:{row.order.pk}", link=link)  # fmt: skip


def _ask_leads(late):
    by_cell = defaultdict(list)
    for row in late:
        by_cell[row.person.cell].append(row.person)
    leads = plant.leads_of([cell for cell in by_cell if cell])
    for cell, people in by_cell.items():
        lead = leads.get(cell.pk) if cell else None
        lead = None if lead and lead.pk in {person.pk for person in people} else lead
        values = {"count": len(people), "names": "、".join(person.name for person in people[:5])}
        plant.ask(gettext_noop("Follow up {count} isolated people: {names}"), values, owner=lead,
                  role="" if lead else Role.HEALTH_OFFICER, unit=cell, link="/grid/isolation/",
                  key=f"isolated:{cell.pk if cell else 0}")  # fmt: skip
