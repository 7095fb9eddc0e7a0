"""What one looks at of a roster: which days, by person or by post, and what the editor needs to go on."""

from collections import Counter
from datetime import date

from diba.plant import actions as plant

from .. import actions
from ..editor import answer, figures, newest, palette, step_words
from ..models import Roster
from ..timeline import by_post, cuts, demand, grid, lines, window

SPANS, VIEWS = ("month", "week", "day"), ("person", "post")


def page(row, query):
    """Return the context of a roster's page for the view, span and first day asked for; nonsense gives the month."""
    span = query.get("span") if query.get("span") in SPANS else "month"
    view = query.get("view") if query.get("view") in VIEWS else "person"
    days, before, after = window(row, span, _date(query.get("from")))
    drawn = grid(row)
    context = {
        "grid": drawn, "view": view, "span": span, "days": days, "before": before, "after": after, "today": plant.today(),
        "cuts": cuts(drawn), "watches": drawn.hearing.watches, "posts": drawn.hearing.posts, "tint": drawn.tints(),
        **figures(drawn), "answer": answer(drawn), "units": _units(drawn), "offset": drawn.hearing.day(days[0]),
        "demand": [(post, [(day, *found.get(day, (0, 0, 0, "", 0))) for day in days]) for post, found in demand(drawn)],
    }  # fmt: skip
    context |= {"palette": palette(drawn)} | (_edits(row) if row.state == Roster.State.DRAFT else {})
    if view == "post":
        return context | {"places": by_post(drawn, days)}
    return context | {"groups": lines(drawn, days, span)}


def _date(text):
    try:
        return date.fromisoformat(text or "")
    except ValueError:
        return None


def _units(drawn):
    """Return the units of the people on the time line, by how many they are."""
    number = Counter(person.unit for person in drawn.people.values() if person.unit_id)
    return [unit for unit, _n in number.most_common()]


def _edits(row):
    undoable, redoable = actions.undoable(row)
    return {
        "version": actions.version_of(row), "undo": step_words(undoable), "redo": step_words(redoable), "edits": newest(row),
    }  # fmt: skip
