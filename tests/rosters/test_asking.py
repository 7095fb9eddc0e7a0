"""Asking for a roster: what is refused at once, and what is said when nobody is there."""

from datetime import timedelta

import pytest

from diba.core.errors import BadInput
from diba.core.rostering import Person, Problem, Shift
from diba.plant import actions as plant_actions
from diba.plant.models import Certificate, Job, Role, WatchPattern
from diba.rosters import actions as rosters
from diba.rosters.actions.asking import longest_run
from diba.rosters.models import Roster

from .plans import by_rotation


def ask(plant, first_day):
    planner = plant.account("刘敏", Role.PLANNER)
    return rosters.ask_now(
        WatchPattern.objects.get(code="3x8"),
        first_day,
        7,
        by=planner,
        rules={"block": 0, "seconds": 3},
        deterministic=True,
    )


@pytest.mark.parametrize("days", [-500, 500])
def test_a_first_day_ages_away_is_refused(plant, days):
    with pytest.raises(BadInput) as error:
        ask(plant, plant.today + timedelta(days=days))
    assert error.value.field == "first_day"


def test_a_question_begins_with_the_pattern_that_was_asked_for_last(plant, client):
    client = plant.signed_in(client, "刘敏", Role.PLANNER)
    assert client.get("/rosters/ask/").context["form"]["pattern"].initial.code == "3x8"
    pattern = WatchPattern.objects.get(code="2x12")
    rosters.ask_now(
        pattern, plant.today, 1, by=plant.account("刘敏"), rules={"block": 0, "seconds": 1}, deterministic=True
    )
    assert client.get("/rosters/ask/").context["form"]["pattern"].initial == pattern


def test_a_month_that_nobody_is_there_for_is_explained_in_words(plant):
    Certificate.objects.all().delete()
    made = ask(plant, plant.today)
    (sentence,) = rosters.clash_words(made.result["clash"], made.first_day)
    assert made.state == "impossible" and "证书" in sentence and "none_given" not in sentence


def test_a_run_that_ended_before_the_first_day_is_not_this_rosters():
    person = Person("P", before=("D", "D", "D"))
    problem = Problem(3, (Shift("D"),), (person,))
    assert longest_run(problem, {("P", 1): ("D", "")}) == 1
    assert longest_run(problem, {("P", 0): ("D", ""), ("P", 1): ("D", "")}) == 5


def test_a_day_that_is_past_is_refused_beside_the_field(plant, client):
    client = plant.signed_in(client, "刘敏", Role.PLANNER)
    pattern = WatchPattern.objects.get(code="3x8").pk
    sent = {"pattern": pattern, "first_day": plant.today - timedelta(days=3), "days": 7, "block": 0, "rest_hours": 11,
            "longest_run": 6, "most_nights_in_row": 4, "seconds": 3}  # fmt: skip
    answer = client.post("/rosters/ask/", sent)
    assert answer.status_code == 200 and "2020-02-11 已过：班表从 2020-02-14 或以后开始" in answer.content.decode()
    answer = client.post("/rosters/ask/", {**sent, "first_day": "2029-01-01"}).content.decode()
    assert "2029-01-01 太远：班表最迟从 2021-03-20 开始" in answer
    assert not Roster.objects.exists()


def test_publishing_says_which_roster_it_takes_the_place_of(plant, roster, client):
    draft = rosters.revise(roster, by=plant.account("刘敏", Role.PLANNER))
    page = plant.signed_in(client, "刘敏", Role.PLANNER).get(f"/rosters/{draft.pk}/").content.decode()
    assert rosters.replaced_by(draft) == [roster] and f"取代 {roster}" in page


def test_a_question_says_which_roster_in_force_it_meets_and_what_becomes_of_it(plant, roster, client):
    client = plant.signed_in(client, "刘敏", Role.PLANNER)
    sent = {"pattern": roster.pattern_id, "days": 14, "block": 0, "rest_hours": 11, "longest_run": 6, "most_nights_in_row": 4,
            "seconds": 3}  # fmt: skip

    def words(offset):
        first_day = plant.today + timedelta(days=offset)
        return client.post("/rosters/ask/?words", {**sent, "first_day": first_day}).content.decode()

    assert "02-14 至 02-27 已有现行班表" in words(0) and "整份由它取代" in words(0)
    assert "02-20 至 02-27 已有现行班表" in words(6) and "其余天原班表照旧" in words(6)
    assert "现行班表" not in words(14)
    assert "02-13 已过" in words(-1)


