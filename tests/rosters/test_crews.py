"""Mixed crews, people kept apart and rotations: entered in words, kept by the roster, told by name."""

from datetime import date, timedelta

import pytest

from diba.core.errors import BadInput
from diba.plant import actions as plant_actions
from diba.plant.models import Certificate, Person, Post, Qualification, Role, Unit, WatchPattern
from diba.rosters import actions as rosters
from diba.rosters.models import ApartRule, CrewRule


def ask(plant, days=4, **rules):
    planner = plant.account("刘敏", Role.PLANNER)
    wanted = {"block": 0, "seconds": 4, "fair_nights": 0, "fair_weekends": 0, "fair_duties": 0, **rules}
    return rosters.ask_now(
        WatchPattern.objects.get(code="3x8"), plant.today, days, by=planner, rules=wanted, deterministic=True
    )


def rule(plant, name="急救", people=(), **more):
    fields = {
        "sense": "least",
        "count": 1,
        "whom": "named",
        "stretch": "watch",
        "hard": True,
        "first_day": plant.today,
        **more,
    }
    return rosters.enter_crew_rule(name=name, people=[plant[who] for who in people], by=plant.account("刘敏"), **fields)


def watches(roster, names):
    """Return {(day, watch): how many of these people stand there}."""
    found = {}
    for duty in roster.duties.select_related("person", "watch"):
        key = (duty.day, duty.watch.code)
        found[key] = found.get(key, 0) + (duty.person.name in names)
    return found


def test_one_of_these_stands_on_every_watch(plant):
    some = ("刘洋", "韩冰", "林涛")
    rule(plant, people=some)
    made = ask(plant)
    found = watches(made, some)
    assert made.state == "draft" and len(found) == 12 and min(found.values()) >= 1


def test_two_people_kept_apart_never_stand_on_one_watch(plant):
    pair = tuple(Person.objects.filter(certificates__qualification__code="ZB").values_list("name", flat=True)[:4])
    rule(plant, "分开", people=[*pair, "陈立", "周文斌"], sense="most")
    made = ask(plant)
    assert made.state == "draft" and max(watches(made, {*pair, "陈立", "周文斌"}).values()) == 1


def test_a_rule_that_cannot_be_kept_is_named_as_the_clash(plant):
    rule(plant, "急救", people=["刘洋"], despite=True)
    made = ask(plant)
    assert made.state == "impossible"
    (words,) = rosters.clash_words(made.result["clash"], made.first_day)
    assert words == "搭班规则：“急救”（每班至少 1 人：刘洋；这样的人有 1 名）。"
    assert rosters.advice_words(made.result["advice"], made.first_day) == ["停用规则“急救”"]


def test_novices_are_those_whose_certificate_is_young(plant):
    Certificate.objects.filter(person__name__in=["刘洋", "韩冰", "陈立", "周文斌"]).update(
        issued=plant.today - timedelta(days=60)
    )
    for code in ("ZZ", "ZB"):
        rule(
            plant,
            f"新手{code}",
            sense="most",
            count=0,
            whom="novices",
            months=6,
            qualification=Qualification.objects.get(code=code),
        )
    made = ask(plant)
    assert made.state == "draft" and max(watches(made, {"刘洋", "韩冰", "陈立", "周文斌"}).values()) == 0


def test_two_crews_kept_apart_are_never_in_the_plant_on_one_day(plant):
    other = Unit.add(code="D09", name="二值", kind="department")
    names = ["高建军", "徐振华", "郭峰", "韩冰", "林涛", "孙志强"]
    Person.objects.filter(name__in=names).update(unit=other)
    rosters.enter_apart_rule(name="两值不见面", groups=["unit:D01", "unit:D09"], gap=0, same_day=True, same_place=False,
                             first_day=plant.today, by=plant.account("刘敏"))  # fmt: skip
    made = ask(plant, days=3, longest_run=6)
    assert made.state == "draft"
    for offset in range(3):
        units = set(
            made.duties.filter(day=plant.today + timedelta(days=offset)).values_list("person__unit__code", flat=True)
        )
        assert len(units) == 1


def test_a_conflict_with_a_rule_entered_later_is_named_on_the_roster(plant, client):
    made = ask(plant)
    duty = made.duties.select_related("person").first()
    rule(plant, "不得上班", people=[duty.person.name], sense="most", count=0)
    page = plant.signed_in(client, "刘敏", Role.PLANNER).get(f"/rosters/{made.pk}/").content.decode()
    assert "“不得上班”" in page and "不能发布" in page and "不得上班：每班至多 0 人" in page


