"""Changing a roster after it was published: cell by cell, each change a row of who, when and why."""

from django.db import transaction

from diba.core.errors import BadInput
from diba.plant import actions as plant

from ..models import Correction, Duty, Roster
from .manning import in_force


def lock_rosters():
    """Lock every published roster: one change of what is in force at a time. Returns when the others have committed."""
    list(Roster.objects.select_for_update().filter(state=Roster.State.PUBLISHED).order_by("pk").values_list("pk"))


@transaction.atomic
def correct(moves, *, by, reason, swap=None):
    """Change cells of the roster in force and return the Correction rows. moves: {(person id, day): (watch, post) or None}.

    Raises BadInput when a day has no roster, or a person would stand twice on one day.
    """
    lock_rosters()
    days = {day for _person, day in moves}
    rosters = in_force(min(days), max(days))
    if days - set(rosters):
        raise BadInput("no_roster", "day")
    old = {}
    for (person, day), _cell in moves.items():
        duty = Duty.objects.filter(roster=rosters[day], person=person, day=day).first()
        old[person, day] = (duty.watch, duty.post) if duty else (None, None)
        if duty:
            duty.delete()
    rows = []
    for (person, day), cell in moves.items():
        watch, post = cell or (None, None)
        if cell:
            Duty.objects.create(roster=rosters[day], person_id=person, day=day, watch=watch, post=post)
        rows.append(
            Correction.objects.create(
                roster=rosters[day], swap=swap, person_id=person, day=day, old_watch=old[person, day][0],
                old_post=old[person, day][1], new_watch=watch, new_post=post, reason=reason[:200], by=by, at=plant.now(),
            )
        )  # fmt: skip
    for roster in {row.roster_id: row.roster for row in rows}.values():
        plant.note(by, "roster.corrected", roster, detail=f"changes={sum(row.roster_id == roster.pk for row in rows)}")
    return rows


def corrections_of(roster):
    """Return the corrections of a roster, newest first."""
    return roster.corrections.select_related("person", "old_watch", "old_post", "new_watch", "new_post", "by__person").order_by("-at", "-id")  # fmt: skip
