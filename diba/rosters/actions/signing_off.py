"""Publishing a roster with conflicts: impossible ones are refused, others want a reason that is kept with the name."""

from collections import Counter

from django.db import transaction

from diba.core.errors import BadInput
from diba.plant import actions as plant

from ..models import Acceptance, Roster
from .conflicts import conflicts_of
from .corrections import lock_rosters
from .overtaken import overtaken, overtaken_conflicts
from .publishing import publish
from .referee import hear


class Disputed(Exception):
    """The roster breaks rules: conflicts, all of them in words; impossible when one can never be published."""

    def __init__(self, conflicts):
        self.conflicts = conflicts
        self.impossible = any(conflict.hard for conflict in conflicts)
        super().__init__(f"{len(conflicts)} conflicts")


@transaction.atomic
def sign_off(roster, *, by, reason=""):
    """Publish a draft and return how many people were told. Raises Disputed when it breaks rules, or undoes what was changed
    since it was made, and no reason is given, or an impossible one whatever the reason; BadInput when it is no draft.
    """
    lock_rosters()
    locked = Roster.objects.select_for_update().get(pk=roster.pk)
    if locked.state != Roster.State.DRAFT:
        raise BadInput("not_a_draft", "state", value=locked.state)
    conflicts = [*overtaken_conflicts(overtaken(locked)), *coming(conflicts_of(hear(locked)))]
    if conflicts and (not reason.strip() or any(conflict.hard for conflict in conflicts)):
        raise Disputed(conflicts)
    if conflicts:
        _accept(locked, conflicts, reason.strip(), by)
    return publish(locked, by=by, undo=True)


def coming(conflicts):
    """Return the conflicts that still lie ahead; what is over cannot be changed by publishing or not."""
    today = plant.today()
    return [conflict for conflict in conflicts if not conflict.days or conflict.days[-1] >= today]


def _accept(roster, conflicts, reason, by):
    Acceptance.objects.create(
        roster=roster, reason=reason[:300], rules=dict(Counter(conflict.rule for conflict in conflicts)), by=by, at=plant.now(),
        conflicts=[
            [conflict.rule, conflict.person.pk if conflict.person else None, conflict.days[0].isoformat() if conflict.days else None]
            for conflict in conflicts
        ],
    )  # fmt: skip
    plant.note(by, "roster.accepted", roster, detail=f"conflicts={len(conflicts)}")