def crews(plant):
    names = list(Person.objects.filter(certificates__isnull=False).order_by("pk").values_list("name", flat=True))
    for number in range(4):
        unit = Unit.add(code=f"V{number}", name=f"{number + 1} 值", kind="team")
        mine = [*names[:6][number::4], *names[6:][number::4]]
        Person.objects.filter(name__in=mine).update(unit=unit)
    return [f"V{number}" for number in range(4)]


def test_four_crews_on_three_watches_are_the_base_plan(plant, client):
    codes = crews(plant)
    made = ask(
        plant,
        days=8,
        rotation="4x3",
        crews=codes,
        rotation_first=plant.today.isoformat(),
        rotation_strict=True,
        longest_run=6,
    )
    assert made.state == "draft"
    cycle = ("早", "早", "中", "中", "夜", "夜", None, None)
    assert made.duties.count() == 8 * 9  # twelve people work six days of eight: the crews stay whole
    page = plant.signed_in(client, "刘敏", Role.PLANNER).get(f"/rosters/{made.pk}/").content.decode()
    assert [page.count(f'data-group="{code}"') for code in codes] == [1] * 4 and '<option value="V0">1 值' in page
    for duty in made.duties.select_related("person__unit", "watch"):
        at = (duty.day - plant.today).days + 2 * codes.index(duty.person.unit.code)
        assert cycle[at % 8] == duty.watch.code


def test_a_question_with_a_rotation_that_is_asked_again_keeps_the_rotation(plant, client):
    codes = crews(plant)
    made = ask(plant, days=8, rotation="4x3", crews=codes, rotation_first=plant.today.isoformat(), rotation_strict=True, longest_run=1)  # fmt: skip
    assert made.state == "impossible"
    answer = plant.signed_in(client, "刘敏", Role.PLANNER).get(f"/rosters/ask/?again={made.pk}")
    form = answer.context["form"]
    assert [unit.code for unit in form["crews"].initial] == codes and form["rotation"].initial == "4x3"
    assert form["rotation_first"].initial == plant.today.isoformat() and form["rotation_strict"].initial is True
    assert "四班组三班倒" in str(answer.context["asked"]) and "1 值、2 值" in str(answer.context["asked"])


def test_a_rotation_that_the_pattern_or_the_crews_cannot_have_is_refused_beside_its_field(plant, client):
    ids = list(Unit.objects.filter(code__in=crews(plant)).values_list("pk", flat=True))
    sent = {"pattern": WatchPattern.objects.get(code="3x8").pk, "first_day": plant.today, "days": 7, "block": 0, "rest_hours": 11,
            "longest_run": 6, "most_nights_in_row": 4, "seconds": 3, "rotation": "4x3", "crews": ids[:3]}  # fmt: skip
    client = plant.signed_in(client, "刘敏", Role.PLANNER)
    assert "班组数须与轮班方式一致" in client.post("/rosters/ask/", sent).content.decode()
    assert (
        "须与轮班方式的班次数一致"
        in client.post("/rosters/ask/", {**sent, "crews": ids, "rotation": "4x2"}).content.decode()
    )
    words = client.post("/rosters/ask/?words", {**sent, "crews": ids}).content.decode()
    assert "四班组三班倒" in words


def test_a_rule_is_entered_on_its_page_told_in_a_sentence_and_ended(plant, client):
    client = plant.signed_in(client, "刘敏", Role.PLANNER)
    sent = {"kind": "crew", "crew-name": "夜班急救", "crew-sense": "least", "crew-count": 1, "crew-whom": "holders",
            "crew-qualification": Qualification.objects.get(code="ZZ").pk, "crew-stretch": "night", "crew-hard": "on",
            "crew-posts": [Post.objects.first().pk], "crew-first_day": plant.today}  # fmt: skip
    assert client.post("/rosters/crews/", sent).status_code == 302
    row = CrewRule.objects.get()
    page = client.get("/rosters/crews/").content.decode()
    assert "每个夜班至少 1 人：持有值长证者" in page
    assert "同名" in client.post("/rosters/crews/", sent).content.decode()
    assert (
        "请选择证书"
        in client.post("/rosters/crews/", {**sent, "crew-name": "x", "crew-qualification": ""}).content.decode()
    )
    assert client.get("/rosters/crews/?format=xlsx").status_code == 200
    client.post(f"/rosters/crews/crew/{row.pk}/end/")
    row.refresh_from_db()
    assert row.ended_by and not rosters.crew_rules(date(2020, 1, 1), date(2030, 1, 1))


