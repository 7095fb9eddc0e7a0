"""Which campaigns and which of their people an account sees."""

from diba.plant import actions as plant
from diba.plant.models import Role

from ...models import Campaign, Target

READERS = (Role.HEALTH_OFFICER, Role.DUTY_OFFICER, Role.CELL_LEAD)
WHOLE = (Role.HEALTH_OFFICER, Role.DUTY_OFFICER)


def reach(account):
    """Return the people whose answers an account sees as an officer of their units or as the lead of their cell."""
    own = plant.health_visible_to(account)
    return (
        own
        if plant.whole_plant(account, *WHOLE)
        else own.filter(pk__in=plant.people_of(account, *READERS).values("pk"))
    )


def targets_for(account, campaign):
    """Return the rows of a campaign's audience that an account sees."""
    rows = Target.objects.filter(campaign=campaign)
    return rows if plant.whole_plant(account, *WHOLE) else rows.filter(person__in=reach(account).values("pk"))


def campaigns_for(account, *, drill=False):
    """Return the campaigns an account sees: all as an officer of the plant, else those that ask his people; drills apart."""
    rows = Campaign.objects.select_related("questionnaire", "response", "by__person").filter(response__drill=drill)
    if plant.whole_plant(account, *WHOLE):
        return rows
    mine = Target.objects.filter(person__in=reach(account).values("pk"))
    return rows.exclude(state=Campaign.State.DRAFT).filter(pk__in=mine.values("campaign"))
