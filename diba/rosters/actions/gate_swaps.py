"""Volunteers give a watch to another, or exchange two: asked, agreed, and only where the engine's referee finds nothing new against it."""

from collections import defaultdict
from datetime import timedelta
from typing import NamedTuple

from django.db import IntegrityError, transaction
from django.utils.translation import gettext_noop

from diba.core import rostering
from diba.core.errors import BadInput
from diba.plant import actions as plant

from ..models import CallUp, GateDuty, GateSwap, Volunteer
from .gate_duties import able, barred, taken_time
from .gate_rules import NIGHTS, REST, RUN, shift

AROUND = 8  # days before and after that a rule reaches
LINK = "/rosters/calls/"


class Way(NamedTuple):
    """Who could take a watch, and for which of his in exchange (None: without)."""

    person: object
    back: object


class Scales:
    """The watches of all volunteers from today on, weighed for whoever moves. A constant number of queries."""

    def __init__(self):
        today = plant.today()
        self.volunteers = {
            row.person_id: row for row in Volunteer.objects.filter(left_at=None).select_related("person")
        }
        rows = GateDuty.objects.filter(call__state=CallUp.State.PUBLISHED, day__gte=today - timedelta(days=AROUND))
        self.duties = {row.pk: row for row in rows.select_related("call", "watch", "post", "person")}
        self.first = today - timedelta(days=AROUND)
        self.days = max([(row.day - self.first).days for row in self.duties.values()], default=0) + 1
        self.watches = {row.watch_id: row.watch for row in self.duties.values()}
        self.of = defaultdict(list)
        for row in self.duties.values():
            self.of[row.person_id].append(row)
        taken = taken_time(list(self.volunteers), self.first, self.days)
        self.barred = defaultdict(set)
        for who, day, name in barred(taken, self.first, self.days, self.watches.values(), lambda watch: f"w{watch.pk}"):
            self.barred[who].add((day, name))
        self._before: dict = {}

    def faults(self, moves):
        """Return the rules, by name, that {duty id: person id} would newly break. Empty: it is valid."""
        people = {self.duties[pk].person_id for pk in moves} | set(moves.values())
        found = set()
        for who in people:
            volunteer = self.volunteers.get(who)
            gets = [self.duties[pk] for pk, taker in moves.items() if taker == who]
            if volunteer is None:
                return {"not_listed"}
            if any(not volunteer.may_stand_on(duty.day) for duty in gets):
                found.add("training")
            if any(not able(volunteer, duty.call) for duty in gets):
                found.add("skill")
            after = [duty for duty in self.of[who] if duty.pk not in moves] + gets
            if len({duty.day for duty in after}) < len(after):
                found.add("same_day")
            elif gets:
                found |= {rule for rule, *_rest in self._broken(volunteer, after) - self.before(volunteer)}
        return found

    def before(self, volunteer):
        """Return what somebody's watches break as they stand."""
        if volunteer.person_id not in self._before:
            self._before[volunteer.person_id] = self._broken(volunteer, self.of[volunteer.person_id])
        return self._before[volunteer.person_id]

    def _broken(self, volunteer, duties):
        who = str(volunteer.person_id)
        person = rostering.Person(
            id=who, barred=frozenset(self.barred[volunteer.person_id]), longest_run=RUN, most_nights_in_row=NIGHTS,
            most_in_week=volunteer.most_a_week,
        )  # fmt: skip
        posts = {str(duty.post_id) for duty in duties} or {"-"}
        problem = rostering.Problem(
            self.days, tuple(shift(watch, f"w{pk}") for pk, watch in self.watches.items()), (person,),
            posts=tuple(rostering.Post(name) for name in sorted(posts)), rest=REST, start=self.first,
        )  # fmt: skip
        cells = {
            (who, (duty.day - self.first).days): (f"w{duty.watch_id}", str(duty.post_id))
            for duty in duties
            if duty.day >= self.first
        }
        return {(row.rule, row.day, row.found) for row in rostering.check(problem, cells).violations}

    def ways(self, duty):
        """Return every Way in which a watch could be given: to whom without exchange first, then exchanges."""
        alone, exchanges = [], []
        for who, volunteer in self.volunteers.items():
            if who == duty.person_id:
                continue
            if not self.faults({duty.pk: who}):
                alone.append(Way(volunteer.person, None))
            for back in self.of[who]:
                if _begins(back) > plant.now() and not self.faults({duty.pk: who, back.pk: duty.person_id}):
                    exchanges.append(Way(volunteer.person, back))
        return alone + exchanges


def _begins(duty):
    return duty.watch.span(duty.day)[0]


def words_of(duty):
    """Return a watch in words, as it is told."""
    return f"{duty.day:%m-%d} {duty.watch.name} {duty.post.name}"


