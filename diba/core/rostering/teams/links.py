"""Links: who shares a household, a room, a bus or a contact with somebody of another team, and who must stay together."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Protocol


class Bound(Protocol):
    """Somebody with bonds."""

    @property
    def id(self) -> str: ...
    @property
    def bonds(self) -> frozenset[str]: ...


@dataclass(frozen=True)
class Link:
    """One thing shared across teams: its kind (household, room, bus, contact), which one, and who of each team."""

    kind: str
    key: str
    people: Mapping[str, tuple[str, ...]]  # team -> ids

    @property
    def teams(self) -> tuple[str, ...]:
        return tuple(sorted(self.people))


def links(
    members: Sequence[Bound], team_of: Mapping[str, str], contacts: Iterable[tuple[str, str]] = ()
) -> tuple[Link, ...]:
    """Return every link between two teams (the reserve is one), by kind and key.

    A bond is "kind:key"; contacts are pairs of ids, of people met outside all bonds.
    """
    found = [_link(*bond.partition(":")[::2], people, team_of) for bond, people in shared(members).items()]
    found += [_link("contact", " ".join(sorted(pair)), sorted(pair), team_of) for pair in set(map(frozenset, contacts))]
    return tuple(sorted((link for link in found if len(link.people) > 1), key=lambda link: (link.kind, link.key)))


def _link(kind: str, key: str, people: Iterable[str], team_of: Mapping[str, str]) -> Link:
    by_team: dict[str, list[str]] = defaultdict(list)
    for who in people:
        if who in team_of:
            by_team[team_of[who]].append(who)
    return Link(kind, key, {team: tuple(by_team[team]) for team in sorted(by_team)})


def shared(members: Sequence[Bound]) -> dict[str, list[str]]:
    """Return {bond: ids} of the bonds that two or more have."""
    found: dict[str, list[str]] = defaultdict(list)
    for member in members:
        for bond in member.bonds:
            found[bond].append(member.id)
    return {bond: found[bond] for bond in sorted(found) if len(found[bond]) > 1}


def kind_of(bond: str) -> str:
    """Return what is shared: the part before the colon."""
    return bond.partition(":")[0]


def together(members: Sequence[Bound], hard: Mapping[str, Sequence[str]]) -> list[list[str]]:
    """Return the groups that hard bonds tie together, step after step, each in the members' order; singles are groups."""
    root = {member.id: member.id for member in members}

    def find(who: str) -> str:
        while root[who] != who:
            root[who] = root[root[who]]
            who = root[who]
        return who

    for people in hard.values():
        for other in people[1:]:
            root[find(other)] = find(people[0])
    groups: dict[str, list[str]] = defaultdict(list)
    for member in members:
        groups[find(member.id)].append(member.id)
    return list(groups.values())
