"""What the record's verbs and objects of the gates are called on a page."""

from django.utils.translation import gettext_lazy as _

VERBS = {
    "zone.kept": _("entered or changed a zone"), "gate.kept": _("entered or changed a gate"),
    "device.code": _("made an enrolment code"), "device.enrolled": _("enrolled a device"), "device.revoked": _("revoked a device"),
    "gap.explained": _("explained a watch that began without a hand-over"),
    "device.brought": _("read back a device's file"),
    "pass.issued": _("issued passes"), "pass.revoked": _("revoked a pass"), "pass.read": _("showed a pass"),
    "gatekey.rotated": _("made a new key to sign passes with"), "item.closed": _("closed an open item of the gates"),
    "ledger.read": _("read the ledger of the gates"), "ledger.exported": _("exported the ledger of the gates"),
    "machine.token": _("made a token for a machine at a gate"),
    "paper.made": _("printed sheets of the paper ledger"), "paper.keyed": _("keyed rows of the paper ledger"),
    "paper.read": _("read the temperatures of a sheet of the paper ledger"),
    "paper.joined": _("joined a row of the paper with a device's line"),
    "pictures.read": _("looked at the pictures of the ledger of the gates"),
    "inside.read": _("read who is inside"), "inside.exported": _("exported who is inside"),
    "visit.entered": _("entered a visit"), "visit.approved": _("approved a visit"), "visit.refused": _("refused a visit"),
    "visit.called_off": _("called off a visit"), "vehicle.called_off": _("called off a vehicle"),
    "evacuation.begun": _("began an evacuation"), "evacuation.ended": _("ended an evacuation"), "vehicle.entered": _("entered a vehicle"), "items.read": _("read the open items of the gates"),
}  # fmt: skip
OBJECTS = {
    "zone": _("zone"), "gate": _("gate"), "device": _("device"), "enrolmentcode": _("enrolment code"), "pass": _("pass"), "explainedgap": _("watch without a hand-over"),
    "signingkey": _("key for passes"), "openitem": _("open item of the gates"), "visit": _("visit"), "vehicle": _("vehicle"), "evacuation": _("evacuation"), "crossing": _("crossing"), "machine": _("machine at a gate"), "papersheet": _("sheet of the paper ledger"), "paperrow": _("row of the paper ledger"),
    "unread": _("record that could not be read"), "handover": _("hand-over at a gate"), "presence": _("who is inside"), "machinereading": _("temperature taken by a machine"), "firstreading": _("first reading too high at a gate"),
}  # fmt: skip
CODES = {"until": _("until"), "lost": _("lost"), "reissued": _("a new one was issued"), "left": _("has left"), "misused": _("misused"), "other": _("other reason")}  # fmt: skip
