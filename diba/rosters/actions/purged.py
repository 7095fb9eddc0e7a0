"""What the rosters destroy at the end of a response: findings before entry, proposals that a case caused, reasons in words."""

from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from diba.plant import actions as plant

from ..models import (
    Correction,
    Duty,
    Feed,
    Finding,
    GateDuty,
    GateSwap,
    Invitation,
    Isolation,
    Membership,
    Reminder,
    Sample,
    Stay,
    Swap,
    SwapStep,
    Training,
    Volunteer,
    Waiver,
    WhatIf,
    Wish,
)

WORK = (Duty, Feed, GateDuty, GateSwap, Invitation, Membership, Reminder, Training, Volunteer, Waiver, Wish)


def of_the_rosters():
    """Answer for the tables of the rosters. Duties stay: who stood where is the plant's, and says nothing of health."""
    unit = "person__unit__path"
    return [
        *(plant.Kept(model, _("who worked where and when: wages, working hours; nothing of health")) for model in WORK),
        plant.Clearing(Finding, plant.of_response(Finding), counted=("at", f"sample__{unit}", "result")),
        plant.Clearing(Sample, plant.of_response(Sample), counted=("taken_at", unit, "")),
        plant.Clearing(Isolation, plant.of_response(Isolation), counted=("first_day", unit, "")),
        plant.Clearing(
            Stay, plant.of_response(Stay, "turn__at"), blank={"diet": ""},
            running=_lived_still, at="rosters:living_in", still=_("person living in, or planned to"),
        ),
        plant.Clearing(WhatIf, _caused),
        plant.Clearing(Correction, _said(Correction, "reason"), blank={"reason": ""}),
        plant.Clearing(Swap, _said(Swap, "reason", "asked_at"), blank={"reason": ""}),
        plant.Clearing(SwapStep, _said(SwapStep, "words"), blank={"words": ""}),
    ]  # fmt: skip


def _lived_still(rows):
    """Return the stays of those who are inside, or are planned to be: without findings and isolations each is a conflict."""
    planned = Q(entered_at__isnull=False) | Q(leaves_on__gte=plant.today())
    return rows.filter(planned, left_at=None, cancelled_at=None)


def _caused(response):
    """Return the repairs that were proposed because of a case."""
    return plant.of_response(WhatIf, "asked_at")(response).exclude(source="")


def _said(model, name, moment="at"):
    rows = plant.of_response(model, moment)
    return lambda response: rows(response).exclude(**{name: ""})
