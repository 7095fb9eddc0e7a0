"""The core's clashes, in the reader's words, with the numbers that forbid and the people and days they are about."""

from dataclasses import dataclass, field, replace
from datetime import date, timedelta

from django.utils.translation import gettext as _

from diba.plant.models import Person, Post, Watch

from ..models import CrewRule
from .bad_problem import problem_words
from .crew_rules import crew_sentence

SHOWN = 6  # names in one sentence


@dataclass(frozen=True)
class Names:
    """What the core's keys are called: people by id, posts and watches by code, days counted from the first."""

    people: dict
    posts: dict
    watches: dict
    first_day: object = None
    rules: dict = field(default_factory=dict)  # sentences of the rules on who stands together, by name

    def person(self, key):
        return self.people.get(str(key), str(key))

    def persons(self, keys):
        """Return the names in one line, the rest as a number."""
        keys = list(keys)
        shown = "、".join(self.person(key) for key in keys[:SHOWN])
        return shown if len(keys) <= SHOWN else _("%(names)s and %(n)s more") % {"names": shown, "n": len(keys) - SHOWN}

    def lapses(self, rows):
        """Return the people whose certificates run out, [(person, last day)], under the days until which they hold."""
        days = {}
        for who, last in rows:
            days.setdefault(last, []).append(who)
        words = (
            _("%(names)s (until %(day)s)") % {"names": self.persons(days[last]), "day": self.day(last)}
            for last in sorted(days)
        )
        return "；".join(words)

    def post_list(self, codes):
        return "、".join(self.posts.get(code, code) for code in codes)

    def watch_list(self, codes):
        return "、".join(self.watches.get(code, code) for code in codes)

    def crew_rules(self, marks, marked):
        """Return rules by name with what they ask and how many people they count, as far as that is known."""
        found = []
        for mark, number in zip(marks, marked or [None] * len(marks), strict=True):
            words = [self.rules[mark]] if mark in self.rules else []
            words += [_("%(n)s people are such") % {"n": number}] if number is not None else []
            found.append(f"“{mark}”" + (f"（{'；'.join(words)}）" if words else ""))
        return "、".join(found)

    def day(self, number):
        if not isinstance(self.first_day, date):
            return str(number)
        return f"{self.first_day + timedelta(days=number):%m-%d}"


def names_for(people=(), first_day=None, pattern=None):
    """Return the Names of these people (ids), of every post and of a pattern's watches (None: all). Three queries."""
    wanted = {int(key) for key in people if str(key).isdigit()}
    watches = Watch.objects.filter(pattern=pattern) if pattern else Watch.objects.all()
    rows = Person.objects.filter(pk__in=wanted).values_list("pk", "name")
    return Names(
        {str(pk): name for pk, name in rows}, dict(Post.objects.values_list("code", "name")),
        dict(watches.values_list("code", "name")), first_day,
    )  # fmt: skip


def clash_words(clash, first_day=None, pattern=None):
    """Return one sentence for each part of a clash."""
    people = {key for part in clash for key in (*part.get("who", ()), part.get("person", ""))}
    people |= {who for part in clash for name in ("lapses", "expired") for who, _last in part.get(name, ())}
    names = names_for(people, first_day, pattern)
    if marks := {mark for part in clash for mark in part.get("marks", ())}:
        rows = (
            CrewRule.objects.filter(name__in=marks).select_related("qualification").prefetch_related("people", "posts")
        )
        names = replace(names, rules={row.name: crew_sentence(row) for row in rows.order_by("pk")})
    return [_with_lapses(part, _sentence(part, names), names) for part in clash]


def clash_words_by_key(clash, first_day=None):
    """Return the sentences of a clash of a problem that came from a file: people, posts and watches by their own keys. No query."""
    names = Names({}, {}, {}, first_day)
    return [_with_lapses(part, _sentence(part, names), names) for part in clash]


def _with_lapses(part, sentence, names):
    """Return a sentence with whose certificates run out or had run out, and on which day, where the clash has any."""
    if part.get("lapses"):
        sentence = _("%(sentence)s Certificates run out: %(names)s.") % {
            "sentence": sentence,
            "names": names.lapses(part["lapses"]),
        }
    if part.get("expired"):
        sentence = _("%(sentence)s Expired before the first day: %(names)s.") % {
            "sentence": sentence,
            "names": names.lapses(part["expired"]),
        }
    return sentence


