"""One question as it is typed on the page: its words, answers, bounds, and when it is asked."""

import re

from django import forms
from django.utils.translation import gettext as now
from django.utils.translation import gettext_lazy as _

from diba.core import questions
from diba.core.errors import BadInput

from .styled import Styled
from .xlsform import WORDS as FAULTS

KINDS = {
    "text": _("text"), "integer": _("whole number"), "decimal": _("number with decimals"), "date": _("date"),
    "one": _("one of several"), "several": _("several of several"), "yesno": _("yes or no"), "note": _("words to read"),
    "section": _("section"),
}  # fmt: skip
WORDS = {
    "frozen": _("This questionnaire is asked already or retired: make a new version to change it."),
    "changed_meanwhile": _("Somebody has changed this questionnaire meanwhile. Nothing of yours is lost: look at it and save again."),
    "asked_later": _("It cannot stand before “%(name)s”, on which it hangs."), "no_title": _("A questionnaire needs a title."),
    "hung_on": _("“%(name)s” hangs on this question: change its condition first."), "unknown_question": _("This question is no longer there."),
    "too_many": _("More than 200 questions are not answered on a phone: this is the limit."),
}  # fmt: skip
OPERATORS = {
    "=": _("is"), "!=": _("is not"), "<": _("below"), "<=": _("at most"), ">": _("above"), ">=": _("at least"),
    "has": _("has among them"), "has not": _("has not among them"), "answered": _("is answered"), "unanswered": _("is not answered"),
}  # fmt: skip
ANY = ("answered", "unanswered")
NO_VALUE = {"answered": "!=", "unanswered": "="}
MOST_ROWS = 20  # conditions of one question
CHOSEN = ("one", "several")


def refusal(error, items=()):
    """Return what to tell a person about a BadInput of building; a question is named by its words."""
    labels = {item["name"]: item["zh"] or item["en"] for item in items}
    name = labels.get(str(error.value), error.value)
    return WORDS.get(error.reason, _("This cannot be saved as it is.")) % {"name": name}


def operators_of(kind):
    """Return the comparisons that make sense with answers of a kind."""
    if kind == "several":
        return ("has", "has not", *ANY)
    return ("=", "!=", "<", "<=", ">", ">=", *ANY) if kind in questions.BOUNDED else ("=", "!=", *ANY)


def one_line(text, most=400):
    """Return typed text as it is kept: one line, without what no font shows."""
    return re.sub(r"\s+", " ", str(text).replace("\0", ""))[:most].strip()


