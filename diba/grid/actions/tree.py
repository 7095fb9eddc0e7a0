"""Across and down (横向到边、纵向到底): the same figures at every level of both trees, down to the person."""

from dataclasses import dataclass, field

from diba.plant import actions as plant
from diba.plant.models import Role, Unit, UnitKind

from .coverage import asked, stands

TREES = {"branch": (UnitKind.BRANCH, UnitKind.CELL), "department": (UnitKind.DEPARTMENT, UnitKind.TEAM)}
READERS = (Role.HEALTH_OFFICER, Role.DUTY_OFFICER)


@dataclass
class Coverage:
    """How many people of a unit and of all below it are asked today, heard from, abnormal, isolated, with an open case."""

    expected: int = 0
    known: int = 0
    abnormal: int = 0
    isolated: int = 0
    cases: int = 0

    @property
    def unknown(self):
        return self.expected - self.known

    def add(self, stand):
        """Count one person."""
        self.expected += 1
        self.known += bool(stand.report)
        self.abnormal += stand.abnormal
        self.isolated += stand.isolated
        self.cases += bool(stand.case)


@dataclass
class Node:
    """One unit of a tree with its figures. own: the stands of those who belong to it directly."""

    unit: Unit
    coverage: Coverage = field(default_factory=Coverage)
    own: list = field(default_factory=list)
    below: list = field(default_factory=list)


@dataclass(frozen=True)
class Tree:
    """One of the two trees. tops: its highest units; nodes: {unit id: Node}; outside: stands in no unit of this tree."""

    tops: list
    nodes: dict
    whole: Coverage
    outside: list


def tree(account, name="branch", day=None):
    """Return a tree with the figures of everybody this account answers for. Five queries at any size.

    name: "branch" (branch, cell) or "department" (department, team).
    """
    people = stands(asked(in_reach(account), day), day)
    nodes, by_path = {}, {}
    result = Tree([], nodes, Coverage(), [])
    for unit in Unit.objects.filter(kind__in=TREES[name]).select_related("lead").order_by("path"):
        nodes[unit.pk] = by_path[unit.path] = Node(unit)
    for stand in people:
        result.whole.add(stand)
        node = nodes.get(stand.cell if name == "branch" else stand.unit)
        (node.own if node else result.outside).append(stand)
        for above in _line(node, by_path) if node else ():
            above.coverage.add(stand)
    for node in nodes.values():
        line = _line(node, by_path)
        (line[1].below if len(line) > 1 else result.tops).append(node)
    return result


def _line(node, by_path):
    """Return a unit's node and those above it, nearest first."""
    path, step = node.unit.path, Unit.steplen
    return [by_path[path[:end]] for end in range(len(path), 0, -step) if path[:end] in by_path]


def in_reach(account):
    """Return the people whose figures an account sees: of its units as an officer, and of the cells it leads; None: all."""
    if plant.whole_plant(account, *READERS):
        return None
    return plant.people_of(account, *READERS, Role.CELL_LEAD).filter(
        pk__in=plant.health_visible_to(account).values("pk")
    )
