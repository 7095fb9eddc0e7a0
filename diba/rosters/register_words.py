"""What the record calls the deeds of the registers: what-ifs, sweeps, living in, trainings, volunteers."""

from django.utils.translation import gettext_lazy as _

VERBS = {
    "crew_rules.exported": _("exported the rules on crews"),
    "what_if.saved": _("saved a what-if"), "what_if.dropped": _("deleted a what-if"), "what_if.obsolete": _("marked a proposed repair obsolete"),
    "sweep.asked": _("asked for an N-1 sweep"), "sweep.exported": _("exported an N-1 sweep"), "sweep.checked": _("checked an N-1 certificate"),
    "turn.opened": _("opened a turn of living in"), "stay.entered": _("put somebody into a turn"), "stay.moved": _("gave another bed"),
    "stay.began": _("noted that somebody went in"), "stay.ended": _("noted that somebody came out"),
    "stay.cancelled": _("took somebody out of a turn"), "room.added": _("entered a room"), "living_in.exported": _("exported the living-in ledger"),
    "isolation.entered": _("entered days of isolation"), "isolation.broken": _("noted that an isolation was broken off"),
    "sample.taken": _("entered samples"), "finding.entered": _("entered a test result"), "fitness.read": _("read who is fit to go in"),
    "training.planned": _("planned a training"), "training.started": _("began a training"), "training.passed": _("noted that a training was passed"),
    "training.stopped": _("stopped a training"), "training.exported": _("exported the training register"),
    "volunteer.entered": _("entered a volunteer"), "volunteer.left": _("took a volunteer off the list"), "volunteers.exported": _("exported the volunteers"),
    "call.opened": _("called volunteers up"), "call.answered": _("answered a call"), "call.asked": _("asked for volunteers' watches"),
    "call.published": _("published volunteers' watches"), "call.dropped": _("dropped a call"), "call.exported": _("exported volunteers' watches"),
    "attendance.entered": _("noted who came"), "volunteer.offered": _("signed up as a volunteer"), "thanks.printed": _("opened a certificate of thanks"),
    "gate_swap.asked": _("asked for a swap of watches at the gates"), "gate_swap.done": _("agreed to a swap of watches at the gates"),
    "gate_swap.refused": _("refused a swap of watches at the gates"), "gate_swap.withdrawn": _("withdrew a swap of watches at the gates"),
}  # fmt: skip
OBJECTS = {
    "whatif": _("what-if"), "sweep": _("N-1 sweep"), "turn": _("turn of living in"),
    "stay": _("stay"), "room": _("room"), "isolation": _("isolation before entry"), "sample": _("sample"), "training": _("training"),
    "volunteer": _("volunteer"), "callup": _("call for volunteers"), "attendance": _("attendance"), "gateswap": _("swap of watches at the gates"),
    "finding": _("test result before entry"), "swapstep": _("step of a swap"),
}  # fmt: skip
