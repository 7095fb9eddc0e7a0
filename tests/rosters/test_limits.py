"""Limits as dated rows, waivers by name, and fatigue that nobody can overlook."""

import re
from datetime import date

import pytest
from django.urls import reverse

from diba.core.errors import BadInput
from diba.plant.models import Delivery, LevelChange, Role, Site, Task, WatchPattern
from diba.rosters import actions as rosters
from diba.rosters.models import Limit, Roster, Rule, Waiver

from ..conftest import NOW, TODAY
from .test_swaps import EARLY, NIGHT, day, republish


def level(number):
    LevelChange.objects.create(site=Site.objects.get(), level=number, starts_at=NOW, reason="x", at=NOW)


def sign(plant, name="林涛", rule=Rule.RUN, value=9, first=0, last=20, by=None, signature=None):
    return rosters.sign_waiver(
        plant[name] if name else None, rule, value, reason="春节人手少", first_day=day(first), last_day=day(last),
        by=by or plant.account(name), name=signature or (str(by) if by else name),
    )  # fmt: skip


def test_the_newest_row_that_has_begun_counts_and_a_level_has_its_own(plant):
    assert rosters.limits_on(TODAY)[Rule.RUN].value == 6
    rosters.set_limit(Rule.RUN, 5, kind="plant", source="厂规 3 条", starts_on=TODAY, by=None)
    rosters.set_limit(Rule.RUN, 4, kind="plant", source="厂规 4 条", starts_on=day(10), by=None)
    assert [rosters.limits_on(moment)[Rule.RUN].value for moment in (day(-1), day(0), day(9), day(10))] == [6, 5, 5, 4]
    assert rosters.limits_on(TODAY, 1)[Rule.RUN].hard is False  # art. 42: an emergency lifts it
    assert rosters.limits_on(TODAY, 3)[Rule.RUN].hard is True


def test_every_limit_says_where_it_is_from_and_what_is_not_law_says_so(plant):
    for row in Limit.objects.all():
        assert row.source
        if not row.verified:
            assert "核实" in row.source or "批准" in row.source
    with pytest.raises(BadInput, match="no_source"):
        rosters.set_limit(Rule.RUN, 5, kind="plant", source=" ", starts_on=TODAY, by=None)
    with pytest.raises(BadInput, match="out_of_range"):
        rosters.set_limit(Rule.RUN, 0, kind="plant", source="x", starts_on=TODAY, by=None)


def test_a_waiver_is_signed_by_the_person_or_the_duty_officer_under_his_own_name(plant):
    officer = plant.account("周文斌", Role.DUTY_OFFICER)
    assert sign(plant).person == plant["林涛"]
    assert sign(plant, by=officer).signed_name == "周文斌"
    assert Delivery.objects.filter(person=plant["林涛"], message__receipt_wanted=True).count() == 1
    for wrong in ({"by": plant.account("韩冰")}, {"signature": "韩冰"}, {"value": 99}, {"last": 200}, {"last": -2}, {"name": None, "by": plant.account("韩冰")}):  # fmt: skip
        with pytest.raises(BadInput):
            sign(plant, **wrong)
    assert Waiver.objects.count() == 2


def test_a_waiver_sent_twice_is_one_and_another_beside_it_is_another(plant, client):
    client = plant.signed_in(client, "林涛")
    assert [waive(client, run).status_code for run in (8, 8, 9)] == [302] * 3
    assert [row.value for row in Waiver.objects.order_by("id")] == [8, 9]
    rosters.end_waiver(Waiver.objects.get(value=8), by=plant.account("林涛"))
    waive(client, 8)
    assert Waiver.objects.filter(value=8, ended_at=None).count() == 1 and Waiver.objects.count() == 3


