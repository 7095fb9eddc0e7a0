"""Living in: beds, who may go in, days inside, meals, and what does not fit together."""

from datetime import timedelta

import pytest
from django.urls import reverse

from diba.core.errors import BadInput
from diba.plant import actions
from diba.plant.models import Absence, Delivery, Person, Record, Role, Task, WatchPattern
from diba.rosters import actions as rosters
from diba.rosters.actions import fitness, living_in, misfits
from diba.rosters.actions.meals import meals
from diba.rosters.models import Finding, Stay, Turn


@pytest.fixture
def rooms(planner):
    return [living_in.add_room("1 号楼", f"10{n}", 2, by=planner) for n in range(1, 4)]


@pytest.fixture
def turn(plant, planner, rooms):
    return living_in.open_turn(
        by=planner,
        name="A 组第 1 轮",
        team="",
        enters_on=plant.today,
        leaves_on=plant.today + timedelta(days=7),
        longest=7,
        isolation_days=7,
        test_days=3,
    )


def isolated(plant, name, planner, days=7):
    fitness.isolate([plant[name]], plant.today - timedelta(days=days), plant.today - timedelta(days=1), by=planner)


def sampled(plant, name, planner, result="negative", ago=1):
    fitness.take_sample([plant[name]], plant.today - timedelta(days=ago), by=planner)
    return fitness.find(plant[name].samples.first(), result, by=planner) if result else None


def fit(plant, name, planner):
    isolated(plant, name, planner)
    sampled(plant, name, planner)


def test_a_team_goes_into_a_turn_with_a_bed_each_and_the_health_officer_is_asked(plant, planner, rooms):
    split = rosters.adopt(rosters.split_staff(WatchPattern.objects.get(code="2x12"), by=planner, crews=1.2), by=planner)
    members = split.memberships.filter(team="A").count()
    made = living_in.open_turn(
        by=planner, name="A 组", team="A", enters_on=plant.today + timedelta(days=20), leaves_on=plant.today + timedelta(days=27), longest=14,
        isolation_days=14, test_days=3,
    )  # fmt: skip
    stays = list(made.stays.all())
    assert len(stays) == members
    placed = [(stay.room_id, stay.bed) for stay in stays if stay.room_id]
    assert len(placed) == len(set(placed)) == min(members, 6)
    assert Task.objects.get(role=Role.HEALTH_OFFICER, key=f"turn:{made.pk}")


def test_men_and_women_do_not_share_a_room(plant, planner, turn):
    Person.objects.filter(name="陈立").update(sex="M")
    Person.objects.filter(name="孙丽").update(sex="F")
    first, second = (living_in.add_stay(turn, plant[name], by=planner) for name in ("陈立", "孙丽"))
    assert first.room_id != second.room_id


def test_a_bed_is_not_given_twice_in_the_same_days_but_is_in_others(plant, planner, turn, rooms):
    living_in.add_stay(turn, plant["陈立"], by=planner, room=rooms[0], bed=1)
    with pytest.raises(BadInput) as error:
        living_in.add_stay(turn, plant["郭峰"], by=planner, room=rooms[0], bed=1)
    assert (error.value.reason, error.value.value) == ("bed_taken", "陈立")
    with pytest.raises(BadInput):
        living_in.add_stay(turn, plant["陈立"], by=planner)
    later = living_in.open_turn(
        by=planner,
        name="B",
        team="",
        enters_on=turn.leaves_on,
        leaves_on=turn.leaves_on + timedelta(days=7),
        longest=7,
        isolation_days=7,
        test_days=3,
    )
    assert living_in.add_stay(later, plant["郭峰"], by=planner, room=rooms[0], bed=1).bed == 1


def test_a_full_room_says_so(plant, planner, turn, rooms):
    for name in ("陈立", "郭峰"):
        living_in.add_stay(turn, plant[name], by=planner, room=rooms[0])
    with pytest.raises(BadInput) as error:
        living_in.add_stay(turn, plant["田野"], by=planner, room=rooms[0])
    assert error.value.reason == "room_full"


def test_only_isolation_and_test_together_open_the_door(plant, planner, turn):
    stay = living_in.add_stay(turn, plant["陈立"], by=planner)
    for step in (
        lambda: None,
        lambda: isolated(plant, "陈立", planner),
        lambda: sampled(plant, "陈立", planner, result=None),
    ):
        step()
        with pytest.raises(BadInput) as error:
            living_in.go_in(stay, by=planner)
        assert error.value.reason == "not_fit"
    fitness.find(plant["陈立"].samples.first(), "negative", by=planner)
    assert living_in.go_in(stay, by=planner) and not living_in.go_in(stay, by=planner)


