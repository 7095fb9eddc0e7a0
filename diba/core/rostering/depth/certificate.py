"""A certificate: which losses one roster survives until when, with a witness for each, and how anybody can confirm it."""

import hashlib
import json
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

from ...errors import BadInput
from ..files import to_json, write_roster
from ..problem import Problem, Roster
from ..rules import Violation, check
from .losses import KINDS, Loss
from .outcome import Cell, Key, Outcome, changed_cells

SCHEMA = "diba-roster-certificate/1"


@dataclass(frozen=True)
class Witness:
    """One loss and the cells that mend it: (person, day) -> (shift, post), or None for a day off."""

    loss: Loss
    changed: tuple[tuple[Key, Cell | None], ...]


@dataclass(frozen=True)
class Certificate:
    """What was tried against which problem and roster (SHA-256 of their text), and what survived.

    tried, survived: kind -> number of losses. until: the last day of the horizon, which every witness reaches. refused:
    the losses that are proven to break a post; open: those nobody knows about. first_day: days before it were done.
    """

    problem: str
    roster: str
    first_day: int
    until: int
    tried: dict[str, int]
    survived: dict[str, int]
    witnesses: tuple[Witness, ...]
    refused: tuple[Loss, ...]
    open: tuple[Loss, ...]

    def holds_for(self, kind: str) -> bool:
        """Say whether every loss of a kind that was tried is survived, and there was one."""
        return 0 < self.tried.get(kind, 0) == self.survived.get(kind, 0)


def certify(problem: Problem, roster: Roster, outcomes: Sequence[Outcome], *, first_day: int = 0) -> Certificate:
    """Return the certificate of a sweep's outcomes. Raises BadInput when one survives without a witness."""
    for outcome in outcomes:
        if outcome.survives and outcome.roster is None:
            raise BadInput("no_witness", "outcomes", outcome.loss.id)
    witnesses = [
        Witness(outcome.loss, tuple(sorted(changed_cells(roster, outcome.roster).items())))
        for outcome in outcomes
        if outcome.survives and outcome.roster is not None
    ]
    rest = [outcome for outcome in outcomes if not outcome.survives]
    return Certificate(
        digest(to_json(problem)), digest(write_roster(problem, roster)), first_day, problem.days - 1,
        dict(Counter(outcome.loss.kind for outcome in outcomes)), dict(Counter(one.loss.kind for one in witnesses)),
        tuple(witnesses), tuple(outcome.loss for outcome in rest if outcome.proven),
        tuple(outcome.loss for outcome in rest if not outcome.proven),
    )  # fmt: skip


def digest(text: str) -> str:
    """Return the SHA-256 of a text, as hex."""
    return hashlib.sha256(text.encode()).hexdigest()


@dataclass(frozen=True)
class Fault:
    """One thing that is wrong with a certificate: a reason, the loss it is about, and where."""

    reason: str
    loss: str = ""
    detail: str = ""


def confirm(certificate: Certificate, problem: Problem, roster: Roster) -> list[Fault]:
    """Return what is wrong with a certificate; empty: every claim of survival holds.

    Nothing of the sweep is trusted or used: each witness is laid over the roster, the lost are looked for in it, the days
    that were done are compared, and the referee judges the whole by the problem's own rules. Claims that a loss cannot be
    survived are not judged here.
    """
    faults = []
    if certificate.problem != digest(to_json(problem)):
        faults.append(Fault("another_problem"))
    if certificate.roster != digest(write_roster(problem, roster)):
        faults.append(Fault("another_roster"))
    if certificate.until != problem.days - 1:
        faults.append(Fault("another_horizon"))
    if dict(Counter(witness.loss.kind for witness in certificate.witnesses)) != certificate.survived:
        faults.append(Fault("miscounted"))
    if faults:
        return faults
    before = check(problem, roster).violations
    for witness in certificate.witnesses:
        faults += _confirm(certificate, problem, roster, before, witness)
    return faults


