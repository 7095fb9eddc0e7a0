"""Groups that may be lost together: teams, crews, households of those who can stand somewhere."""

from collections import defaultdict

from django.utils.translation import gettext as _

from diba.plant import actions as plant
from diba.plant.models import Person

from ..models import TeamName
from .teams import operators, split_in_force


def groups():
    """Return {key: (words, ids of people)} of every team, crew, and household of two or more. Five queries."""
    able = operators(plant.today())
    rows = Person.objects.filter(pk__in=able).values_list("pk", "unit__code", "unit__name", "household__code", "name")
    crews, homes = defaultdict(list), defaultdict(list)
    for pk, code, unit, household, name in rows:
        if code:
            crews[code, unit].append(pk)
        if household:
            homes[household].append((pk, name))
    found = _teams(able)
    for (code, unit), people in sorted(crews.items()):
        found[f"crew:{code}"] = (_("Crew %(name)s (%(count)s)") % {"name": unit, "count": len(people)}, people)
    for code, members in sorted(homes.items()):
        if len(members) > 1:
            names = "、".join(name for _pk, name in members)
            found[f"household:{code}"] = (_("Household of %(names)s") % {"names": names}, [pk for pk, _name in members])
    return found


def _teams(able):
    split = split_in_force()
    members = defaultdict(list)
    if split:
        for person, team in split.memberships.values_list("person", "team"):
            if person in able:
                members[team].append(person)
    words = dict(TeamName.choices)
    return {f"team:{team}": (f"{words[team]} ({len(members[team])})", members[team]) for team in words if members[team]}
