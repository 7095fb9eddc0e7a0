"""The ground's one door: what every desk may ask of it. `from diba.plant import actions as plant`."""

from ..fields import Destroyed, keyed_hash
from ..keys import KeyGone
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
from .deputies import lead_of, leads_of, stood_in_for
from .exposures import Exposure, exposures_of
from .holds import held, hold, lift, lift_all
from .record import note, seal, verify
from .register import active, demand, level_at, posts, qualified, site, standing, watches
from .responses import (
    ResponseRuns,
    begin_response,
    destroy_key,
    end_response,
    key_is_there,
    response,
    running_drill,
    under_response,
)  # fmt: skip
from .telling import ask, close, close_all, close_keyed, inbox_of, read, receipt, sentence, tasks_of, tell

__all__ = [
    "EVERYONE",
    "Destroyed",
    "Exposure",
    "KeyGone",
    "ResponseRuns",
    "absences_between",
    "active",
    "allow",
    "ask",
    "ask_for_absence",
    "begin_response",
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
    "destroy_key",
    "end_grant",
    "end_response",
    "exposures_of",
    "grant",
    "has_role",
    "health_visible_to",
    "held",
    "hold",
    "hooks",
    "inbox_of",
    "is_working_day",
    "key_is_there",
    "keyed_hash",
    "lead_of",
    "leads_of",
    "level_at",
    "lift",
    "lift_all",
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
    "response",
    "roles_of",
    "running_drill",
    "seal",
    "sentence",
    "site",
    "standing",
    "stood_in_for",
    "take_out",
    "tasks_of",
    "tell",
    "today",
    "under",
    "under_response",
    "verify",
    "watches",
    "whole_plant",
    "without_account",
]  # fmt: skip
