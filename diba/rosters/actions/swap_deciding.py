"""Deciding a swap: the other's agreement, the planner's approval, refusing, withdrawing. Each under lock, weighed again."""

from django.db import transaction
from django.utils.translation import gettext_noop

from diba.core.errors import BadInput
from diba.plant import actions as plant

from ..models import Rule, Swap
from .corrections import correct, lock_rosters
from .limits import level_now, value_on
from .swap_following import follow, has_lapsed, others_follow
from .swap_steps import (
    DECIDERS,
    State,
    ask_planner,
    close_tasks,
    duty_of,
    moves_of,
    shown,
    step,
    tell_decided,
    weigh_swap,
)


def _locked(swap, *states):
    """Return the swap under lock, its duties as they stand now. Raises BadInput when it is not in one of the states."""
    lock_rosters()
    row = Swap.objects.select_for_update(of=("self",)).get(pk=swap.pk)
    if row.state not in states:
        raise BadInput("state", "state", value=row.state)
    return row


def agree(swap, *, by):
    """Agree to what was asked. Return the swap as it stands then: agreed, approved by the rules, or lapsed. Raises BadInput."""
    with transaction.atomic():
        row = _locked(swap, State.ASKED)
        if by.person_id != row.taker_id:
            raise BadInput("not_yours", "taker")
        if not follow(row) or has_lapsed(row):
            return row
        broken = weigh_swap(row)
        row.broken = [item.kept() for item in broken]
        if any(item.hard for item in broken):
            raise BadInput("broken", "taker", value=broken)
        step(row, State.AGREED, by)
        plant.close_keyed(f"swap:{row.pk}:answer", "agreed", by=by)
        if not broken and value_on(Rule.SWAP_AUTOMATIC, plant.today(), level_now()):
            carry_out(row, None, "automatic")
        else:
            ask_planner(row, by)
        return row


def approve(swap, *, by, reason=""):
    """Approve an agreed swap, or one that was taken over: the duties change hands. Return the swap. Raises BadInput.

    What breaks a soft rule needs a reason; what breaks a hard one cannot be approved.
    """
    with transaction.atomic():
        row = _locked(swap, State.AGREED, State.TAKEN)
        _may_decide(row, by)
        if row.state == State.TAKEN:
            step(row, State.APPROVED, by, reason)
            close_tasks(row, "approved", by)
            tell_decided(row, gettext_noop("Your swap of {gives} was approved"), by)
            return row
        if not follow(row) or has_lapsed(row):
            return row
        carry_out(row, by, reason)
        return row


def carry_out(row, by, reason):
    broken = weigh_swap(row)
    if any(item.hard for item in broken):
        raise BadInput("broken", "taker", value=broken)
    if broken and not reason.strip():
        raise BadInput("no_reason", "reason", value=broken)
    row.broken = [item.kept() for item in broken]
    correct(moves_of(row), by=by, reason=reason or row.reason or "swap", swap=row)
    step(row, State.APPROVED, by, reason)
    close_tasks(row, "approved", by)
    for person, gains, loses in _outcome(row):
        words = gettext_noop("Swap approved: you stand {gains}; {loses} is off your hands")
        if not gains:
            words = gettext_noop("Swap approved: {loses} is off your hands")
        elif not loses:
            words = gettext_noop("Swap approved: you stand {gains}")
        plant.tell([person], words, {"gains": gains, "loses": loses}, link="/rosters/mine/", receipt_wanted=True, by=by)
    others_follow(row)


def _outcome(swap):
    """Return [(person, what he stands now, what he gave away)] of the two."""
    gives = shown(swap.giver_day, swap.giver_watch, swap.giver_post)
    returns = shown(swap.taker_day, swap.taker_watch, swap.taker_post) if swap.taker_day else ""
    return [(swap.giver, returns, gives), (swap.taker, gives, returns)]


def _may_decide(swap, by):
    if not plant.has_role(by, *DECIDERS):
        raise BadInput("not_yours", "state")
    if by.person_id in (swap.giver_id, swap.taker_id):
        raise BadInput("your_own", "state")


def refuse(swap, *, by, reason=""):
    """Refuse: the asked person what was asked of him, a planner what was agreed or taken over. Raises BadInput.

    A duty taken over and not begun goes back; one that has begun stays where it is and the refusal stays on record.
    """
    with transaction.atomic():
        row = _locked(swap, State.ASKED, State.AGREED, State.TAKEN)
        if row.state == State.ASKED:
            if by.person_id != row.taker_id:
                raise BadInput("not_yours", "taker")
        else:
            _may_decide(row, by)
            if not reason.strip():
                raise BadInput("no_reason", "reason")
        back = (
            row.state == State.TAKEN
            and row.giver_watch.span(row.giver_day)[0] > plant.now()
            and _goes_back(row, by, reason)
        )
        step(row, State.REFUSED, by, reason)
        close_tasks(row, "refused", by)
        words = gettext_noop("Your swap of {gives} was refused: {reason}")
        if back:
            words = gettext_noop("The take-over of {gives} was refused and the duty is {giver}'s again: {reason}")
        tell_decided(row, words, by, reason=reason or "—", receipt_wanted=back)
        return row


def _goes_back(row, by, reason):
    """Give a duty that was taken over back, if it still is where it went; say whether it went."""
    duty = duty_of(row.taker_id, row.giver_day)
    same = duty is not None and (duty.watch_id, duty.post_id) == (row.giver_watch_id, row.giver_post_id)
    if not same or duty_of(row.giver_id, row.giver_day):
        return False
    cell = (row.giver_watch, row.giver_post)
    correct({(row.taker_id, row.giver_day): None, (row.giver_id, row.giver_day): cell}, by=by, reason=reason, swap=row)
    return True


def withdraw(swap, *, by):
    """Take back what one asked, before it is decided. Raises BadInput."""
    with transaction.atomic():
        row = _locked(swap, State.ASKED, State.AGREED)
        if by.pk != row.asked_by_id and by.person_id != row.giver_id:
            raise BadInput("not_yours", "giver")
        step(row, State.WITHDRAWN, by)
        close_tasks(row, "withdrawn", by)
        tell_decided(row, gettext_noop("The swap of {gives} was withdrawn"), by)
        return row
