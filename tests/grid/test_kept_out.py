"""Whoever may not come in is told so, in one sentence, where he looks: until he is ruled out, and never by the case's words."""

from datetime import timedelta

import pytest
from django.urls import reverse

from diba.grid import actions as grid
from diba.grid.actions import links
from diba.grid.models import Case
from diba.plant import actions
from diba.plant.models import Person, Unit

from .isolating import isolated
from .test_links import address, sent

MAY_NOT = "您暂时不能进厂"
PAGES = ("/grid/checkin/", "/gates/pass/", "/todo/")


def texts(client):
    return {page: client.get(page).content.decode() for page in PAGES}


@pytest.fixture
def phone(plant, client):
    return plant.signed_in(client, "林涛")


def told(client):
    """Return the pages that say it."""
    return [page for page, text in texts(client).items() if MAY_NOT in text]


def test_his_fever_is_answered_with_where_to_stay_and_who_calls_until_he_is_ruled_out(plant, phone, officer):
    Unit.objects.filter(pk=plant["林涛"].cell_id).update(lead=plant["陈立"])
    assert told(phone) == []
    data = {**sent(plant, temperature="38.2"), "slot": "morning"}
    answer = phone.post("/grid/checkin/", data, follow=True).content.decode()
    assert MAY_NOT in answer and "网格长陈立会打电话给您" in answer and "报好了" not in answer
    assert told(phone) == list(PAGES)
    with actions.clock.at(plant.now + timedelta(minutes=5)):
        grid.judge_case(Case.objects.get(), "ruled_out", "复测正常", by=officer)
        assert told(phone) == [] and "会打给您" not in phone.get("/grid/checkin/").content.decode()


def test_who_is_suspected_without_a_report_that_says_so_sees_no_green_tick_and_not_the_case_s_words(
    plant, phone, officer
):
    plant.check_in("林涛")
    assert "报好了" in texts(phone)["/grid/checkin/"]
    grid.suspect(plant["林涛"], "与病例同乘", by=officer)
    assert told(phone) == list(PAGES)
    for text in texts(phone).values():
        assert "报好了" not in text and "疑似" not in text and "同乘" not in text and "屏幕调亮" not in text
    assert "防控办会打电话给您" in texts(phone)["/todo/"], "his cell has no lead"


def test_who_is_isolated_is_told_too(plant, client, officer):
    person = isolated(plant, officer).person
    assert MAY_NOT in actions.kept_out(person) and actions.kept_out(plant["高建军"]) == ""


def test_the_answer_to_a_report_by_an_address_says_it_to_whom_has_just_reported(plant, client, officer):
    _given, token = links.give_link(plant["林涛"], by=officer)
    answer = client.post(address(token), sent(plant, temperature="38.9"))
    page = client.get(answer["Location"]).content.decode()
    assert MAY_NOT in page and "38.9" not in page and "可以关闭本页" not in page
    for quiet in (address(token), f"{address(token)}?sent=1", f"{address(token)}?sent=forged"):
        assert MAY_NOT not in client.get(quiet).content.decode(), "the address alone tells nobody"
    with actions.clock.at(plant.now + timedelta(minutes=5)):
        grid.judge_case(Case.objects.get(), "ruled_out", "复测正常", by=officer)
        assert MAY_NOT not in client.get(answer["Location"]).content.decode()
        assert "可以关闭本页" in client.get(client.post(address(token), sent(plant))["Location"]).content.decode()


def test_of_one_of_the_family_the_employee_is_told_to_keep_him_at_home(plant, phone):
    to = reverse("grid:family_report", args=[plant["王芳"].pk])
    page = phone.post(to, {**sent(plant, temperature="38.9"), "slot": "morning"}, follow=True).content.decode()
    assert "王芳: 请暂时留在家中" in page and MAY_NOT not in page


def test_it_is_told_in_three_queries(plant, phone, django_assert_max_num_queries):
    plant.check_in("林涛", "38.9")
    person = Person.objects.select_related("cell__lead").get(name="林涛")
    with django_assert_max_num_queries(4):
        assert actions.kept_out(person)
