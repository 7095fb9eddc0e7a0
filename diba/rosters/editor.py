"""What the editor of a draft is told: once all it needs to draw, then after every change only what became different."""

from django.template.loader import render_to_string
from django.utils.safestring import mark_safe
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from diba.plant.models import Person, Post, Watch

from . import actions
from .models import Edit
from .timeline import cuts, demand


def palette(grid):
    """Return what stays the same while a roster is edited: days, kinds of duty, their letters and tints."""
    tint = grid.tints()
    return {
        "first": grid.roster.first_day.isoformat(), "days": [day.isoformat() for day in grid.days()],
        "cuts": [grid.hearing.day(day) for day in sorted(cuts(grid))],
        "watches": [
            {"id": watch.pk, "code": watch.code, "name": watch.name, "tint": tint[watch.pk], "hours": f"{watch.starts:%H:%M}–{watch.ends:%H:%M}"}
            for watch in grid.hearing.watches
        ],
        "posts": [{"id": post.pk, "name": post.name} for post in grid.hearing.posts],
        "short": _("short %(n)s") % {"n": "%"}, "day_off": str(_("off")),
    }  # fmt: skip


def state(grid, since):
    """Return the state of a draft as the page keeps it, with the cells that changed after a version."""
    row, hearing = grid.roster, grid.hearing
    edits = actions.edits_since(row, since)
    undoable, redoable = actions.undoable(row)
    people = sorted({who for edit in edits for who, _day in actions.touched(edit)})
    told = len(actions.changes_to(row))
    changed = {cell for edit in edits for cell in actions.touched(edit)}
    return {
        "version": edits[-1].number if edits else since,
        "cells": [_cell(grid, *cell) for cell in sorted(changed)],
        "counts": {who: sum(one == who for one, _day in grid.cells) for who in people},
        "marks": [[who, hearing.day(day), int(hard)] for (who, day), hard in grid.marks.items()],
        "demand": {
            post.pk: [list(days.get(day, (0, 0, 0, ""))) for day in grid.days()] for post, days in demand(grid)
        },
        "conflicts": len(grid.conflicts),
        "panel": render_to_string("rosters/conflicts.html", {"conflicts": grid.conflicts, "above": grid.above, "roster": row}),
        "answer": answer(grid),
        "because": because(grid, edited=True),
        "log": render_to_string("rosters/edits.html", {"edits": newest(row)}),
        "publish": ngettext("Publish and tell %(n)s person", "Publish and tell %(n)s people", told) % {"n": told},
        "undo": step_words(undoable), "redo": step_words(redoable),
    }  # fmt: skip


def figures(grid):
    """Return what the answer line counts: people missing, rules broken, people with duties."""
    return {
        "conflicts": grid.conflicts, "above": grid.above, "short": sum(conflict.short for conflict in grid.conflicts),
        "broken": sum(conflict.rule != "cover" for conflict in grid.conflicts),
        "people_count": len({who for who, _day in grid.cells}),
    }  # fmt: skip


def answer(grid):
    """Return the answer line of a roster: how many are missing, how many rules are broken."""
    return mark_safe(render_to_string("rosters/answer.html", {"roster": grid.roster, **figures(grid)}).strip())


def because(grid, edited):
    """Return the line under the answer: what the search proved, or what the referee counts where it was edited since."""
    hearing = grid.hearing
    recount = {"cost": hearing.report.objective, "run": actions.longest_run(hearing.problem, hearing.plan)} if edited else None  # fmt: skip
    return mark_safe(render_to_string("rosters/because.html", {"roster": grid.roster, "recount": recount}).strip())


def newest(row):
    """Return [(edit, its line)] of the newest edits of a roster."""
    return edit_words(list(Edit.objects.filter(roster=row).select_related("by__person").order_by("-number")[:8]))


def _cell(grid, who, day):
    """Return [person, day, kind, pinned, tint without a duty] of one cell."""
    duty = grid.cells.get((who, day))
    kind = f"{duty.watch_id}.{duty.post_id}" if duty else ""
    return [who, grid.hearing.day(day), kind, int(bool(duty and duty.pinned)), grid.base(who, day)]


def step_words(edit):
    """Return what one edit did, in a line; "" for none."""
    return edit_words([edit])[0][1] if edit else ""


def edit_words(edits):
    """Return [(edit, its line)]: who, when, whose day, what became what. Three queries."""
    if not edits:
        return []
    ids = {cell[0] for edit in edits for cell in edit.cells[:3]}
    names = dict(Person.objects.filter(pk__in=ids).values_list("pk", "name"))
    watches, posts = dict(Watch.objects.values_list("pk", "name")), dict(Post.objects.values_list("pk", "name"))

    def place(value):
        return (
            f"{watches.get(value[0], '?')} {posts.get(value[1], '?')}{'📌' if value[2] else ''}" if value else _("off")
        )

    found = []
    for edit in edits:
        parts = [
            f"{names.get(who, who)} {day[5:]} {place(before)}→{place(after)}"
            for who, day, before, after in edit.cells[:2]
        ]
        more = len(edit.cells) - 2
        if more > 0:
            parts.append(ngettext("and %(n)s more", "and %(n)s more", more) % {"n": more})
        found.append((edit, "；".join(parts)))
    return found


def crossing_words(crossed):
    """Return the sentence of two planners who changed the same cells."""
    first = crossed.edits[-1]
    return _("%(who)s changed this meanwhile (%(what)s). Nothing of yours was written over it; look, and set it again if you still want it.") % {
        "who": first.by or "—", "what": step_words(first),
    }  # fmt: skip


def refusal_words(error):
    """Return why a change cannot be written, in words."""
    words = {
        "not_a_draft": _("This roster is no draft any more; open it again to see what became of it."),
        "past_day": _("Days that are over cannot be changed."),
        "pinned": _("A pinned duty does not move: free it first (P)."),
        "outside": _("This day is not in the roster."),
        "unknown_person": _("This person is not in the register."),
        "unknown_place": _("This watch or post is not in use any more."),
        "too_many": _("Too many days at once; choose fewer."),
    }
    return words.get(error.reason, _("This change cannot be read; load the page again."))
