"""Living in: turns with their stays, beds, going in and coming out, and whether the next team is ready."""

from collections import defaultdict

from django.db import IntegrityError, transaction
from django.utils.translation import gettext_noop

from diba.core.errors import BadInput
from diba.plant import actions as plant
from diba.plant.models import Person, Role

from ..models import Room, Stay, Turn
from .fitness import fitness
from .reach import within
from .teams import split_in_force

LINK = "/rosters/mine/"


@transaction.atomic
def add_room(building, code, beds, *, by, team=""):
    """Enter a room and return it."""
    room = Room.objects.create(building=building, code=code, beds=beds, team=team)
    plant.note(by, "room.added", room)
    return room


@transaction.atomic
def open_turn(*, by, name, team, enters_on, leaves_on, longest, isolation_days, test_days):
    """Enter a turn and put the team's members into it, each with a free bed where there is one. Return it."""
    turn = Turn.objects.create(
        name=name, team=team, enters_on=enters_on, leaves_on=leaves_on, longest=longest, isolation_days=isolation_days,
        test_days=test_days, by=by, at=plant.now(),
    )  # fmt: skip
    split = split_in_force()
    people = (
        Person.objects.filter(memberships__split=split, memberships__team=team).order_by("sex", "pk")
        if split and team
        else []
    )
    diets = _diets(people)
    free = _Beds(turn)
    Stay.objects.bulk_create(
        [
            Stay(
                turn=turn,
                person=person,
                diet=diets.get(person.pk, ""),
                enters_on=enters_on,
                leaves_on=leaves_on,
                by=by,
                **free.take(person),
            )
            for person in people
        ]
    )
    plant.note(by, "turn.opened", turn, detail=f"people={len(people)}")
    for stay in turn.stays.select_related("person", "room", "turn"):
        _tell(stay, by)
    words = gettext_noop("{turn} goes in on {day} with {count} people: enter isolation and test results before")
    values = {"turn": name, "day": f"{enters_on:%m-%d}", "count": len(people)}
    plant.ask(
        words,
        values,
        role=Role.HEALTH_OFFICER,
        due_at=plant.day_start(enters_on),
        link=f"/rosters/living-in/turns/{turn.pk}/",
        key=f"turn:{turn.pk}",
        by=by,
    )
    return turn


def _tell(stay, by, words=None):
    """Tell somebody of his place in a turn: which days, which bed. words: another sentence about the same."""
    if words is None and stay.room is None:
        words = gettext_noop("You live in with {turn} from {first} to {last}; a bed is not assigned yet")
    values = {"turn": stay.turn.name, "first": f"{stay.enters_on:%m-%d}", "last": f"{stay.leaves_on:%m-%d}"}
    values |= {"room": f"{stay.room.building} {stay.room.code}", "bed": stay.bed} if stay.room else {}
    words = words or gettext_noop("You live in with {turn} from {first} to {last}: {room}, bed {bed}")
    plant.tell([stay.person], words, values, link=LINK, receipt_wanted=True, by=by)


def _diets(people):
    """Return {person id: what he ate last time}."""
    return dict(Stay.objects.filter(person__in=people).order_by("id").values_list("person", "diet"))


class _Beds:
    """The beds that are free over a turn's days; a room holds people of one sex."""

    def __init__(self, turn):
        self.team = turn.team
        self.rooms = list(Room.objects.filter(in_use=True).order_by("-team", "building", "code"))
        self.taken, self.sexes = defaultdict(set), {}
        for stay in _meeting(turn.enters_on, turn.leaves_on).exclude(room=None).select_related("person"):
            self.taken[stay.room_id].add(stay.bed)
            self.sexes[stay.room_id] = stay.person.sex

    def take(self, person):
        """Return {"room", "bed"} of a bed that is free, or nothing when none is."""
        for room in self.rooms:
            if room.team not in ("", self.team) or self.sexes.get(room.pk, person.sex) != person.sex:
                continue
            if free := [bed for bed in range(1, room.beds + 1) if bed not in self.taken[room.pk]]:
                self.taken[room.pk].add(free[0])
                self.sexes[room.pk] = person.sex
                return {"room": room, "bed": free[0]}
        return {}


def _meeting(first, last):
    """Return the stays that are inside on some day from first to the day before last."""
    return Stay.objects.filter(cancelled_at=None, left_at=None, enters_on__lt=last, leaves_on__gt=first)


@transaction.atomic
def add_stay(turn, person, *, by, room=None, bed=None, diet=""):
    """Put one more person into a turn. Raises BadInput: in it already, or the bed is somebody else's."""
    place = _place(turn, person, room, bed)
    try:
        with transaction.atomic():
            stay = Stay.objects.create(
                turn=turn, person=person, diet=diet, enters_on=turn.enters_on, leaves_on=turn.leaves_on, by=by, **place
            )
    except IntegrityError as error:
        raise BadInput("in_the_turn", "person", value=person.pk) from error
    plant.note(by, "stay.entered", stay)
    _tell(stay, by)
    return stay


