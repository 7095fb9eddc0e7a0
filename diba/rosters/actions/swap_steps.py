"""A swap's steps: what it changes, what the referee says to it, writing a step down, and the words for whoever is part of it."""

from django.utils.translation import gettext_noop

from diba.plant import actions as plant
from diba.plant.models import Role

from ..models import Swap, SwapStep
from .manning import duties_between
from .weighing import Broken, weigh

DECIDERS = (Role.PLANNER, Role.DUTY_OFFICER)
LINK = "/rosters/swaps/{}/"
State = Swap.State


def duty_of(person, day):
    """Return the duty in force of a person (instance or id) on a day, or None."""
    rows = duties_between(day, day, getattr(person, "pk", person))
    return rows[0] if rows else None


def moves_of(swap):
    """Return what a swap changes: {(person id, day): (watch, post) or None}."""
    moves = {(swap.giver_id, swap.giver_day): None}
    if swap.taker_day:
        moves[swap.taker_id, swap.taker_day] = None
        moves[swap.giver_id, swap.taker_day] = (swap.taker_watch, swap.taker_post)
    moves[swap.taker_id, swap.giver_day] = (swap.giver_watch, swap.giver_post)
    return moves


def weigh_swap(swap):
    """Return [Broken] of a swap as things stand now; a duty that somebody already has on the day is one of them."""
    moves = moves_of(swap)
    given = {(swap.giver_id, swap.giver_day), (swap.taker_id, swap.taker_day)}
    twice = [
        Broken("on_duty", person, day)
        for (person, day), cell in moves.items()
        if cell and (person, day) not in given and duty_of(person, day)
    ]
    return twice + (weigh(moves) if not twice else [])


def step(swap, state, by, words="", broken=None):
    swap.state = state
    swap.save(update_fields=["state", "broken"])
    SwapStep.objects.create(swap=swap, state=state, by=by, at=plant.now(), words=words[:200], broken=swap.broken if broken is None else broken)  # fmt: skip
    plant.note(by, f"swap.{state}", swap)


def values_of(swap):
    return {
        "giver": swap.giver.name, "taker": swap.taker.name, "gives": shown(swap.giver_day, swap.giver_watch, swap.giver_post),
        "returns": shown(swap.taker_day, swap.taker_watch, swap.taker_post) if swap.taker_day else "",
    }  # fmt: skip


def shown(day, watch, post):
    """Return a duty as a message shows it: 02-17 早班 值长."""
    return f"{day:%m-%d} {watch.name} {post.name}"


def put_before(swap):
    words = (
        gettext_noop("{giver} asks you to stand {gives}, and would stand your {returns}")
        if swap.taker_day
        else gettext_noop("{giver} asks you to stand {gives}")
    )
    link = LINK.format(swap.pk)
    plant.ask(
        words,
        values_of(swap),
        owner=swap.taker,
        due_at=swap.expires_at,
        key=f"swap:{swap.pk}:answer",
        link=link,
        by=swap.asked_by,
    )
    plant.tell([swap.taker], words, values_of(swap), link=link, by=swap.asked_by)


def ask_planner(swap, by):
    words = gettext_noop("{giver} and {taker} agreed on a swap of {gives}: approve or refuse it")
    plant.ask(
        words,
        values_of(swap),
        role=Role.PLANNER,
        about=swap.giver,
        due_at=swap.expires_at,
        key=f"swap:{swap.pk}:decide",
        link=LINK.format(swap.pk),
        by=by,
    )


def close_tasks(row, outcome, by):
    for kind in ("answer", "decide", "know"):
        plant.close_keyed(f"swap:{row.pk}:{kind}", outcome, by=by)


def tell_decided(row, words, by, receipt_wanted=False, **more):
    people = [person for person in (row.giver, row.taker) if by is None or person.pk != by.person_id]
    plant.tell(people, words, values_of(row) | more, link=LINK.format(row.pk), receipt_wanted=receipt_wanted, by=by)
