"""The whole tree of what can go wrong in the core. Errors carry keys and numbers; the apps have the words.

CoreError
  BadInput      what was given breaks a rule of its own form: names the field, and the row and value if there are
  NoSolution    what was asked cannot be: carries the clash as data
"""

from collections.abc import Mapping, Sequence


class CoreError(Exception):
    """Anything the core refuses."""


class BadInput(CoreError):
    """Something given from outside is wrong at its door.

    reason: a key such as "unknown_post"; field: where; row: which (1-based line or index); value: what stood there.
    """

    def __init__(self, reason: str, field: str = "", row: int | str | None = None, value: object = None) -> None:
        self.reason, self.field, self.row, self.value = reason, field, row, value
        where = "".join([f" in {field}" if field else "", f", row {row}" if row is not None else ""])
        super().__init__(f"{reason}{where}{f': {value!r}' if value is not None else ''}")


class NoSolution(CoreError):
    """What was asked cannot be had.

    clash: the rules that cannot all be kept, each a mapping with at least "rule" and the numbers that forbid it.
    """

    def __init__(self, clash: Sequence[Mapping[str, object]]) -> None:
        self.clash = tuple(clash)
        super().__init__("; ".join(str(dict(part)) for part in self.clash) or "no solution")
