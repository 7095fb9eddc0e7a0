"""One's own duties."""

from datetime import timedelta

from django.shortcuts import render
from django.views.decorators.http import require_GET

from diba.plant import actions as plant

from .. import actions


@plant.allow(*plant.EVERYONE)
@require_GET
def mine(request):
    today = plant.today()
    person = request.user.person_id
    duties = actions.duties_between(today - timedelta(days=7), today + timedelta(days=28), person) if person else []
    run = 0
    worked = {duty.day for duty in duties}
    while today - timedelta(days=run) in worked:
        run += 1
    coming = [duty for duty in duties if duty.day >= today]
    nights = sum(duty.watch.night for duty in coming)
    return render(request, "rosters/mine.html", {"coming": coming, "run": run, "nights": nights, "today": today})
