"""The rail: which desks exist, in the one order that hands learn, and which of them an account may open."""

from dataclasses import dataclass

from django.urls import reverse

from .access import roles_of

# DESIGN.md's order; a desk that is not built yet is not registered, and so not drawn.
ORDER = ("board", "command", "grid", "gates", "rosters", "living_in", "forecast", "generation", "outreach", "register")

WITHIN = ("command", "living_in")  # desks that are only a part of their app's pages


@dataclass(frozen=True)
class Desk:
    """One entry of the rail. `count(account)` gives (number, urgent) to draw beside it, or None."""

    name: str
    word: str
    icon: str
    url_name: str
    roles: frozenset
    count: object = None

    @property
    def url(self):
        return reverse(self.url_name)

    def is_at(self, app, path):
        """Say whether a page of this app and path belongs to the desk."""
        return app == self.url_name.partition(":")[0] and (self.name not in WITHIN or path.startswith(self.url))


_desks: dict[str, Desk] = {}


def register(desk):
    """Put a desk on the rail; an app says this in its `apps.py`."""
    if desk.name not in ORDER:
        raise ValueError(f"{desk.name} has no place in the rail's order")
    _desks[desk.name] = desk


def desks_for(account):
    """Return the desks this account may open, in the rail's order."""
    roles = set(roles_of(account))
    return [_desks[name] for name in ORDER if name in _desks and _desks[name].roles & roles]
