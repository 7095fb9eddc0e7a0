"""Why somebody is lost to a duty, and which rules a stand-in would break, in words."""

from dataclasses import dataclass

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from diba.plant.models import Absence, AbsenceKind, Certificate, Qualification

RULES = {
    "rest": gettext_lazy("too little rest"),
    "longest_run": gettext_lazy("too many days in a row"),
    "most_nights_in_row": gettext_lazy("too many nights in a row"),
    "most_minutes": gettext_lazy("too many hours"),
    "most_of": gettext_lazy("too many of this watch"),
    "most_weekends": gettext_lazy("too many weekends"),
    "shortest_run": gettext_lazy("too few days in a row"),
    "shortest_break": gettext_lazy("too few days off in a row"),
    "day_off": gettext_lazy("away, or the other team's days"),
    "barred": gettext_lazy("away on this watch"),
    "not_wanted": gettext_lazy("no room on this watch"),
    "not_qualified": gettext_lazy("certificate not valid on this day"),
    "pin": gettext_lazy("pinned elsewhere"),
    "on_duty": gettext_lazy("stands elsewhere on this day"),
    "apart": gettext_lazy("would meet a group kept apart"),
    "crew_short": gettext_lazy("leaves a mixed crew short"),
    "crew_crowded": gettext_lazy("too many of one kind together"),
    "cover": gettext_lazy("a post stays open"),
}


def rule_words(rules):
    """Return the names of rules as the referee calls them, in words, each once."""
    return [str(RULES.get(rule, rule)) for rule in dict.fromkeys(rules)]


@dataclass(frozen=True)
class Reason:
    """Why a duty will not be stood: what, until when, and where that is known from."""

    duty: object
    kind: str
    until: object
    source: str


def reasons_of(lost):
    """Return a Reason for each Lost; three queries however many there are."""
    lost = list(lost)
    absences = [each.absence for each in lost if isinstance(each.absence, Absence)]
    authors = dict(
        Absence.objects.filter(pk__in=[row.pk for row in absences]).values_list("pk", "entered_by__person__name")
    )
    lacking = {q for each in lost for q in each.lacks}
    people = [each.duty.person_id for each in lost if each.lacks]
    names = dict(Qualification.objects.filter(pk__in=lacking).values_list("pk", "name")) if lacking else {}
    ends = {}
    if lacking:
        rows = Certificate.objects.filter(person__in=people).values_list("person", "qualification", "expires")
        ends = {(person, qualification): expires for person, qualification, expires in rows}
    return [_reason(each, authors, names, ends) for each in lost]


def _reason(lost, authors, names, ends):
    duty, away = lost.duty, lost.absence
    if away is not None:
        return Reason(duty, _kind(away), away.ends_at, _source(away, authors))
    held = "、".join(names.get(q, "?") for q in lost.lacks)
    end = next((ends[duty.person_id, q] for q in lost.lacks if (duty.person_id, q) in ends), None)
    words = _("%(certificate)s not valid") % {"certificate": held}
    return Reason(
        duty,
        words,
        None,
        _("certificate ran out on %(day)s") % {"day": f"{end:%Y-%m-%d}"}
        if end
        else _("no certificate in the register"),
    )


def _kind(away):
    return (
        _("supposed to be gone")
        if away.kind == "supposed"
        else str(dict(AbsenceKind.choices).get(away.kind, away.kind))
    )


def _source(away, authors):
    if away.kind == "supposed":
        return _("what-if")
    moment = f"{away.starts_at.astimezone():%m-%d %H:%M}"
    kind = away.source.partition(":")[0]
    if kind == "checkin":
        return _("check-in, from %(moment)s") % {"moment": moment}
    author = authors.get(away.pk)
    if author:
        return _("absence entered by %(name)s, from %(moment)s") % {"name": author, "moment": moment}
    return _("absence, from %(moment)s") % {"moment": moment}
