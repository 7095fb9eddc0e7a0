"""Swaps: asked, agreed, approved, taken over, on behalf; refused by the rules, following the roster, never twice."""

from datetime import date, timedelta

import pytest

from diba.core.errors import BadInput
from diba.plant import actions as plant_actions
from diba.plant.models import Delivery, Post, Role, Task, Watch
from diba.rosters import actions as rosters
from diba.rosters.models import Correction, Duty, Limit, Roster, Rule, Swap, SwapStep

from ..conftest import NOW, TODAY

EARLY, LATE, NIGHT = "早", "中", "夜"


def day(offset):
    return TODAY + timedelta(days=offset)


def stands(name, offset):
    """Return what somebody stands on a day, as watch and post, or None."""
    duty = rosters.duty_of(Duty.objects.model.person.field.related_model.objects.get(name=name), day(offset))
    return duty and (duty.watch.code, duty.post.code)


def told(plant, name):
    return [
        plant_actions.sentence(row.message.words, row.message.values)
        for row in Delivery.objects.filter(person=plant[name])
    ]


def automatic():
    rosters.set_limit(Rule.SWAP_AUTOMATIC, 1, kind="plant", source="厂规", starts_on=date(2020, 1, 1), by=None)


def asked(plant, giver="林涛", taker="韩冰", offset=3, back=5):
    return rosters.ask_swap(
        plant[giver], day(offset), plant[taker], day(back) if back else None, by=plant.account(giver), reason="孩子开学"
    )


@pytest.fixture
def pair(plant, stand):
    """林涛 stands on day 3, 韩冰 on day 5; both are operators."""
    stand("林涛", 3)
    stand("韩冰", 5)
    return plant


def test_an_exchange_is_asked_agreed_approved_and_both_are_told(pair):
    swap = asked(pair)
    assert swap.state == "asked"
    assert Task.objects.filter(owner=pair["韩冰"], closed_at=None).count() == 1
    swap = rosters.agree(swap, by=pair.account("韩冰"))
    assert swap.state == "agreed"
    assert (stands("林涛", 3), stands("韩冰", 5)) == ((EARLY, "zhuzhi"), (EARLY, "zhuzhi"))
    rosters.approve(swap, by=pair.account("刘敏"))
    assert (stands("林涛", 3), stands("林涛", 5)) == (None, (EARLY, "zhuzhi"))
    assert (stands("韩冰", 3), stands("韩冰", 5)) == ((EARLY, "zhuzhi"), None)
    assert list(SwapStep.objects.values_list("state", flat=True)) == ["asked", "agreed", "approved"]
    for name in ("林涛", "韩冰"):
        assert Delivery.objects.filter(person=pair[name], message__receipt_wanted=True).count() == 1
    assert not Task.objects.filter(closed_at=None).exists()


def test_the_published_roster_is_corrected_by_rows_that_say_who_when_and_why(pair, stand):
    swap = rosters.agree(asked(pair), by=pair.account("韩冰"))
    rosters.approve(swap, by=pair.account("刘敏"), reason="同意")
    rows = list(Correction.objects.order_by("day", "person__staff_no"))
    assert [(row.person.name, row.day, bool(row.old_watch), bool(row.new_watch)) for row in rows] == [
        ("韩冰", day(3), False, True), ("林涛", day(3), True, False),
        ("韩冰", day(5), True, False), ("林涛", day(5), False, True),
    ]  # fmt: skip
    assert {(row.roster, row.by.username, row.reason, row.at) for row in rows} == {(stand.roster, "2000", "同意", NOW)}


def test_a_duty_is_given_away(pair):
    swap = rosters.agree(asked(pair, back=None), by=pair.account("韩冰"))
    assert swap.kind == Swap.Kind.GIVE
    rosters.approve(swap, by=pair.account("刘敏"))
    assert stands("林涛", 3) is None
    assert stands("韩冰", 3) == (EARLY, "zhuzhi")
    assert stands("韩冰", 5) == (EARLY, "zhuzhi")


def test_two_duties_of_the_same_day_change_hands(plant, stand):
    stand("林涛", 3, EARLY)
    stand("韩冰", 3, LATE)
    swap = rosters.agree(asked(plant, back=3), by=plant.account("韩冰"))
    rosters.approve(swap, by=plant.account("刘敏"))
    assert (stands("林涛", 3)[0], stands("韩冰", 3)[0]) == (LATE, EARLY)


def test_a_swap_that_keeps_every_rule_needs_no_planner_when_the_plant_says_so(pair):
    automatic()
    swap = rosters.agree(asked(pair), by=pair.account("韩冰"))
    assert swap.state == "approved"
    assert stands("韩冰", 3)
    assert not Task.objects.filter(closed_at=None).exists()


