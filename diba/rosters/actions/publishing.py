"""Publishing a roster: what it supersedes, whose duties change, and telling just them."""

from datetime import timedelta

from django.db import transaction
from django.utils.translation import gettext_noop

from diba.core.errors import BadInput
from diba.plant import actions as plant

from ..models import Roster
from .as_things_stand import rules_from
from .corrections import lock_rosters
from .fatigue import warn_of_runs
from .manning import in_force
from .notices import keep_notice
from .overtaken import insist_up_to_date
from .swap_following import follow_all
from .window import Window
from .wishes import answer_wishes

FEW = 3  # changed days that a message names in its sentence


def changes_to(roster):
    """Return {person: [(day, duty before or None, duty after or None)]} against what is in force, from today on."""
    first, last = max(roster.first_day, plant.today()), roster.first_day + timedelta(days=roster.days - 1)
    return Window(plant.now(), first, last, [roster]).changes(roster)


def replaced_by(roster):
    """Return the published rosters whose days, from today on, a draft would take over, oldest first."""
    first, last = max(roster.first_day, plant.today()), roster.first_day + timedelta(days=roster.days - 1)
    found = {other.pk: other for other in in_force(first, last).values() if other.pk != roster.pk}
    return [found[pk] for pk in sorted(found)]


@transaction.atomic
def publish(roster, *, by, undo=False):
    """Put a draft into force and tell everybody whose duties change; return how many were told.

    A roster that this one covers whole is superseded; one it covers in part stays for the days that are its own. Days that
    are over stay with the roster that was in force on them. undo: swaps approved and rosters published since the draft was
    made are undone on purpose. Raises BadInput: "not_a_draft", "is_over" when no day is left, "overtaken" with the days.
    """
    lock_rosters()
    locked = Roster.objects.select_for_update().get(pk=roster.pk)
    if locked.state != Roster.State.DRAFT:
        raise BadInput("not_a_draft", "state", value=locked.state)
    _leave_the_past(locked)
    if not undo:
        insist_up_to_date(locked)
    changes = changes_to(locked)
    last = locked.first_day + timedelta(days=locked.days - 1)
    told_before = set(in_force(locked.first_day, last)) == {
        locked.first_day + timedelta(days=offset) for offset in range(locked.days)
    }
    for other in Roster.objects.filter(state=Roster.State.PUBLISHED, first_day__gte=locked.first_day):
        if other.first_day + timedelta(days=other.days - 1) <= last:
            other.state, other.superseded_at, other.superseded_by = Roster.State.SUPERSEDED, plant.now(), locked
            other.save(update_fields=["state", "superseded_at", "superseded_by"])
    locked.state, locked.published_by, locked.published_at = Roster.State.PUBLISHED, by, plant.now()
    locked.save(update_fields=["state", "published_by", "published_at"])
    plant.note(by, "roster.published", locked, detail=f"told={len(changes)}")
    for person, days in changes.items():
        words, values = _told(days)
        message = plant.tell(
            [person], words, values, link="/rosters/mine/", urgent=bool(locked.repairs_id), receipt_wanted=True, by=by,
        )  # fmt: skip
        keep_notice(locked, message)
    follow_all(locked.first_day, last)
    # Where a roster stood already, only those it changes anything for have not heard this before.
    touched = {person.pk for person in changes} if told_before else None
    answer_wishes(locked, by, touched)
    warn_of_runs(locked, by, touched)
    roster.refresh_from_db()
    return len(changes)


def _leave_the_past(draft):
    """Let a draft begin after the last day that is over and was another roster's: what was stood is not written anew."""
    today, last = plant.today(), draft.first_day + timedelta(days=draft.days - 1)
    stood = in_force(draft.first_day, min(last, today - timedelta(days=1)))
    if not stood:
        return
    first = max(stood) + timedelta(days=1)
    if first > last:
        raise BadInput("is_over", "first_day", value=str(last))
    draft.rules, draft.days = rules_from(draft, first), (last - first).days + 1
    draft.first_day = first
    draft.save(update_fields=["rules", "days", "first_day"])
    draft.duties.filter(day__lt=first).delete()


def _told(days):
    """Return (words, values) of a message about changed days: the first few in its sentence, every one in `all`."""
    every = [_change(*change) for change in days]
    values = {"count": len(every), "days": "；".join(every[:FEW]), "all": every}
    if len(every) <= FEW:
        return gettext_noop("Your duties changed on {count} days: {days}"), values
    values["more"] = len(every) - FEW
    return gettext_noop("Your duties changed on {count} days: {days}; {more} more under “My duties”"), values


def _change(day, old, new):
    before = f"{old.watch.name}{old.post.name}" if old else "休"
    after = f"{new.watch.name}{new.post.name}" if new else "休"
    return f"{day:%m-%d} {before}→{after}"
