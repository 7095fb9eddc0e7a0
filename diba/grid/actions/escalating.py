"""Who is asked when a cell's lead does not find the missing: deputy, branch, command, each once a day and later than the one before.

Counted from when they were missing, so those who come from a night watch have steps of their own.
Computed for now: after down time only the highest step that is due is taken, so three days asleep make one message a cell.
"""

from collections import defaultdict
from datetime import timedelta

from django.db import IntegrityError, transaction
from django.db.models import Q
from django.db.models.functions import Coalesce
from django.utils.translation import gettext, gettext_noop

from diba.plant import actions as plant
from diba.plant.models import Person, Role, Task, Unit, UnitKind

from ..models import Escalation, Expectation, Slot
from .due import due_at, later_dues
from .policies import policy_on
from .sweep import place_of

State, Step = Expectation.State, Escalation.Step
BATCH = 500  # people a statement
SHOWN = 5  # names in a message; the page has all


def escalate():
    """Take the step that is due for every cell with people missing; return how many were taken. Safe under any number of workers.

    Who was missing when the day ended is missing until the next one is asked for: his steps go on past midnight.
    """
    policy = policy_on(plant.today())
    if policy is None:
        return 0
    _close_found()
    missing = _missing()
    rows = Escalation.objects.filter(day__gte=plant.today() - timedelta(days=1)).order_by("step")
    nowhere = {key: names for key, names in missing.items() if key[0] is None or key[0].kind != UnitKind.CELL}
    missing = {key: names for key, names in missing.items() if key not in nowhere}
    taken = {(row.cell_id, row.slot, row.since): row.step for row in rows}
    steps = {since: _due_step(since, policy) for _cell, _slot, _day, since in missing}
    called = sum(_call_command(*key[:2], key[3], names, policy) for key, names in nowhere.items())
    return called + sum(
        _step_up(cell, slot, day, since, steps[since], names)
        for (cell, slot, day, since), names in missing.items()
        if steps[since] is not None and taken.get((cell.pk, slot, since), 0) < steps[since]
    )


def forget_steps(people):
    """Drop the steps taken for cells in which nobody is left once these people are taken back; nobody has written them."""
    gone, cells = set(people), set()
    for start in range(0, len(people), BATCH):
        cells |= set(Person.objects.filter(pk__in=people[start : start + BATCH]).values_list("cell", flat=True))
    left = Person.objects.filter(cell__in=cells).values_list("cell", "pk")
    for cell in cells - {None} - {cell for cell, person in left if person not in gone}:
        Escalation.objects.filter(cell=cell).delete()
        Task.objects.filter(key__startswith=f"escalated:{cell}:", opened_by=None, closed_by=None).delete()


def _missing():
    """Return {(cell, slot, day, since when): names} of those missing; who comes from a night watch is missing later than the others.

    Of people in no cell the first is their unit, or None.
    """
    rows = Expectation.objects.filter(
        state=State.MISSING, day__gte=plant.today() - timedelta(days=1), person__in=plant.active()
    )
    rows = rows.select_related("person__cell", "person__unit", "person__relative_of__unit")
    rows = list(rows.order_by("person__staff_no", "person"))
    policies = {day: policy_on(day) or policy_on(plant.today()) for day in {row.day for row in rows}}
    later = {day: later_dues(day, policy) for day, policy in policies.items()}
    usual = {(day, slot): due_at(day, slot, policy) for day, policy in policies.items() for slot in Slot.values}
    found = defaultdict(list)
    for row in rows:
        due = usual[row.day, row.slot]
        if row.slot == Slot.MORNING:
            due = later[row.day].get(row.person_id, due)
        since = due + timedelta(minutes=policies[row.day].grace)
        found[place_of(row.person), row.slot, row.day, since].append(row.person.name)
    return found


def _due_step(since, policy):
    """Return the highest step whose time has come for those missing since a moment, or None."""
    after = {Step.DEPUTY: policy.deputy_after, Step.BRANCH: policy.branch_after, Step.COMMAND: policy.command_after}
    return max(
        (step for step, minutes in after.items() if plant.now() >= since + timedelta(minutes=minutes)), default=None
    )


