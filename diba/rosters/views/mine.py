"""One's own duties."""

from django.contrib import messages
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from diba.plant import actions as plant

from .. import actions
from ..models import Swap


@plant.allow(*plant.EVERYONE)
@require_GET
def mine(request):
    own = actions.mine(request.user)
    waiting = actions.swaps_visible_to(request.user).filter(taker=request.user.person_id or 0, state=Swap.State.ASKED)
    return render(
        request,
        "rosters/mine.html",
        {
            "mine": own,
            "today": plant.today(),
            "waiting": list(waiting),
            "tab": "mine",
            "notices": plant.notices_for(request.user.person),
        },
    )


@plant.allow(*plant.EVERYONE)
@require_POST
def seen(request):
    ids = {int(pk) for pk in request.POST.getlist("delivery") if pk.isdecimal() and len(pk) < 16}
    if actions.seen(request.user, ids):
        messages.success(request, _("Receipted."))
    return redirect("rosters:mine")
