"""What the tests of the rosters share: the planner, and rosters that need no search."""

from datetime import timedelta

import pytest

from diba.plant.models import Post, Role, Watch, WatchPattern
from diba.rosters import actions as rosters
from diba.rosters.actions import volunteers
from diba.rosters.models import Duty, GateDuty, Roster

from ..conftest import NOW, TODAY
from .gate_calls import GATES, called
from .plans import by_rotation

EARLY = "早"


@pytest.fixture
def planner(plant):
    return plant.account("刘敏", Role.PLANNER)


@pytest.fixture
def desk(plant, client):
    """The planner's browser."""
    return plant.signed_in(client, "刘敏", Role.PLANNER)


@pytest.fixture
def patient(settings):
    """A search that is proven best ends by itself; one that a busy machine holds up is not cut short."""
    settings.REPAIR_SECONDS = 60


@pytest.fixture
def month(plant, planner):
    """A published roster of two weeks from today, made by rotation."""
    return by_rotation(plant, planner)


@pytest.fixture
def draft(plant, planner):
    """A draft of two weeks from today, made by rotation."""
    return by_rotation(plant, planner, publish=False)


@pytest.fixture
def stand(plant, planner):
    """Return stand(name, day offset, watch, post): duties of a published roster of four weeks, written by hand."""
    roster = Roster.objects.create(
        state=Roster.State.PUBLISHED, pattern=WatchPattern.objects.get(code="3x8"), first_day=TODAY - timedelta(days=7), days=35,
        rules=dict(rosters.DEFAULT_RULES, block=0), asked_at=NOW, published_at=NOW, published_by=planner,
    )  # fmt: skip

    def put(name, offset, watch=EARLY, post="zhuzhi", **more):
        return Duty.objects.create(
            roster=roster, person=plant[name], day=TODAY + timedelta(days=offset),
            watch=Watch.objects.get(code=watch, pattern=roster.pattern), post=Post.objects.get(code=post), **more,
        )  # fmt: skip

    put.roster = roster
    return put


@pytest.fixture
def pair(plant, stand):
    """林涛 stands on day 3, 韩冰 on day 5; both are operators."""
    stand("林涛", 3)
    stand("韩冰", 5)
    return plant


@pytest.fixture
def posts(plant):
    return [Post.objects.create(code=f"kakou{n}", name=f"{n} 号卡口", tier=3) for n in range(1, GATES + 1)]


@pytest.fixture
def three(plant, planner, posts):
    """Two of the office and a few published watches of theirs, written by hand."""
    later = plant.today + timedelta(days=90)
    volunteers.enlist(
        [plant["刘敏"], plant["孙丽"]], by=planner, trained_until=later, insured_until=later, most_a_week=3
    )
    call = called(plant, planner, posts)
    call.state = "published"
    call.save()
    watches = {watch.code: watch for watch in call.pattern.watches.all()}

    def put(name, offset, watch):
        return GateDuty.objects.create(call=call, person=plant[name], day=call.first_day + timedelta(days=offset), watch=watches[watch], post=posts[0])  # fmt: skip

    return put
