"""Watches at gates whose guard cannot come: told to whoever plans, without a word of why."""

from collections import defaultdict
from datetime import timedelta

from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from diba.plant import actions as plant
from diba.plant.models import Role, Task

from ..models import Gate
from .places import on_watch

AHEAD = timedelta(days=14)  # as far as the manning board looks
KEY = "gate-away:"  # of the tasks


def tell_of_unmanned():
    """Ask the planner about each person who cannot come to watches at gates, once an absence or hold; close what was settled."""
    now = plant.now()
    gates = {gate.post_id: gate for gate in Gate.objects.filter(active=True).exclude(post=None)}
    open_watches = defaultdict(list)
    for post, begins, ends, person, cause in on_watch(gates, now, now + AHEAD):
        if cause and ends > now:
            open_watches[f"{KEY}{person.pk}:{cause}"].append((begins, gates[post].name, person))
    for task in Task.objects.filter(key__startswith=KEY, closed_at=None):
        if task.key not in open_watches:
            plant.close(task, _("Given to others, or he can come."))
    asked = set(Task.objects.filter(key__in=open_watches).values_list("key", flat=True))
    for key, rows in open_watches.items():
        begins, gate, person = min(rows, key=lambda row: row[:2])
        if key not in asked:
            plant.ask(
                gettext_noop("{name} cannot come to {count} watches at gates, the first from {when} at {gate}: give them to others"),
                {"name": person.name, "count": len(rows), "when": f"{begins.astimezone(now.tzinfo):%m-%d %H:%M}", "gate": gate},
                role=Role.PLANNER, about=person, key=key, due_at=max(begins, now), urgent=begins < now + timedelta(days=1), link="/rosters/",
            )  # fmt: skip
