"""A lead says of readings that look copied: looked at, real."""

from django.contrib import messages
from django.http import Http404
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from diba.core.errors import BadInput
from diba.plant import actions as plant
from diba.plant.models import Role

from ..actions.copied import leads, look_at


@plant.allow(Role.CELL_LEAD)
@require_POST
def looked_at(request, pk):
    """Only whoever leads the cell now; for everybody else there is nothing here."""
    cell = get_object_or_404(plant.cells_of(request.user), pk=pk)
    if not leads(cell, request.user):
        raise Http404
    kind, key, note = (request.POST.get(name, "")[:200] for name in ("kind", "people", "note"))
    try:
        look_at(cell, kind, key, note=note, by=request.user)
    except BadInput:
        messages.info(request, _("Nothing of that kind is to be looked at any more."))
    else:
        messages.success(request, _("Written down: looked at, real."))
    return redirect(f"{reverse('grid:cell')}?cell={cell.code}")