class QuestionForm(Styled, forms.Form):
    """A question of a draft. `items`: the draft's; `name`: which of them, or "" for a new one to stand behind `after`."""

    kind = forms.ChoiceField(label=_("Kind"), choices=list(KINDS.items()))
    zh = forms.CharField(label=_("Words in Chinese"), max_length=questions.LONGEST_LABEL, required=False, widget=forms.Textarea(attrs={"rows": 2}))  # fmt: skip
    en = forms.CharField(label=_("Words in English"), max_length=questions.LONGEST_LABEL, required=False, widget=forms.Textarea(attrs={"rows": 2}))  # fmt: skip
    hint = forms.CharField(label=_("Hint below it"), max_length=questions.LONGEST_LABEL, required=False)
    required = forms.BooleanField(label=_("Must be answered"), required=False)
    low = forms.CharField(label=_("At least"), max_length=20, required=False)
    high = forms.CharField(label=_("At most"), max_length=20, required=False)
    message = forms.CharField(label=_("What is said outside of these"), max_length=questions.LONGEST_LABEL, required=False)  # fmt: skip
    within = forms.ChoiceField(label=_("In the section"), required=False)
    name = forms.CharField(label=_("Name in files"), max_length=64, required=False, help_text=_("Letters, digits and _; empty: given by itself."))  # fmt: skip

    def __init__(self, data=None, *, items=(), name="", after="", kind="text"):
        self.items, self.old, self.after = questions.as_items(items), name, after
        self.item = next((item for item in self.items if item["name"] == name), None)
        super().__init__(data, initial=self.item or {"kind": kind, "required": kind not in questions.SILENT, "within": self._around(after)})  # fmt: skip
        self.fields["within"].choices = [("", _("none")), *self._sections()]
        self.beside = {"choices": [], "when": []}
        self.choice_rows = self._choices(data)
        self.when_rows = self._when(data)
        self.operation(data.get("draw", "") if data else "")

    def _around(self, after):
        """Return the section a new question belongs to: that of the one it stands behind, or that itself."""
        before = next((item for item in self.items if item["name"] == after), None)
        return "" if before is None else before["name"] if before["kind"] == "section" else before["within"]

    def _sections(self):
        """Return the sections this question may lie in: not itself, nor one that lies in it."""
        inside = {self.old} if self.old else set()
        for item in self.items:
            if item["within"] in inside:
                inside.add(item["name"])
        return [(item["name"], item["zh"] or item["en"]) for item in self.items if item["kind"] == "section" and item["name"] not in inside]  # fmt: skip

    def _choices(self, data):
        if data is None:
            return [dict(choice) for choice in (self.item or {}).get("choices", ())]
        columns = [data.getlist(f"c-{key}")[: questions.MOST_CHOICES + 5] for key in ("name", "zh", "en")]
        return [dict(zip(("name", "zh", "en"), map(one_line, row), strict=True)) for row in zip(*columns, strict=False)]

    def _when(self, data):
        """Return the conditions as rows {"join", "question", "operator", "value"}: "and" binds before "or"."""
        if data is None:
            return [
                {"join": "or" if inner == 0 and outer else "and", "question": part[0], "operator": self._shown(*part[1:]), "value": part[2]}
                for outer, parts in enumerate((self.item or {}).get("when", ())) for inner, part in enumerate(parts)
            ]  # fmt: skip
        keys = ("join", "question", "operator", "value")
        columns = [data.getlist(f"w-{key}")[:MOST_ROWS] for key in keys]
        return [dict(zip(keys, map(one_line, row), strict=True)) for row in zip(*columns, strict=False)]

    @staticmethod
    def _shown(operator, value):
        return next((code for code, sign in NO_VALUE.items() if sign == operator and value == ""), operator)

    def operation(self, word):
        """Change the rows of choices or conditions as a button says: "choices:more", "when:drop:2", "choices:up:1"."""
        what, verb, number = [*word.split(":"), "", ""][:3]
        rows = {"choices": self.choice_rows, "when": self.when_rows}.get(what)
        if rows is None:
            return
        at = int(number) if number.isdecimal() and len(number) < 4 else -1
        if verb == "more":
            rows.append({"name": "", "zh": "", "en": ""} if what == "choices" else {"join": "and", "question": "", "operator": "=", "value": ""})  # fmt: skip
        elif verb == "drop" and 0 <= at < len(rows):
            rows.pop(at)
        elif verb == "up" and 0 < at < len(rows):
            rows[at - 1], rows[at] = rows[at], rows[at - 1]

    def earlier(self):
        """Return the questions a condition may speak of: answered ones that stand before this one."""
        names = [item["name"] for item in self.items]
        at = names.index(self.old) if self.old in names else names.index(self.after) + 1 if self.after in names else len(names)  # fmt: skip
        return [item for item in self.items[:at] if item["kind"] not in questions.SILENT]

    def drawn_when(self):
        """Return the condition rows with what each control offers: [(row, its question or None, operators)]."""
        by_name = {item["name"]: item for item in self.earlier()}
        found = []
        for row in self.when_rows:
            item = by_name.get(row["question"])
            codes = operators_of(item["kind"] if item else "text")
            codes = codes if row["operator"] in codes or row["operator"] not in OPERATORS else (row["operator"], *codes)
            found.append((row, item, [(code, OPERATORS[code]) for code in codes]))
        return found

    @property
    def kind_now(self):
        kind = self.data.get("kind") if self.is_bound else self.initial["kind"]
        return kind if kind in KINDS else "text"

    def typed(self):
        """Return the item as it is typed, whatever may be wrong with it."""
        kind = self.kind_now
        text = {key: one_line(self[key].value() or "") for key in ("zh", "en", "hint", "message", "low", "high", "within", "name")}  # fmt: skip
        if kind not in questions.BOUNDED:
            text |= {"low": "", "high": "", "message": ""}
        if kind == "section" and not text["zh"] + text["en"]:
            text["zh"] = now("Section")
        text["low"], text["high"] = (self._plain(text[key]) for key in ("low", "high"))
        text["name"] = text["name"] or self.old or questions.free_name(self.items)
        text["within"] = text["within"] if text["within"] in dict(self._sections()) else ""
        required = bool(self["required"].value()) and kind not in questions.SILENT
        return {**text, "kind": kind, "required": required, "choices": self._named() if kind in CHOSEN else [], "when": self._conditions()}  # fmt: skip

    @staticmethod
    def _plain(text):
        return text.translate(str.maketrans("０１２３４５６７８９．，,－", "0123456789...-"))

    def _named(self):
        """Return the choices that are typed, each with a name: its own or a free one."""
        rows = [row for row in self.choice_rows if any(row.values())]
        free = (f"c{number}" for number in range(1, 1000) if f"c{number}" not in {row["name"] for row in rows})
        return [{**row, "name": row["name"] or next(free)} for row in rows]

    def _conditions(self):
        found = []
        for row in self.when_rows:
            if not row["question"]:
                continue
            operator = row["operator"]
            part = [row["question"], NO_VALUE.get(operator, operator), "" if operator in NO_VALUE else row["value"]]
            if row["join"] == "or" or not found:
                found.append([])
            found[-1].append(part)
        return found

    def quiet(self):
        """Show what is typed without saying what is wrong with it yet."""
        self._errors = forms.utils.ErrorDict()

    def clean(self):
        item = self.typed()
        for row in self.when_rows:
            if row["question"] and row["operator"] not in NO_VALUE and not row["value"]:
                self.beside["when"].append(_("What is the answer to be compared with?"))
            elif any(mark in row["value"] for mark in questions.QUOTES):
                self.beside["when"].append(_("Without quotation marks, please."))
        try:
            items = questions.put(self.items, item, name=self.old, after=self.after)
        except BadInput as error:
            self.add_error(None, refusal(error, self.items))
        else:
            self._faults(items, item["name"])
        if any(self.beside.values()) and not self.errors:
            self.add_error(None, _("Look at what is marked below, please."))
        return self.cleaned_data

    def _faults(self, items, name):
        """Put what is wrong beside its field; what this change would break elsewhere is named above."""
        at = max(index for index, item in enumerate(items) if item["name"] == name)
        for fault in questions.faults_of(items):
            words = FAULTS.get(fault.reason, fault.reason)
            if fault.reason == "no_question":
                continue
            if fault.index != at and not (fault.reason == "name_twice" and fault.value == name):
                other = items[fault.index]
                self.add_error(None, f"{other['zh'] or other['en']}: {words}")
            elif fault.key in self.beside:
                self.beside[fault.key].append(_("no such answer can be given") if fault.reason == "unknown_choice" else words)  # fmt: skip
            elif fault.key in self.fields and fault.key not in self.errors:
                self.add_error(fault.key, words)
