"""Who judges whose case, and who is asked to: nobody judges himself."""

from diba.plant import actions as plant
from diba.plant.models import Role, RoleGrant


def officer_for(person):
    """Return the role that is asked about a person: the health officer, or the duty officer where he himself is the only one."""
    holders = RoleGrant.objects.in_force(plant.now()).filter(role=Role.HEALTH_OFFICER, account__is_active=True)
    of_persons = set(holders.values_list("account__person", flat=True))
    return Role.DUTY_OFFICER if of_persons == {person.pk} else Role.HEALTH_OFFICER


def judges(account, person):
    """Say whether an account judges the cases of a person: a health officer of his, and for a health officer, who may be the only
    one and never judges himself, the duty officer too.
    """
    if plant.people_of(account, Role.HEALTH_OFFICER).filter(pk=person.pk).exists():
        return True
    holders = RoleGrant.objects.in_force(plant.now()).filter(role=Role.HEALTH_OFFICER).values("account")
    return plant.people_of(account, Role.DUTY_OFFICER).filter(pk=person.pk, account__in=holders).exists()
