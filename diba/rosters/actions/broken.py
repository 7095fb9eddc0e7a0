"""Broken rules in the reader's words, with the person, the day and both numbers."""

from datetime import date

from django.utils.translation import gettext as _

from diba.plant.models import Person


def broken_words(rows, me=None):
    """Return [(sentence, hard)] of broken rules (rows of `Broken`, or as a swap keeps them). me: a person id called "you"."""
    kept = [row if isinstance(row, dict) else row.kept() for row in rows]
    names = dict(Person.objects.filter(pk__in={row["person_id"] for row in kept}).values_list("pk", "name"))
    found = []
    for row in kept:
        day = date.fromisoformat(row["day"])
        name = _("You") if row["person_id"] == me else names.get(row["person_id"], "—")
        if row.get("name"):
            name = row["name"]
        values = {"name": name, "day": f"{day:%m-%d}", "found": _figure(row["found"]), "limit": _figure(row["limit"])}
        sentence = SENTENCES.get(row["rule"], lambda: _("%(name)s, %(day)s: a rule is broken"))
        found.append((sentence() % values, row["hard"]))
    return found


def _figure(value):
    return "—" if value is None else f"{value:g}"


SENTENCES = {
    "absent": lambda: _("%(name)s is away on %(day)s"),
    "on_duty": lambda: _("%(name)s already has a duty on %(day)s"),
    "other_team": lambda: _("%(name)s's team is not in the plant on %(day)s: the teams would meet"),
    "outsider": lambda: _("%(name)s belongs to no team of this roster (%(day)s)"),
    "no_roster": lambda: _("No roster is in force on %(day)s"),
    "not_rostered": lambda: _("%(name)s is not rostered"),
    "not_qualified": lambda: _("%(name)s has no valid certificate for this post on %(day)s"),
    "rest_hours": lambda: _("%(name)s would have %(found)s h of rest before %(day)s; at least %(limit)s h"),
    "longest_run": lambda: _("%(name)s would work %(found)s days in a row from %(day)s; at most %(limit)s"),
    "most_nights_in_row": lambda: _("%(name)s would work %(found)s nights in a row from %(day)s; at most %(limit)s"),
    "crew_short": lambda: _("%(day)s: “%(name)s” would have %(found)s instead of at least %(limit)s"),
    "crew_crowded": lambda: _("%(day)s: “%(name)s” would have %(found)s together; at most %(limit)s"),
    "apart": lambda: _("%(name)s would meet a group that is kept apart from his on %(day)s"),
    "week_hours": lambda: _(
        "%(name)s would work %(found)s h a week around %(day)s (mean of four weeks); at most %(limit)s h"
    ),
    "month_hours": lambda: _("%(name)s would work %(found)s h in the month of %(day)s; at most %(limit)s h"),
    "days_inside": lambda: _("%(name)s would have lived in for %(found)s days on %(day)s; at most %(limit)s"),
    "overtime_hours": lambda: _(
        "%(name)s would have %(found)s h of overtime in the month of %(day)s; at most %(limit)s h"
    ),
}
