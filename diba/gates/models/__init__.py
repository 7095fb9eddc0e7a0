"""The tables of the gates, a file a subject."""

from .crossings import Crossing, OpenItem, Presence, Unread
from .devices import Device, EnrolmentCode, ExplainedGap, Handover
from .evacuations import Evacuation
from .expected import Vehicle, Visit
from .machines import Machine, MachineReading, Scope
from .paper import PaperRow, PaperSheet
from .passes import Pass, PassKind, Revocation, SigningKey
from .places import Gate, Way, Zone
from .readings import FirstReading

__all__ = [
    "Crossing",
    "Device",
    "EnrolmentCode",
    "Evacuation",
    "ExplainedGap",
    "FirstReading",
    "Gate",
    "Handover",
    "Machine",
    "MachineReading",
    "OpenItem",
    "PaperRow",
    "PaperSheet",
    "Pass",
    "PassKind",
    "Presence",
    "Revocation",
    "Scope",
    "SigningKey",
    "Unread",
    "Vehicle",
    "Visit",
    "Way",
    "Zone",
]
