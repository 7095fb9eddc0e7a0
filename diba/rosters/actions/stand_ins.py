"""Who could stand in a place of a draft, best first; what one person's day rests on; holes one person could fill."""

from dataclasses import dataclass

from django.utils.translation import gettext as _

from diba.core import rostering
from diba.plant import actions as plant
from diba.plant.models import Person

from .conflicts import rule_name


@dataclass(frozen=True)
class Suggestion:
    """One person for one place: the rules it would break in words (none: fit), what speaks for it in numbers, the place he
    would leave ("" when he is off), and every cell that changes: [[person id, day, watch id, post id] or [person id, day]].
    """

    person: object
    team: str
    broken: tuple
    figures: str
    instead: str
    trade: str
    cells: list


def suggestions(hearing, date, watch, post, limit=6):
    """Return the Suggestions for a place of a draft, best first; days that are over stay as they are. One query."""
    day, first = hearing.day(date), max(0, hearing.day(plant.today()))
    ranked = rostering.substitutes(hearing.problem, hearing.plan, day, watch.code, post.code, first_day=first)[:limit]
    ids = {row.person for row in ranked} | {change.person for row in ranked for change in row.trade}
    people = {str(row.pk): row for row in Person.objects.filter(pk__in=ids)}
    return [_suggestion(hearing, row, people, day, (watch.code, post.code)) for row in ranked]


def _suggestion(hearing, row, people, day, place):
    person = people[row.person]
    broken = tuple(dict.fromkeys(rule_name(rule) for rule in row.broken))
    trade = "；".join(
        f"{people[change.person].name} {hearing.date(change.day):%m-%d} {_place(hearing, change.before)}→{_place(hearing, change.after)}"
        for change in row.trade
    )
    cells = [_changed(hearing, row.person, day, place)]
    cells += [_changed(hearing, change.person, change.day, change.after) for change in row.trade]
    return Suggestion(
        person, hearing.teams.get(person.pk, ""), broken, _figures(row), _place(hearing, row.leaves) if row.leaves else "", trade, cells
    )  # fmt: skip


def _place(hearing, cell):
    if cell is None:
        return _("off")
    watch, post = hearing.watch.get(cell[0]), hearing.post.get(cell[1])
    return f"{watch.name if watch else cell[0]} {post.name if post else cell[1]}"


def _changed(hearing, who, day, cell):
    return [int(who), day, *([hearing.watch[cell[0]].pk, hearing.post[cell[1]].pk] if cell else [])]


def _figures(row):
    """Return the numbers behind a rank: load, rest before, days in a row."""
    parts = [_("%(duties)s duties, %(nights)s nights") % {"duties": row.duties, "nights": row.nights}]
    if row.rest_before is not None:
        parts.append(_("%(hours)s h of rest before") % {"hours": f"{row.rest_before / 60:g}"})
    parts.append(_("%(n)s days in a row") % {"n": row.run})
    return "，".join(parts)


@dataclass(frozen=True)
class Reason:
    """One line of why: kind of status, what was looked at, the figure found, what is asked."""

    kind: str
    what: str
    found: str


def why(hearing, person, date):
    """Return the Reasons behind one person's duty of a day: certificate, rest before and after, run, nights, all in numbers."""
    who, day = str(person.pk), hearing.day(date)
    cell, member = hearing.plan.get((who, day)), hearing.problem.person.get(who)
    if member is None:
        return []
    found = [] if cell is None else [_certificate(hearing, member, day, cell[1])]
    if cell:
        found += _rests(hearing, member, day, cell[0])
    worked = [bool(shift) for shift in member.before] + [(who, d) in hearing.plan for d in range(hearing.problem.days)]
    run = _run(worked, day + len(member.before))
    if run and member.longest_run:
        found.append(_against(run, member.longest_run, _("days in a row"), _("at most %(n)s")))
    own = [shift for (one, _d), (shift, _p) in hearing.plan.items() if one == who]
    nights = sum(hearing.problem.shift[shift].night for shift in own)
    found.append(
        Reason(
            "off",
            _("in this roster"),
            _("%(duties)s duties, %(nights)s nights") % {"duties": len(own), "nights": nights},
        )
    )
    return found


def _certificate(hearing, member, day, post):
    name = hearing.post[post].name if post in hearing.post else post
    span = (member.posts or {}).get(post)
    if span is None:
        return Reason("now", _("certificate for %(post)s") % {"post": name}, _("not held"))
    good = span[0] <= day <= span[1]
    last = span[1] >= hearing.problem.days - 1
    until = _("for the whole roster") if last else _("until %(day)s") % {"day": f"{hearing.date(span[1]):%m-%d}"}
    return Reason("ok" if good else "now", _("certificate for %(post)s") % {"post": name}, until)


def _rests(hearing, member, day, shift):
    """Return the rest before and after a duty, in hours against what is asked."""
    shifts, asked = hearing.problem.shift, hearing.problem.rest
    before = (
        hearing.plan.get((member.id, day - 1), (None,))[0] if day else (member.before[-1] if member.before else None)
    )
    after = hearing.plan.get((member.id, day + 1), (None,))[0]
    pairs = [(before, shift, _("rest before it")), (shift, after, _("rest after it"))]
    found = []
    for first, then, words in pairs:
        if first and then:
            minutes = 24 * 60 + shifts[then].start - shifts[first].start - shifts[first].minutes
            line = _("%(found)s h, %(asked)s h asked") % {"found": f"{minutes / 60:g}", "asked": f"{asked / 60:g}"}
            found.append(Reason("ok" if minutes >= asked else "now", words, line))
    return found


def _run(worked, at):
    """Return the length of the run of work that a day is in; 0 on a day off."""
    if not worked[at]:
        return 0
    first = last = at
    while first and worked[first - 1]:
        first -= 1
    while last + 1 < len(worked) and worked[last + 1]:
        last += 1
    return last - first + 1


def _against(found, limit, what, words):
    return Reason("ok" if found <= limit else "now", what, f"{found}，{words % {'n': limit}}")


def holes_for(hearing, person, date):
    """Return [(watch, post)] of a day's holes that one person could fill without breaking a rule."""
    day, who = hearing.day(date), str(person.pk)
    found = []
    for hole in hearing.report.holes:
        if hole.day != day or hole.post not in hearing.post:
            continue
        ranked = rostering.substitutes(hearing.problem, hearing.plan, day, hole.shift, hole.post)
        if any(row.person == who and not row.broken for row in ranked):
            found.append((hearing.watch[hole.shift], hearing.post[hole.post]))
    return found
