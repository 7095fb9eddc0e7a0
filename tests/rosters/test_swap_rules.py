"""What forbids a swap, by the name of the rule: certificates, absences, runs, crews; waivers and wishes."""

from datetime import date

import pytest

from diba.core.errors import BadInput
from diba.plant import actions as plant_actions
from diba.plant.models import Post
from diba.rosters import actions as rosters
from diba.rosters.models import Roster, Rule, Swap

from ..conftest import NOW, TODAY
from .plans import day
from .swapping import EARLY, LATE, NIGHT, asked, automatic


def test_the_words_name_the_rule_that_a_swap_would_break(plant, stand):
    stand("林涛", 3, NIGHT)
    stand("韩冰", 4, EARLY)
    with pytest.raises(BadInput, match="broken") as error:
        asked(plant, back=None)
    ((words, hard),) = rosters.broken_words(error.value.value)
    assert hard
    assert "韩冰" in words and "0" in words and "11" in words  # from 06:00 to 06:00 there is no rest at all


def test_somebody_without_the_certificate_cannot_take_a_post(plant, stand):
    stand("陈立", 3, EARLY, "zhizhang")
    with pytest.raises(BadInput, match="broken") as error:
        asked(plant, "陈立", "林涛", back=None)
    assert {row.rule for row in error.value.value} == {"not_qualified"}


def test_somebody_who_is_away_cannot_take_a_duty(pair):
    plant_actions.take_out(pair["韩冰"], "leave", plant_actions.day_start(day(3)), plant_actions.day_start(day(4)))
    with pytest.raises(BadInput, match="broken") as error:
        asked(pair, back=None)
    assert {row.rule for row in error.value.value} == {"absent"}


def test_somebody_on_duty_that_day_cannot_take_another(plant, stand):
    stand("林涛", 3, EARLY)
    stand("韩冰", 3, NIGHT)
    with pytest.raises(BadInput, match="broken") as error:
        asked(plant, back=None)
    assert {row.rule for row in error.value.value} == {"on_duty"}


def test_the_team_that_is_not_in_the_plant_cannot_take_a_duty(pair, stand):
    from diba.rosters.models import Membership, Split

    split = Split.objects.create(at=NOW, adopted_at=NOW, pattern=stand.roster.pattern)
    for name, team in (("林涛", "A"), ("韩冰", "B")):
        Membership.objects.create(split=split, person=pair[name], team=team)
    Roster.objects.filter(pk=stand.roster.pk).update(split=split, rules={**stand.roster.rules, "block": 14})
    with pytest.raises(BadInput, match="broken") as error:
        asked(pair, back=None)
    assert {row.rule for row in error.value.value} == {"other_team"}


@pytest.mark.parametrize(("team", "kept_apart"), [("B", True), ("C", True), ("A", False), ("R", False)])
def test_of_three_teams_the_two_that_are_not_in_the_plant_take_no_duty(plant, stand, team, kept_apart):
    from diba.rosters.models import Membership, Split

    stand("林涛", 0, NIGHT)
    stand("林涛", 3)
    split = Split.objects.create(
        at=NOW, adopted_at=NOW, pattern=stand.roster.pattern, figures={"teams": ["A", "B", "C"]}
    )
    for name, own in (("林涛", "A"), ("韩冰", team)):
        Membership.objects.create(split=split, person=plant[name], team=own)
    Roster.objects.filter(pk=stand.roster.pk).update(split=split, rules={**stand.roster.rules, "block": 14})

    def refused(act):
        try:
            act()
        except BadInput as error:
            return {row.rule for row in error.value}
        return set()

    expected = {"other_team"} if kept_apart else set()
    assert refused(lambda: asked(plant, back=None)) == expected
    taker = plant.account("韩冰")
    assert refused(lambda: rosters.take_over(plant["林涛"], TODAY, plant["韩冰"], by=taker, reason="扭伤")) == expected


def test_a_run_that_would_be_too_long_is_named_and_a_waiver_lets_it_pass(plant, stand):
    for offset in range(1, 7):
        stand("韩冰", offset)
    stand("林涛", 7)
    with pytest.raises(BadInput, match="broken") as error:
        asked(plant, offset=7, back=None)
    assert [(row.rule, row.found, row.limit) for row in error.value.value] == [("longest_run", 7, 6)]
    rosters.sign_waiver(
        plant["韩冰"],
        Rule.RUN,
        7,
        reason="同意",
        first_day=day(0),
        last_day=day(9),
        by=plant.account("韩冰"),
        name="韩冰",
    )
    assert asked(plant, offset=7, back=None).broken == []


