"""The manning board: which post breaks first, and ways to repair it."""

from django.contrib import messages
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from diba.plant import actions as plant
from diba.plant.models import Role

from .. import actions
from ..actions import repairing
from ..models import Roster
from . import READERS


@plant.allow(*READERS)
@require_GET
def manning(request):
    board = actions.manning(14)
    clock = actions.breach_clock(board)
    whole, depths, _hard = actions.depth()
    rows = [(post, [(day, board.worst(post, day)) for day in board.days]) for post in board.posts]
    proposals = Roster.objects.filter(state=Roster.State.DRAFT).exclude(repairs=None).order_by("-id")[:3]
    return render(request, "rosters/manning.html", {
        "board": board, "clock": clock, "first": clock[0] if clock and clock[0][2] else None, "rows": rows, "whole": whole,
        "depths": depths, "proposals": proposals, "may_plan": plant.has_role(request.user, Role.PLANNER),
        "lost": sorted({duty.person.name for cell in board.cells.values() for duty in cell.lost}),
    })  # fmt: skip


@plant.allow(Role.PLANNER)
@require_POST
def repair(request):
    base, ways = actions.repairs_for()
    if base is None:
        messages.error(request, _("No roster is in force, so there is nothing to repair: ask for one."))
        return redirect("rosters:ask")
    if not ways:
        messages.info(
            request, _("Nothing needs repair, or nobody qualified is left: the depth below names who could be trained.")
        )
        return redirect("rosters:manning")
    for old in Roster.objects.filter(state=Roster.State.DRAFT).exclude(repairs=None):
        actions.drop(old, by=request.user)
    for way in reversed(ways[:3]):
        repairing.keep(base, way, by=request.user)
    messages.success(request, _("%(count)s ways found, the mildest first.") % {"count": len(ways[:3])})
    return redirect("rosters:manning")
