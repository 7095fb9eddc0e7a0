"""Taking somebody out of the denominator: for a reason of a closed list, approved by somebody else."""

from django.db import IntegrityError, transaction

from diba.core.errors import BadInput
from diba.plant import actions as plant
from diba.plant.models import Role

from ...models import Campaign, Exclusion, ExclusionReason

APPROVERS = (Role.HEALTH_OFFICER, Role.DUTY_OFFICER)


@transaction.atomic
def exclude(target, reason, *, note="", by):
    """Propose to leave somebody out; return the row, the one there when it was proposed before. Raises BadInput."""
    if reason not in ExclusionReason.values:
        raise BadInput("unknown_reason", "reason")
    if target.campaign.state != Campaign.State.RUNNING:
        raise BadInput("closed", "round")
    try:
        with transaction.atomic():
            row = Exclusion.objects.create(target=target, reason=reason, note=note.strip()[:300], by=by, at=plant.now())
    except IntegrityError:
        return Exclusion.objects.get(target=target, lifted_at=None)
    plant.note(by, "exclusion.proposed", target, detail=reason)
    return row


@transaction.atomic
def approve(exclusion, *, by):
    """Let an exclusion count. Raises BadInput("own_proposal") for who proposed it; say whether this call approved it."""
    if exclusion.by_id == by.pk:
        raise BadInput("own_proposal", "approved_by")
    rows = Exclusion.objects.filter(pk=exclusion.pk, approved_at=None, lifted_at=None)
    if approved := rows.update(approved_at=plant.now(), approved_by=by):
        plant.note(by, "exclusion.approved", exclusion.target, detail=exclusion.reason)
    return bool(approved)


@transaction.atomic
def lift(exclusion, *, by):
    """Refuse a proposal or take an exclusion back: the person counts again. Say whether this call did."""
    if lifted := Exclusion.objects.filter(pk=exclusion.pk, lifted_at=None).update(lifted_at=plant.now(), lifted_by=by):
        plant.note(by, "exclusion.lifted", exclusion.target, detail=exclusion.reason)
    return bool(lifted)
