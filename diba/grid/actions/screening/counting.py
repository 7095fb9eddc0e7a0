"""Coverage, correct to the person: done / (target − approved exclusions), of the whole, of each unit, down to who is missing."""

from collections import defaultdict
from dataclasses import dataclass, field

from diba.plant.models import Unit, UnitKind

from ...models import Answer, Exclusion, LabResult, Sample, Target

TREES = {"cell": (UnitKind.BRANCH, UnitKind.CELL), "unit": (UnitKind.DEPARTMENT, UnitKind.TEAM)}


@dataclass
class Tally:
    """People of a unit: target as frozen, left out with approval, done, and of these who gave what."""

    target: int = 0
    excluded: int = 0
    done: int = 0
    answered: int = 0
    sampled: int = 0
    tested: int = 0

    @property
    def asked(self):
        return self.target - self.excluded

    @property
    def missing(self):
        return self.asked - self.done

    @property
    def share(self):
        """Return the coverage in per cent, rounded down so that 100 means everybody; None when nobody is asked."""
        return self.done * 1000 // self.asked / 10 if self.asked else None

    def add(self, standing, pk):
        self.target += 1
        if pk in standing.excluded:
            self.excluded += 1
            return
        self.done += pk in standing.done
        self.answered += pk in standing.answered
        self.sampled += pk in standing.sampled
        self.tested += pk in standing.tested


@dataclass(frozen=True)
class Standing:
    """One round as it stands, as sets of target ids. targets: {id: (unit id, cell id)}."""

    targets: dict
    excluded: set
    answered: set
    sampled: set
    tested: set
    done: set
    whole: Tally = field(default_factory=Tally)


@dataclass
class Branch:
    """One unit of a tree with its figures and what lies below it."""

    unit: Unit
    tally: Tally = field(default_factory=Tally)
    below: list = field(default_factory=list)


def standing(campaign, round, targets=None):
    """Return where a round stands for these targets (default: the whole audience). Five queries at any size.

    Done is who gave everything that is asked: the answers, and where samples are taken a result of the laboratory.
    """
    rows = (Target.objects.filter(campaign=campaign) if targets is None else targets).values_list("pk", "unit", "cell")
    known = {pk: (unit, cell) for pk, unit, cell in rows}
    out = Exclusion.objects.filter(target__campaign=campaign, lifted_at=None).exclude(approved_at=None)
    excluded = known.keys() & set(out.values_list("target", flat=True))
    answered = known.keys() & set(Answer.objects.filter(round=round).values_list("target", flat=True))
    sampled = known.keys() & set(Sample.objects.filter(round=round, withdrawn_at=None).values_list("target", flat=True))
    tested = known.keys() & results_in(round)
    done = (answered if campaign.questionnaire_id else known.keys()) & (tested if campaign.samples else known.keys())
    found = Standing(known, excluded, answered, sampled, tested, done - excluded)
    for pk in known:
        found.whole.add(found, pk)
    return found


def results_in(round):
    """Return the ids of the targets with a usable result of a round; a sample that could not be tested is none."""
    rows = LabResult.standing().filter(file__round=round, usable=True).exclude(target=None)
    return set(rows.values_list("target", flat=True))


def by_unit(found, tree="cell"):
    """Return ([Branch] of the top units of a tree, Tally of those who belong to none); units without anybody are left out."""
    place = 1 if tree == "cell" else 0
    branches, by_path, outside = {}, {}, Tally()
    for unit in Unit.objects.filter(kind__in=TREES[tree]).order_by("path"):
        branches[unit.pk] = by_path[unit.path] = Branch(unit)
    members = defaultdict(list)
    for pk, units in found.targets.items():
        members[units[place]].append(pk)
    for unit, people in members.items():
        path = branches[unit].unit.path if unit in branches else ""
        line = [by_path[path[:end]] for end in range(len(path), 0, -Unit.steplen) if path[:end] in by_path]
        for tally in [branch.tally for branch in line] or [outside]:
            for pk in people:
                tally.add(found, pk)
    tops = []
    for path, branch in by_path.items():
        if branch.tally.target:
            above = by_path.get(path[: -Unit.steplen])
            (above.below if above else tops).append(branch)
    return tops, outside


def missing(found):
    """Return the ids of the targets who are neither done nor left out."""
    return found.targets.keys() - found.done - found.excluded
