"""Teams A, B, C and reserve: each mans every post alone, nobody is split from those he lives with. This is the one face."""

from .links import Link, links
from .members import RESERVE, Member, Teams, describe, team_names
from .split import SOFT, split

__all__ = ["RESERVE", "SOFT", "Link", "Member", "Teams", "describe", "links", "split", "team_names"]
