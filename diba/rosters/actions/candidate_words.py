"""Why somebody stands where he does in the list for one place: what speaks for and against him, in words."""

from datetime import timedelta

from django.utils.translation import gettext as _

from .words import names_for

HOURS = 60  # min


def candidate_words(candidates, day, pattern=None):
    """Return [(what he would break, what else a planner asks)] of core Candidates: two lists of short phrases each.

    day: the date of the place; pattern: whose watches the codes are. Three queries.
    """
    first_day = day - timedelta(days=candidates[0].notice) if candidates else day
    names = names_for({change.person for one in candidates for change in one.trade}, first_day, pattern)
    return [([broken_phrase(row) for row in one.violations], _notes(one, names)) for one in candidates]


def broken_phrase(violation):
    """Return a rule that is broken with both its numbers."""
    found, limit = violation.found, violation.limit
    if violation.rule in ("rest", "most_minutes", "least_minutes") and found is not None:
        found, limit = f"{found / HOURS:g}", f"{(limit or 0) / HOURS:g}"
    phrase = PHRASES.get(violation.rule, lambda: _("breaks the rule “%(rule)s”"))
    return phrase() % {"found": found, "limit": limit, "rule": violation.rule}


def _notes(one, names):
    notes = [_("called in on a day off") if one.called_in else _("already on duty that day")]
    if one.rest_before is not None:
        notes.append(_("%(hours)s h of rest before") % {"hours": f"{one.rest_before / HOURS:g}"})
    if one.rest_after is not None:
        notes.append(_("%(hours)s h after") % {"hours": f"{one.rest_after / HOURS:g}"})
    notes.append(_("a run of %(days)s days") % {"days": one.run})
    if one.nights_in_row:
        notes.append(_("%(nights)s nights in a row") % {"nights": one.nights_in_row})
    notes.append(_("%(days)s days' notice") % {"days": one.notice} if one.notice else _("notice of less than a day"))
    notes += [_trade(change, names) for change in one.trade]
    return notes


def _trade(change, names):
    cell = change.after or change.before
    values = {
        "name": names.person(change.person), "day": names.day(change.day), "watch": names.watch_list([cell[0]]),
        "post": names.post_list([cell[1]]),
    }  # fmt: skip
    if change.after is None:
        return _("%(name)s gives up %(day)s %(watch)s %(post)s") % values
    return _("%(name)s takes over %(day)s %(watch)s %(post)s") % values


PHRASES = {
    "rest": lambda: _("%(found)s h of rest, at least %(limit)s"),
    "longest_run": lambda: _("%(found)s days in a row, at most %(limit)s"),
    "most_nights_in_row": lambda: _("%(found)s nights in a row, at most %(limit)s"),
    "most_weekends": lambda: _("%(found)s weekends, at most %(limit)s"),
    "most_in_week": lambda: _("%(found)s duties in seven days, at most %(limit)s"),
    "longest_stay": lambda: _("%(found)s days inside, at most %(limit)s"),
    "most_minutes": lambda: _("%(found)s h of work, at most %(limit)s"),
    "least_minutes": lambda: _("%(found)s h of work, at least %(limit)s"),
    "most_of": lambda: _("%(found)s of this watch, at most %(limit)s"),
    "shortest_run": lambda: _("a run of %(found)s days, at least %(limit)s"),
    "shortest_break": lambda: _("a break of %(found)s days, at least %(limit)s"),
    "day_off": lambda: _("away, or the other team's days"),
    "barred": lambda: _("away on this watch"),
    "barred_post": lambda: _("not to stand at this post on this day"),
    "not_qualified": lambda: _("certificate not valid on this day"),
    "not_wanted": lambda: _("no room on this watch"),
    "pin": lambda: _("pinned elsewhere"),
    "place": lambda: _("too soon after another place"),
    "too_many": lambda: _("%(found)s would stand there, at most %(limit)s"),
    "apart": lambda: _("would meet a group kept apart"),
    "crew_crowded": lambda: _("%(found)s of a kind together, at most %(limit)s"),
    "crew_short": lambda: _("%(found)s of a kind left, at least %(limit)s"),
    "leaves_open": lambda: _("the place he leaves stays open"),
}