def test_a_waiver_that_eases_nothing_is_refused_with_the_limit(plant):
    for rule, value in ((Rule.RUN, 6), (Rule.RUN, 3), (Rule.REST, 11), (Rule.REST, 20)):
        with pytest.raises(BadInput, match="eases_nothing") as refused:
            sign(plant, rule=rule, value=value)
        assert refused.value.field == "value" and refused.value.value == {Rule.RUN: 6, Rule.REST: 11}[rule]
    assert sign(plant, rule=Rule.REST, value=8).value == 8
    # What one level allows may still be needed at another: the strictest counts.
    rosters.set_limit(Rule.RUN, 4, kind="plant", source="厂规", starts_on=TODAY, by=None, level=3)
    assert sign(plant, value=5).value == 5


def waive(client, run, name="林涛"):
    """Sign on the page, as 林涛 would, for a longest run of so many days."""
    data = {"rule": "longest_run", "value": run, "first_day": str(TODAY), "last_day": str(day(9)), "reason": "x"}
    return client.post(reverse("rosters:waivers"), {**data, "name": name})


def test_who_signs_sees_the_limit_and_which_way_it_is_eased(plant, client):
    sign(plant, rule=Rule.REST, value=8)
    client = plant.signed_in(client, "林涛")
    page = client.get(reverse("rosters:waivers")).content.decode()
    assert "最多连上，天：限度 6" in page and "两班间最少休息，时：限度 11" in page
    assert re.search(r"两班间最少休息，时 ≥ <span class=\"num\">8<", page)
    assert "限度已是 6" in waive(client, "3").content.decode()


def test_a_waiver_over_all_days_of_a_roster_lets_the_search_go_further(plant):
    sign(plant, last=40)
    sign(plant, "韩冰", last=5)
    sign(plant, "孙志强", rule=Rule.NIGHTS, value=8, last=40)
    roster = Roster(
        pattern=WatchPattern.objects.get(code="3x8"),
        first_day=day(1),
        days=14,
        rules=dict(rosters.DEFAULT_RULES, block=0),
    )
    people = rosters.problem_of(roster).person
    assert people[str(plant["林涛"].pk)].longest_run == 9
    assert people[str(plant["韩冰"].pk)].longest_run == 6
    assert people[str(plant["孙志强"].pk)].most_nights_in_row == 8
    rosters.end_waiver(Waiver.objects.get(person=plant["林涛"]), by=plant.account("林涛"))
    assert rosters.problem_of(roster).person[str(plant["林涛"].pk)].longest_run == 6


def test_nobody_else_takes_a_waiver_back(plant):
    row = sign(plant)
    with pytest.raises(BadInput, match="not_yours"):
        rosters.end_waiver(row, by=plant.account("韩冰"))
    assert rosters.end_waiver(row, by=plant.account("周文斌", Role.DUTY_OFFICER))


def test_a_run_of_twenty_days_is_told_to_the_person_and_the_planner_when_published(plant, stand):
    made = republish(plant, stand, {("林涛", offset): EARLY for offset in range(1, 21)} | {("韩冰", 1): EARLY})
    assert made.state == "published"
    (told,) = Delivery.objects.filter(message__words__contains="days in a row")
    assert (told.person, told.message.values["days"], told.message.receipt_wanted) == (plant["林涛"], 20, True)
    task = Task.objects.get(key=f"runs:{made.pk}")
    assert (task.role, task.values["days"]) == ("planner", 20)


def test_the_fatigue_page_names_who_is_above_which_limit(plant, stand, client):
    for offset in range(9):
        stand("林涛", offset, NIGHT)
    stand("韩冰", 2)
    load = rosters.loads()[plant["林涛"].pk]
    assert (load.run_now, load.longest_run, load.nights_in_row, load.least_rest) == (1, 9, 9, 16)
    assert {row.rule for row in load.open} == {Rule.RUN, Rule.NIGHTS}
    assert (load.month, load.overtime) == (72, 0)
    page = plant.signed_in(client, "刘敏", Role.PLANNER).get(reverse("rosters:fatigue")).content.decode()
    assert page.index("林涛") < page.index("韩冰")
    assert "超限" in page
    sign(plant)
    assert {row.rule for row in rosters.loads()[plant["林涛"].pk].open} == {Rule.NIGHTS}
    assert plant.signed_in(client, "林涛").get(reverse("rosters:fatigue")).status_code == 403


