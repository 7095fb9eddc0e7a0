"""What the time line of a roster shows: demand on top, people × days by team, exchange days, conflicts, what a draft changes."""

from collections import defaultdict
from dataclasses import dataclass
from datetime import timedelta

from django.utils.html import format_html
from django.utils.safestring import mark_safe
from django.utils.translation import gettext as _

from diba.plant import actions as plant
from diba.plant.models import Person

from . import actions
from .models import Roster

CHECKED = (Roster.State.DRAFT, Roster.State.PUBLISHED)
TEAMS = ("A", "B", "C", "R", "")


@dataclass(frozen=True)
class Grid:
    """Everything that is drawn of a roster, before it is cut to the days and the view that are looked at."""

    hearing: object
    conflicts: list
    people: dict  # {person id: row}
    cells: dict  # {(person id, day): duty}
    away: frozenset  # {(person id, day)}
    changed: (
        dict  # {(person id, day): (duty before, duty after)} of a draft that changes another roster, or corrected since
    )
    inside: dict  # {team: days it is in the plant}
    marks: dict  # {(person id, day): True when it can never be published}
    above: list  # [(Limit, the worst figure, ids of people)] that need a waiver, of a draft

    @property
    def roster(self):
        return self.hearing.roster

    def days(self):
        return [self.hearing.date(day) for day in range(self.roster.days)]

    def base(self, pk, day):
        """Return the tint of a day without a duty: x away, z not in the plant, o off."""
        if (pk, day) in self.away:
            return "x"
        inside = self.inside.get(self.hearing.teams.get(pk, ""))
        return "z" if inside and day not in inside else "o"

    def tints(self):
        return tints(self.hearing.watches)


def grid(row, reached=None):
    """Return the Grid of a roster; a constant number of queries whatever its size.

    reached: ids of the people of whom may be said why they are away; None: of everybody.
    """
    hearing = actions.hear(row)
    conflicts = actions.coming(actions.conflicts_of(hearing, reached)) if row.state in CHECKED else []
    people = {person.pk: person for person in Person.objects.filter(pk__in=hearing.teams).select_related("unit")}
    cells = {(duty.person_id, duty.day): duty for duty in hearing.duties}
    changed = _changed(row, cells)
    days = [hearing.date(day) for day in range(row.days)]
    inside = {team: {day for who, day in cells if hearing.teams.get(who) == team} for team in ("A", "B", "C")}
    marks = {}
    for conflict in conflicts:
        for day in conflict.days if conflict.person else ():
            marks[conflict.person.pk, day] = marks.get((conflict.person.pk, day), False) or conflict.hard
    above = actions.above_in(row) if row.state == Roster.State.DRAFT else []
    return Grid(hearing, conflicts, people, cells, _away(people, days), changed, inside, marks, above)


@dataclass(frozen=True)
class Stood:
    """What stood in a cell when its roster was published."""

    watch: object
    post: object

    @property
    def watch_id(self):
        return self.watch.pk

    @property
    def post_id(self):
        return self.post.pk


def _corrected(row, cells):
    """Return {(person, day): (what was published, the duty now)} of the cells that were corrected since and still differ."""
    first = {(one.person_id, one.day): one for one in actions.corrections_of(row)}  # the oldest comes last and stays
    found = {}
    for cell, one in first.items():
        old, new = Stood(one.old_watch, one.old_post) if one.old_watch else None, cells.get(cell)
        if (old and (old.watch_id, old.post_id)) != (new and (new.watch_id, new.post_id)):
            found[cell] = (old, new)
    return found


def _changed(row, cells):
    """Return {(person, day): (duty before, duty after)} of a draft that changes a roster in force, or of corrections since."""
    if row.state != Roster.State.DRAFT:
        return _corrected(row, cells)
    if not (row.repairs_id or row.revises_id):
        return {}
    return {(person.pk, day): (old, new) for person, rows in actions.changes_to(row).items() for day, old, new in rows}


def _away(people, days):
    """Return {(person, day)} of the days that an absence touches."""
    found = set()
    starts = [(day, plant.day_start(day), plant.day_start(day) + timedelta(days=1)) for day in days]
    for absence in plant.absences_between(starts[0][1], starts[-1][2], people):
        found |= {
            (absence.person_id, day)
            for day, start, end in starts
            if absence.starts_at < end and (absence.ends_at is None or absence.ends_at > start)
        }
    return frozenset(found)