def _confirm(
    certificate: Certificate, problem: Problem, roster: Roster, before: Sequence[Violation], witness: Witness
) -> list[Fault]:
    loss, name = witness.loss, f"{witness.loss.kind} {witness.loss.id}"
    known = max(loss.first, certificate.first_day)
    mended = dict(roster)
    faults = []
    for key, cell in witness.changed:
        if key[1] < known:
            faults.append(Fault("changes_the_past", name, f"{key[0]} {key[1]}"))
        if cell is None:
            mended.pop(key, None)
        else:
            mended[key] = cell
    for who, day in mended:
        if who in loss.people and known <= day <= loss.last:
            faults.append(Fault("still_on_duty", name, f"{who} {day}"))
    faults += [
        Fault("opens_a_hole", name, f"{day} {shift} {post}") for day, shift, post in _opened(problem, roster, mended)
    ]
    allowed = {_shape(violation) for violation in before}
    for violation in check(problem, mended).violations:
        if violation.rule == "cover" or _shape(violation) in allowed or _excused(violation, loss, known):
            continue
        faults.append(Fault("breaks_a_rule", name, f"{violation.rule} {violation.person} {violation.day}"))
    return faults


def _opened(problem: Problem, roster: Roster, mended: Roster) -> list[tuple[int, str, str]]:
    """Return the places where fewer stand than must (than are wanted, where a problem has no hard minimum) and than stood."""
    stood = Counter((key[1], *cell) for key, cell in roster.items())
    stand = Counter((key[1], *cell) for key, cell in mended.items())
    hard = any(cell.minimum for cell in problem.cover)
    found = []
    for cell in problem.cover:
        place = (cell.day, cell.shift, cell.post)
        if stand[place] < min(cell.minimum if hard else cell.needed, stood[place]):
            found.append(place)
    return found


def _excused(violation: Violation, loss: Loss, known: int) -> bool:
    """Say whether only the absence itself breaks a rule: the lost one's own least minutes, runs cut short, and pins."""
    if violation.person not in loss.people:
        return False
    if violation.rule == "pin":
        return violation.day is not None and known <= violation.day <= loss.last
    return violation.rule in ("least_minutes", "shortest_run", "shortest_break")


def _shape(violation: Violation) -> tuple[object, ...]:
    return violation.rule, violation.person, violation.day, violation.shift, violation.post, violation.mark


def write_certificate(certificate: Certificate) -> str:
    """Return a certificate as JSON; `read_certificate` gives the same back."""
    shown = {
        "schema": SCHEMA, "problem": certificate.problem, "roster": certificate.roster,
        "first_day": certificate.first_day, "until": certificate.until, "tried": certificate.tried,
        "survived": certificate.survived,
        "witnesses": [
            {**_loss_out(one.loss), "changed": [[*key, *(cell or ())] for key, cell in one.changed]}
            for one in certificate.witnesses
        ],
        "refused": [_loss_out(loss) for loss in certificate.refused],
        "open": [_loss_out(loss) for loss in certificate.open],
    }  # fmt: skip
    return json.dumps(shown, ensure_ascii=False, indent=1)


def read_certificate(text: str) -> Certificate:
    """Return the certificate in a text. Raises BadInput when it is none."""
    try:
        data = json.loads(text)
        if data["schema"] != SCHEMA:
            raise BadInput("unknown_schema", "schema", value=str(data["schema"])[:60])
        witnesses = tuple(
            Witness(
                _loss_in(one),
                tuple(
                    ((str(cell[0]), int(cell[1])), tuple(cell[2:4]) if len(cell) > 2 else None)
                    for cell in one["changed"]
                ),
            )
            for one in data["witnesses"]
        )
        return Certificate(
            data["problem"], data["roster"], int(data["first_day"]), int(data["until"]), dict(data["tried"]),
            dict(data["survived"]), witnesses, tuple(map(_loss_in, data["refused"])), tuple(map(_loss_in, data["open"])),
        )  # fmt: skip
    except (ValueError, KeyError, TypeError, IndexError, AttributeError) as error:
        raise BadInput("not_a_certificate", value=str(error)[:100]) from None


def _loss_out(loss: Loss) -> dict[str, object]:
    return {"kind": loss.kind, "id": loss.id, "people": sorted(loss.people), "first": loss.first, "last": loss.last}


def _loss_in(data: dict[str, object]) -> Loss:
    kind = str(data["kind"])
    if kind not in KINDS:
        raise BadInput("unknown_kind", "kind", value=kind)
    return Loss(kind, str(data["id"]), frozenset(data["people"]), int(data["first"]), int(data["last"]))  # type: ignore
