"""Where a roster's cost comes from, and why somebody does not stand at a place: the core's answers with their rows."""

from collections import defaultdict
from dataclasses import dataclass

from django.utils import timezone
from django.utils.translation import gettext as _

from diba.core import rostering
from diba.plant import actions as plant
from diba.plant.models import Person

from .candidate_words import broken_phrase
from .conflicts import rule_name
from .problems import team_on

TRY = 1.0  # s that the search for changes which make room may take


@dataclass(frozen=True)
class Score:
    """A roster's cost: the whole, and by rule, person and day. Each row: (words or date, points, {rule: points})."""

    total: int
    by_rule: list
    by_person: list
    by_day: list


def score_of(hearing):
    """Return the Score of a roster as it stands now. One query."""
    charges = rostering.score(hearing.problem, hearing.plan)
    ids = {int(charge.person) for charge in charges if charge.person}
    names = {str(pk): name for pk, name in Person.objects.filter(pk__in=ids).values_list("pk", "name")}
    return Score(
        sum(charge.amount for charge in charges),
        _rows(charges, lambda charge: rule_name(charge.rule)),
        _rows(charges, lambda charge: names.get(charge.person)),
        _rows(charges, lambda charge: None if charge.day is None else hearing.date(charge.day)),
    )


def _rows(charges, key):
    """Return [(what, points, [(rule, points)])] of the charges that have it, the dearest first."""
    found = defaultdict(lambda: defaultdict(int))
    for charge in charges:
        if key(charge) is not None:
            found[key(charge)][rule_name(charge.rule)] += charge.amount
    rows = [(what, sum(rules.values()), sorted(rules.items(), key=lambda one: -one[1])) for what, rules in found.items()]  # fmt: skip
    return sorted(rows, key=lambda row: (-row[1], str(row[0])))


@dataclass(frozen=True)
class Why:
    """Why somebody does not stand at a place. broken: the rules in words; cost: [(rule, points more)]; moves: [(person, date,
    before, after)] that would make room, None when it cannot be; open: places left open even so.
    """

    stands: bool
    broken: list
    cost: list
    instead_of: list
    surplus: bool
    moves: list | None
    open: int


def why_not(hearing, person, date, watch, post, reached=None):
    """Return the Why of one person at one place. Raises BadInput for somebody who is not in the roster's problem.

    reached: ids of the people of whom may be said why they are away; None: of everybody.
    """
    first = max(0, hearing.day(plant.today()))
    found = rostering.why_not(hearing.problem, hearing.plan, str(person.pk), hearing.day(date), watch.code, post.code, first_day=first, seconds=TRY)  # fmt: skip
    ids = {*found.instead_of, *(change.person for change in found.moves or ())}
    names = {str(pk): name for pk, name in Person.objects.filter(pk__in=[int(who) for who in ids]).values_list("pk", "name")}  # fmt: skip
    moves = None
    if found.moves is not None:
        moves = [(names.get(one.person, one.person), hearing.date(one.day), _place(hearing, one.before), _place(hearing, one.after)) for one in found.moves]  # fmt: skip
    told = reached is None or person.pk in reached
    return Why(
        found.stands, [_reason(hearing, person, date, watch, row, told) for row in found.broken], [(rule_name(rule), points) for rule, points in found.cost.items()],
        [names.get(who, who) for who in found.instead_of], found.surplus, moves, found.open,
    )  # fmt: skip


def _reason(hearing, person, date, watch, violation, told):
    """Return a broken rule in words; of a day that is kept free, what keeps it free, of an absence only when it may be told."""
    if violation.rule in ("day_off", "barred"):
        away = plant.absences_between(*watch.span(date), [person.pk]).first()
        if away and not told:
            return _("not available")
        if away and away.ends_at:
            values = {"kind": away.get_kind_display(), "until": f"{timezone.localtime(away.ends_at):%m-%d %H:%M}"}
            return _("%(kind)s until %(until)s") % values
        if away:
            return _("%(kind)s until further notice") % {"kind": away.get_kind_display()}
        inside, own = team_on(hearing.roster, hearing.day(date)), hearing.teams.get(person.pk, "")
        if violation.rule == "day_off" and inside and own and inside != own:
            return _("team %(team)s is in the plant on this day, and he is of team %(own)s") % {
                "team": inside,
                "own": own,
            }
    return broken_phrase(violation)


def _place(hearing, cell):
    """Return a place in words; "" for a day off."""
    if cell is None:
        return ""
    return f"{hearing.watch[cell[0]].name} {hearing.post[cell[1]].name}"
