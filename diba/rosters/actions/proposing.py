"""Answer to a case: a repair is searched in the background and put before the planner; undone, it is marked obsolete."""

from datetime import timedelta

from django.db import transaction
from django.utils.translation import gettext, gettext_noop

from diba.plant import actions as plant
from diba.plant.actions import jobs
from diba.plant.models import Role

from ..models import WhatIf
from .manning import duties_between
from .what_if import ask_for_way

AHEAD = 28  # days of duties that a repair looks at
OVER = ("", "ruled_out")  # states of a case that give the person back


def propose_repair(person, state, source, by):
    """Have the best repair searched without a person who became a case, once a case however often its state changes.

    Ruled out or undone, the proposal is marked obsolete, its search stopped and its task closed; taken up again, the case
    gets a new one. Nobody's duties, nothing to repair.
    """
    if state in OVER:
        return _withdraw(source, by)
    today = plant.today()
    if WhatIf.objects.filter(source=source, obsolete_at=None).exists():
        return None
    if not duties_between(today, today + timedelta(days=AHEAD - 1), person.pk):
        return None
    return _propose(person, source, by)


@transaction.atomic
def _propose(person, source, by):
    row, new = WhatIf.objects.get_or_create(
        source=source, obsolete_at=None,
        defaults={
            "name": gettext("Without %(name)s") % {"name": person.name}, "asked_by": by, "asked_at": plant.now(),
            "gone": [{"person": person.pk, "first": str(plant.today()), "last": None}],
        },
    )  # fmt: skip
    if not new:
        return None  # somebody else's answer was first
    plant.note(by, "what_if.saved", row)
    ask_for_way(row, by=by)
    plant.ask(
        gettext_noop("{name} is out for now: look at the repair that is proposed"), {"name": person.name}, role=Role.PLANNER,
        urgent=True, key=_key(source), link=f"/rosters/what-if/{row.pk}/", by=by,
    )  # fmt: skip
    return row


def _key(source):
    return f"repair:{source}"


@transaction.atomic
def _withdraw(source, by):
    for row in WhatIf.objects.select_for_update(of=("self",)).filter(source=source, obsolete_at=None):
        row.obsolete_at = plant.now()
        row.save(update_fields=["obsolete_at"])
        if row.job:
            jobs.cancel(row.job)
        plant.note(by, "what_if.obsolete", row)
    plant.close_keyed(_key(source), gettext("The case is over."), by=by)
