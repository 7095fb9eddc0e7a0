"""What the tests of swaps share."""

from datetime import date

from diba.plant import actions as plant_actions
from diba.plant.models import Delivery
from diba.rosters import actions as rosters
from diba.rosters.models import Duty, Rule

from .plans import day

EARLY, LATE, NIGHT = "早", "中", "夜"


def stands(name, offset):
    """Return what somebody stands on a day, as watch and post, or None."""
    duty = rosters.duty_of(Duty.objects.model.person.field.related_model.objects.get(name=name), day(offset))
    return duty and (duty.watch.code, duty.post.code)


def told(plant, name):
    return [
        plant_actions.sentence(row.message.words, row.message.values)
        for row in Delivery.objects.filter(person=plant[name])
    ]


def automatic():
    rosters.set_limit(Rule.SWAP_AUTOMATIC, 1, kind="plant", source="厂规", starts_on=date(2020, 1, 1), by=None)


def asked(plant, giver="林涛", taker="韩冰", offset=3, back=5):
    return rosters.ask_swap(
        plant[giver], day(offset), plant[taker], day(back) if back else None, by=plant.account(giver), reason="孩子开学"
    )
