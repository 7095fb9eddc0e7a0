"""The tables of the ground, a file a subject."""

from .accounts import Account, Role, RoleGrant
from .calendar import CalendarDay
from .hold import Hold, HoldReason
from .imports import ColumnMapping, Import
from .jobs import Job, Tick
from .people import Absence, AbsenceKind, Certificate, Household, Person, PersonKind
from .posts import Manning, Post, Qualification, Substitution, Watch, WatchPattern
from .privacy import BreakGlass, Consent, HealthRead, LegalBasis, Notice, NoticeReceipt, OpeningReview
from .purge import KeptCount, Purge
from .record import Head, Record, Seal
from .response import Response
from .site import Level, LevelChange, Site, Unit, UnitKind
from .telling import Delivery, Message, Task

__all__ = [
    "Absence",
    "AbsenceKind",
    "Account",
    "BreakGlass",
    "CalendarDay",
    "Certificate",
    "ColumnMapping",
    "Consent",
    "Delivery",
    "Head",
    "HealthRead",
    "Hold",
    "HoldReason",
    "Household",
    "Import",
    "Job",
    "KeptCount",
    "LegalBasis",
    "Level",
    "LevelChange",
    "Manning",
    "Message",
    "Notice",
    "NoticeReceipt",
    "OpeningReview",
    "Person",
    "PersonKind",
    "Post",
    "Purge",
    "Qualification",
    "Record",
    "Response",
    "Role",
    "RoleGrant",
    "Seal",
    "Site",
    "Substitution",
    "Task",
    "Tick",
    "Unit",
    "UnitKind",
    "Watch",
    "WatchPattern",
]  # fmt: skip