def demand(grid):
    """Return [(post, {day: (standing, short, over, words, first watch that is short)})]: what stands at each post each day."""
    hearing, found = grid.hearing, defaultdict(dict)
    needed, standing = hearing.needed(), hearing.standing()
    for day in range(grid.roster.days):
        for post in hearing.posts:
            pairs = [
                (watch, needed.get((day, watch.code, post.code), 0), standing[day, watch.code, post.code])
                for watch in hearing.watches
            ]
            if any(wanted or there for _watch, wanted, there in pairs):
                short = sum(max(0, wanted - there) for _watch, wanted, there in pairs)
                over = sum(max(0, there - wanted) for _watch, wanted, there in pairs)
                words = " ".join(f"{watch.code} {there}/{wanted}" for watch, wanted, there in pairs)
                first = next((watch.pk for watch, wanted, there in pairs if there < wanted), 0)
                found[post][hearing.date(day)] = (sum(there for *_rest, there in pairs), short, over, words, first)
    return sorted(found.items(), key=lambda item: (item[0].tier, item[0].code))


def lines(grid, days, span="month"):
    """Return [(team, name of the crew, runs of days in the plant, [(person, the cells of these days as HTML, duties, posts)])].

    Where there are no teams, the crews of a rotation and those kept apart are the groups, then everybody else.
    """
    groups = []
    crews, counts = _crews(grid), defaultdict(int)
    teams = crews or grid.hearing.teams
    for who, _day in grid.cells:
        counts[who] += 1
    cut, draw = cuts(grid), _Pen(grid, span)
    may = {int(person.id): sorted(person.posts or ()) for person in grid.hearing.problem.people}
    ids = {post.code: post.pk for post in grid.hearing.posts}
    for team in (*dict.fromkeys(sorted(filter(None, crews.values()))), "") if crews else TEAMS:
        members = sorted(
            (person for pk, person in grid.people.items() if teams.get(pk, "") == team),
            key=lambda person: (person.unit_id or 0, person.pk),
        )
        rows = [
            (person, mark_safe("".join([*(draw.cell(person.pk, day, day in cut) for day in days), *([draw.hours(person.pk, days[0])] if span == "day" else [])])), counts[person.pk],
             ",".join(str(ids[code]) for code in may.get(person.pk, ()) if code in ids))
            for person in members
        ]  # fmt: skip
        if rows:
            name = _group_name(team, members[0]) if crews else ""
            groups.append((team, name, stretches(grid.inside.get(team, ())), rows))
    return groups


def _group_name(crew, member):
    return member.unit.name if crew and member.unit else _("Others")


def _crews(grid):
    """Return {person id: code of his crew, "" for none} of a roster without teams that has crews; {} else."""
    found = {int(person.id): person.team for person in grid.hearing.problem.people}
    return found if grid.roster.split_id is None and any(found.values()) else {}