@pytest.mark.parametrize(
    ("days", "result", "ago", "expected"),
    [
        (7, "negative", 1, True),
        (6, "negative", 1, False),
        (7, "negative", 4, False),
        (7, "positive", 1, False),
        (7, "unclear", 1, False),
        (9, "negative", 3, True),
    ],
)
def test_the_rules_of_the_turn_decide(plant, planner, turn, days, result, ago, expected):
    isolated(plant, "陈立", planner, days)
    sampled(plant, "陈立", planner, result, ago)
    found = fitness.fitness([plant["陈立"].pk], plant.today, 7, 3)[plant["陈立"].pk]
    assert found.fit == expected


def test_an_isolation_that_was_broken_off_does_not_count(plant, planner):
    isolated(plant, "陈立", planner)
    row = plant["陈立"].isolations.get()
    assert fitness.break_off(row, by=planner) and not fitness.break_off(row, by=planner)
    row.broken_on = plant.today - timedelta(days=2)
    row.save(update_fields=["broken_on"])
    assert fitness.fitness([plant["陈立"].pk], plant.today, 7, 3)[plant["陈立"].pk].missing == 2


def test_the_newest_finding_counts(plant, planner):
    sampled(plant, "陈立", planner, "unclear")
    fitness.find(plant["陈立"].samples.first(), "negative", by=planner)
    assert Finding.objects.count() == 2
    assert fitness.fitness([plant["陈立"].pk], plant.today, 0, 3)[plant["陈立"].pk].fit


def test_whoever_is_positive_is_out_of_the_availability_at_once(plant, planner):
    sampled(plant, "陈立", planner, "positive")
    assert Absence.objects.get(person=plant["陈立"]).kind == "checking"
    assert Task.objects.get(role=Role.HEALTH_OFFICER, key__startswith="sample:").urgent


def test_a_sample_of_tomorrow_is_refused(plant, planner):
    with pytest.raises(BadInput):
        fitness.take_sample([plant["陈立"]], plant.today + timedelta(days=1), by=planner)


def test_days_inside_count_from_the_day_of_entry_and_over_the_limit_is_named(plant, planner, turn):
    stay = living_in.add_stay(turn, plant["陈立"], by=planner)
    fit(plant, "陈立", planner)
    living_in.go_in(stay, by=planner)
    assert [(row.person.name, days) for row, days, _longest in living_in.inside()] == [("陈立", 1)]
    with actions.clock.at(plant.now + timedelta(days=8)):
        assert living_in.inside()[0][1] == 9
        (conflict,) = misfits.conflicts()
        assert (conflict.kind, conflict.days, conflict.people) == ("over_limit", 2, (plant["陈立"],))
        living_in.come_out(stay, by=planner)
        assert misfits.conflicts() == [] and living_in.inside() == []


def test_an_entry_without_a_test_a_double_bed_and_a_missing_bed_are_named(plant, planner, turn, rooms):
    living_in.add_stay(turn, plant["陈立"], by=planner, room=rooms[0], bed=1)
    Stay.objects.create(
        turn=turn, person=plant["郭峰"], room=rooms[0], bed=1, enters_on=turn.enters_on, leaves_on=turn.leaves_on
    )
    Stay.objects.create(
        turn=turn, person=plant["田野"], enters_on=turn.enters_on, leaves_on=turn.leaves_on, entered_at=plant.now
    )
    assert {conflict.kind for conflict in misfits.conflicts()} == {"double_bed", "not_fit", "no_bed"}


def test_meals_follow_who_is_inside(plant, planner, turn):
    for name, diet in (("陈立", ""), ("郭峰", "halal")):
        stay = living_in.add_stay(turn, plant[name], by=planner, diet=diet)
        fit(plant, name, planner)
        living_in.go_in(stay, by=planner)
    days = meals(9)
    assert [days[0].total(name) for name in ("breakfast", "lunch", "dinner")] == [0, 2, 2]
    assert days[1].total("breakfast") == 2 and days[1].breakfast["halal"] == 1
    assert [days[7].total(name) for name in ("breakfast", "lunch")] == [2, 0]
    assert days[8].total("breakfast") == 0