def test_an_emergency_take_over_changes_the_roster_at_once_and_is_approved_after(plant, stand):
    stand("林涛", 0, LATE)
    swap = rosters.take_over(plant["林涛"], day(0), plant["韩冰"], by=plant.account("韩冰"), reason="林涛扭伤了脚")
    assert swap.state == "taken"
    assert (stands("林涛", 0), stands("韩冰", 0)) == (None, (LATE, "zhuzhi"))
    assert Delivery.objects.get(person=plant["林涛"]).message.urgent
    assert set(Task.objects.filter(closed_at=None).values_list("role", flat=True)) == {"planner", "duty_officer"}
    assert rosters.approve(swap, by=plant.account("刘敏")).state == "approved"
    assert not Task.objects.filter(closed_at=None).exists()


def test_a_take_over_that_is_refused_before_it_begins_goes_back(plant, stand):
    stand("林涛", 0, LATE)
    swap = rosters.take_over(plant["林涛"], day(0), plant["韩冰"], by=plant.account("韩冰"), reason="误会")
    rosters.refuse(swap, by=plant.account("刘敏"), reason="林涛能上")
    assert (stands("林涛", 0), stands("韩冰", 0)) == ((LATE, "zhuzhi"), None)
    assert Correction.objects.count() == 4


def test_a_take_over_that_has_begun_stays_and_the_refusal_is_kept(plant, stand):
    stand("林涛", 0, LATE)
    swap = rosters.take_over(plant["林涛"], day(0), plant["韩冰"], by=plant.account("韩冰"), reason="扭伤")
    with plant_actions.clock.at(NOW + timedelta(hours=7)):
        assert rosters.refuse(swap, by=plant.account("刘敏"), reason="应先报告").state == "refused"
    assert stands("韩冰", 0)


def test_only_a_duty_of_the_next_day_can_be_taken_over(plant, stand):
    stand("林涛", 2, LATE)
    with pytest.raises(BadInput, match="not_urgent"):
        rosters.take_over(plant["林涛"], day(2), plant["韩冰"], by=plant.account("韩冰"), reason="扭伤")


def test_a_planner_swaps_on_behalf_with_a_reason_and_both_receipt_it(pair):
    planner = pair.account("刘敏")
    with pytest.raises(BadInput, match="no_reason"):
        rosters.ask_on_behalf(pair["林涛"], day(3), pair["韩冰"], by=planner, reason=" ")
    swap = rosters.ask_on_behalf(pair["林涛"], day(3), pair["韩冰"], day(5), by=planner, reason="两人电话同意")
    assert (swap.state, swap.on_behalf, stands("韩冰", 3)) == ("approved", True, (EARLY, "zhuzhi"))
    assert Delivery.objects.filter(message__receipt_wanted=True).count() == 2


def test_a_lead_swaps_on_behalf_of_his_people_only_and_a_planner_approves(pair):
    lead = pair.account("高建军", Role.CELL_LEAD, unit=pair.cell("W01"))
    own, other = ("林涛", "韩冰") if pair["林涛"].cell == pair.cell("W01") else ("韩冰", "林涛")
    swap = rosters.ask_on_behalf(pair[own], rosters_day(pair, own), pair[other], by=lead, reason="电话同意")
    assert swap.state == "agreed"
    with pytest.raises(BadInput, match="not_yours"):
        rosters.ask_on_behalf(pair[other], rosters_day(pair, other), pair[own], by=lead, reason="电话同意")


def rosters_day(plant, name):
    return Duty.objects.filter(person=plant[name]).earliest("day").day


def test_nobody_answers_or_decides_what_is_not_his(pair):
    swap = asked(pair)
    for name in ("林涛", "孙丽", "刘敏"):
        with pytest.raises(BadInput, match="not_yours"):
            rosters.agree(swap, by=pair.account(name))
    with pytest.raises(BadInput, match="not_yours"):
        rosters.ask_swap(pair["韩冰"], day(5), pair["林涛"], by=pair.account("林涛"))
    swap = rosters.agree(swap, by=pair.account("韩冰"))
    with pytest.raises(BadInput, match="not_yours"):
        rosters.approve(swap, by=pair.account("韩冰"))
    with pytest.raises(BadInput, match="your_own"):
        rosters.approve(swap, by=pair.account("林涛", Role.PLANNER))
    assert stands("林涛", 3)


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


def test_a_swap_follows_a_duty_that_moved_and_is_asked_again(pair, stand):
    swap = rosters.agree(asked(pair), by=pair.account("韩冰"))
    republish(pair, stand, {("林涛", 3): LATE, ("韩冰", 5): EARLY})
    swap.refresh_from_db()
    assert (swap.state, swap.giver_watch.code) == ("asked", LATE)
    assert any("02-17 中班" in words for words in told(pair, "韩冰"))


def test_a_swap_dies_with_a_message_when_its_duty_is_gone(pair, stand):
    swap = rosters.agree(asked(pair), by=pair.account("韩冰"))
    republish(pair, stand, {("韩冰", 5): EARLY})
    swap.refresh_from_db()
    assert swap.state == "expired"
    for name in ("林涛", "韩冰"):
        assert Delivery.objects.filter(person=pair[name], message__words__contains="no longer in the roster").exists()
    assert not Task.objects.filter(closed_at=None, key__startswith="swap").exists()


