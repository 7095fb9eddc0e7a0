"""The referee's findings in words: who, which day, which numbers, and which of them can never be published."""

from collections import defaultdict
from dataclasses import dataclass
from datetime import timedelta

from django.utils import timezone
from django.utils.translation import gettext as _

from diba.plant import actions as plant
from diba.plant.models import AbsenceKind, Person

from .hours import minutes_beside, month_limit, month_minutes, months_of
from .limits import limits_on, waivers_between
from .periods import month_of
from .problems import team_on

ILL = {AbsenceKind.ISOLATION, AbsenceKind.CHECKING}


@dataclass(frozen=True)
class Conflict:
    """One rule that is broken, in a sentence. hard: it cannot be published, whatever the reason.

    days: every day it touches, in order; none when it is about the whole roster. person: a row or None.
    """

    rule: str
    words: str
    person: object = None
    days: tuple = ()
    watch: object = None
    post: object = None
    hard: bool = False
    short: int = 0  # of a hole: how many are missing


def conflicts_of(hearing, reached=None):
    """Return the Conflicts of a roster, the impossible ones first, then holes, then by day. A constant number of queries.

    reached: ids of the people of whom may be said why they are away, and what follows from that; None: of everybody.
    """
    people, absences = _people(hearing), _absences(hearing)
    groups = {}
    for violation in hearing.report.violations:
        # One rule broken by one person at one post is one sentence, however many days it is broken on.
        alone = violation.day if violation.rule not in BY_DAY else None
        groups.setdefault(
            (violation.rule, violation.person, violation.post, alone, violation.person or violation), []
        ).append(violation)
    found = [_conflict(hearing, group, people, absences, reached) for group in groups.values()]
    found += _holes_at_a_cost(hearing)
    found += _months(hearing)
    return sorted(found, key=lambda c: (not c.hard, c.rule != "cover", c.days or (hearing.date(0),), c.words))


def _people(hearing):
    people = {str(duty.person_id): duty.person for duty in hearing.duties}
    missing = {v.person for v in hearing.report.violations if v.person and v.person not in people}
    return people | {str(row.pk): row for row in Person.objects.filter(pk__in=missing)} if missing else people


def _absences(hearing):
    first, last = plant.day_start(hearing.date(0)), plant.day_start(hearing.date(hearing.roster.days + 1))
    found = {}
    for row in plant.absences_between(first, last, {int(who) for who, _day in hearing.plan}):
        found.setdefault(str(row.person_id), []).append(row)
    return found


def _holes_at_a_cost(hearing):
    """Return the holes that the rules allow at a cost: nobody is missed the less for it."""
    told = {(v.day, v.shift, v.post) for v in hearing.report.violations if v.rule == "cover"}
    return [
        _hole(hearing, hole.day, hole.shift, hole.post, hole.found, hole.needed)
        for hole in hearing.report.holes
        if (hole.day, hole.shift, hole.post) not in told
    ]


def _months(hearing):
    """Yield who works more hours in a month than a hard limit lets him, with the duties beside the roster's days."""
    roster = hearing.roster
    limit = month_limit(limits_on(roster.first_day, roster.level))
    if limit is None or not hearing.duties:
        return
    months, beside = months_of(roster), minutes_beside(roster)
    waivers = waivers_between(months[0][1][0], months[-1][1][-1])
    worked = defaultdict(list)
    for duty in hearing.duties:
        worked[duty.person_id, month_of(duty.day)[0]].append(duty)
    for first, same in months:
        for (pk, month), duties in worked.items():
            minutes = sum(duty.watch.minutes for duty in duties)
            if month == first and minutes > month_minutes(pk, limit, waivers, same, beside):
                values = {"person": duties[0].person.name, "month": f"{first:%Y-%m}", "limit": limit.value}
                values["found"] = f"{(minutes + beside.get((pk, first), 0)) / 60:g}"
                words = _("%(person)s works %(found)s h in %(month)s; at most %(limit)s h") % values
                yield Conflict("month_hours", words, duties[0].person, tuple(sorted(duty.day for duty in duties)))


