"""What a loss comes to, and the mended roster as what it changes in the one before."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from ..problem import Roster
from ..rules import Hole
from .losses import Loss

Key = tuple[str, int]  # person, day
Cell = tuple[str, str]  # shift, post


class Mended(Mapping[Key, Cell]):
    """A roster kept as another one and the cells that differ (None: off); a sweep has hundreds of them."""

    def __init__(self, before: Roster, changed: Mapping[Key, Cell | None]) -> None:
        self.before, self.changed = before, changed

    def __getitem__(self, key: Key) -> Cell:
        if key not in self.changed:
            return self.before[key]
        cell = self.changed[key]
        if cell is None:
            raise KeyError(key)
        return cell

    def __iter__(self) -> Iterator[Key]:
        yield from (key for key in self.before if key not in self.changed)
        yield from (key for key, cell in self.changed.items() if cell is not None)

    def __len__(self) -> int:
        return sum(1 for _ in self)


def changed_cells(before: Roster, after: Roster) -> dict[Key, Cell | None]:
    """Return the cells of a roster that differ from those of another, None for a day off."""
    found: dict[Key, Cell | None] = {key: cell for key, cell in after.items() if before.get(key) != cell}
    return found | {key: None for key in before if key not in after}


def touched(before: Roster, loss: Loss, after: Roster) -> frozenset[str]:
    """Return those whose row or rules a loss and its mending change."""
    return frozenset(who for who, _ in changed_cells(before, after)) | loss.people


@dataclass(frozen=True)
class Outcome:
    """What one loss comes to.

    survives: a mended roster was found that the referee accepts (`roster`, the witness). Else proven says whether there is
    none; holes are what stays open in the best one found, posts those that the loss breaks. changes: cells of others than
    the lost that become different.
    """

    loss: Loss
    survives: bool
    proven: bool
    changes: int
    holes: tuple[Hole, ...]
    posts: tuple[str, ...]
    roster: Roster | None


def outcome_of(
    before: Roster, loss: Loss, after: Roster, holes: tuple[Hole, ...], *, survives: bool, posts: tuple[str, ...] = ()
) -> Outcome:
    """Return the outcome that a mended roster gives; posts: those that are proven to break it."""
    changed = changed_cells(before, after)
    changes = sum(who not in loss.people for who, _ in changed)
    found = posts or tuple(sorted({hole.post for hole in holes}))
    return Outcome(loss, survives, survives or bool(posts), changes, holes, found, Mended(before, changed))
