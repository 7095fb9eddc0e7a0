"""A question's condition and bounds in words, for the page and for paper."""

from django.utils.translation import get_language
from django.utils.translation import gettext as _

from .questions import NO_VALUE, OPERATORS
from .screening import words_of


def label_of(item):
    """Return a question's words in the language of the page, else in the other."""
    words = (item["en"], item["zh"]) if get_language() == "en" else (item["zh"], item["en"])
    return words[0] or words[1] or item["name"]


def condition_of(item, by_name):
    """Return when an item is asked, in words; empty when always."""
    return _(" or ").join(_(" and ").join(_part(part, by_name) for part in parts) for parts in item["when"])


def _part(part, by_name):
    question, operator, value = part
    asked = by_name.get(question)
    code = next((code for code, sign in NO_VALUE.items() if sign == operator and value == ""), operator)
    answers = {"yes": _("Yes"), "no": _("No")} if asked and asked["kind"] == "yesno" else {}
    if asked and asked["kind"] in ("one", "several"):
        answers = {choice["name"]: label_of({"en": "", "zh": "", **choice}) for choice in asked["choices"]}
    words = _("“%(question)s” %(operator)s “%(value)s”") if value else _("“%(question)s” %(operator)s")
    named = label_of(asked) if asked else question
    return words % {"question": named, "operator": OPERATORS.get(code, code), "value": answers.get(value, value)}


def bounds_of(item):
    """Return the bounds of an answer in words; empty when there are none."""
    if item["low"] != "" and item["high"] != "":
        return _("%(low)s to %(high)s") % {"low": item["low"], "high": item["high"]}
    if item["low"] != "":
        return _("at least %(low)s") % {"low": item["low"]}
    return _("at most %(high)s") % {"high": item["high"]} if item["high"] != "" else ""


def lines_of(items):
    """Return [(item, condition in words, bounds in words)]."""
    by_name = {item["name"]: item for item in items}
    return [(item, condition_of(item, by_name), bounds_of(item)) for item in items]


def drawn(asked, given, wrong):
    """Return [(item, what was given, what is wrong with it in words)]; wrong: {question: reason}."""
    return [(item, given.get(item["name"], ""), _fault(item, wrong.get(item["name"]))) for item in asked]


def _fault(item, reason):
    return (
        "" if reason is None else item["message"] if reason == "out_of_range" and item["message"] else words_of(reason)
    )
