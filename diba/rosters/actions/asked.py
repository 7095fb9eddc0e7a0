"""What a question for a roster asks, in words: the days, the teams, the limits with their sources, waivers and wishes."""

from collections import defaultdict
from dataclasses import dataclass
from datetime import timedelta

from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from diba.plant import actions as plant
from diba.plant.models import Level

from ..models import RotationKey, Rule, TeamName, Wish
from .crew_rules import apart_rules, apart_sentence, crew_rules, crew_sentence, group_words
from .limits import FALLBACK, level_now, limits_on, waived, waivers_between, worse
from .manning import in_force

ASKED = (Rule.REST, Rule.RUN, Rule.NIGHTS)  # the limits that a question may set itself


@dataclass(frozen=True)
class Exceeded:
    """One limit that a question asks to exceed. hard: it cannot be asked without the duty officer's waiver for everybody."""

    rule: str
    asked: int
    limit: object
    hard: bool

    def __str__(self):
        values = {
            "rule": self.limit.get_rule_display(),
            "limit": self.limit.value,
            "source": self.limit.source,
            "asked": self.asked,
        }
        if self.hard:
            return _(
                "%(rule)s: %(limit)s (%(source)s). For %(asked)s the duty officer signs a waiver for everybody over all these days; or ask for "
                "%(limit)s, and those who signed one for themselves may do more."
            ) % values  # fmt: skip
        return _("%(rule)s: %(limit)s (%(source)s); %(asked)s is asked, which this response level allows") % values


def defaults_on(day):
    """Return {rule: value} of the limits in force on a day, as a question begins with them."""
    limits = limits_on(day, level_now())
    return {rule.value: limits[rule].value if rule in limits else FALLBACK[rule] for rule in ASKED}


def exceeded(rules, first_day, days):
    """Return [Exceeded] of the rules a question asks for, on its first day, at the level in force."""
    last = first_day + timedelta(days=days - 1)
    limits, waivers = limits_on(first_day, level_now()), waivers_between(first_day, last, ())
    found = []
    for rule in ASKED:
        limit = limits.get(rule)
        if limit and worse(rule, rules[rule], limit.value):
            signed = all(waived(waivers, None, rule, day, rules[rule]) for day in (first_day, last))
            found.append(Exceeded(rule, rules[rule], limit, limit.hard and not signed))
    return found


def asked_words(pattern, split, first_day, days, rules):
    """Return the sentences of a question: days and teams, the rosters in force that it meets, limits, waivers, wishes."""
    last = first_day + timedelta(days=days - 1)
    limits, level = limits_on(first_day, level_now()), level_now()
    found = [_whole(pattern, split, first_day, days, rules, level), *_meeting(first_day, last)]
    for rule in ASKED:
        row = limits.get(rule)
        source = _(" (%(source)s)") % {"source": row.source} if row and row.value == rules[rule] else _(" (as asked)")
        found.append(WORDS[rule]() % {"n": rules[rule]} + source)
    found += rule_words(rules, first_day, last)
    longest = max((watch.minutes for watch in plant.watches(pattern)), default=0) / 60
    if (row := limits.get(Rule.DAY)) and worse(Rule.DAY, longest, row.value):
        found.append(_("Watches of %(found)g h are longer than %(limit)s h: %(source)s") % {"found": longest, "limit": row.value, "source": row.source})  # fmt: skip
    found += [str(row) for row in exceeded(rules, first_day, days) if not row.hard]
    waivers = {row.person_id for rows in waivers_between(first_day, last).values() for row in rows if row.first_day <= first_day and row.last_day >= last}  # fmt: skip
    if waivers - {None}:
        found.append(ngettext("%(n)s person signed a waiver for all these days", "%(n)s people signed waivers for all these days", len(waivers - {None})) % {"n": len(waivers - {None})})  # fmt: skip
    wishes = Wish.objects.filter(day__range=(first_day, last), withdrawn_at=None).count()
    found.append(ngettext("%(n)s wish is weighed", "%(n)s wishes are weighed", wishes) % {"n": wishes})
    return found


def rule_words(rules, first_day, last, crews=None):
    """Return the sentences of a roster's rotation and of the rules on who stands together in its days; crews: those, where known."""
    crews = crew_rules(first_day, last) if crews is None else crews
    named = [(rule.name, crew_sentence(rule)) for rule in crews]
    groups = group_words() if (apart := apart_rules(first_day, last)) else None
    named += [(rule.name, apart_sentence(rule, groups)) for rule in apart]
    return [
        *_rotation(rules),
        *(_("%(name)s: %(sentence)s") % {"name": name, "sentence": words} for name, words in named),
    ]


def _rotation(rules):
    """Return the sentence of the rotation that is the base plan, or nothing."""
    if not rules.get("rotation"):
        return []
    words = group_words()
    values = {"rotation": RotationKey(rules["rotation"]).label, "crews": "、".join(str(words.get(f"unit:{code}", code)) for code in rules["crews"]), "day": rules["rotation_first"]}  # fmt: skip
    if rules.get("rotation_strict"):
        return [_("Base plan: %(rotation)s from %(day)s (%(crews)s); nobody works beside it") % values]
    return [_("Base plan: %(rotation)s from %(day)s (%(crews)s); each day beside it costs") % values]


def _meeting(first_day, last):
    """Return what to know of the days asked for: that they began in the past, and which rosters in force they meet."""
    if first_day < plant.today():
        return [_("%(day)s is past: a roster begins today or later") % {"day": f"{first_day:%m-%d}"}]
    days = defaultdict(list)
    for day, roster in in_force(first_day, last).items():
        days[roster].append(day)
    return [_taken_over(roster, min(met), max(met)) for roster, met in days.items()]


def _taken_over(roster, first, last):
    end = roster.first_day + timedelta(days=roster.days - 1)
    values = {"roster": roster, "from": f"{first:%m-%d}", "to": f"{last:%m-%d}"}
    if first == roster.first_day and last == end:
        return _("“%(roster)s” is in force %(from)s to %(to)s: publishing this one takes its place whole") % values
    return _("“%(roster)s” is in force on %(from)s to %(to)s: publishing this one takes its place on these days; on its others it stays") % values  # fmt: skip


def _whole(pattern, split, first_day, days, rules, level):
    weeks, rest = divmod(days, 7)
    length = _("%(n)s weeks") % {"n": weeks} if not rest else _("%(n)s days") % {"n": days}
    if split is None:
        who = _("everybody who is qualified, in no teams")
    elif rules.get("block") and split.memberships.filter(team=TeamName.B).exists():
        who = _("A and B in turns of %(n)s days") % {"n": rules["block"]}
    else:
        who = _("the teams in force, without turns")
    return _("%(length)s from %(day)s; %(who)s; %(pattern)s; %(level)s.") % {
        "length": length, "day": f"{date_format(first_day, 'MONTH_DAY_FORMAT')} {date_format(first_day, 'l')}", "who": who, "pattern": pattern.name, "level": Level(level).label,
    }  # fmt: skip


WORDS = {
    Rule.REST: lambda: _("At least %(n)s h of rest between two watches"),
    Rule.RUN: lambda: _("At most %(n)s days in a row"),
    Rule.NIGHTS: lambda: _("At most %(n)s nights in a row"),
}