def test_a_night_watch_gets_a_night_meal(plant, planner, roster, turn):
    duty = roster.duties.filter(watch__night=True, day=plant.today + timedelta(days=1)).first()
    living_in.add_stay(turn, duty.person, by=planner)
    assert (
        meals(3)[1].total("night") == 1
        and meals(3)[0].total("night")
        == 0 + roster.duties.filter(watch__night=True, day=plant.today, person=duty.person).count()
    )


def test_a_planner_learns_what_is_to_be_done_not_what_was_found(plant, client, planner, turn):
    living_in.add_stay(turn, plant["陈立"], by=planner)
    sampled(plant, "陈立", planner, "positive")
    address = reverse("rosters:turn", args=[turn.pk])
    page = plant.signed_in(client, "刘敏", Role.PLANNER).get(address).content.decode()
    assert "问防控办" in page and "阳性" not in page
    before = Record.objects.filter(verb="fitness.read").count()
    page = plant.signed_in(client, "孙丽", Role.HEALTH_OFFICER).get(address).content.decode()
    assert "阳性" in page
    assert Record.objects.filter(verb="fitness.read").count() == before + 1


def test_only_the_health_officer_enters_a_result(plant, client, planner, turn):
    living_in.add_stay(turn, plant["陈立"], by=planner)
    sampled(plant, "陈立", planner, result=None)
    address = reverse("rosters:finding", args=[plant["陈立"].samples.first().pk])
    assert plant.signed_in(client, "刘敏", Role.PLANNER).post(address, {"result": "negative"}).status_code == 403
    client = plant.signed_in(client, "孙丽", Role.HEALTH_OFFICER)
    client.post(address, {"result": "marvellous"})
    assert not Finding.objects.exists()
    client.post(address, {"result": "negative"})
    assert Finding.objects.get().result == "negative"


def test_the_pages_take_a_turn_from_plan_to_entry(plant, client, planner, rooms):
    client = plant.signed_in(client, "刘敏", Role.PLANNER)
    form = {
        "name": "备员轮",
        "team": "",
        "enters_on": "2020-02-14",
        "leaves_on": "2020-02-21",
        "longest": 7,
        "isolation_days": 7,
        "test_days": 3,
    }
    assert (
        "结束必须晚于开始"
        in client.post(reverse("rosters:turn_new"), {**form, "leaves_on": "2020-02-14"}).content.decode()
    )
    address = client.post(reverse("rosters:turn_new"), form)["Location"]
    assert "没有叫“张三丰”的人" in client.post(address, {"verb": "stay", "person": "张三丰"}).content.decode()
    client.post(address, {"verb": "stay", "person": "陈立", "room": rooms[0].pk, "bed": 1, "diet": "halal"})
    assert (
        "此床是 陈立 的"
        in client.post(address, {"verb": "stay", "person": "郭峰", "room": rooms[0].pk, "bed": 1}).content.decode()
    )
    assert (
        "没有这么多床"
        in client.post(address, {"verb": "stay", "person": "郭峰", "room": rooms[0].pk, "bed": 9}).content.decode()
    )
    stay = Stay.objects.get()
    step = reverse("rosters:stay", args=[stay.pk])
    assert "不能进厂" in client.post(step, {"verb": "in"}, follow=True).content.decode()
    days = {
        "verb": "prepare",
        "who": "陈立",
        "first_day": "2020-02-07",
        "last_day": "2020-02-13",
        "sampled_on": "2020-02-13",
    }
    assert "两个日期都要填" in client.post(address, {**days, "last_day": ""}).content.decode()
    client.post(address, days)
    fitness.find(plant["陈立"].samples.first(), "negative", by=planner)
    assert "陈立 已进厂" in client.post(step, {"verb": "in"}, follow=True).content.decode()
    page = client.get(reverse("rosters:living_in")).content.decode()
    assert "厂内 1 人" in page and "101-1" in page
    text = client.get(reverse("rosters:living_in"), {"format": "csv"}).content.decode("utf-8-sig")
    assert "2020-02-14" in text and "午餐 清真" in text
    client.post(step, {"verb": "out"})
    assert living_in.inside() == []
    assert "不能这样做" in client.post(step, {"verb": "x"}, follow=True).content.decode()