def test_a_soft_rule_needs_the_planners_reason(plant, stand):
    rosters.set_limit(Rule.RUN, 6, kind="law", source="第四十二条", starts_on=date(2020, 2, 1), hard=False, by=None)
    automatic()
    for offset in range(1, 7):
        stand("韩冰", offset)
    stand("林涛", 7)
    swap = rosters.agree(asked(plant, offset=7, back=None), by=plant.account("韩冰"))
    assert swap.state == "agreed"  # automatic only when every rule is kept
    with pytest.raises(BadInput, match="no_reason"):
        rosters.approve(swap, by=plant.account("刘敏"))
    assert rosters.approve(swap, by=plant.account("刘敏"), reason="无人可替").state == "approved"


def test_giving_a_duty_away_out_of_a_run_that_is_too_long_is_no_new_fault(plant, stand):
    for offset in range(1, 10):
        stand("林涛", offset)
    assert asked(plant, offset=1, back=None).broken == []


def test_offers_keep_every_rule_and_name_the_most_alike_first(plant, stand):
    mine = stand("林涛", 3)
    stand("韩冰", 4, NIGHT)
    stand("韩冰", 6, EARLY)
    stand("孙志强", 3, LATE)
    exchanges, takers = rosters.offers_for(mine, limit=20)
    assert [(offer.person.name, offer.back.day) for offer in exchanges][:2] == [("孙志强", day(3)), ("韩冰", day(6))]
    # 韩冰 would come from the early watch of day 3 with enough rest; 孙志强 already stands on day 3.
    assert "孙志强" not in {offer.person.name for offer in takers}
    assert "韩冰" in {offer.person.name for offer in takers}
    for offer in exchanges:
        swap = rosters.ask_swap(plant["林涛"], day(3), offer.person, offer.back.day, by=plant.account("林涛"))
        assert swap.broken == []
        rosters.withdraw(swap, by=plant.account("林涛"))


def test_nobody_learns_by_a_forged_offer_what_forbids_a_colleague(pair, client):
    client = pair.signed_in(client, "林涛")
    answer = client.post(f"/rosters/swaps/new/?day={day(3)}", {"offer": f"{pair['刘敏'].pk}:"})
    page = answer.content.decode()
    assert "这个换法已不成立" in page and "刘敏" not in page.split("<main")[-1]
    assert not Swap.objects.exists()


def crew_rule(plant, name, people, hard=True, **more):
    rosters.enter_crew_rule(
        name=name, people=[plant[who] for who in people], count=1, whom="named", stretch="watch", hard=hard,
        first_day=TODAY, despite=True, by=plant.account("刘敏"), **more,
    )  # fmt: skip


def test_an_exchange_that_leaves_a_crew_without_its_certified_person_is_refused_by_the_rules_name(pair):
    crew_rule(pair, "急救员", ["林涛"], sense="least")
    with pytest.raises(BadInput) as error:
        asked(pair)
    (words,) = [words for words in rosters.refusal_words(error.value) if "急救员" in words]
    assert "只剩 0 人，至少须 1 人" in words and not Swap.objects.exists()


def test_an_exchange_that_puts_two_novices_together_is_refused_by_the_rules_name(pair, stand):
    stand("孙志强", 3, post="zhiban" if Post.objects.filter(code="zhiban").exists() else Post.objects.first().code)
    crew_rule(pair, "新手不同班", ["韩冰", "孙志强"], sense="most")
    with pytest.raises(BadInput) as error:
        asked(pair)
    assert any("新手不同班" in words and "至多 1 人" in words for words in rosters.refusal_words(error.value))


def test_an_exchange_that_makes_two_crews_kept_apart_meet_is_refused(pair, stand):
    other = pair["刘敏"].unit
    for name in ("韩冰", "孙志强"):
        pair[name].__class__.objects.filter(name=name).update(unit=other)
    stand("郭峰", 3, post=Post.objects.first().code)
    rosters.enter_apart_rule(name="两值不见面", groups=["unit:D01", "unit:D02"], gap=30, same_day=True, first_day=TODAY, by=pair.account("刘敏"))  # fmt: skip
    with pytest.raises(BadInput) as error:
        asked(pair)
    assert any("不得见面" in words for words in rosters.refusal_words(error.value))


def test_an_exchange_that_keeps_the_rules_on_crews_goes_through(pair):
    crew_rule(pair, "急救员", ["林涛", "韩冰"], sense="least")
    assert asked(pair).state == "asked"


def test_an_exchange_against_a_wish_on_crews_waits_for_a_planner_with_the_wishs_name(pair):
    crew_rule(pair, "最好有急救员", ["林涛"], hard=False, sense="least")
    swap = asked(pair)
    assert [(row["rule"], row["name"], row["hard"]) for row in swap.broken] == [("crew_short", "最好有急救员", False)]
    rosters.agree(swap, by=pair.account("韩冰"))
    swap.refresh_from_db()
    assert swap.state == "agreed"  # a planner decides