def republish(plant, stand, cells):
    draft = Roster.objects.create(
        state="draft", pattern=stand.roster.pattern, first_day=TODAY, days=28, rules=stand.roster.rules, asked_at=NOW
    )
    for (name, offset), watch in cells.items():
        duty = Duty(roster=draft, person=plant[name], day=day(offset))
        duty.watch, duty.post = Watch.objects.get(code=watch, pattern=draft.pattern), Post.objects.get(code="zhuzhi")
        duty.save()
    with plant_actions.clock.at(NOW + timedelta(minutes=5)):
        rosters.publish(draft, by=plant.account("刘敏"))
    return draft


def test_a_swap_lapses_when_its_time_runs_out(pair):
    swap = asked(pair)
    with plant_actions.clock.at(NOW + timedelta(days=3)):
        assert rosters.lapse() == 1
        assert rosters.lapse() == 0
    swap.refresh_from_db()
    assert swap.state == "expired"
    with plant_actions.clock.at(NOW + timedelta(days=3)), pytest.raises(BadInput, match="state"):
        rosters.agree(swap, by=pair.account("韩冰"))


def test_two_swaps_of_one_duty_cannot_both_be_open(pair, stand):
    stand("孙志强", 6)
    asked(pair)
    with pytest.raises(BadInput, match="in_a_swap"):
        asked(pair, taker="孙志强", back=None)


def test_an_approval_ends_the_other_swap_that_gave_the_same_duty_back(pair, stand):
    """林涛 gives day 3 to 韩冰; 孙志强 had been asked to give 韩冰 day 3's place: he stands there now."""
    stand("孙志强", 8)
    first = rosters.agree(asked(pair, back=None), by=pair.account("韩冰"))
    second = rosters.agree(
        rosters.ask_swap(pair["孙志强"], day(8), pair["韩冰"], day(5), by=pair.account("孙志强")),
        by=pair.account("韩冰"),
    )
    rosters.approve(first, by=pair.account("刘敏"))
    rosters.approve(second, by=pair.account("刘敏"))
    assert Duty.objects.filter(person=pair["韩冰"]).count() == 2
    assert stands("孙志强", 5) == (EARLY, "zhuzhi")


def test_refused_and_withdrawn_swaps_change_nothing(pair):
    swap = asked(pair)
    rosters.refuse(swap, by=pair.account("韩冰"))
    swap = asked(pair)
    rosters.withdraw(swap, by=pair.account("林涛"))
    swap = rosters.agree(asked(pair), by=pair.account("韩冰"))
    with pytest.raises(BadInput, match="no_reason"):
        rosters.refuse(swap, by=pair.account("刘敏"))
    rosters.refuse(swap, by=pair.account("刘敏"), reason="人手不够")
    assert stands("林涛", 3)
    assert Correction.objects.count() == 0
    assert not Task.objects.filter(closed_at=None).exists()


def test_a_swap_is_asked_in_time(plant, stand):
    stand("林涛", 0, LATE)
    with pytest.raises(BadInput, match="too_late"):
        asked(plant, offset=0, back=None)


def test_what_can_no_longer_be_asked_is_not_offered(plant, stand, client):
    client.force_login(plant.account("林涛"))
    soon, later = stand("林涛", 0, LATE), stand("林涛", 3)
    stand("韩冰", 0, NIGHT)
    assert day(0) not in {offer.back.day for offer in rosters.offers_for(later, limit=20)[0]}
    with pytest.raises(BadInput, match="too_late"):
        rosters.offers_for(soon)
    answer = client.get(f"/rosters/swaps/new/?day={soon.day:%Y-%m-%d}", follow=True)
    assert "换班至少提前" in answer.content.decode()


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


def test_nobody_sees_a_swap_that_is_not_his(pair):
    swap = asked(pair)
    for name, sees in (("林涛", True), ("韩冰", True), ("孙志强", False), ("刘敏", True)):
        assert rosters.swaps_visible_to(pair.account(name)).filter(pk=swap.pk).exists() is sees
    assert Limit.objects.filter(rule=Rule.RUN, level=None).get().value == 6


def test_the_heading_counts_the_swaps_that_wait(pair, client):
    asked(pair)
    page = pair.signed_in(client, "韩冰").get("/rosters/swaps/").content.decode()
    assert "1 个换班等您办" in page


@pytest.mark.parametrize("offer", ["{}:0001-01-01", "{}:9999-12-31", "{}:2020-02-31", "x"])
def test_an_offer_of_no_day_is_refused_beside_the_field(pair, client, offer):
    client = pair.signed_in(client, "林涛")
    answer = client.post(f"/rosters/swaps/new/?day={day(3)}", {"offer": offer.format(pair["韩冰"].pk)})
    assert answer.status_code in (200, 400) and not Swap.objects.exists()


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