def test_a_draft_names_the_limits_that_it_exceeds_without_a_waiver_as_the_fatigue_page_will(plant, draft, desk):
    def page():
        return desk.get(reverse("rosters:roster", args=[draft.pk])).content.decode()

    assert "守全部规则" in page() and "没有豁免" not in page()
    rosters.set_limit(Rule.DAY, 7, kind="law", source="x", starts_on=TODAY, by=None)
    people = {duty.person_id for duty in draft.duties.all()}
    assert [(row.rule, found, who) for row, found, who in rosters.above_in(draft)] == [(Rule.DAY, 8, people)]
    assert "守全部规则" not in page() and f"单班最长，时 8／限 7：{len(people)} 人超限，没有豁免" in page()
    cell = [draft.duties.first().person_id, 0]
    edited = desk.post(
        reverse("rosters:edit", args=[draft.pk]),
        {"version": 0, "kind": "clear", "cells": [cell]},
        content_type="application/json",
    )
    assert "人超限，没有豁免" in edited.json()["panel"]
    officer = plant.account("周文斌", Role.DUTY_OFFICER)
    sign(plant, name=None, rule=Rule.DAY, value=12, by=officer)
    assert rosters.above_in(draft) == [] and "没有豁免" not in page()
    Waiver.objects.all().delete()
    rosters.publish(draft, by=plant.account("刘敏", Role.PLANNER))
    assert {pk for pk, load in rosters.loads().items() if load.open} == people


def test_the_fatigue_page_is_sorted_and_searched(plant, stand, client):
    for offset in range(1, 5):
        stand("韩冰", offset)
    stand("林涛", 2)
    stand("陈立", 3)
    stand("陈立", 4)
    client = plant.signed_in(client, "刘敏", Role.PLANNER)

    def names(**asked):
        page = client.get(reverse("rosters:fatigue"), asked).content.decode()
        return re.findall(r"<tr><td><a[^>]*>([^<]+)</a>", page)

    assert names(sort="-run") == ["韩冰", "陈立", "林涛"] and names(sort="run") == ["林涛", "陈立", "韩冰"]
    assert names(sort="rest")[-1] == names(sort="-rest")[-1] == "林涛"  # one duty has no rest after it
    assert names(q="陈") == ["陈立"] and names(q="无此人") == [] and len(names(sort="nonsense")) == 3
    page = client.get(reverse("rosters:fatigue"), {"q": "无此人", "sort": "-run"}).content.decode()
    assert "没有符合" in page and "3 人都没有" in page


def test_overtime_is_the_hours_of_the_month_beyond_the_laws_week(plant, stand):
    for offset in range(16):
        stand("林涛", offset)
    load = rosters.loads()[plant["林涛"].pk]
    # 14 to 29 February: 16 watches of 8 h; the law's week of 44 h gives 44 * 29 / 7 = 182.3 h for the month.
    assert (load.month, load.overtime) == (128, 0)
    rosters.set_limit(Rule.WEEK, 20, kind="plant", source="x", starts_on=date(2020, 1, 1), by=None)
    assert round(rosters.loads()[plant["林涛"].pk].overtime, 1) == round(128 - 20 * 29 / 7, 1)


def test_the_fatigue_page_asks_the_same_number_of_queries_for_one_and_for_many(
    plant, stand, client, django_assert_max_num_queries
):
    for name in ("林涛", "韩冰", "孙志强", "陈立", "郭峰"):
        for offset in range(9):
            stand(name, offset, post="zhuzhi" if name != "陈立" else "zhizhang")
    client = plant.signed_in(client, "刘敏", Role.PLANNER)
    with django_assert_max_num_queries(36):
        client.get(reverse("rosters:fatigue"))


