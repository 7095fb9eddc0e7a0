"""The ground's one door: what every desk may ask of it. `from diba.plant import actions as plant`."""

from ..fields import keyed_hash
from . import clock, desks, hooks
from .absences import absences_between, ask_for_absence, bring_back, decide_absence, take_out
from .access import (
    EVERYONE,
    allow,
    cells_of,
    has_role,
    health_visible_to,
    people_of,
    people_visible_to,
    roles_of,
    under,
    whole_plant,
)  # fmt: skip
from .accounts import (
    close_account,
    end_grant,
    grant,
    open_account,
    open_accounts,
    renew_password,
    without_account,
)  # fmt: skip
from .calendar import is_working_day, load_calendar
from .clock import day_start, now, today
from .record import note, seal, verify
from .register import active, demand, level_at, posts, qualified, site, standing, watches
from .telling import ask, close, close_all, close_keyed, inbox_of, read, receipt, sentence, tasks_of, tell

__all__ = [
    "EVERYONE",
    "absences_between",
    "active",
    "allow",
    "ask",
    "ask_for_absence",
    "bring_back",
    "cells_of",
    "clock",
    "close",
    "close_account",
    "close_all",
    "close_keyed",
    "day_start",
    "decide_absence",
    "demand",
    "desks",
    "end_grant",
    "grant",
    "has_role",
    "health_visible_to",
    "hooks",
    "inbox_of",
    "is_working_day",
    "keyed_hash",
    "level_at",
    "load_calendar",
    "note",
    "now",
    "open_account",
    "open_accounts",
    "people_of",
    "people_visible_to",
    "posts",
    "qualified",
    "read",
    "receipt",
    "renew_password",
    "roles_of",
    "seal",
    "sentence",
    "site",
    "standing",
    "take_out",
    "tasks_of",
    "tell",
    "today",
    "under",
    "verify",
    "watches",
    "whole_plant",
    "without_account",
]  # fmt: skip