def _call_command(unit, slot, since, names, policy):
    """Put people in no cell before the command when its time has come, once; say whether this call did. The health officer has them already."""
    if plant.now() < since + timedelta(minutes=policy.command_after):
        return False
    key = f"{plant.CALLED_IN}0:{since:%m-%d %H-%M}:{slot}:{Step.COMMAND}:{unit.pk if unit else 0}"
    if Task.objects.filter(key=key, opened_at__gte=since).exists():
        return False
    plant.ask(
        gettext_noop("{count} in no cell still not heard from: {names}"), {"count": len(names), "names": "、".join(names[:SHOWN])},
        role=Role.DUTY_OFFICER, unit=unit, urgent=True, key=key, link="/grid/cell/without/",
    )  # fmt: skip
    return True


def _step_up(cell, slot, day, since, step, names):
    try:
        with transaction.atomic():
            Escalation.objects.create(
                cell=cell, day=day, slot=slot, since=since, step=step, count=len(names), at=plant.now()
            )
            _ask(cell, slot, since, step, names)
    except IntegrityError:
        return 0  # another worker took it
    return 1


def _ask(cell, slot, since, step, names):
    owner, prefix = _owner(cell, step), f"{plant.CALLED_IN}{cell.pk}:"
    _replace_of_days_before(prefix, since, slot, step)
    plant.ask(
        gettext_noop("{cell}: {count} still not heard from, the lead has not found them: {names}"),
        {"cell": cell.name, "count": len(names), "names": "、".join(names[:SHOWN])},
        owner=owner, role="" if owner else Role.DUTY_OFFICER, unit=cell if owner else None, urgent=step == Step.COMMAND,
        key=f"{prefix}{since:%m-%d %H-%M}:{slot}:{step}", link=f"/grid/cell/?cell={cell.code}",
    )  # fmt: skip


def _replace_of_days_before(prefix, since, slot, step):
    """Close what a step, or one below it, asked on the days before: it is asked anew now, of people still not heard from."""
    for task in Task.objects.filter(closed_at=None, key__startswith=prefix):
        moment, its_slot, its_step = task.key.removeprefix(prefix).split(":")
        if its_slot == slot and int(its_step) <= step and not moment.startswith(f"{since:%m-%d} "):
            plant.close(task, gettext("Asked anew: still not heard from"))


def _owner(cell, step):
    """Return whom a step asks: the deputy unless he stands in already, else the branch's lead; None: the command."""
    if step == Step.DEPUTY and cell.deputy_id and plant.lead_of(cell) != cell.deputy:
        return cell.deputy
    branch = Unit.objects.get_parent(cell)
    if step <= Step.BRANCH and branch is not None:
        return plant.lead_of(branch)
    return None


def _close_found():
    """Close what was asked about cells in which nobody is missing any more; "heard from" only where everybody was.

    Whom a new day asks is not found by that: what was asked about him stays until he is heard from.
    """
    tasks = list(Task.objects.filter(closed_at=None, key__regex=r"^(missing|escalated):[0-9]+:"))
    if not tasks:
        return
    rows = Expectation.objects.filter(person__in=plant.active()).annotate(place=Coalesce("person__cell", 0))
    unheard = Q(state=State.MISSING) | Q(state__in=(State.DUE, State.LATE), missing_days__gt=0)
    still = set(rows.filter(unheard).values_list("place", flat=True))
    over = [task for task in tasks if int(task.key.split(":")[1]) not in still]
    cells = {int(task.key.split(":")[1]) for task in over}
    not_up = rows.filter(place__in=cells, slot=Slot.MORNING).exclude(state=State.UP)
    silent = set(not_up.values_list("place", flat=True))
    for task in over:
        heard = int(task.key.split(":")[1]) not in silent
        plant.close(
            task, gettext("Everybody has been heard from") if heard else gettext("Nobody asked for now is missing")
        )
