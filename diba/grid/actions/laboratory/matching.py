"""Whose a laboratory's row is: by tube, then by identity number, then by staff number and name; else why it is nobody's."""

from collections import defaultdict
from dataclasses import dataclass
from datetime import timedelta

from django.utils import timezone

from diba.core.errors import BadInput
from diba.plant import actions as plant

from ...models import Finding, LabResult, Sample, Target

# Rows that say the same of one person again: kept, and nothing is asked about them.
REPEATED = "repeated"
ELSEWHERE = timedelta(days=60)  # a tube taken longer ago is not looked for in other screenings


@dataclass
class Match:
    """One row with what became of it. problem: "" when it is somebody's without doubt; column: heading of the cell at fault."""

    line: object
    target: int | None = None
    sample: int | None = None
    problem: str = ""
    column: str = ""
    pooled: bool = False

    @property
    def outcome(self):
        """Return what the row says of the person: a mixed tube that is not negative says only that he is to be tested again."""
        return Finding.UNCLEAR if self.pooled and self.line.result == Finding.POSITIVE else self.line.result


class Known:
    """The audience, its samples and earlier results of a round, looked up by what a laboratory writes. Constant queries."""

    def __init__(self, round):
        rows = Target.objects.filter(campaign=round.campaign_id).select_related("person")
        self.people = {row.pk: row.person for row in rows}
        self.by_identity = {p.identity_hash: pk for pk, p in self.people.items() if p.identity_hash}
        self.by_number = {p.staff_no: pk for pk, p in self.people.items() if p.staff_no}
        self.by_name = defaultdict(list)
        for pk, person in self.people.items():
            self.by_name[person.name].append(pk)
        everywhere = Sample.objects.filter(withdrawn_at=None)
        recent = everywhere.filter(taken_at__gte=plant.now() - ELSEWHERE).exclude(round__campaign=round.campaign_id)
        self.elsewhere = {tube.upper() for tube in recent.values_list("tube", flat=True)}
        samples = everywhere.filter(round__campaign=round.campaign_id)
        self.tubes, self.mixed = {}, defaultdict(list)
        for row in samples.order_by("-id"):
            self.tubes[row.tube.upper()] = row
            if row.pooled:
                self.mixed[row.tube.upper()].insert(0, row)
        self.said = defaultdict(set)
        earlier = LabResult.standing().filter(file__round=round)
        for target, sample, outcome in earlier.values_list("target", "sample", "outcome"):
            self.said[target, sample].add(outcome)


def match(lines, round):
    """Return [Match] of the rows of a file, in their order; a row about a mixed tube has one for each of its members."""
    known = Known(round)
    found = [row for line in lines for row in _each(line, known, round)]
    groups = defaultdict(list)
    for row in found:
        if not row.problem:
            groups[row.target, row.sample].append(row)
    for key, rows in groups.items():
        _settle(rows, known.said.get(key, set()))
    return found


def _settle(rows, said):
    """Sort out rows about one sample of one person: the same again is kept once, a contradiction is put before somebody."""
    results = {row.outcome for row in rows}
    if len(results) > 1:
        for row in rows:
            row.problem, row.column = "conflict", row.line.heads.get("result", "")
        return
    if said and results != said:
        for row in rows:
            row.problem, row.column = "conflict_earlier", row.line.heads.get("result", "")
        return
    for row in rows[0 if said else 1 :]:
        row.problem = REPEATED


def _each(line, known, round):
    """Return [Match] of a line: one, or where it names a mixed tube and nobody in it, one for each who is in it."""
    members = known.mixed.get(line.tube, ())
    if not members or line.name or line.staff_no or line.identity:
        return [_one(line, known, round)]
    return [_one(line, known, round, (row.target_id, row.pk)) for row in members]


def _one(line, known, round, whose=None):
    row = Match(line, pooled=bool(known.mixed.get(line.tube)))
    try:
        row.target, row.sample = whose or _whose(line, known)
        if line.problem:
            raise BadInput(line.problem, line.column)
        _in_time(line, known, row.sample, round)
    except BadInput as error:
        row.target = row.target or _guess(line, known)
        row.problem, row.column = error.reason, line.heads.get(error.field, error.field)
        if line.problem:  # a cell that cannot be read comes before whose the row would be without it
            row.problem, row.column = line.problem, line.column
    return row


def _guess(line, known):
    """Return the target id that whoever resolves the row is shown first, or None."""
    sample, names = known.tubes.get(line.tube), known.by_name.get(line.name, ())
    found = (
        known.by_identity.get(plant.keyed_hash(line.identity)) if line.identity else known.by_number.get(line.staff_no)
    )
    return found or (sample.target_id if sample else names[0] if len(names) == 1 else None)


def _whose(line, known):
    """Return (target id, sample id or None). Raises BadInput naming the field that does not fit."""
    if line.tube:
        sample = _in_tube(line, known)
        if sample is not None:
            _agrees(line, known.people[sample.target_id])
            return sample.target_id, sample.pk
        if line.tube in known.elsewhere:
            raise BadInput("other_campaign", "tube")
        if not (line.identity or line.staff_no):
            raise BadInput("unknown_tube", "tube")
    if line.identity:
        target = known.by_identity.get(plant.keyed_hash(line.identity))
        if target is not None:
            _agrees(line, known.people[target])
            return _without_tube(line, target)
    if line.staff_no:
        target = known.by_number.get(line.staff_no)
        if target is None:
            raise BadInput("nobody", "staff_no")
        if not line.name:
            raise BadInput("name_missing", "name")
        _agrees(line, known.people[target])
        return _without_tube(line, target)
    if line.name and not line.identity:
        raise BadInput("ambiguous" if len(known.by_name[line.name]) > 1 else "name_alone", "name")
    raise BadInput("nobody", "identity" if line.identity else "tube")


def _in_tube(line, known):
    """Return the sample a line is about; of a mixed tube that of the member whom it names. None: nobody knows the tube."""
    members = known.mixed.get(line.tube, ())
    for row in members:
        person = known.people[row.target_id]
        if line.identity and person.identity_hash:
            if plant.keyed_hash(line.identity) == person.identity_hash:
                return row
        elif line.staff_no == person.staff_no if line.staff_no else line.name == person.name:
            return row
    if members:
        raise BadInput("not_in_tube", "staff_no" if line.staff_no else "name")
    return known.tubes.get(line.tube)


def _without_tube(line, target):
    if line.tube:  # the person is known, the tube is not: somebody must say whether it is his
        raise BadInput("unknown_tube", "tube")
    return target, None


def _agrees(line, person):
    if line.name and line.name != person.name:
        raise BadInput("another_name", "name")
    if line.staff_no and person.staff_no and line.staff_no != person.staff_no:
        raise BadInput("another_number", "staff_no")
    if line.identity and person.identity_hash and plant.keyed_hash(line.identity) != person.identity_hash:
        raise BadInput("another_identity", "identity")


def _in_time(line, known, sample, round):
    """Refuse a result of another round's sample, and one that is older than its sample or not of today yet."""
    if sample is not None and known.tubes[line.tube].round_id != round.pk:
        raise BadInput("other_round", "tube")
    if line.tested is None:
        return
    if line.tested > plant.today():
        raise BadInput("in_the_future", "tested")
    taken = timezone.localdate(known.tubes[line.tube].taken_at) if sample is not None else round.opens_on
    if line.tested < taken:
        raise BadInput("before_sample", "tested")
