"""The wall: one layout, refreshed by polling with ETag."""

from django.shortcuts import render
from django.utils.cache import patch_cache_control
from django.views.decorators.http import condition, require_GET

from diba.plant import actions as plant
from diba.plant.models import Role

from . import actions
from .actions.stamp import stamp

READERS = (Role.DUTY_OFFICER, Role.PLANNER, Role.HEALTH_OFFICER, Role.DISPATCHER)


def _page(request):
    situation = actions.board()
    rows = [
        (post, [(day, situation.manning.worst(post, day)) for day in situation.manning.days])
        for post in situation.manning.posts
    ]
    manned = [figure for figure in situation.cells if figure.expected]  # nobody is asked in the others
    worst = sorted((figure for figure in situation.cells if figure.unknown), key=lambda figure: -figure.unknown)[:2]
    return {
        "b": situation, "rows": rows, "first": situation.clock[0] if situation.clock and situation.clock[0][2] else None,
        "next": situation.clock[1:3], "worst": worst, "unsigned": [row for row in situation.cells if row.people and not row.stands][:2], "done_cells": sum(not figure.unknown for figure in manned), "manned_cells": len(manned),
        "history": {"x": [f"{day:%m-%d}" for day, _ in situation.history], "unit": "%",
                    "y": [None if known is None or not situation.zero.expected else round(100 * known / situation.zero.expected, 1) for _, known in situation.history]},
        "theme": "wall", "may_manning": plant.has_role(request.user, Role.PLANNER, Role.DUTY_OFFICER),
        "may_cells": plant.has_role(request.user, Role.CELL_LEAD, Role.DUTY_OFFICER, Role.HEALTH_OFFICER),
    }  # fmt: skip


@plant.allow(*READERS)
@require_GET
def board(request):
    return render(request, "command/board.html", _page(request))


@plant.allow(*READERS)
@require_GET
@condition(etag_func=lambda request: stamp())
def live(request):
    response = render(request, "command/tiles.html", _page(request))
    patch_cache_control(response, no_cache=True, private=True)
    return response