class _Pen:
    """Draws cells. Thousands of them stand on a page, so each kind is made once and only put together."""

    def __init__(self, grid, span):
        self.grid, self.span, self.tint, self.made = grid, span, grid.tints(), {}

    def cell(self, pk, day, cut):
        grid = self.grid
        duty, base = grid.cells.get((pk, day)), grid.base(pk, day)
        mark = grid.marks.get((pk, day))
        old, new = grid.changed.get((pk, day), (None, None))
        was = "" if old is new is None else (f"{old.watch_id}.{old.post_id}" if old else "-")
        letter = old.watch.code if old else ""
        key = (duty and (duty.watch_id, duty.post_id, duty.pinned), base, mark, cut, was, letter)
        if key not in self.made:
            self.made[key] = self._draw(duty, base, mark, cut, was, letter)
        return self.made[key]

    def _draw(self, duty, base, mark, cut, was, letter):
        tint = self.tint.get(duty.watch_id, "e") if duty else base
        names = ["s", tint, *(["pin"] if duty and duty.pinned else []), *(["cf"] if mark is not None else []),
                 *(["hard"] if mark else []), *(["chg"] if was else []), *(["db-cut"] if cut else [])]  # fmt: skip
        text = self._text(duty) if duty else {"x": "×", "z": "", "o": "·"}[base]
        shown = format_html("<s>{}</s><span>{}</span>", letter, text or "·") if was else text
        more = format_html(' data-k="{}.{}"', duty.watch_id, duty.post_id) if duty else ""
        more += format_html(' data-o="{}"', base) if duty and base != "o" else ""
        more += format_html(' data-was="{}" data-old="{}" data-new="{}"', was, self._tint_of(was), tint) if was else ""
        return format_html('<td class="{}"{}>{}</td>', " ".join(names), mark_safe(more), shown)

    def _text(self, duty):
        if self.span == "month":
            return duty.watch.code
        hours = f" {duty.watch.starts:%H:%M}–{duty.watch.ends:%H:%M}" if self.span == "day" else ""
        return f"{duty.watch.code if self.span == 'week' else duty.watch.name}{hours} {duty.post.name}"

    def hours(self, pk, day):
        """Draw the hours of a day and the night after it, with the watch that reaches into it from the day before."""
        bars = [(self.grid.cells.get((pk, day - timedelta(days=1))), -1440), (self.grid.cells.get((pk, day)), 0)]
        rects = [
            format_html('<rect class="{}" x="{}" width="{}" height="20"/>', self.tint.get(duty.watch_id, "e"),
                        duty.watch.starts.hour * 60 + duty.watch.starts.minute + shift, duty.watch.minutes)
            for duty, shift in bars if duty
        ]  # fmt: skip
        return mark_safe(
            f'<td class="hrs"><svg viewBox="0 0 1920 20" preserveAspectRatio="none" aria-hidden="true">{"".join(rects)}</svg></td>'
        )

    def _tint_of(self, was):
        return "o" if was == "-" else self.tint.get(int(was.partition(".")[0]), "e")


def by_post(grid, days):
    """Return [(post, [(watch, [(day, names, how many are missing, how many too many)])])]: who stands there, watch by watch."""
    hearing, there = grid.hearing, defaultdict(list)
    for duty in hearing.duties:
        there[duty.post.code, duty.watch.code, duty.day].append(duty.person)
    needed, found = hearing.needed(), []
    for post in hearing.posts:
        rows = []
        for watch in hearing.watches:
            line = []
            for day in days:
                people = there[post.code, watch.code, day]
                spare = len(people) - needed.get((hearing.day(day), watch.code, post.code), 0)
                line.append((day, people, max(0, -spare), max(0, spare)))
            if any(people or short for _day, people, short, _over in line):
                rows.append((watch, line))
        if rows:
            found.append((post, rows))
    return found


def window(row, span, start):
    """Return (the days looked at, the first day of the window before or None, of the one after or None)."""
    days = [row.first_day + timedelta(days=offset) for offset in range(row.days)]
    size = {"week": 7, "day": 1}.get(span)
    if size is None:
        return days, None, None
    at = min(max(0, (start - row.first_day).days if start else 0), row.days - 1)
    before = days[max(0, at - size)] if at else None
    return days[at : at + size], before, days[at + size] if at + size < row.days else None


def cuts(grid):
    """Return the days on which another team comes in."""
    days, inside = grid.days(), [grid.inside[team] for team in ("A", "B", "C") if grid.inside[team]]
    if len(inside) < 2:
        return set()
    on_site = [tuple(day in team for team in inside) for day in days]
    return {day for day, before, now in zip(days[1:], on_site, on_site[1:], strict=False) if before != now}


def stretches(inside):
    """Return [(first, last)] of the runs of days on which a team is in the plant."""
    runs = []
    for day in sorted(inside):
        if runs and day - runs[-1][1] == timedelta(days=1):
            runs[-1][1] = day
        else:
            runs.append([day, day])
    return runs


def tints(watches):
    """Return {watch id: css class}: nights dark, the later of the days darker than the earlier."""
    found = {}
    for watch in sorted(set(watches), key=lambda watch: watch.starts):
        found[watch.pk] = "n" if watch.night else ("e" if "e" not in found.values() else "l")
    return found
