"""What would free an impossible roster: asked of the core, kept as data, told in words."""

from django.utils.translation import gettext as _

from diba.core import rostering

from ..models import Rule
from .crew_rules import group_words
from .words import names_for

LIMITS = {"rest": "rest_hours", "longest_run": "longest_run", "most_nights_in_row": "most_nights_in_row"}
SECONDS = 20  # for one question; each advice is proved by solving


def advice_on(problem, seconds=SECONDS):
    """Return [{"cost", "steps": [step]}] that each make the problem solvable, the easiest to give first."""
    return [
        {"cost": advice.cost, "steps": [vars(step) for step in advice.steps]}
        for advice in rostering.advise(problem, seconds=seconds)
    ]


def advice_words(advice, first_day=None, pattern=None):
    """Return one sentence for each kept advice."""
    steps = [step for row in advice for step in row["steps"]]
    people = {step["person"] for step in steps} | {who for step in steps for who in step["people"]}
    people |= {who for step in steps for who, _last in step.get("lapses", ())}
    names = names_for(people, first_day, pattern)
    return ["；".join(_step(step, names) for step in row["steps"]) for row in advice]


def asked_with(advice):
    """Return {field of a question: value} of the limits that an advice loosens; {} when none of its steps is one."""
    limits = {
        step["rule"] or step["kind"]: step["value"] for step in advice["steps"] if step["kind"] in ("limit", "rest")
    }
    found = {field: limits[rule] for rule, field in LIMITS.items() if rule in limits}
    if "rest_hours" in found:
        found["rest_hours"] //= 60  # the core counts minutes; a question may only be looser than what was proved
    return found


def renews(advice):
    """Say whether an advice wants certificates renewed."""
    return any(step["kind"] == "renew" for step in advice["steps"])


def ends_rule(advice):
    """Say whether an advice ends a rule on who stands together or never meets."""
    return any(step["kind"] in ("let_go", "let_meet") for step in advice["steps"])


def asked_limits(advice):
    """Return [(rule, value)] of the limits of work that an advice wants raised and no question sets itself."""
    steps = [step for step in advice["steps"] if step["kind"] == "limit"]
    found = [(Rule.OVERTIME, step["overtime"]) for step in steps if "overtime" in step]
    return found + [(Rule.INSIDE, step["value"]) for step in steps if step["rule"] == "longest_stay"]


def shortens_absence(advice):
    """Say whether an advice wants somebody back earlier."""
    return any(step["kind"] == "return" for step in advice["steps"])


def teaches(advice):
    """Say whether an advice wants somebody to learn a post, or more people for it."""
    return any(step["kind"] in ("train", "hire") for step in advice["steps"])


def leaves_open(advice):
    """Say whether an advice does with fewer people at a post."""
    return any(step["kind"] == "fewer" for step in advice["steps"])


def _step(step, names):
    kind = step["rule"] if step["kind"] == "limit" else step["kind"]
    values = {
        "person": names.person(step["person"]), "day": names.day(step["day"]), "value": step["value"], "was": step["was"],
        "posts": names.post_list(step["posts"]), "watches": names.watch_list(step["shifts"]),
        "until": names.day(step["value"]), "days": step["was"] - step["value"], "number": len(step["places"]),
    }  # fmt: skip
    if kind == "renew":
        values |= {
            "number": len(step["lapses"]),
            "names": names.lapses(step["lapses"]),
            "until": names.day(step["value"]),
        }
    if kind in ("let_go", "let_meet"):
        values["rule"] = step["rule"] if kind == "let_go" else _groups(step["rule"].split("|"))
    if kind in ("rest", "most_minutes", "least_minutes"):
        values |= {"value": f"{step['value'] / 60:g}", "was": f"{step['was'] / 60:g}"}
    if kind == "fewer":
        first, last = (step["places"][at] for at in (0, -1))
        values |= {"posts": names.post_list([first[2]]), "watches": names.watch_list([first[1]])}
        values |= {"first": names.day(first[0]), "last": names.day(last[0])}
        kind = "fewer" if first[0] == last[0] else "fewer_days"
    if "overtime" in step:
        kind, values = "overtime", values | {"overtime": step["overtime"], "overtime_was": step["overtime_was"]}
    sentence = SENTENCES[kind]() % values
    if step["people"]:
        return _("%(sentence)s (of %(names)s)") % {"sentence": sentence, "names": names.persons(step["people"])}
    return sentence


def _groups(codes):
    """Return what teams or crews are called, in one line."""
    words = group_words()
    return "、".join(str(words.get(f"team:{code}") or words.get(f"unit:{code}", code)) for code in codes)


SENTENCES = {
    "renew": lambda: _("Renew %(number)s certificates for %(posts)s beyond %(until)s: %(names)s"),
    "let_go": lambda: _("End the rule “%(rule)s”"),
    "let_meet": lambda: _("End the rule that keeps %(rule)s apart"),
    "unpin": lambda: _("Release %(person)s's pin on %(day)s"),
    "rest": lambda: _("Rest of %(value)s h between watches instead of %(was)s"),
    "return": lambda: _("%(person)s is back on %(until)s, %(days)s days earlier"),
    "train": lambda: _("%(person)s qualified for %(posts)s from %(day)s"),
    "hire": lambda: _("%(value)s more qualified for %(posts)s on %(watches)s from %(day)s"),
    "fewer": lambda: _("%(value)s fewer at %(posts)s on %(watches)s of %(first)s"),
    "fewer_days": lambda: _(
        "%(value)s fewer at %(posts)s on %(watches)s from %(first)s to %(last)s, %(number)s watches"
    ),
    "longest_run": lambda: _("Longest run %(value)s days instead of %(was)s"),
    "most_nights_in_row": lambda: _("%(value)s nights in a row instead of %(was)s"),
    "most_weekends": lambda: _("%(value)s weekends instead of %(was)s"),
    "most_in_week": lambda: _("%(value)s duties in seven days instead of %(was)s"),
    "longest_stay": lambda: _("%(value)s days inside instead of %(was)s"),
    "most_minutes": lambda: _("At most %(value)s h of work instead of %(was)s"),
    "overtime": lambda: _(
        "Most overtime a month %(overtime)s h instead of %(overtime_was)s: %(value)s h of work in this roster instead of %(was)s"
    ),
    "least_minutes": lambda: _("At least %(value)s h of work instead of %(was)s"),
    "shortest_run": lambda: _("Shortest run %(value)s days instead of %(was)s"),
    "shortest_break": lambda: _("Shortest break %(value)s days instead of %(was)s"),
}