def test_a_search_that_is_asked_to_stop_says_so_until_it_has(plant, client):
    client = plant.signed_in(client, "刘敏", Role.PLANNER)
    row = rosters.ask(
        WatchPattern.objects.get(code="3x8"), plant.today, 7, by=plant.account("刘敏"), rules={"block": 0}, name="二月"
    )
    Job.objects.update(state=Job.State.RUNNING)
    assert "停下，留用最好的" in client.get(f"/rosters/{row.pk}/").content.decode()
    client.post(f"/rosters/{row.pk}/cancel/")
    for address in (f"/rosters/{row.pk}/", f"/rosters/{row.pk}/live/"):
        page = client.get(address)
        assert "正在停止" in page.content.decode() and "停下，留用最好的" not in page.content.decode()
        assert "HX-Refresh" not in page
    assert "班表 二月：正在停止" in client.get(f"/rosters/{row.pk}/").content.decode()


def test_the_heading_names_the_roster_and_counts_only_what_is_wrong(plant, client):
    client = plant.signed_in(client, "刘敏", Role.PLANNER)
    draft = by_rotation(plant, plant.account("刘敏"), publish=False)
    Roster.objects.filter(pk=draft.pk).update(name="二月下半月")

    def head():
        html = client.get(f"/rosters/{draft.pk}/").content.decode()
        return html.partition('<h1 class="a">')[2].partition("</h1>")[0]

    assert head().startswith("二月下半月") and "缺" not in head()
    duty = draft.duties.filter(day=plant.today + timedelta(days=2))[0]
    rosters.edit(draft, {(duty.person_id, duty.day): None}, by=plant.account("刘敏"), version=0)
    assert "缺 1 人" in head() and "0 处" not in head()
    extra = draft.duties.filter(day=duty.day + timedelta(days=1), watch__code="早")[0]
    place = rosters.Place(duty.watch_id, duty.post_id)
    rosters.edit(draft, {(duty.person_id, duty.day): place, (extra.person_id, duty.day): place}, by=plant.account("刘敏"), version=1)  # fmt: skip
    assert "缺 0" not in head()


def test_a_search_whose_time_was_too_short_says_so_and_offers_more(plant, client):
    made = ask(plant, plant.today)
    made.state, made.result = Roster.State.IMPOSSIBLE, {
        "clash": [{"rule": "time", "seconds": 2}],
        "advice": [{"cost": 15, "steps": [{"kind": "let_go", "rule": "急救", "value": 0, "was": 0, "person": "", "day": 0, "posts": [], "shifts": [], "people": [], "places": [], "lapses": []}]}],
    }  # fmt: skip
    made.save()
    page = plant.signed_in(client, "刘敏", Role.PLANNER).get(f"/rosters/{made.pk}/").content.decode()
    assert "还没有找到" in page and "不能同时守住" not in page
    assert "3 秒内既没有找到班表" in page and f"/rosters/ask/?again={made.pk}&amp;seconds=60" in page
    assert "停用规则“急救”" in page


def test_whose_certificate_had_expired_before_the_first_day_is_named_with_the_day(plant, client):
    lapsed = ["高建军", "徐振华", "郭峰", "陈立"]
    Certificate.objects.filter(qualification__code="ZZ").update(issued=None, expires=None)
    Certificate.objects.filter(qualification__code="ZZ", person__name__in=lapsed).update(
        expires=plant.today - timedelta(days=4)
    )
    made = ask(plant, plant.today)
    words = " ".join(rosters.clash_words(made.result["clash"], made.first_day))
    assert made.state == Roster.State.IMPOSSIBLE and "值长" in words
    assert "第一天之前证书已到期" in words and "02-10" in words and all(name in words for name in lapsed)
    page = plant.signed_in(client, "刘敏", Role.PLANNER).get(f"/rosters/{made.pk}/").content.decode()
    assert "第一天之前证书已到期" in page and "/register/certificates/?sort=expires" in page


def test_the_same_question_sent_twice_is_one_search(plant, client):
    client = plant.signed_in(client, "刘敏", Role.PLANNER)
    data = {
        "name": "", "pattern": WatchPattern.objects.get(code="3x8").pk, "first_day": "2020-03-02", "days": "28", "block": "0", "rest_hours": "11",
        "longest_run": "6", "most_nights_in_row": "6", "seconds": "1",
    }  # fmt: skip
    first = client.post("/rosters/ask/", data)["Location"]
    assert client.post("/rosters/ask/", data)["Location"] == first and Roster.objects.count() == 1
    assert Job.objects.count() == 1
    # Another question, another account, a later moment, or a search that is over: a search of its own.
    for changed in ({"days": "27"}, {"rest_hours": "12"}, {"name": "三月"}):
        assert client.post("/rosters/ask/", data | changed)["Location"] != first
    assert Roster.objects.count() == 4
    with plant_actions.clock.at(plant.now + timedelta(seconds=31)):
        later = client.post("/rosters/ask/", data)["Location"]
        assert later != first
        Job.objects.update(state=Job.State.FAILED)
        assert client.post("/rosters/ask/", data)["Location"] not in (first, later)
    client = plant.signed_in(client, "周文斌", Role.PLANNER)
    with plant_actions.clock.at(plant.now + timedelta(seconds=32)):
        client.post("/rosters/ask/", data)
    assert Roster.objects.count() == 7
