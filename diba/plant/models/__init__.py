"""The tables of the ground, a file a subject."""

from .accounts import Account, Role, RoleGrant
from .calendar import CalendarDay
from .hold import Hold, HoldReason
from .imports import ColumnMapping, Import
from .jobs import Job, Tick
from .people import Absence, AbsenceKind, Certificate, Household, Person, PersonKind
from .posts import Manning, Post, Qualification, Substitution, Watch, WatchPattern
from .record import Head, Record, Seal
from .response import Response
from .site import Level, LevelChange, Site, Unit, UnitKind
from .telling import Delivery, Message, Task

__all__ = [
    "Absence", "AbsenceKind", "Account", "CalendarDay", "Certificate", "ColumnMapping", "Delivery", "Head", "Hold", "HoldReason", "Household",
    "Import", "Job", "Level", "LevelChange", "Manning", "Message", "Person", "PersonKind", "Post", "Qualification", "Record",
    "Response", "Role", "RoleGrant", "Seal", "Site", "Substitution", "Task", "Tick", "Unit", "UnitKind", "Watch", "WatchPattern",
]  # fmt: skip
