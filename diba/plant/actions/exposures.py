"""Who was near whom, as the desks know it; and what the register itself knows: households, rooms, buses."""

from collections import defaultdict
from datetime import datetime
from itertools import chain
from typing import NamedTuple

from . import hooks
from .register import active


class Exposure(NamedTuple):
    """That a person was, or may have been, near another one. Seen from the person who was asked about."""

    person: int  # id of the one asked about
    other: int  # id of the one near him
    kind: str  # "household", "room", "bus", "watch", "handover", or a desk's own
    starts_at: datetime
    ends_at: datetime
    minutes: int | None  # near each other; None for what goes on day after day and is not counted
    place: str
    detail: str  # for the reader: the watch and the posts, the number of the room


def exposures_of(person_ids, since, until):
    """Return every Exposure of these people (ids) in [since, until), as all desks know them, in no order.

    If both of two people are asked about, each has his own row.
    """
    return list(chain.from_iterable(hooks.gather(hooks.EXPOSURES, list(person_ids), since, until)))


def of_the_register(person_ids, since, until):
    """Return who lives with, rooms with or rides with these people: over the whole window, not counted. One query."""
    asked, near = set(person_ids), defaultdict(list)
    rows = active(day=since.date()).values_list(
        "pk", "household", "household__code", "household__address", "room", "bus"
    )
    for pk, home, code, address, room, bus in rows:
        if home:
            near["household", home, address, code].append(pk)
        for kind, name in (("room", room), ("bus", bus)):
            if name:
                near[kind, name, name, ""].append(pk)
    return [
        Exposure(person, other, kind, since, until, None, place, detail)
        for (kind, _key, place, detail), people in near.items()
        for person in people
        if person in asked
        for other in people
        if other != person
    ]
