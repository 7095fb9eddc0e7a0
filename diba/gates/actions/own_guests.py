"""Nobody lets his own visitor in: whoever stands guard is not his host, neither at the gate nor when he answers for him."""

from datetime import timedelta
from typing import NamedTuple

from diba.core import gating
from diba.plant import actions as plant

from ..models import Gate, Handover
from .places import on_watch
from .reading import as_time

AS_LONG = timedelta(hours=12)  # so long a hand-over counts for whoever took the watch over; then only the roster does
MINUTE = timedelta(minutes=1)


class Guards(NamedTuple):
    """Who stood guard at a device within a span: by its hand-overs, the newest first, and by the roster."""

    taken: list  # [(moment, what was written of who took over)]
    standing: list  # [(begins, ends, person id)]

    def include(self, host, at, said=""):
        """Say whether somebody stands guard at a moment. said: whom the page names as its guard."""
        last = next((words for moment, words in self.taken if moment <= at), "")
        if {host.staff_no, host.name} & ({said, last} - {"", None}):
            return True
        return any(begins <= at < ends and host.pk == pk for begins, ends, pk in self.standing)


def guards_of(device, since, until):
    """Return the Guards of a device between two moments: a constant number of queries."""
    taken = list(Handover.objects.filter(device=device, at__lte=until).values_list("at", "incoming")[:200])
    return Guards(taken, _standing([device.gate.post_id], since, until))


def guards_now(person):
    """Say whether somebody is on watch at any gate now, by the roster or by the newest hand-over there."""
    now = plant.now()
    newest = {}
    rows = Handover.objects.filter(at__gt=now - AS_LONG, at__lte=now).order_by("at", "pk")
    for gate, incoming in rows.values_list("gate", "incoming"):
        newest[gate] = incoming
    if {person.staff_no, person.name} & (set(newest.values()) - {""}):
        return True
    posts = Gate.objects.filter(active=True).values_list("post", flat=True)
    return any(begins <= now < ends and pk == person.pk for begins, ends, pk in _standing(posts, now, now + MINUTE))


def let_in_by_the_host(entry, at, guards, known):
    """Return the Verdict on a visitor whose host was himself the guard who let him in, else None. at: s."""
    if entry.kind != "visitor" or entry.direction != "in" or not entry.holder:
        return None
    host = known.visits[entry.holder].host
    return (
        gating.Verdict("wait", "host_guards", "call_duty") if guards.include(host, as_time(at), entry.guard) else None
    )


def _standing(posts, since, until):
    return [
        (begins, ends, person.pk) for _post, begins, ends, person, cause in on_watch(posts, since, until) if not cause
    ]