def _hole(hearing, day, watch, post, found, needed):
    watch, post, date = hearing.watch.get(watch), hearing.post.get(post), hearing.date(day)
    words = _("%(day)s %(watch)s %(post)s: %(short)s short, %(found)s of %(needed)s stand there") % {
        "day": f"{date:%m-%d}", "watch": watch, "post": post, "short": needed - found, "found": found, "needed": needed,
    }  # fmt: skip
    return Conflict("cover", words, None, (date,), watch, post, False, needed - found)


def _conflict(hearing, group, people, absences, reached):
    """Return the Conflict of the violations of one rule by one person (or of one place)."""
    violation = group[0]
    if violation.rule == "cover":
        return _hole(hearing, violation.day, violation.shift, violation.post, violation.found or 0, violation.limit)
    person = people.get(violation.person)
    watch, post = hearing.watch.get(violation.shift), hearing.post.get(violation.post)
    date = None if violation.day is None else hearing.date(violation.day)
    others = {key: row.name for key, row in people.items()} if violation.other else {}
    away = _away_on(absences.get(violation.person, ()), date, violation, hearing)
    values = {
        "person": person.name if person else violation.person, "day": _days(hearing, group),
        "watch": watch.name if watch else violation.shift or "—", "post": post.name if post else violation.post or "—",
        "found": _number(violation.rule, violation.found), "limit": _number(violation.rule, violation.limit),
        "until": f"{timezone.localtime(away.ends_at):%m-%d %H:%M}" if away and away.ends_at else _("further notice"),
        "team": hearing.teams.get(person.pk, "") if person else "", "rule": rule_name(violation.rule),
        "mark": violation.mark, "other": others.get(violation.other, violation.other),
    }  # fmt: skip
    left = bool(away and watch) and watch.span(date)[0] <= plant.now()  # it had begun: he stood there until he left
    told = reached is None or not away or away.person_id in reached  # which absence cannot be published tells its kind
    words = (
        _sentence(hearing, violation, away, values, left)
        if told
        else _("%(person)s is not available on %(day)s %(watch)s")
    )
    words %= values
    hard = bool(told and away and away.kind in ILL and not left) or (
        violation.rule == "not_qualified" and post is not None and post.tier == 1
    )
    hard = hard or violation.rule in TOGETHER  # a rule that is only a wish is no violation
    length = violation.found if violation.rule in RUNS and violation.found else 1
    days = {hearing.date(one.day + more) for one in group if one.day is not None for more in range(length)}
    return Conflict(violation.rule, words, person, tuple(sorted(days)), watch, post, hard)


def _days(hearing, group):
    """Return the days of a group of violations, in a few words."""
    days = sorted({hearing.date(one.day) for one in group if one.day is not None})
    shown = "、".join(f"{day:%m-%d}" for day in days[:3]) or "—"
    return shown if len(days) <= 3 else _("%(days)s and %(n)s more days") % {"days": shown, "n": len(days) - 3}


def _number(rule, value):
    """Return a figure of a violation in the unit a planner reads: minutes as hours."""
    if value is None:
        return "—"
    return f"{value / 60:g}" if rule in ("rest", "most_minutes", "least_minutes") else value


def _away_on(absences, date, violation, hearing):
    if date is None or violation.rule not in ("day_off", "barred"):
        return None
    start = plant.day_start(date)
    end = start + timedelta(days=2)
    return next((row for row in absences if row.starts_at < end and (row.ends_at is None or row.ends_at > start)), None)


def _sentence(hearing, violation, away, values, left):
    """Return the sentence of a violation; the reason behind a rule decides which. left: away from a watch that had begun."""
    if left:
        return _("%(person)s is away from %(day)s %(watch)s, which has begun: nobody is sent there by a repair")
    if away:
        return _("%(person)s is away on %(day)s %(watch)s, until %(until)s")
    if violation.rule == "day_off" and team_on(hearing.roster, violation.day or 0) not in ("", values["team"]):
        return _("%(person)s stands on %(day)s, when team %(team)s is not in the plant")
    if violation.rule == "not_qualified":
        span = (hearing.problem.person[violation.person].posts or {}).get(violation.post)
        if span:
            values["until"] = f"{hearing.date(span[1]):%Y-%m-%d}"
            return _("%(person)s stands at %(post)s on %(day)s; the certificate is valid until %(until)s only")
    return SENTENCES.get(violation.rule, _other)()


def _other():
    return _("%(rule)s: %(person)s %(day)s, %(found)s instead of %(limit)s")


