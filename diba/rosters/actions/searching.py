"""How a search went, point by point, and going on from where one stood."""

from django.db import transaction

from diba.core import rostering
from diba.core.errors import BadInput
from diba.plant import actions as plant
from diba.plant.actions import jobs

from ..models import Roster
from .editing import copy_duties
from .problems import plan_of

MOST_POINTS = 160  # of a trace that a page draws; when there are more, every second one goes
SECONDS = (1, 600)


class Trace:
    """The figures of a search over its seconds: points, [[s, objective, bound, people missing]]."""

    def __init__(self):
        self.points = []

    def add(self, figures):
        """Keep a point when something changed."""
        point = [round(figures["seconds"], 1), figures["objective"], figures["bound"], figures.get("holes", 0)]
        if self.points and self.points[-1][1:] == point[1:]:
            return
        if len(self.points) >= MOST_POINTS:
            self.points = self.points[::2]
        # A new list each time: whoever writes the points down does so in a thread of its own.
        self.points = [*self.points, point]


def start_of(roster, problem):
    """Return the duties that a search may go on from, or None: what the planner left, when it breaks no rule."""
    if roster.pk is None:
        return None
    plan = plan_of(roster.duties.select_related("watch", "post"), roster.first_day)
    if not plan or any(broken.rule != "cover" for broken in rostering.check(problem, plan).violations):
        return None
    return plan


@transaction.atomic
def search_on(roster, seconds, *, by):
    """Ask for a better roster that begins where a draft stands, its pins kept; return it. The draft stays as it is.

    Raises BadInput for a roster that is no draft or a number of seconds out of range.
    """
    if roster.state != Roster.State.DRAFT:
        raise BadInput("not_a_draft", "state", value=roster.state)
    if not SECONDS[0] <= seconds <= SECONDS[1]:
        raise BadInput("out_of_range", "seconds", value=seconds)
    following = Roster.objects.create(
        name=roster.name, pattern=roster.pattern, split=roster.split, level=roster.level, first_day=roster.first_day, days=roster.days,
        rules={**roster.rules, "seconds": seconds}, seed=roster.seed + 1, revises=roster, asked_by=by, asked_at=plant.now(),
    )  # fmt: skip
    copy_duties(roster.duties.all(), following)
    following.job = jobs.start("roster.draft", about=f"roster:{following.pk}", by=by)
    following.save(update_fields=["job"])
    plant.note(by, "roster.asked", following, detail=f"days={following.days}")
    return following
