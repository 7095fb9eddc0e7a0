"""Portions for the kitchen: of everybody who is inside or planned to be, by day, meal and diet."""

from collections import Counter, defaultdict
from dataclasses import dataclass
from datetime import timedelta

from django.db.models import Q

from diba.plant import actions as plant

from ..models import Diet, Stay
from .manning import duties_between

DIETS = Diet.choices


@dataclass(frozen=True)
class Meals:
    """Portions of one day. night: for those inside who stand a night watch; each a Counter of diets."""

    day: object
    breakfast: Counter
    lunch: Counter
    dinner: Counter
    night: Counter

    def total(self, name):
        return sum(getattr(self, name).values())


def meals(days=14):
    """Return the Meals of the coming days, from who is inside and who is planned: breakfast not on the day of entry, only
    breakfast on the day of leaving.
    """
    today = plant.today()
    last = today + timedelta(days=days - 1)
    stays = [
        *Stay.objects.filter(cancelled_at=None, enters_on__lte=last).filter(
            Q(left_at=None) | Q(left_at__gte=plant.day_start(today))
        )
    ]
    nights = defaultdict(set)
    for duty in duties_between(today, last):
        if duty.watch.night:
            nights[duty.day].add(duty.person_id)
    return [_meals(today + timedelta(days=offset), stays, nights, today) for offset in range(days)]


def _meals(day, stays, nights, today):
    table = Meals(day, Counter(), Counter(), Counter(), Counter())
    for stay in stays:
        first = stay.entered_at.astimezone().date() if stay.entered_at else max(stay.enters_on, today)
        # Whoever should have come out but did not still eats.
        last = (
            stay.left_at.astimezone().date()
            if stay.left_at
            else max(stay.leaves_on, today + timedelta(days=1))
            if stay.entered_at
            else stay.leaves_on
        )
        if not first <= day <= last:
            continue
        table.breakfast[stay.diet] += day > first
        if day < last:
            table.lunch[stay.diet] += 1
            table.dinner[stay.diet] += 1
            table.night[stay.diet] += stay.person_id in nights[day]
    return table
