"""What the record's verbs, objects and details are called on a page. A desk names its own in its `apps.py`.

The record keeps codes ("roster.published", "told=12"), which never change with a language; here they become words.
"""

from functools import lru_cache

from django.apps import apps
from django.utils.translation import gettext_lazy as _

from ..models import AbsenceKind, HoldReason, Role

_verbs = {
    "absence.asked": _("asked for an absence"),
    "absence.began": _("took out of the availability"),
    "absence.ended": _("brought back into the availability"),
    "absence.approved": _("approved an absence"),
    "absence.refused": _("refused an absence"),
    "account.opened": _("opened an account"),
    "account.closed": _("closed an account"),
    "account.reopened": _("opened an account again"),
    "account.renewed": _("gave a new first password"),
    "column.mapped": _("said what a column means"),
    "health.opened": _("opened a person's health with a reason"),
    "health.closed": _("closed a person's health again"),
    "opening.reviewed": _("reviewed an opening"),
    "opening.list_read": _("read the list of openings"),
    "opening.exported": _("exported the list of openings"),
    "notice.published": _("put a notice in force"),
    "notice.receipted": _("receipted a notice"),
    "notice.exported": _("exported who was told of a notice"),
    "consent.agreed": _("agreed to a notice"),
    "consent.refused": _("did not agree to a notice, or withdrew"),
    "mydata.exported": _("exported who read his own data"),
    "hold.began": _("held a person at the gates"),
    "hold.lifted": _("let a person pass the gates again"),
    "import.read": _("read a workbook (dry run)"),
    "import.confirmed": _("wrote an import"),
    "import.dropped": _("dropped an import"),
    "import.undone": _("took an import back"),
    "message.receipted": _("receipted a message"),
    "person.read": _("read a person's entry"),
    "record.read": _("read the record"),
    "record.verified": _("verified the record"),
    "register.exported": _("exported a table"),
    "calendar.filled": _("entered the public holidays"),
    "purge.proposed": _("proposed to destroy a response's personal data"),
    "purge.withdrawn": _("withdrew a destruction"),
    "purge.approved": _("agreed to a destruction"),
    "purge.carried_on": _("went on with a destruction"),
    "purge.done": _("destroyed a response's personal data"),
    "response.begun": _("began a response"),
    "response.ended": _("ended a response"),
    "response.key_destroyed": _("destroyed the key of a response"),
    "role.granted": _("gave a role"),
    "role.ended": _("took a role away"),
    "task.closed": _("closed a task"),
}
_ends = {"added": _("added an entry"), "changed": _("changed an entry"), "deleted": _("deleted an entry")}
_objects = {
    "absence": _("absence"), "account": _("account"), "calendarday": _("calendar day"), "certificate": _("certificate"),
    "hold": _("hold at the gates"), "household": _("household"), "import": _("import"), "manning": _("minimum manning"), "mapping": _("column"),
    "message": _("message"), "person": _("person"), "post": _("post"), "qualification": _("qualification"),
    "substitution": _("substitution"), "task": _("task"), "unit": _("unit or cell"), "watch": _("watch"),
    "job": _("background work"), "dbtaskresult": _("background work"), "breakglass": _("opening of health data"), "notice": _("notice of a purpose"), "keptcount": _("kept count"), "openingreview": _("review of an opening"), "healthread": _("whose health was read"), "purge": _("destruction of personal data"),
    "delivery": _("message"), "pattern": _("watch pattern"), "watchpattern": _("watch pattern"), "relative": _("family member"), "lead": _("cell lead"), "response": _("response"), "rolegrant": _("role"), "grant": _("role"),
}  # fmt: skip
_codes = {
    **dict(AbsenceKind.choices), **dict(Role.choices), **dict(HoldReason.choices), "drill": _("exercise"), "added": _("added"), "changed": _("changed"), "unchanged": _("left alone"),
    "refused": _("refused"), "sent_back": _("sent back"), "entries": _("entries"), "rows": _("rows"), "faults": _("faults"), "people": _("people"),
    "digest": _("digest"), "opening": _("opening in an emergency"), "receipted": _("receipted"), "evening": _("evening"), "reason": _("reason"), "page": _("page"), "unit": _("unit or cell"), "new": _("new entry"),
}  # fmt: skip


def name(verbs=(), objects=(), codes=()):
    """Teach the record's page the words of a desk: {"roster.published": _("published a roster")} and the like."""
    _verbs.update(verbs)
    _objects.update(objects)
    _codes.update(codes)


def is_named(verb):
    """Say whether a verb has words."""
    return verb in _verbs or verb.partition(".")[2] in _ends


def verb_words(verb):
    """Return the words of a verb; a code without words is shown as it stands."""
    return _verbs.get(verb) or _ends.get(verb.partition(".")[2], verb)


def object_words(kind):
    """Return the words of a kind of object."""
    return _objects.get(kind, kind)


def table_words(label):
    """Return the words of a table in a destruction, "plant.absence" or with its part "plant.absence:reason"."""
    model, _sep, part = label.partition(":")
    words = object_words(model.partition(".")[2])
    return f"{words} · {detail_words(part)}" if part else str(words)


def detail_words(text):
    """Return a detail ("added=3 changed=1", "isolation", "phone,unit") in words."""
    parts = []
    for token in text.split():
        code, sign, value = token.partition("=")
        parts.append(f"{_word(code)} {value}" if sign else "、".join(str(_word(item)) for item in token.split(",")))
    return "，".join(parts)


def role_words(text):
    """Return the roles somebody acted under; "employee" only when there was no other."""
    roles = [code for code in text.split(",") if code]
    return "、".join(str(_word(code)) for code in roles if code != Role.EMPLOYEE or len(roles) == 1)


def _word(code):
    return _codes.get(code) or _fields().get(code, code)


@lru_cache(maxsize=1)
def _fields():
    models = apps.get_app_config("plant").get_models()
    return {field.name: field.verbose_name for model in models for field in model._meta.fields if model.__module__.startswith("diba")}  # fmt: skip
