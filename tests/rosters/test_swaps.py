"""Swaps: asked, agreed, approved, taken over, on behalf; refused by the rules, following the roster, never twice."""

from datetime import timedelta

import pytest

from diba.core.errors import BadInput
from diba.plant import actions as plant_actions
from diba.plant.models import Delivery, Post, Role, Task, Watch
from diba.rosters import actions as rosters
from diba.rosters.models import Correction, Duty, Limit, Roster, Rule, Swap, SwapStep

from ..conftest import NOW, TODAY
from .plans import day
from .swapping import EARLY, LATE, NIGHT, asked, automatic, stands, told


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


@pytest.mark.parametrize("role", [Role.PLANNER, Role.DUTY_OFFICER])
@pytest.mark.parametrize("own", ["林涛", "韩冰"])
def test_who_decides_swaps_does_not_decide_his_own_by_entering_it_on_behalf(pair, client, role, own):
    mine = pair.account(own, role)
    swap = rosters.ask_on_behalf(pair["林涛"], day(3), pair["韩冰"], by=mine, reason="电话同意")
    assert (swap.state, stands("林涛", 3), stands("韩冰", 3)) == ("agreed", (EARLY, "zhuzhi"), None)
    with pytest.raises(BadInput, match="your_own"):
        rosters.approve(swap, by=mine)
    assert Task.objects.filter(role=Role.PLANNER, key=f"swap:{swap.pk}:decide", closed_at=None).count() == 1
    assert rosters.approve(swap, by=pair.account("刘敏")).state == "approved"
    assert stands("韩冰", 3) == (EARLY, "zhuzhi")


def test_the_page_says_that_his_own_swap_on_behalf_waits_for_another(pair, client):
    sent = {"giver": pair["林涛"].pk, "day": day(3), "taker": pair["韩冰"].pk, "reason": "电话同意"}
    page = (
        pair.signed_in(client, "林涛", Role.PLANNER).post("/rosters/swaps/behalf/", sent, follow=True).content.decode()
    )
    assert "两人都已通知" not in page and "现在：" in page and Swap.objects.get().state == "agreed"


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
        state="draft", pattern=stand.roster.pattern, first_day=TODAY, days=28, rules=stand.roster.rules,
        asked_at=NOW + timedelta(minutes=5),
    )  # fmt: skip
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
