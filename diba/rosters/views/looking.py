"""What one looks at of a roster: which days, by person or by post, and what the editor needs to go on."""

from collections import Counter
from datetime import date

from django.db.models import Q
from django.utils.translation import gettext as _

from diba.plant import actions as plant

from .. import actions
from ..editor import answer, because, figures, newest, palette, step_words
from ..models import Roster
from ..timeline import by_post, cuts, demand, grid, lines, window

SPANS, VIEWS = ("month", "week", "day"), ("person", "post")


def page(row, query, reached=None):
    """Return the context of a roster's page for the view, span and first day asked for; nonsense gives the month.

    reached: ids of the people of whom may be said why they are away; None: of everybody.
    """
    span = query.get("span") if query.get("span") in SPANS else "month"
    view = query.get("view") if query.get("view") in VIEWS else "person"
    days, before, after = window(row, span, _date(query.get("from")))
    drawn = grid(row, reached)
    context = {
        "grid": drawn, "view": view, "span": span, "days": days, "before": before, "after": after, "today": plant.today(),
        "cuts": cuts(drawn), "watches": drawn.hearing.watches, "posts": drawn.hearing.posts, "tint": drawn.tints(),
        "asked": actions.rule_words(row.rules, row.first_day, drawn.hearing.date(row.days - 1), drawn.hearing.crews), **figures(drawn), "answer": answer(drawn), "units": _units(drawn), "offset": drawn.hearing.day(days[0]), "trace": trace_of(row.result), "versions": _versions(row), "acceptances": row.acceptances.select_related("by__person"),
        "demand": [(post, [(day, *found.get(day, (0, 0, 0, "", 0))) for day in days]) for post, found in demand(drawn)],
    }  # fmt: skip
    context |= _since(row, drawn) | {"newer_rules": _newer_rules(row, drawn)}
    context |= {"palette": palette(drawn)}
    if view == "post":
        return context | {"places": by_post(drawn, days)}
    return context | {"groups": lines(drawn, days, span)}


def _since(row, drawn):
    """Return what was changed by hand since the search, and the line under the answer, which then speaks of it."""
    if row.state == Roster.State.DRAFT:
        found = _edits(row)
    else:
        found = {"corrections": list(actions.corrections_of(row)[:200]), "edits": newest(row)}
    edited = bool(found["edits"] or found.get("corrections"))
    return found | {"because": because(drawn, edited)}


def _newer_rules(row, drawn):
    """Return [(rule, how often it is broken)] of the rules on crews that were entered after a roster was published."""
    if row.published_at is None:
        return []
    broken = Counter(violation.mark for violation in drawn.hearing.report.violations if violation.mark)
    return [
        (rule, broken[rule.name]) for rule in drawn.hearing.crews if rule.at > row.published_at and broken[rule.name]
    ]


def searching(row):
    """Return the context of a search under way: its job, its share of the time, its trace as a picture."""
    progress = row.job.progress if row.job else {}
    return {
        "job": row.job,
        "stopping": bool(row.job and row.job.cancel_wanted and not row.job.ended_at),
        "searched": bool(row.job and not row.job.cancel_wanted and not row.job.ended_at),
        "share": round(100 * progress.get("share", 0)),
        "trace": trace_of(progress),
        "gap": _gap(progress),
    }


def _gap(progress):
    """Return the gap of a search in percent, or None while there is no roster."""
    objective, bound = progress.get("objective"), progress.get("bound")
    return (
        round(100 * (objective - bound) / objective, 1)
        if objective and bound is not None
        else (0 if objective == 0 else None)
    )


def trace_of(figures):
    """Return what the picture of a search draws, or None when there is nothing to draw yet."""
    points = figures.get("trace")
    if not points:
        return None
    seconds = max(points[-1][0], round(float(figures.get("seconds") or 0), 1))
    if seconds > points[-1][0]:  # what stood last stood to the end
        points = [*points, [seconds, *points[-1][1:]]]
    return {"points": points, "words": [_("cost"), _("proven"), _("missing")], "seconds": seconds}


def _date(text):
    try:
        return date.fromisoformat(text or "")
    except ValueError:
        return None


def _units(drawn):
    """Return the units of the people on the time line, by how many they are."""
    number = Counter(person.unit for person in drawn.people.values() if person.unit_id)
    return [unit for unit, _n in number.most_common()]


KINDS = {
    Roster.State.PUBLISHED: "ok",
    Roster.State.SUPERSEDED: "off",
    Roster.State.DROPPED: "off",
    Roster.State.IMPOSSIBLE: "now",
}


def _versions(row):
    """Return [(roster, what it is to this one, kind of status)]: what it came from, what came of it. One query."""
    near = Roster.objects.filter(
        Q(pk__in=[pk for pk in (row.pk, row.revises_id, row.repairs_id, row.superseded_by_id) if pk])
        | Q(revises=row) | Q(repairs=row) | Q(superseded_by=row)
    ).exclude(state=Roster.State.DROPPED).order_by("pk")  # fmt: skip
    return [(one, _relation(one, row), KINDS.get(one.state, "doing")) for one in near[:20]]


def _relation(one, row):
    if one == row:
        return _("this one, %(state)s") % {"state": one.get_state_display()}
    if one.pk == row.superseded_by_id:
        return _("took its place")
    if one.superseded_by_id == row.pk:
        return _("gave way to this one")
    return one.get_state_display()


def _edits(row):
    undoable, redoable = actions.undoable(row)
    return {
        "version": actions.version_of(row), "undo": step_words(undoable), "redo": step_words(redoable), "edits": newest(row),
    }  # fmt: skip
