"""What the record calls the deeds of screening campaigns and of the laboratory's files."""

from django.utils.translation import gettext_lazy as _

from ..models import ExclusionReason

VERBS = {
    "answer.corrected": _("corrected an answer of a screening"), "answer.read": _("read a person's answers of a screening"),
    "answer.saved": _("saved an answer of a screening"), "answer.exported": _("exported who is missing in a screening"),
    "campaign.begun": _("began a screening"), "campaign.closed": _("closed a screening"),
    "campaign.drafted": _("drafted a screening"), "campaign.dropped": _("dropped a screening's draft"),
    "campaign.read": _("read a screening's people"),
    "exclusion.approved": _("approved an exclusion from a screening"), "exclusion.lifted": _("refused or took back an exclusion"),
    "exclusion.proposed": _("proposed an exclusion from a screening"),
    "lab.assigned": _("assigned a laboratory result to a person"), "lab.confirmed": _("wrote a laboratory's file"),
    "lab.discarded": _("discarded a laboratory result"), "lab.dropped": _("dropped a laboratory's file"),
    "lab.read": _("read a laboratory's file (dry run)"), "lab.undone": _("took a laboratory's file back"),
    "lab.seen": _("looked at laboratory results"),
    "questionnaire.changed": _("changed a questionnaire"), "questionnaire.made": _("made a questionnaire"),
    "questionnaire.retired": _("retired a questionnaire"), "questionnaire.brought_back": _("offered a retired questionnaire again"),
    "lab.typed": _("typed a laboratory result"), "lab.typed_back": _("took a typed result back"),
    "lab.disagreed": _("typed another result than the first"),
    "sample.read": _("read the tubes of a screening"), "sample.exported": _("exported the tubes of a screening"),
    "sample.registered": _("registered samples"), "sample.withdrawn": _("took a sample back"),
}  # fmt: skip
OBJECTS = {
    "campaign": _("screening"), "questionnaire": _("questionnaire"), "target": _("person of a screening"),
    "sample": _("sample"), "round": _("round of a screening"), "labfile": _("laboratory's file"), "labresult": _("laboratory result"),
    "exclusion": _("exclusion from a screening"), "answer": _("answer of a screening"),
}  # fmt: skip
CODES = {
    **dict(ExclusionReason.choices), "questions": _("questions"), "version": _("version"), "matched": _("matched"),
    "queued": _("in the queue"), "repeated": _("said before"),
}  # fmt: skip
