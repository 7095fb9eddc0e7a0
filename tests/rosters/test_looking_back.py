"""How far back the rules look: as far as the longest run or stay they allow, and to the first of a month."""

from datetime import date, timedelta

import pytest

from diba.core import rostering
from diba.core.errors import BadInput
from diba.plant.models import Post, Role, Watch, WatchPattern
from diba.rosters import actions as rosters
from diba.rosters.models import Duty, Roster, Rule

from ..conftest import TODAY
from .plans import day
from .swapping import asked
from .test_limits import sign


def limit(rule, value, hard=True):
    rosters.set_limit(rule, value, kind="plant", source="厂规", starts_on=date(2020, 1, 1), by=None, hard=hard)


def question(first=0, days=14, **rules):
    return Roster(
        pattern=WatchPattern.objects.get(code="3x8"), first_day=day(first), days=days,
        rules={**rosters.DEFAULT_RULES, "block": 0, **rules},
    )  # fmt: skip


@pytest.fixture
def earlier(stand):
    """Return stand() with its roster a month earlier, so that it ends yesterday."""
    Roster.objects.filter(pk=stand.roster.pk).update(first_day=TODAY - timedelta(days=60), days=60)
    stand.roster.refresh_from_db()
    return stand


def of(plant, roster, name="林涛"):
    problem = rosters.problem_of(roster)
    return problem, problem.person[str(plant[name].pk)]


def test_a_run_that_began_before_the_last_two_weeks_is_counted_whole(plant, earlier):
    for back in range(1, 19):
        earlier("林涛", -back)
    problem, person = of(plant, question(longest_run=21))
    assert sum(bool(shift) for shift in person.before) == 18
    plan = {(person.id, at): ("早", "zhuzhi") for at in range(7)}
    found = [row for row in rostering.check(problem, plan).violations if row.rule == "longest_run"]
    assert [(row.found, row.limit) for row in found] == [(25, 21)]
    plan.pop((person.id, 3))
    assert not [row for row in rostering.check(problem, plan).violations if row.rule == "longest_run"]


def test_a_short_limit_looks_back_two_weeks_and_a_waiver_as_far_as_it_allows(plant, earlier):
    for back in range(1, 40):
        earlier("林涛", -back)
    assert sum(map(bool, of(plant, question())[1].before)) == 14
    sign(plant, "韩冰", value=30, last=40)
    assert sum(map(bool, of(plant, question())[1].before)) >= 30
    limit(Rule.INSIDE, 35, hard=False)
    assert sum(map(bool, of(plant, question())[1].before)) < 35
    limit(Rule.INSIDE, 36)
    assert sum(map(bool, of(plant, question())[1].before)) > 36


def test_watches_of_another_pattern_far_back_are_known_to_the_search_and_the_referee(plant, earlier):
    from diba.rosters.models import Duty

    other = WatchPattern.objects.exclude(pk=earlier.roster.pattern_id).exclude(watches=None).first()
    duty = earlier("林涛", -30)
    Duty.objects.filter(pk=duty.pk).update(watch=other.watches.first())
    sign(plant, "韩冰", value=40, last=40)
    roster = question(longest_run=6)
    _problem, person = of(plant, roster)
    assert [shift for shift in person.before if shift] == [f"{other.pk}:{other.watches.first().code}"]
    roster.asked_at, roster.state = plant.now, Roster.State.DRAFT
    roster.save()
    assert rosters.hear(roster).report is not None


def test_a_swap_that_joins_a_long_run_ahead_is_named(plant, stand):
    limit(Rule.RUN, 21)
    stand("林涛", 3)
    for offset in range(4, 25):
        stand("韩冰", offset)
    with pytest.raises(BadInput, match="broken") as error:
        asked(plant, back=None)
    assert [(row.rule, row.found, row.limit, row.hard) for row in error.value.value] == [("longest_run", 22, 21, True)]


@pytest.fixture
def lived_in(plant, stand):
    """韩冰 stands on days 4 to 13 but one; 林涛 on day 3, which would be his eleventh inside."""
    stand("林涛", 3)
    for offset in (*range(4, 8), *range(9, 14)):
        stand("韩冰", offset)
    return plant


