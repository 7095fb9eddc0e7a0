"""Swaps: one's own duty exchanged or given, another's taken over in an emergency, both on behalf of somebody."""

from datetime import timedelta

from django.db import transaction
from django.db.models import Q
from django.utils.translation import gettext_noop

from diba.core.errors import BadInput
from diba.plant import actions as plant
from diba.plant.models import Person, Role

from ..models import Rule, Swap
from .corrections import correct, lock_rosters
from .limits import level_now, value_on
from .swap_deciding import carry_out
from .swap_following import WAITING, others_follow
from .swap_steps import DECIDERS, LINK, State, ask_planner, duty_of, moves_of, put_before, step, values_of, weigh_swap
from .teams import operators

EMERGENCY = timedelta(hours=24)  # how long before its start a duty may be taken over at once


def swaps_visible_to(account):
    """Return the swaps an account may see: who decides all, a lead those of his people, anyone those he is part of."""
    rows = Swap.objects.select_related(
        "giver", "taker", "giver_watch", "giver_post", "taker_watch", "taker_post", "asked_by__person"
    )
    if plant.whole_plant(account, *DECIDERS):
        return rows
    mine = Q(giver=account.person_id) | Q(taker=account.person_id) | Q(asked_by=account)
    if plant.has_role(account, Role.CELL_LEAD, *DECIDERS):
        people = plant.people_visible_to(account)
        mine |= Q(giver__in=people) | Q(taker__in=people)
    return rows.filter(mine) if account.person_id else rows.filter(asked_by=account)


@transaction.atomic
def ask_swap(giver, day, taker, back=None, *, by, reason=""):
    """Ask somebody to take a duty (and to give one of his own, on the day `back`, for it). Return the swap. Raises BadInput."""
    if by.person_id != giver.pk:
        raise BadInput("not_yours", "giver")
    swap = _drawn_up(giver, day, taker, back, by, reason)
    put_before(swap)
    return swap


@transaction.atomic
def ask_on_behalf(giver, day, taker, back=None, *, by, reason):
    """Enter a swap for two who were asked by voice. A planner's is approved at once; a lead's waits for a planner, and
    that of a planner who is one of the two for another planner.

    Both are told and receipt it. Raises BadInput.
    """
    if not reason.strip():
        raise BadInput("no_reason", "reason")
    decides = plant.has_role(by, *DECIDERS) and by.person_id not in (giver.pk, taker.pk)
    if not plant.whole_plant(by, *DECIDERS):
        people = plant.people_visible_to(by)
        if not people.filter(pk=giver.pk).exists() or not plant.has_role(by, Role.CELL_LEAD, *DECIDERS):
            raise BadInput("not_yours", "giver")
    swap = _drawn_up(giver, day, taker, back, by, reason, on_behalf=True)
    step(swap, State.AGREED, by, reason)
    if decides:
        carry_out(swap, by, reason)
    else:
        ask_planner(swap, by)
    return swap


@transaction.atomic
def take_over(giver, day, taker, *, by, reason):
    """Take somebody's duty at once because he cannot stand it; a planner approves it afterwards. Raises BadInput.

    Only a duty that ends within a day from now, and only one that keeps every hard rule.
    """
    if by.person_id != taker.pk:
        raise BadInput("not_yours", "taker")
    if not reason.strip():
        raise BadInput("no_reason", "reason")
    duty = duty_of(giver, day)
    if duty is None:
        raise BadInput("no_duty", "day")
    start, end = duty.watch.span(day)
    if not plant.now() < end or start > plant.now() + EMERGENCY:
        raise BadInput("not_urgent", "day")
    swap = _drawn_up(giver, day, taker, None, by, reason, kind=Swap.Kind.TAKE, expires_at=end + timedelta(days=14))
    correct(moves_of(swap), by=by, reason=reason, swap=swap)
    step(swap, State.TAKEN, by, reason)
    values = values_of(swap) | {"reason": reason}
    words = gettext_noop("{taker} took over {giver}'s duty {gives} at once. Reason: {reason}")
    plant.tell([swap.giver], words, values, link="/rosters/mine/", urgent=True, receipt_wanted=True, by=by)
    plant.ask(
        words,
        values,
        role=Role.PLANNER,
        about=giver,
        urgent=True,
        key=f"swap:{swap.pk}:decide",
        link=LINK.format(swap.pk),
        by=by,
    )
    plant.ask(
        words,
        values,
        role=Role.DUTY_OFFICER,
        about=giver,
        urgent=True,
        key=f"swap:{swap.pk}:know",
        link=LINK.format(swap.pk),
        by=by,
    )
    others_follow(swap)
    return swap


def notice_asked():
    """Return how long before the first of its duties a swap has to be asked."""
    return timedelta(hours=value_on(Rule.SWAP_HOURS, plant.today(), level_now()) or 0)


def _drawn_up(giver, day, taker, back, by, reason, *, on_behalf=False, kind=None, expires_at=None):
    """Return a new swap whose duties exist, are free, and break no hard rule."""
    if giver.pk == taker.pk:
        raise BadInput("same_person", "taker")
    lock_rosters()
    gives = duty_of(giver, day)
    returns = duty_of(taker, back) if back else None
    if gives is None:
        raise BadInput("no_duty", "day")
    if back and returns is None:
        raise BadInput("no_duty", "back")
    if kind is None:  # an emergency goes before whatever was being asked; that follows or lapses
        _free(giver.pk, day)
    if back:
        _free(taker.pk, back)
    starts = min(duty.watch.span(duty.day)[0] for duty in (gives, returns) if duty)
    notice = timedelta(0) if on_behalf else notice_asked()
    expires_at = expires_at or starts - notice
    if expires_at <= plant.now():
        raise BadInput("too_late", "day", value=int(notice.total_seconds() // 3600))
    swap = Swap(
        kind=kind or (Swap.Kind.EXCHANGE if back else Swap.Kind.GIVE), giver=giver, giver_day=day, giver_watch=gives.watch,
        giver_post=gives.post, taker=taker, taker_day=back, taker_watch=returns and returns.watch,
        taker_post=returns and returns.post, on_behalf=on_behalf, reason=reason.strip()[:200], asked_by=by,
        asked_at=plant.now(), expires_at=expires_at,
    )  # fmt: skip
    broken = weigh_swap(swap)
    if any(row.hard for row in broken):
        raise BadInput("broken", "taker", value=broken)
    swap.broken = [row.kept() for row in broken]
    swap.save()
    step(swap, State.ASKED, by, reason)
    return swap


def _free(person_id, day):
    taken = Q(giver=person_id, giver_day=day) | Q(taker=person_id, taker_day=day)
    if Swap.objects.filter(taken, state__in=WAITING).exists():
        raise BadInput("in_a_swap", "day")


def rostered():
    """Return the people who can be rostered today, by name."""
    return Person.objects.filter(pk__in=operators(plant.today())).order_by("name", "pk")


def givers_for(account):
    """Return the people for whom an account may enter a swap: everybody for who decides, else a lead's own people."""
    if plant.whole_plant(account, *DECIDERS):
        return rostered()
    if not plant.has_role(account, Role.CELL_LEAD, *DECIDERS):
        return rostered().none()
    return rostered().filter(pk__in=plant.people_visible_to(account).values("pk"))
