"""Swaps whose duties were moved meanwhile, or whose time ran out: they follow, or they end with a message."""

from django.db import transaction
from django.db.models import Q
from django.utils.translation import gettext_noop

from diba.plant import actions as plant

from ..models import Swap
from .swap_steps import State, close_tasks, duty_of, put_before, step, tell_decided

WAITING = (State.ASKED, State.AGREED)


def follow(row):
    """Let an open swap follow duties that were moved meanwhile; say whether it may go on as it is.

    A duty that is gone ends the swap; one that moved to another watch or post takes the swap along, and what was agreed
    is asked again.
    """
    gives = duty_of(row.giver_id, row.giver_day)
    returns = duty_of(row.taker_id, row.taker_day) if row.taker_day else None
    if gives is None or (row.taker_day and returns is None):
        _end(row, "gone", gettext_noop("The swap of {gives} lapsed: a duty of it is no longer in the roster"))
        return False
    cells = [("giver", gives), *([("taker", returns)] if returns else [])]
    moved = [
        side for side, duty in cells
        if (getattr(row, f"{side}_watch_id"), getattr(row, f"{side}_post_id")) != (duty.watch_id, duty.post_id)
    ]  # fmt: skip
    if not moved:
        return True
    for side, duty in cells:
        setattr(row, f"{side}_watch", duty.watch)
        setattr(row, f"{side}_post", duty.post)
    row.expires_at = min(row.expires_at, *(duty.watch.span(duty.day)[0] for _side, duty in cells))
    row.save(update_fields=["giver_watch", "giver_post", "taker_watch", "taker_post", "expires_at"])
    close_tasks(row, "moved", None)
    step(row, State.ASKED, None, "moved")
    tell_decided(
        row, gettext_noop("A duty of your swap was moved; it is now about {gives} {returns} and is asked again"), None
    )
    put_before(row)
    return False


def _end(row, code, words):
    step(row, State.EXPIRED, None, code)
    close_tasks(row, "lapsed", None)
    tell_decided(row, words, None)


def has_lapsed(row):
    if row.expires_at > plant.now():
        return False
    _end(row, "time", gettext_noop("The swap of {gives} lapsed: its time ran out"))
    return True


@transaction.atomic
def follow_all(first, last):
    """Let every open swap of some days follow the roster in force; return how many changed."""
    rows = Swap.objects.filter(state__in=WAITING).filter(
        Q(giver_day__range=(first, last)) | Q(taker_day__range=(first, last))
    )
    return sum(not follow(row) for row in rows.select_for_update(of=("self",)))


def others_follow(swap):
    follow_all(min(swap.giver_day, swap.taker_day or swap.giver_day), swap.last_day)


def lapse():
    """End the open swaps whose time has run out; return how many. The clock calls this."""
    ended = 0
    for pk in Swap.objects.filter(state__in=WAITING, expires_at__lte=plant.now()).values_list("pk", flat=True):
        with transaction.atomic():
            row = Swap.objects.select_for_update(of=("self",)).get(pk=pk)
            ended += row.state in WAITING and has_lapsed(row)
    return ended
