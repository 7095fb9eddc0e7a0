"""Rounds of disinfection: what is due at every place today, doing one, and telling what was missed."""

from collections import defaultdict
from dataclasses import dataclass
from datetime import time, timedelta

from django.db import IntegrityError, transaction
from django.utils import timezone
from django.utils.translation import gettext_noop

from diba.core import rounds
from diba.core.errors import BadInput
from diba.plant import actions as plant
from diba.plant.models import Role

from ..models import Agent, DisinfectedPlace, DisinfectionRound

MOST_ROUNDS = 12  # a day


@dataclass
class PlaceDay:
    """One place on one day: [core.rounds.Round], and what was written of those done, by due time."""

    place: DisinfectedPlace
    rounds: list
    done: dict

    @property
    def open(self):
        return rounds.open_round(self.rounds)

    @property
    def lines(self):
        return [(each, self.done.get(each.due)) for each in self.rounds]

    def count(self, *states):
        return sum(each.state in states for each in self.rounds)

    @property
    def rank(self):
        return (-self.count("overdue"), -self.count("missed"), -self.count("due"), self.place.code)


def due_times(place):
    """Return the due times of a place as times of day."""
    return [time.fromisoformat(each) for each in place.times]


def days_of(day, places=None):
    """Return [PlaceDay] of a day, what is overdue first; two queries."""
    places = list(DisinfectedPlace.objects.filter(active=True).select_related("agent") if places is None else places)
    written = defaultdict(dict)
    rows = DisinfectionRound.objects.filter(day=day, place__in=places).select_related("agent", "by__person")
    for row in rows:
        written[row.place_id][row.due] = row
    now, found = timezone.localtime(plant.now()), []
    for place in places:
        done = {due: row.at for due, row in written[place.pk].items()}
        # A round that was done for a time the place no longer has stays shown.
        times, early, grace = {*due_times(place), *done}, timedelta(minutes=place.early), timedelta(minutes=place.grace)
        found.append(PlaceDay(place, rounds.rounds_of(day, times, done, now, early, grace), written[place.pk]))
    return sorted(found, key=lambda row: row.rank)


@transaction.atomic
def disinfect(place, agent, concentration, *, uid, by, note=""):
    """Write down that the round open at a place now was done; replayed it is the row there.

    Raises BadInput "nothing_due", "too_weak_or_strong", "not_in_use", "uid_taken".
    """
    place = DisinfectedPlace.objects.select_for_update().get(pk=place.pk)
    if there := DisinfectionRound.objects.filter(uid=uid).first():
        if there.place_id != place.pk:
            raise BadInput("uid_taken")
        return there
    if not place.active or not agent.active:
        raise BadInput("not_in_use", "agent")
    if not agent.lowest <= concentration <= agent.highest:
        raise BadInput("too_weak_or_strong", "concentration", value=concentration)
    [today] = days_of(plant.today(), [place])
    if today.open is None:
        raise BadInput("nothing_due")
    try:
        with transaction.atomic():
            row = DisinfectionRound.objects.create(
                uid=uid, place=place, day=plant.today(), due=today.open.due, agent=agent, concentration=concentration,
                note=note.strip(), by=by, at=plant.now(),
            )  # fmt: skip
    except IntegrityError as error:
        raise BadInput("nothing_due") from error
    plant.note(by, "round.done", row)
    return row


@transaction.atomic
def keep_place(place=None, *, by, **values):
    """Add a place, or change one; what it was stays in its history. values: of the model, times as times of day."""
    times = sorted(set(values.pop("times")))
    if not 1 <= len(times) <= MOST_ROUNDS:
        raise BadInput("how_many_rounds", "times", value=len(times))
    values["times"] = [f"{each:%H:%M}" for each in times]
    row = place or DisinfectedPlace()
    for name, value in values.items():
        setattr(row, name, value)
    if DisinfectedPlace.objects.filter(code=row.code).exclude(pk=row.pk).exists():
        raise BadInput("code_taken", "code")
    row.save()
    plant.note(by, "place.kept", row)
    return row


@transaction.atomic
def keep_agent(*, by, name, **values):
    """Add an agent, or change the ranges of the one of this name; what it was stays in its history."""
    if values["lowest"] > values["highest"]:
        raise BadInput("lowest_above_highest", "highest")
    row, _new = Agent.objects.update_or_create(name=name, defaults=values)
    plant.note(by, "agent.kept", row)
    return row


def ask_about_rounds():
    """Ask for rounds that are overdue and say which were missed, one task a day; return how many places are behind."""
    today = plant.today()
    behind = [row for row in days_of(today) if row.count("overdue", "missed")]
    for day in (today - timedelta(days=1), today - timedelta(days=2)):
        plant.close_keyed(f"rounds:{day}", "")
    if not behind:
        plant.close_keyed(f"rounds:{today}", "")
        return 0
    values = {"count": len(behind), "names": "、".join(row.place.name for row in behind[:5])}
    plant.ask(gettext_noop("Disinfection overdue or missed at {count} places: {names}"), values, role=Role.HEALTH_OFFICER,
              key=f"rounds:{today}", link="/grid/rounds/")  # fmt: skip
    return len(behind)


def history(first, last):
    """Return [(day, place, due, state, row or None)] of past days by the times of now; at most 62 days."""
    last = min(last, plant.today(), first + timedelta(days=61))
    found = []
    for offset in range((last - first).days + 1):
        day = first + timedelta(days=offset)
        found += [(day, row.place, each.due, each.state, done) for row in days_of(day) for each, done in row.lines]
    return found


def agents():
    """Return the agents in use by name."""
    return Agent.objects.filter(active=True)