def _place(turn, person, room, bed):
    if room is None:
        return _Beds(turn).take(person)
    there = {
        stay.bed: stay.person
        for stay in _meeting(turn.enters_on, turn.leaves_on).filter(room=room).select_related("person")
    }
    free = [number for number in range(1, room.beds + 1) if number not in there]
    if bed in there:
        raise BadInput("bed_taken", "bed", value=there[bed].name)
    if bed is None and not free:
        raise BadInput("room_full", "room", value=room.code)
    return {"room": room, "bed": bed or free[0]}


@transaction.atomic
def move(stay, room, bed, *, by):
    """Give somebody another bed. Raises BadInput."""
    place = _place(stay.turn, stay.person, room, bed)
    Stay.objects.filter(pk=stay.pk).update(**place)
    plant.note(by, "stay.moved", stay)
    moved = Stay.objects.select_related("person", "room", "turn").get(pk=stay.pk)
    if moved.room:
        _tell(moved, by, gettext_noop("Your bed in {turn}, {first} to {last}, is now {room}, bed {bed}"))


@transaction.atomic
def go_in(stay, *, by):
    """Write down that somebody went in. Raises BadInput unless isolation and test are both done."""
    turn = stay.turn
    found = fitness([stay.person_id], plant.today(), turn.isolation_days, turn.test_days)[stay.person_id]
    if not found.fit:
        raise BadInput("not_fit", "person", value=stay.person_id)
    done = Stay.objects.filter(pk=stay.pk, entered_at=None, cancelled_at=None).update(entered_at=plant.now())
    if done:
        plant.note(by, "stay.began", stay)
    return bool(done)


@transaction.atomic
def come_out(stay, *, by):
    """Write down that somebody came out; say whether he was inside."""
    done = Stay.objects.filter(pk=stay.pk, left_at=None).exclude(entered_at=None).update(left_at=plant.now())
    if done:
        plant.note(by, "stay.ended", stay)
    return bool(done)


@transaction.atomic
def cancel_stay(stay, *, by):
    """Take somebody out of a turn before he went in; say whether it was."""
    done = Stay.objects.filter(pk=stay.pk, entered_at=None, cancelled_at=None).update(cancelled_at=plant.now())
    if done:
        plant.note(by, "stay.cancelled", stay)
        _tell(stay, by, gettext_noop("You do not live in with {turn} from {first} to {last} after all"))
    return bool(done)


def inside(people=None):
    """Return [(stay, days inside, longest)] of everybody who is inside, or of these (ids), longest first."""
    today = plant.today()
    rows = (
        Stay.objects.filter(left_at=None, cancelled_at=None)
        .exclude(entered_at=None)
        .select_related("person__unit", "room", "turn")
    )
    rows = within(rows, people)
    found = [(stay, (today - stay.entered_at.astimezone().date()).days + 1, stay.turn.longest) for stay in rows]
    return sorted(found, key=lambda row: (row[1] - row[2], row[1]), reverse=True)


def turns_ahead():
    """Return the turns in which somebody is still to go in, the next first."""
    waiting = Stay.objects.filter(entered_at=None, cancelled_at=None, turn__leaves_on__gt=plant.today()).values("turn")
    return list(Turn.objects.filter(pk__in=waiting).order_by("enters_on", "id"))


def readiness(turn, people=None):
    """Return [(stay, Fitness)] of those who are to go in with a turn, or of these (ids): who lacks something on top."""
    stays = within(turn.stays.filter(cancelled_at=None).select_related("person__unit", "room"), people)
    found = fitness([stay.person_id for stay in stays], turn.enters_on, turn.isolation_days, turn.test_days)
    rows = [(stay, found[stay.person_id]) for stay in stays]
    return sorted(rows, key=lambda row: (row[1].fit, row[1].on_track, str(row[0].room or ""), row[0].person.name))


def beds(people=None):
    """Return [(building, beds, taken now, [(room, stays in it, beds free)])] as of now; people: the ids to be named."""
    here = defaultdict(list)
    for stay, _days, _longest in inside():
        here[stay.room_id].append(stay)
    found = {}
    for room in Room.objects.filter(in_use=True):
        stays = sorted(here[room.pk], key=lambda stay: stay.bed or 0)
        found.setdefault(room.building, []).append((room, within(stays, people), max(0, room.beds - len(stays))))
    return [
        (building, sum(room.beds for room, *_ in rooms), sum(len(here[room.pk]) for room, *_ in rooms), rooms)
        for building, rooms in found.items()
    ]