def test_a_swap_keeps_a_hard_limit_of_days_inside(lived_in):
    limit(Rule.INSIDE, 10)
    with pytest.raises(BadInput, match="broken") as error:
        asked(lived_in, back=None)
    assert [(row.rule, row.found, row.limit, row.hard) for row in error.value.value] == [("days_inside", 11, 10, True)]
    ((words, hard),) = rosters.broken_words(error.value.value)
    assert "住厂" in words and "11" in words and hard
    sign(lived_in, "韩冰", Rule.INSIDE, 11, last=30)
    assert asked(lived_in, back=None).state == "asked"


def test_a_waiver_of_days_inside_covers_no_longer_stay_than_it_says(plant, stand):
    limit(Rule.INSIDE, 8)
    stand("林涛", 3)
    for offset in (*range(4, 8), *range(9, 14)):
        stand("韩冰", offset)
    sign(plant, "韩冰", Rule.INSIDE, 9, last=30)
    with pytest.raises(BadInput, match="broken") as error:
        asked(plant, back=None)
    assert [(row.rule, row.found) for row in error.value.value] == [("days_inside", 11)]


def test_a_soft_limit_of_days_inside_asks_nothing_of_a_swap(lived_in):
    limit(Rule.INSIDE, 10, hard=False)
    assert asked(lived_in, back=None).broken == []


def test_a_swap_keeps_the_hours_of_a_month(plant, stand):
    limit(Rule.MONTH, 16)
    stand("林涛", 3)
    for offset in (-5, 6):
        stand("韩冰", offset)
    with pytest.raises(BadInput, match="broken") as error:
        asked(plant, back=None)
    assert [(row.rule, row.found, row.limit, row.hard) for row in error.value.value] == [("month_hours", 24, 16, True)]
    assert "24 h" in rosters.broken_words(error.value.value)[0][0]


def test_the_search_leaves_everybody_what_is_left_of_a_hard_month(plant, earlier):
    assert of(plant, question(days=10))[1].most_minutes is None
    limit(Rule.MONTH, 40)
    for back in (2, 3, 20):  # day 20 before is a day of January
        earlier("林涛", -back)
    assert of(plant, question(days=10))[1].most_minutes == (40 - 16) * 60
    assert of(plant, question(days=10), "韩冰")[1].most_minutes == 40 * 60
    # 16 days of February and 12 of March: what each month leaves, together.
    assert of(plant, question(days=28))[1].most_minutes == (40 - 16 + 40) * 60
    assert of(plant, question(first=12, days=4), "韩冰")[1].most_minutes is None  # no more than 32 h are possible
    limit(Rule.MONTH, 40, hard=False)
    assert of(plant, question(days=10))[1].most_minutes is None


@pytest.fixture
def drafted(plant):
    """Return a function that writes days of 林涛 into one draft of four weeks and returns what breaks a rule there."""
    draft = question(days=28)
    draft.state, draft.asked_at, draft.asked_by = Roster.State.DRAFT, plant.now, plant.account("刘敏", Role.PLANNER)
    draft.save()
    watch, post = Watch.objects.get(code="早", pattern=draft.pattern), Post.objects.get(code="zhuzhi")

    def stands(*offsets, rule):
        for offset in offsets:
            Duty.objects.create(roster=draft, person=plant["林涛"], day=day(offset), watch=watch, post=post)
        return [row for row in rosters.conflicts_of(rosters.hear(draft)) if row.rule == rule]

    return stands


def test_the_conflicts_name_who_is_above_a_hard_month(plant, earlier, drafted):
    limit(Rule.MONTH, 30)
    for back in (2, 3):
        earlier("林涛", -back)
    assert drafted(2, 20, 22, 24, rule="month_hours") == []  # one day of February, three of March
    (row,) = drafted(4, rule="month_hours")
    assert (
        (row.person, row.days) == (plant["林涛"], (day(2), day(4))) and "2020-02" in row.words and "32 h" in row.words
    )


def test_the_conflicts_name_who_lives_in_longer_than_a_hard_limit(plant, drafted):
    limit(Rule.INSIDE, 5)
    assert drafted(*range(5), rule="longest_stay") == []
    (row,) = drafted(5, rule="longest_stay")
    assert row.person == plant["林涛"] and "已住厂 6 天，最多 5 天" in row.words
    assert rosters.rule_name(row.rule) == "在厂天数"