@transaction.atomic
def ask(duty, taker, back=None, *, by):
    """Ask another to take a watch, or to exchange it for one of his. Raises BadInput with the rule that stands against it."""
    _lock(duty, back)
    if _begins(duty) <= plant.now() or (back and _begins(back) <= plant.now()):
        raise BadInput("is_over", "duty", value=duty.pk)
    if duty.person_id == taker.pk or (back and back.person_id != taker.pk):
        raise BadInput("out_of_range", "taker", value=taker.pk)
    _weigh(duty, taker.pk, back)
    try:
        with transaction.atomic():
            row = GateSwap.objects.create(
                duty=duty, back=back, giver_id=duty.person_id, taker=taker, gave=words_of(duty),
                got=words_of(back) if back else "", asked_at=plant.now(),
            )  # fmt: skip
    except IntegrityError:
        raise BadInput("asked_already", "duty", value=duty.pk) from None
    words = gettext_noop("{name} asks you to take a watch at the gates: {gave}")
    if back:
        words = gettext_noop("{name} asks you to exchange watches at the gates: {gave} for {got}")
    plant.tell([taker], words, {"name": duty.person.name, "gave": row.gave, "got": row.got}, link=LINK, by=by)
    plant.note(by, "gate_swap.asked", row)
    return row


@transaction.atomic
def agree(swap, *, by):
    """Let the one who was asked agree: the watches change hands. Raises BadInput when a rule stands against it by now."""
    row = GateSwap.objects.select_for_update().get(pk=swap.pk)
    duty, back = row.duty, row.back
    _lock(duty, back)
    if row.state != GateSwap.State.ASKED:
        raise BadInput("closed", "state", value=row.state)
    for mine, who in ((duty, row.giver_id), (back, row.taker_id)):
        if mine and (mine.person_id != who or _begins(mine) <= plant.now()):
            raise BadInput("is_over", "duty", value=mine.pk)
    for mine, said in ((duty, row.gave), (back, row.got)):
        if mine and words_of(mine) != said:  # an exchange of that day moved it: he would get what he never read
            raise BadInput("moved", "duty", value=mine.pk)
    _weigh(duty, row.taker_id, back)
    if back and (back.call_id, back.day) == (duty.call_id, duty.day):
        # On one day the people stay and the places change: nobody has two rows of a day even for a moment.
        duty.watch_id, back.watch_id, duty.post_id, back.post_id = (
            back.watch_id,
            duty.watch_id,
            back.post_id,
            duty.post_id,
        )
        for mine in (duty, back):
            mine.reminded_at = None
            mine.save(update_fields=["watch", "post", "reminded_at"])
    else:
        GateDuty.objects.filter(pk=duty.pk).update(person=row.taker_id, reminded_at=None)
        if back:
            GateDuty.objects.filter(pk=back.pk).update(person=row.giver_id, reminded_at=None)
    _settle(row, GateSwap.State.DONE)
    words = gettext_noop("{name} takes your watch at the gates: {gave}")
    if back:
        words = gettext_noop("{name} exchanges with you: you give {gave} and stand {got}")
    plant.tell([row.giver_id], words, {"name": row.taker.name, "gave": row.gave, "got": row.got}, link=LINK, by=by)
    plant.note(by, "gate_swap.done", row)
    return row


@transaction.atomic
def end(swap, *, by, refuse):
    """Refuse what one was asked, or take back what one asked; say whether it was open."""
    row = GateSwap.objects.select_for_update().get(pk=swap.pk)
    if row.state != GateSwap.State.ASKED:
        return False
    _settle(row, GateSwap.State.REFUSED if refuse else GateSwap.State.WITHDRAWN)
    if refuse:
        words = gettext_noop("{name} cannot take your watch at the gates: {gave}")
        plant.tell([row.giver_id], words, {"name": row.taker.name, "gave": row.gave}, link=LINK, by=by)
    plant.note(by, f"gate_swap.{row.state}", row)
    return True


def open_of(person):
    """Return (what one was asked, what one asks others) and nobody has answered, of watches to come."""
    rows = GateSwap.objects.filter(state=GateSwap.State.ASKED, duty__day__gte=plant.today())
    rows = rows.select_related("duty__watch", "duty__post", "back__watch", "back__post", "giver", "taker")
    return list(rows.filter(taker=person)), list(rows.filter(giver=person))


def _weigh(duty, taker, back):
    moves = {duty.pk: taker} | ({back.pk: duty.person_id} if back else {})
    if faults := Scales().faults(moves):
        raise BadInput(sorted(faults)[0], "taker", value=" ".join(sorted(faults)))


def _lock(duty, back):
    """Lock the calls of both watches in the order of their ids: two swaps of one call wait for each other."""
    calls = sorted({duty.call_id, *((back.call_id,) if back else ())})
    rows = {row.pk: row for row in CallUp.objects.select_for_update().filter(pk__in=calls).order_by("pk")}
    if any(row.state != CallUp.State.PUBLISHED for row in rows.values()):
        raise BadInput("closed", "state", value="call")
    for mine in filter(None, (duty, back)):
        mine.refresh_from_db()


def _settle(row, state):
    row.state, row.settled_at = state, plant.now()
    row.save(update_fields=["state", "settled_at"])