def ask(client, **changed):
    pattern = WatchPattern.objects.get(code="3x8")
    data = {
        "name": "", "pattern": pattern.pk, "first_day": "2020-03-02", "days": "28", "block": "0", "rest_hours": "11", "longest_run": "6",
        "most_nights_in_row": "6", "seconds": "1", **changed,
    }  # fmt: skip
    return client.post(reverse("rosters:ask") + changed.pop("query", ""), data)


def test_the_ask_form_begins_with_the_limits_and_says_in_words_what_is_asked(plant, client):
    rosters.set_limit(Rule.RUN, 5, kind="plant", source="厂规 3 条", starts_on=TODAY, by=None)
    client = plant.signed_in(client, "刘敏", Role.PLANNER)
    page = client.get(reverse("rosters:ask")).content.decode()
    assert 'name="longest_run" value="5"' in page
    assert "最多连上 5 天（厂规 3 条）" in page
    words = ask(client, query="?words").content.decode()
    assert "自03月2日 星期一起 4 周" in words and "不分组" in words and "三班" in words
    assert "<form" not in words


def test_more_than_a_hard_limit_is_refused_beside_its_field_until_the_duty_officer_signs(plant, client):
    client = plant.signed_in(client, "刘敏", Role.PLANNER)
    page = ask(client, longest_run="9").content.decode()
    assert "须由值班签全体豁免" in page and 'value="9"' in page
    assert Roster.objects.count() == 0
    sign(plant, None, by=plant.account("周文斌", Role.DUTY_OFFICER), last=50)
    assert ask(client, longest_run="9").status_code == 302
    assert Roster.objects.get().rules["longest_run"] == 9


def test_a_soft_limit_of_a_grave_level_is_only_named(plant, client):
    level(1)
    client = plant.signed_in(client, "刘敏", Role.PLANNER)
    assert "当前响应级别允许" in ask(client, longest_run="9", query="?words").content.decode()
    assert ask(client, longest_run="9").status_code == 302


def test_pages_of_limits_and_waivers_take_and_refuse(plant, client):
    client = plant.signed_in(client, "刘敏", Role.PLANNER)
    data = {
        "rule": "longest_run",
        "value": "5",
        "level": "",
        "kind": "plant",
        "source": "厂规",
        "starts_on": str(TODAY),
    }
    assert client.post(reverse("rosters:limits"), data).status_code == 302
    assert rosters.limits_on(TODAY)[Rule.RUN].value == 5
    assert "不合理" in client.post(reverse("rosters:limits"), {**data, "value": "0"}).content.decode()
    assert not Limit.objects.filter(rule="longest_run", value=0).exists()
    client = plant.signed_in(client, "林涛")
    assert "自己的姓名" in waive(client, "8", name="韩冰").content.decode()
    assert waive(client, "8").status_code == 302
    row = Waiver.objects.get()
    assert plant.signed_in(client, "韩冰").post(reverse("rosters:waiver_end", args=[row.pk])).status_code == 404
    assert plant.signed_in(client, "林涛").get(reverse("rosters:limits")).status_code == 403


def test_the_laws_overtime_and_a_hard_limit_of_living_in_reach_the_search(plant):
    two = WatchPattern.objects.get(code="2x12")
    roster = Roster(pattern=two, first_day=day(1), days=28, rules=dict(rosters.DEFAULT_RULES, block=0))

    def me():
        return rosters.problem_of(roster).person[str(plant["林涛"].pk)]

    # Four weeks: 44 h a week and 36 h of overtime a month make 209 h; a watch of 12 h a day would be 336 h.
    assert round(me().most_minutes / 60) == 209
    assert me().longest_stay is None
    sign(plant, rule=Rule.OVERTIME, value=80, last=40)
    assert me().most_minutes == 60 * 249  # 249.6 h: whole hours, and never more than the law's
    rosters.set_limit(Rule.INSIDE, 14, kind="plant", source="厂规", starts_on=TODAY, hard=True, by=None)
    assert me().longest_stay == 14
    roster.level = 1  # art. 42 lifts the overtime of an emergency
    assert me().most_minutes is None