BY_DAY = ("not_qualified", "not_wanted", "day_off", "barred")
TOGETHER = ("crew_short", "crew_crowded", "apart")
RUNS = ("longest_run", "shortest_run", "most_nights_in_row")
SENTENCES = {
    "rest": lambda: _("%(person)s has %(found)s h of rest before %(watch)s on %(day)s; %(limit)s h are needed"),
    "longest_run": lambda: _("%(person)s works %(found)s days in a row from %(day)s; at most %(limit)s"),
    "most_nights_in_row": lambda: _("%(person)s works %(found)s nights in a row from %(day)s; at most %(limit)s"),
    "shortest_run": lambda: _("%(person)s works only %(found)s days from %(day)s; at least %(limit)s"),
    "shortest_break": lambda: _("%(person)s is off only %(found)s days from %(day)s; at least %(limit)s"),
    "not_qualified": lambda: _("%(person)s stands at %(post)s on %(day)s without the certificate it asks for"),
    "not_wanted": lambda: _("%(person)s stands at %(post)s on %(day)s %(watch)s, where nobody is needed"),
    "day_off": lambda: _("%(person)s stands on %(day)s, a day that is kept free"),
    "barred": lambda: _("%(person)s cannot stand %(watch)s on %(day)s"),
    "most_of": lambda: _("%(person)s stands %(watch)s %(found)s times; at most %(limit)s"),
    "most_minutes": lambda: _("%(person)s works %(found)s h; at most %(limit)s h"),
    "least_minutes": lambda: _("%(person)s works %(found)s h; at least %(limit)s h"),
    "too_many": lambda: _("%(day)s %(watch)s %(post)s: %(found)s stand there; at most %(limit)s"),
    "crew_short": lambda: _("%(day)s %(watch)s: %(found)s with the mark “%(mark)s” together; at least %(limit)s"),
    "crew_crowded": lambda: _("%(day)s %(watch)s: %(found)s with the mark “%(mark)s” together; at most %(limit)s"),
    "apart": lambda: _("%(person)s and %(other)s meet on %(day)s %(watch)s, though their groups are kept apart"),
    "place": lambda: _("%(person)s changes the room on %(day)s after %(found)s days; at least %(limit)s lie between"),
    "longest_stay": lambda: _("%(person)s has lived in for %(found)s days on %(day)s; at most %(limit)s"),
    "most_weekends": lambda: _("%(person)s works on %(found)s weekends; at most %(limit)s"),
}


def rule_name(rule):
    """Return what a rule is called; a rule without a name is shown by its code."""
    return str(NAMES[rule]()) if rule in NAMES else rule


NAMES = {
    "cover": lambda: _("manning"),
    "rest": lambda: _("rest between watches"),
    "longest_run": lambda: _("days in a row"),
    "most_nights_in_row": lambda: _("nights in a row"),
    "shortest_run": lambda: _("shortest run of days"),
    "shortest_break": lambda: _("days off in a row"),
    "not_qualified": lambda: _("certificate"),
    "not_wanted": lambda: _("nobody needed there"),
    "day_off": lambda: _("absence or another team's block"),
    "barred": lambda: _("absence"),
    "most_of": lambda: _("most of one watch"),
    "most_minutes": lambda: _("most hours"),
    "least_minutes": lambda: _("least hours"),
    "most_weekends": lambda: _("weekends"),
    "longest_stay": lambda: _("days inside"),
    "too_many": lambda: _("most at one post"),
    "crew_short": lambda: _("skills that stand together"),
    "crew_crowded": lambda: _("skills that stand together"),
    "place": lambda: _("days between two rooms"),
    "apart": lambda: _("groups kept apart"),
    "deviations": lambda: _("days beside the rotation"),
    "leaves_open": lambda: _("leaves a post open"),
    "crews": lambda: _("skills that stand together"),
    "on_duty": lambda: _("already on duty that day"),
    "requests": lambda: _("wishes"),
    "overtaken": lambda: _("changed since the draft was made"),
    "under": lambda: _("manning"),
    "over": lambda: _("more than needed"),
    "fairness": lambda: _("fairness"),
    "nights": lambda: _("nights shared unevenly"),
    "weekends": lambda: _("weekends shared unevenly"),
    "duties": lambda: _("duties shared unevenly"),
}