def test_one_group_alone_is_not_kept_apart_from_itself(plant):
    with pytest.raises(BadInput):
        rosters.enter_apart_rule(name="x", groups=["team:A"], gap=0, first_day=plant.today, by=plant.account("刘敏"))
    assert not ApartRule.objects.exists()


def test_a_roster_edited_against_a_rule_on_crews_is_not_published_whatever_the_reason(plant):
    made = ask(plant)
    duty = made.duties.select_related("person").first()
    rule(plant, "不得上班", people=[duty.person.name], sense="most", count=0)
    with pytest.raises(rosters.Disputed) as disputed:
        rosters.sign_off(made, by=plant.account("刘敏"), reason="没有别人")
    assert disputed.value.impossible and any("不得上班" in row.words for row in disputed.value.conflicts)


def entered(client, **changed):
    """Enter a rule through its page; return the page that is shown, or None when it was entered."""
    sent = {"kind": "crew", "crew-name": "夜班三名值长", "crew-sense": "least", "crew-count": 3, "crew-whom": "holders",
            "crew-qualification": Qualification.objects.get(code="ZZ").pk, "crew-stretch": "night", "crew-hard": "on",
            "crew-first_day": date(2020, 2, 14)}  # fmt: skip
    answer = client.post("/rosters/crews/", {**sent, **{f"crew-{name}": value for name, value in changed.items()}})
    return None if answer.status_code == 302 else answer.content.decode()


TWO = {"name": "夜班两名值长", "sense": "most", "count": 2}


def test_a_rule_that_contradicts_another_is_entered_only_when_it_is_confirmed(plant, client):
    client = plant.signed_in(client, "刘敏", Role.PLANNER)
    assert entered(client) is None
    page = entered(client, **TWO)
    assert "与“夜班三名值长”（每个夜班至少 3 人：持有值长证者）矛盾" in page
    assert '<input type="checkbox" name="crew-despite"' in page and "夜班两名值长" in page
    assert CrewRule.objects.count() == 1
    assert entered(client, **TWO, despite="on") is None


ALL_DAY, WATCH = {"name": "全天", "stretch": "day"}, {"name": "每班", "stretch": "watch"}


@pytest.mark.parametrize(("first", "second"), [
    # Seven over the day are more than two a watch on three watches; two a watch on two are more than three a day.
    ({**ALL_DAY, "count": 7, "despite": "on"}, {**WATCH, "sense": "most", "count": 2}),
    ({**WATCH, "sense": "most", "count": 2}, {**ALL_DAY, "count": 7}),
    ({**WATCH, "count": 2}, {**ALL_DAY, "sense": "most", "count": 3}),
    ({**ALL_DAY, "sense": "most", "count": 0}, {"name": "夜班", "count": 1}),
])  # fmt: skip
def test_a_day_and_its_watches_that_contradict_each_other_are_recognised_on_entry(plant, client, first, second):
    client = plant.signed_in(client, "刘敏", Role.PLANNER)
    assert entered(client, **first) is None
    page = entered(client, **second)
    assert f"与“{first['name']}”" in page and "矛盾" in page


def test_a_day_and_its_watches_that_agree_are_entered(plant, client):
    client = plant.signed_in(client, "刘敏", Role.PLANNER)
    assert entered(client, **ALL_DAY, count=6) is None
    assert entered(client, **WATCH, sense="most", count=2) is None


def test_a_rule_that_asks_for_more_people_than_hold_the_certificate_says_how_many_there_are(plant, client):
    client = plant.signed_in(client, "刘敏", Role.PLANNER)
    page = entered(client, count=9)
    assert "一天要 9 名这样的人，能上这些岗位的只有 6 名" in page and 'name="crew-despite"' in page
    assert "一天要 8 名这样的人" in entered(client, count=4, stretch="watch")  # on two watches of 12 h
    assert not CrewRule.objects.exists()
    assert entered(client, count=9, hard="") is None


@pytest.mark.parametrize("changed", [
    {"count": 3}, {"hard": ""}, {"first_day": date(2020, 2, 14), "last_day": date(2020, 2, 20)}, {"sense": "least"},
    {"posts": "first"}, {"whom": "named", "people": "刘洋、韩冰"},
])  # fmt: skip
def test_rules_that_can_be_kept_together_are_entered_without_a_word(plant, client, changed):
    client = plant.signed_in(client, "刘敏", Role.PLANNER)
    assert entered(client, first_day=date(2020, 3, 1) if "last_day" in changed else date(2020, 2, 14)) is None
    wanted = {**TWO, **changed}
    if "posts" in wanted:
        wanted["posts"] = [Post.objects.first().pk]
    assert entered(client, **wanted) is None


