"""A personal address: signed, dated, replaced by the next one; it reports for one household today and shows no health."""

import json
import logging
import re
import uuid
from datetime import timedelta

import pytest
from django.core import signing
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from diba.core.errors import BadInput
from diba.grid.actions import guardians, links
from diba.grid.models import CheckIn, LinkUse, PersonalLink
from diba.plant import actions
from diba.plant.logs import Line
from diba.plant.models import Person, Record, Role, Task


@pytest.fixture
def given(plant):
    return links.give_link(plant["林涛"], by=plant.account("孙丽"))


def address(token):
    return reverse("grid:personal", args=[token])


def sent(plant, **changed):
    return {"uid": uuid.uuid4(), "day": plant.today.isoformat(), "who": 0, "temperature": "36.5", **changed}


def test_a_report_comes_by_an_address_without_anybody_signing_in(plant, client, given):
    _row, token = given
    page = client.get(address(token))
    assert (
        page.status_code == 200
        and page["Cache-Control"] == "no-store, private"
        and page["Referrer-Policy"] == "same-origin"
    )
    assert "Content-Security-Policy" in page
    data = sent(plant)
    for _ in range(3):
        answer = client.post(address(token), data)
        assert (answer.status_code, answer["Location"]) == (302, f"{address(token)}?sent=1")
    row = CheckIn.objects.get()
    assert (row.person, row.by, row.by_link.link) == (plant["林涛"], None, given[0])
    assert "已收到" in client.get(answer["Location"]).content.decode()
    assert "_auth_user_id" not in client.session and Record.objects.filter(verb="checkin.by_link").count() == 1


def test_it_shows_nobodys_health_and_names_only_to_who_knows_them(plant, client, given):
    plant.check_in("林涛", "38.4", symptoms=["cough"], symptom_note="夜里咳得厉害")
    page = client.get(address(given[1])).content.decode()
    for secret in ("38.4", "夜里咳得厉害", "异常", "林涛", "王芳", "林小雨", "1010"):
        assert secret not in page, secret
    assert "林*" in page and "王*" in page and "林*雨" in page


def test_an_abnormal_report_by_an_address_sets_off_what_it_always_does(plant, client, given):
    client.post(address(given[1]), sent(plant, temperature="38.6", symptoms=["cough"]))
    assert CheckIn.objects.get().abnormal and Task.objects.filter(about=plant["林涛"], urgent=True).exists()


def test_the_family_is_reported_by_it_and_a_child_only_with_consent(plant, client, given):
    Person.objects.filter(name="林小雨").update(birth="2012-01-01")
    family = [each.person.name for each in links.household_of(given[0])]
    wife, child = family.index("王芳"), family.index("林小雨")
    assert client.post(address(given[1]), sent(plant, who=wife)).status_code == 302
    refused = client.post(address(given[1]), sent(plant, who=child))
    assert refused.status_code == 200 and "监护人" in refused.content.decode()
    guardians.give_consent(plant["林小雨"], plant["林涛"], version=guardians.VERSION, by=plant.account("林涛"))
    assert client.post(address(given[1]), sent(plant, who=child)).status_code == 302
    assert set(CheckIn.objects.values_list("person__name", flat=True)) == {"王芳", "林小雨"}


@pytest.mark.parametrize("who", ["9", "-1", "x", "", str(10**20)])
def test_nobody_outside_the_household_is_reported_by_it(plant, client, given, who):
    assert client.post(address(given[1]), sent(plant, who=who)).status_code == 200
    assert not CheckIn.objects.exists()


@pytest.mark.parametrize(
    "changed", [{"temperature": "52"}, {"day": "2020-02-13"}, {"day": "x"}, {"uid": "x"}, {"symptoms": ["moon"]}]
)
def test_bad_input_is_refused_with_words_and_kept(plant, client, given, changed):
    answer = client.post(address(given[1]), sent(plant, symptom_note="有点累", **changed))
    assert answer.status_code == 200 and "db-err" in answer.content.decode() and "有点累" in answer.content.decode()
    assert not CheckIn.objects.exists()


def test_a_new_address_kills_the_old_one_with_clear_words(plant, client, given):
    _second, token = links.give_link(plant["林涛"], by=plant.account("孙丽"), days=3)
    old = client.get(address(given[1]))
    assert old.status_code == 410 and "新的取代" in old.content.decode()
    assert client.post(address(given[1]), sent(plant)).status_code == 410
    assert client.get(address(token)).status_code == 200
    assert PersonalLink.objects.filter(revoked_at=None).count() == 1 and not CheckIn.objects.exists()


def test_an_address_that_is_over_or_of_somebody_who_left_opens_nothing(plant, client, given):
    with actions.clock.at(plant.now + timedelta(days=1, seconds=1)):
        answer = client.get(address(given[1]))
        assert answer.status_code == 410 and "有效期" in answer.content.decode()
    Person.objects.filter(name="林涛").update(left_on=plant.today)
    assert client.get(address(given[1])).status_code == 410


def test_an_altered_address_opens_nothing(plant, client, given):
    token = given[1]
    forged = signing.dumps([given[0].pk, plant["陈立"].pk, "checkin"], salt=links.SALT)
    other_salt = signing.dumps([given[0].pk, given[0].person_id, "checkin"], salt="rosters")
    odd = signing.dumps({"l": 1}, salt=links.SALT)
    for wrong in (token[:-1] + ("A" if token[-1] != "A" else "B"), forged, other_salt, odd, "x", "a:b:c", "%00"):
        answer = client.get(address(wrong))
        assert answer.status_code == 404 and "链接打不开" in answer.content.decode(), wrong