def _sentence(part, names):
    if part["rule"] == "bad_input":
        return problem_words(part["reason"], part["field"], part.get("value"))
    values = {"limit": "—", **part, "posts": names.post_list(part.get("posts", ()))}
    values["rules"] = names.crew_rules(part.get("marks", ()), part.get("marked")) or "—"
    values["watches"] = names.watch_list(part.get("shifts", ()))
    values |= {key: names.day(part[key]) for key in ("day", "first", "last") if isinstance(part.get(key), int)}
    if "person" in part:
        values["person"] = names.person(part["person"])
    if part["rule"] in HOURS and isinstance(values["limit"], int):
        values["limit"] = f"{values['limit'] / 60:g}"
    kind = "overtime" if part["rule"] == "most_minutes" and "overtime" in part else _kind(part)
    sentence = SENTENCES.get(kind, lambda: _("The rule “%(rule)s” cannot be kept."))() % values
    if part.get("who"):
        return _("%(sentence)s (of %(names)s)") % {"sentence": sentence, "names": names.persons(part["who"])}
    return sentence


def _kind(part):
    """Return which sentence a part takes: a cover is told by its numbers."""
    if part["rule"] != "cover":
        return part["rule"]
    if "day" in part:
        return "cover" if "short" in part else "cover_on_day"
    if "first" not in part:
        return "cover_over_time"
    return "cover_short" if "short" in part else "cover_between"


HOURS = ("rest", "least_minutes", "most_minutes")
SENTENCES = {
    "two_teams": lambda: _(
        "Two teams for %(posts)s need %(needed)s people (%(a_team)s a team, every watch of a day by other people); "
        "there are %(available)s: %(short)s short."
    ),
    "teams": lambda: _(
        "%(teams)s teams for %(posts)s need %(needed)s people (%(a_team)s a team, every watch of a day by other people); "
        "there are %(available)s: %(short)s short."
    ),
    "cover": lambda: _(
        "On %(day)s %(posts)s need %(needed)s people over all watches; %(available)s can stand there: %(short)s short."
    ),
    "cover_on_day": lambda: _("On %(day)s %(posts)s (%(watches)s) need %(needed)s people; %(people)s are qualified."),
    "cover_over_time": lambda: _(
        "%(posts)s need %(needed)s duties in %(days)s days from %(people)s people, together with the rules below."
    ),
    "cover_between": lambda: _(
        "From %(first)s to %(last)s %(posts)s (%(watches)s) need %(needed)s duties from %(people)s people, together with the "
        "rules below."
    ),
    "cover_short": lambda: _(
        "From %(first)s to %(last)s %(posts)s (%(watches)s) need %(needed)s duties; under the rules below %(people)s people "
        "may do %(available)s: %(short)s short."
    ),
    "duties": lambda: _(
        "%(posts)s need %(needed)s duties in %(days)s days; %(people)s people may do %(available)s with runs of at most "
        "%(longest_run)s days: %(short)s short."
    ),
    "bonds": lambda: _(
        "Households and rooms that must stay together (the largest has %(largest)s people) leave no two teams that can "
        "each man %(posts)s."
    ),
    "longest_run": lambda: _("Nobody works more than %(limit)s days in a row."),
    "most_nights_in_row": lambda: _("Nobody works more than %(limit)s nights in a row."),
    "most_weekends": lambda: _("Nobody works on more than %(limit)s weekends."),
    "most_in_week": lambda: _("Nobody has more than %(limit)s duties in seven days."),
    "longest_stay": lambda: _("Nobody stays inside longer than %(limit)s days."),
    "least_minutes": lambda: _("Everybody works at least %(limit)s hours."),
    "most_minutes": lambda: _("Nobody works more than %(limit)s hours."),
    "overtime": lambda: _(
        "Nobody works more than %(limit)s hours: %(week)s h a week and %(overtime)s h of overtime a month."
    ),
    "most_of": lambda: _("The numbers of each watch that one person may have."),
    "shortest_run": lambda: _("Whoever comes works at least %(limit)s days in a row."),
    "shortest_break": lambda: _("Whoever is off is off for at least %(limit)s days in a row."),
    "most": lambda: _("The most people that a post may have."),
    "crews": lambda: _("Who must stand together, and who must not: %(rules)s."),
    "apart": lambda: _("Teams that must never meet."),
    "places": lambda: _("Days that must lie between two places."),
    "rest": lambda: _("At least %(limit)s hours of rest between two watches."),
    "pins": lambda: _("Duties that were pinned."),
    "pin": lambda: _("%(person)s is pinned on %(day)s to a post where that is not possible."),
    "absences": lambda: _("Absences and days outside the team's block."),
    "time": lambda: _("No roster was found in %(seconds)s s; give it more time."),
    "nobody": lambda: _(
        "Nobody who holds a post's certificates is there from that day on: look at the first day, the certificates and the teams."
    ),
}