@pytest.mark.parametrize(
    ("enters", "leaves"), [("2000-02-14", "2000-02-28"), ("2100-02-14", "2100-02-28"), ("2020-02-20", "2120-02-28")]
)
def test_a_turn_ages_away_is_refused_beside_its_field_and_nothing_typed_is_lost(plant, client, enters, leaves):
    sent = {"name": "A 组第 9 轮", "team": "A", "enters_on": enters, "leaves_on": leaves, "longest": 14, "isolation_days": 14,
            "test_days": 3}  # fmt: skip
    answer = plant.signed_in(client, "刘敏", Role.PLANNER).post(reverse("rosters:turn_new"), sent)
    html = answer.content.decode()
    assert answer.status_code == 200 and "太远：请在 2019-10-17 至 2021-03-20 之间" in html
    assert all(f'value="{text}"' in html for text in ("A 组第 9 轮", enters, leaves))
    assert not Turn.objects.exists()


def test_the_health_officer_finds_the_way_to_living_in_on_the_rail(plant, client):
    page = plant.signed_in(client, "孙丽", Role.HEALTH_OFFICER).get("/rosters/living-in/").content.decode()
    rail = page.split('class="db-nav"')[1].split("</nav>")[0]
    assert 'href="/rosters/living-in/" aria-current="page"' in rail and 'href="/rosters/"' not in rail


def test_the_desks_strip_leads_to_limits_fatigue_and_wishes(plant, client):
    client = plant.signed_in(client, "刘敏", Role.PLANNER)
    for path in ("/rosters/limits/", "/rosters/fatigue/", "/rosters/wishes/calls/", "/rosters/crews/"):
        page = client.get(path).content.decode()
        strip = page.split('class="db-tabs')[1].split("</nav>")[0]
        assert f'href="{path}" aria-current="page"' in strip and 'href="/rosters/limits/"' in strip


def test_the_strip_leads_nobody_to_what_is_shut_to_him(plant, client):
    client = plant.signed_in(client, "刘敏", Role.PLANNER, unit=plant["陈立"].unit)
    strip = client.get("/rosters/").content.decode().split('class="db-tabs')[1].split("</nav>")[0]
    assert "/rosters/n-1/" not in strip and "/rosters/what-if/" not in strip and "/rosters/living-in/" in strip


def told(plant, name):
    rows = Delivery.objects.filter(person=plant[name], message__link="/rosters/mine/", message__receipt_wanted=True)
    return [actions.sentence(row.message.words, row.message.values) for row in rows.order_by("pk")]


def test_whoever_is_put_into_a_turn_moved_or_taken_out_is_told_days_and_bed(plant, planner, rooms, turn):
    days = f"{turn.enters_on:%m-%d} 至 {turn.leaves_on:%m-%d}"
    stay = living_in.add_stay(turn, plant["林涛"], by=planner)
    living_in.move(stay, rooms[2], 2, by=planner)
    living_in.cancel_stay(stay, by=planner)
    first, second, third = told(plant, "林涛")
    assert days in first and "1 号楼 101 房 1 号床" in first
    assert days in second and "1 号楼 103 房 2 号床" in second
    assert days in third and "不再编入" in third
    for n in range(6):
        living_in.add_stay(turn, list(Person.objects.order_by("pk"))[n], by=planner)
    assert "床位待定" in told(plant, living_in.add_stay(turn, plant["孙志强"], by=planner).person.name)[0]


def test_a_whole_team_is_told_each_his_own_bed(plant, planner, rooms):
    split = rosters.adopt(rosters.split_staff(WatchPattern.objects.get(code="2x12"), by=planner, crews=1.2), by=planner)
    turn = living_in.open_turn(
        by=planner, name="A 组", team="A", enters_on=plant.today + timedelta(days=20), leaves_on=plant.today + timedelta(days=27), longest=14,
        isolation_days=14, test_days=3,
    )  # fmt: skip
    for stay in turn.stays.select_related("person", "room"):
        (words,) = told(plant, stay.person.name)
        assert "床位待定" in words if stay.room is None else f"{stay.room.code} 房 {stay.bed} 号床" in words
    assert turn.stays.count() == split.memberships.filter(team="A").count()


def test_days_apart_are_told_unless_they_are_over(plant, planner):
    isolated(plant, "林涛", planner)
    assert told(plant, "林涛") == []
    fitness.isolate([plant["林涛"]], plant.today, plant.today + timedelta(days=6), place="招待所", by=planner)
    assert told(plant, "林涛") == [
        f"进厂前请单独居住，{plant.today:%m-%d} 至 {plant.today + timedelta(days=6):%m-%d}：招待所"
    ]
