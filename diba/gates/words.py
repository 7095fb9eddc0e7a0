"""What the rules' words are called: the reason of a verdict, what to do next, why a guard refused."""

from django.utils.translation import gettext, override, pgettext_lazy
from django.utils.translation import gettext_lazy as _

VERDICTS = {"pass": pgettext_lazy("verdict", "pass"), "stop": pgettext_lazy("verdict", "stop"), "wait": pgettext_lazy("verdict", "wait")}  # fmt: skip
REASONS = {
    "evacuation": _("evacuation"), "held": _("held at the gates"), "fever": _("fever"), "leaves": _("leaves"),
    "pass_forged": _("forged pass"), "pass_unreadable": _("pass cannot be read"), "pass_other_plant": _("pass of another plant"),
    "pass_revoked": _("revoked pass"), "left": _("has left the plant's service"), "high": _("first reading too high: rests"),
    "retest": _("second reading is due"), "abnormal": _("reported himself ill"), "lists_expired": _("lists too old"),
    "pass_expired": _("pass has expired"), "pass_not_yet": _("pass is not valid yet"), "pass_used": _("pass was used already"),
    "not_listed": _("not on the lists"), "zone": _("no right to this zone"), "way": _("the gate does not lead this way"), "turn": _("not the turn of his team"),
    "visit_refused": _("the host refused the visit"), "visit_withdrawn": _("the visit was called off"), "visit_ill": _("twice a fever at a gate"), "visit_late": _("the visit is over"), "visit_early": _("too early for the visit"),
    "visit_asked": _("the host has not answered"), "no_visit": _("no visit is announced"), "not_declared": _("has not declared his health"),
    "plate": _("no such number plate"), "not_booked": _("vehicle not expected"), "booked_early": _("vehicle too early"),
    "driver": _("driver unknown"), "disinfect": _("disinfection due"), "inside_already": _("is inside already"),
    "not_checked_in": _("no check-in today"), "measure": _("temperature not taken"), "enters": _("may enter"), "late": _("told too late: nothing was opened"),
    "host_guards": _("the host is the guard himself"),
    "vehicle_pass": _("a vehicle's pass: it opens no lane for people"),
}  # fmt: skip
REFUSALS = {
    "held": _("held at the gates"), "fever": _("fever"), "no_pass": _("no pass"), "bad_pass": _("pass not valid"),
    "risk_area": _("comes from a risk area"), "no_visit": _("no visit is announced"), "not_declared": _("has not declared his health"), "not_disinfected": _("not disinfected"),
    "no_mask": _("no mask"), "no_reading": _("would not have his temperature taken"), "other": _("other reason"),
}  # fmt: skip
# What a guard notes that is no crossing: it stands in the ledger as one that was refused does, with what he wrote.
NOTES = {"advised": _("advised to turn back"), "told": _("told of the rules"), "traffic": _("traffic")}
FLAGS = {
    "lists_old": _("lists old"),
    "clock_wrong": _("clock wrong"),
    "exit_without_entry": _("exit without entry"),
    "told_late": _("told a week late"),
}
FEVERS = {"normal": _("normal"), "high": _("high"), "again": _("second reading is due"), "fever": _("fever")}

# Why a record could not be read: a field of it, or one of these.
UNREAD = {
    "record": _("it is no record"), "number taken by another record": _("its number was taken by another record"),
    "unknown person": _("nobody of the register has this id"), "unknown visit": _("there is no such visit"),
    "unknown vehicle": _("there is no such vehicle"),
    "differs from the record kept": _("the record kept under its number says otherwise"),
    "handover from": _("hand-over: whoever gives the watch is no person of the plant"),
    "handover to": _("hand-over: whoever takes the watch is no other person of the plant"),
}  # fmt: skip
FIELDS = {
    "uid": _("number of the record"), "at": _("moment"), "drift": _("clock drift, s"), "direction": _("direction"), "kind": _("kind"),
    "person": _("person"), "visit": _("visit"), "vehicle": _("vehicle"), "pass_number": _("pass number"), "passed": _("pass"),
    "verdict": _("verdict"), "reason": _("reason"), "refusal": _("refused"), "temperature": _("temperature"), "disinfected": _("disinfected"),
    "name": _("name"), "plate": _("number plate"), "driver": _("driver"), "note": _("note"), "declared": _("declaration"), "guard": _("guard"), "zone": _("zone"),
    "signed_in": _("taken over by"),
}  # fmt: skip


def why_unread(why):
    """Return in words why a record could not be read. why: as it was kept, a field's name or a key of UNREAD."""
    if why in UNREAD:
        return UNREAD[why]
    name = word(FIELDS, why.removeprefix("handover ").partition(".")[0])
    return gettext("the field “%(name)s” cannot be read") % {"name": name}


def word(words, code):
    """Return the word of a code; one that nobody named is shown as it stands."""
    return words.get(code, code)


def both(words):
    """Return {code: {"zh": …, "en": …}} for a page that knows no catalogue."""
    found: dict = {code: {} for code in words}
    for short, language in (("zh", "zh-hans"), ("en", "en")):
        with override(language):
            for code, said in words.items():
                found[code][short] = str(said)
    return found
