"""Whether I am reminded of my check-in."""

from django.contrib import messages
from django.http import Http404
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from diba.core.errors import BadInput
from diba.plant import actions as plant

from .. import actions


@plant.allow(*plant.EVERYONE)
@require_POST
def reminders(request):
    """Switch one's own reminders on or off; nobody else's."""
    if request.user.person is None:
        raise Http404
    wanted = request.POST.get("wanted") == "1"
    try:
        actions.choose_reminders(request.user.person, wanted, by=request.user)
    except BadInput:
        messages.error(request, _("The health rules keep the reminders on for you."))
    else:
        messages.success(request, _("You are reminded again.") if wanted else _("You are not reminded any more."))
    return redirect("grid:checkin")