def test_who_tries_many_addresses_has_to_wait_and_good_ones_still_open(plant, client, given):
    answers = [client.get(address(f"x{n}")).status_code for n in range(32)]
    assert answers[:30] == [404] * 30 and answers[-1] == 429
    assert client.get(address(given[1])).status_code == 200


def test_one_address_takes_no_more_than_so_many_reports_an_hour(plant, client, given, monkeypatch):
    monkeypatch.setattr(links, "MOST", 1)
    assert client.post(address(given[1]), sent(plant)).status_code == 302
    refused = client.post(address(given[1]), sent(plant, who=1))
    assert refused.status_code == 429 and CheckIn.objects.count() == 1
    with actions.clock.at(plant.now + timedelta(hours=2)):
        assert client.post(address(given[1]), sent(plant, who=1)).status_code == 302


def test_a_post_without_the_pages_token_is_refused(plant, given):
    strict = Client(enforce_csrf_checks=True)
    assert strict.post(address(given[1]), sent(plant)).status_code == 403
    token = re.search(r'name="csrfmiddlewaretoken" value="([^"]+)"', strict.get(address(given[1])).content.decode())[1]
    assert strict.post(address(given[1]), sent(plant, csrfmiddlewaretoken=token)).status_code == 302


def test_who_is_signed_in_as_somebody_else_reports_for_the_address_not_for_himself(plant, client, given):
    client = plant.signed_in(client, "陈立")
    client.post(address(given[1]), sent(plant))
    assert CheckIn.objects.get().person == plant["林涛"] and CheckIn.objects.get().by is None


def test_the_lead_gives_it_sees_its_code_once_and_revokes_it(plant, client):
    lead = plant.signed_in(client, "孙丽", Role.CELL_LEAD, unit=plant["林涛"].cell)
    at = reverse("grid:link", args=[plant["林涛"].pk])
    made = lead.post(at, {"days": "3"})
    page = made.content.decode()
    token = re.search(r"/grid/go/([^\"/]+)/\"", page)[1]
    assert "<svg" in page and made["Cache-Control"] == "no-store, private"
    assert links.link_of(token).ends_at == plant.now + timedelta(days=3)
    again = lead.get(at).content.decode()
    assert token not in again and "有效链接" in again
    lead.post(at, {"do": "revoke"})
    assert client.get(address(token)).status_code == 410
    assert Record.objects.filter(verb="link.given").exists() and Record.objects.filter(verb="link.revoked").exists()
    assert lead.post(at, {"days": "300"}).status_code == 200 and PersonalLink.objects.count() == 1


def test_only_a_lead_or_a_health_officer_gives_one_and_only_to_his_people(plant, client):
    cell = plant["林涛"].cell
    other = plant.cell("W02" if cell.code == "W01" else "W01")
    for name, roles, unit, expected in (
        ("韩冰", (), None, 403), ("郭峰", (Role.PLANNER,), None, 403), ("刘洋", (Role.CELL_LEAD,), other, 404),
        ("田野", (Role.CELL_LEAD,), cell, 200), ("刘敏", (Role.HEALTH_OFFICER,), None, 200),
    ):  # fmt: skip
        client = plant.signed_in(client, name, *roles, unit=unit)
        assert client.get(reverse("grid:link", args=[plant["林涛"].pk])).status_code == expected, name
    assert client.get(reverse("grid:link", args=[plant["王芳"].pk])).status_code == 404, (
        "a family reports by its employee's"
    )


@pytest.mark.parametrize("days", [0, 15, -1])
def test_an_address_lives_a_fortnight_at_most(plant, days):
    with pytest.raises(BadInput):
        links.give_link(plant["林涛"], by=None, days=days)


def test_a_reminder_may_give_one_without_an_account(plant):
    row, token = links.give_link(plant["林涛"], by=None)
    assert links.link_of(token) == row and row.by is None


def test_the_page_asks_a_constant_number_of_queries_however_many_live_together(plant, client, given):
    def asked():
        with CaptureQueriesContext(connection) as queries:
            assert client.get(address(given[1])).status_code == 200
        return len(queries)

    asked()
    before = asked()
    for number in range(5):
        Person.objects.create(name=f"林家{number}", kind="family", relation="父", relative_of=plant["林涛"])
    assert asked() == before and LinkUse.objects.count() == 0


def test_the_persons_page_says_that_a_report_came_by_an_address_and_where_it_was_measured(plant, client, given):
    links.report_by_link(given[0], plant["林涛"], plant.today, "36.5", uid=uuid.uuid4(), place="forehead")
    officer = plant.signed_in(client, "刘敏", Role.HEALTH_OFFICER)
    page = officer.get(reverse("grid:person", args=[plant["林涛"].pk])).content.decode()
    assert "个人链接" in page and "额头" in page


def test_no_line_of_the_log_holds_a_personal_address(plant, client, caplog):
    _row, token = links.give_link(plant["林涛"], by=plant.account("孙丽", Role.HEALTH_OFFICER))
    caplog.set_level(logging.INFO)
    client.get(address(token))
    client.get(address(token).rstrip("/"))
    links.give_link(plant["林涛"], by=plant.account("孙丽"))
    assert client.get(address(token)).status_code == 410, "revoked, so that the framework logs it as well"
    client.get(reverse("grid:person", args=[plant["林涛"].pk]))
    lines = [Line().format(record) for record in caplog.records]
    assert len(lines) > 4 and not any(token in line for line in lines)
    paths = {json.loads(line).get("path") for line in lines}
    assert {"/grid/go/<str:token>/", "/grid/…", "/grid/people/<int:pk>/"} <= paths