def test_a_month_refused_for_two_rules_says_to_end_either_and_ending_one_frees_it(plant, client):
    held = {"whom": "holders", "qualification": Qualification.objects.get(code="ZZ"), "stretch": "night"}
    rule(plant, "三名", sense="least", count=3, **held)
    rule(plant, "两名", sense="most", count=2, despite=True, **held)
    made = ask(plant)
    advice = rosters.advice_words(made.result["advice"], made.first_day, made.pattern_id)
    assert made.state == "impossible" and {"停用规则“三名”", "停用规则“两名”"} <= set(advice)
    page = plant.signed_in(client, "刘敏", Role.PLANNER).get(f"/rosters/{made.pk}/").content.decode()
    assert page.count('<a class="db-b" href="/rosters/crews/">') == 2
    rosters.end_crew_rule(CrewRule, CrewRule.objects.get(name="三名").pk, by=plant.account("刘敏"))
    assert ask(plant).state == "draft"


def test_a_published_roster_says_which_newer_rule_its_conflicts_come_from(plant, client, roster):
    client = plant.signed_in(client, "刘敏", Role.PLANNER)
    assert "发布之后才录入" not in client.get(f"/rosters/{roster.pk}/").content.decode()
    held = {"whom": "holders", "qualification": Qualification.objects.get(code="ZZ"), "stretch": "night"}
    with plant_actions.clock.at(plant.now + timedelta(hours=1)):
        rule(plant, "夜班无人", sense="most", count=0, **held)
    page = client.get(f"/rosters/{roster.pk}/").content.decode()
    assert "发布之后才录入" in page and "“夜班无人”（02-14 09:40），违反 14 处" in page


def test_a_rule_that_was_ended_by_mistake_is_put_back_in_force(plant, client):
    row = rule(plant, "急救", people=["刘洋", "韩冰", "陈立"])
    client = plant.signed_in(client, "刘敏", Role.PLANNER)
    page = client.post(f"/rosters/crews/crew/{row.pk}/end/", follow=True).content.decode()
    assert f'class="db-undo" method="post" action="/rosters/crews/crew/{row.pk}/back/"' in page
    assert "“急救”已停用" in page and not rosters.crew_rules(plant.today, plant.today)
    assert "恢复有效" in client.post(f"/rosters/crews/crew/{row.pk}/back/", follow=True).content.decode()
    assert rosters.crew_rules(plant.today, plant.today) == [row]
    # Meanwhile another of its name may have been entered: two of one name are never in force.
    client.post(f"/rosters/crews/crew/{row.pk}/end/")
    rule(plant, "急救", people=["刘洋", "韩冰", "陈立"])
    assert "同名" in client.post(f"/rosters/crews/crew/{row.pk}/back/", follow=True).content.decode()
    assert client.post("/rosters/crews/nonsense/1/back/").status_code == 404


def test_a_rule_is_edited_by_one_that_takes_its_place(plant, client):
    named = Person.objects.get(name="刘洋")
    row = rule(plant, "急救", people=["刘洋", "韩冰", "陈立"], first_day=plant.today - timedelta(days=3))
    client = plant.signed_in(client, "刘敏", Role.PLANNER)
    page = client.get(f"/rosters/crews/?change=crew-{row.pk}").content.decode()
    assert "修改“急救”" in page and f"{named.staff_no} 刘洋" in page
    sent = {"kind": "crew", "crew-replaces": row.pk, "crew-name": "急救", "crew-sense": "least", "crew-count": 0, "crew-whom": "named",
            "crew-people": f"{named.staff_no} 刘洋、韩冰、陈立", "crew-stretch": "night", "crew-hard": "on", "crew-first_day": plant.today}  # fmt: skip
    assert client.post("/rosters/crews/", sent).status_code == 200  # at least 0 asks for nothing: the old one stays
    assert rosters.crew_rules(plant.today, plant.today) == [row]
    assert client.post("/rosters/crews/", {**sent, "crew-count": 1}).status_code == 302
    (new,) = rosters.crew_rules(plant.today, plant.today)
    assert (new.name, new.stretch, new.people.count()) == ("急救", "night", 3) and new.pk != row.pk
    apart = rosters.enter_apart_rule(name="A、B 不见面", groups=["team:A", "team:B"], gap=30, first_day=plant.today, by=plant.account("刘敏"))  # fmt: skip
    page = client.get(f"/rosters/crews/?change=apart-{apart.pk}").content.decode()
    assert page.count(" checked") >= 2 and f'name="apart-replaces" value="{apart.pk}"' in page
    assert client.get("/rosters/crews/?change=apart-x").status_code == 200
