"""Who looks after which contact: the lead of the cell, or whom an officer hands him to; the list finds everybody."""

import io
import uuid
from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from openpyxl import load_workbook

from diba.core.errors import BadInput
from diba.grid.actions import follow_ups, followers, suspect, tracing
from diba.grid.models import Contact, ContactFollower
from diba.plant import actions
from diba.plant.models import Delivery, Role, Task, Unit

from ..conftest import NOW, TODAY

PAGE = "grid:follow_ups"


@pytest.fixture
def rows(plant, officer):
    """The wife and the daughter of a case, followed up; the wife is in cell W01, whose lead is 陈立."""
    Unit.objects.filter(code="W01").update(lead=plant["陈立"])
    case = suspect(plant["林涛"], "发热两日", by=officer)
    family = Contact.objects.filter(case=case, person__name__in=("王芳", "林小雨"))
    for name in ("王芳", "林小雨"):
        plant[name].__class__.objects.filter(name=name).update(cell=plant.cell("W01"))
    tracing.decide(case, [row.pk for row in family], True, "同住", by=officer)
    return {
        row.person.name: row for row in Contact.objects.filter(case=case, state="accepted").select_related("person")
    }


def again(client, account):
    """Sign in anew: another day, the old session is over."""
    client.logout()
    client.force_login(account, backend="diba.plant.login.StaffNumberOrPhone")


def shown(page, **query):
    return page.get(reverse(PAGE), query).content.decode()


def listed(page, **query):
    return {line[0].contact.person.name for line in page.get(reverse(PAGE), query).context["lines"]}


def hand(page, contacts, to, do="hand"):
    data = {"contacts": [row.pk for row in contacts], "follower": to, "do": do}
    return page.post(reverse(PAGE), data)


def near(first, person):
    """Return somebody else who is followed up for the same case."""
    return Contact.objects.create(
        case=first.case, change=first.change, person=person, level=1, rank=1, days=14, state="accepted", accepted_on=TODAY,
        first_exposed_on=TODAY, last_exposed_on=TODAY, listed_at=NOW,
    )  # fmt: skip


def whose(row):
    return follow_ups.followed(Contact.objects.filter(pk=row.pk))[0].follower


def test_the_lead_looks_after_his_people_until_they_are_handed_over(plant, page, rows, officer):
    tomorrow = actions.clock.at(NOW + timedelta(days=1))
    assert whose(rows["王芳"]) == plant["陈立"]
    plant.account("高建军", Role.CELL_LEAD, unit=plant.cell("W02"))
    with tomorrow:
        follow_ups.ask_follow_ups()
        key = f"follow:{rows['王芳'].pk}:{TODAY + timedelta(days=1)}"
        assert Task.objects.get(key=key, closed_at=None).owner == plant["陈立"]
        again(page, officer)
        assert hand(page, rows.values(), "高建军").status_code == 302
        assert not Task.objects.filter(key=key, closed_at=None).exists()
        follow_ups.ask_follow_ups()
        assert Task.objects.get(key=key, closed_at=None).owner == plant["高建军"]
    again(page, officer)
    assert whose(rows["王芳"]) == plant["高建军"] and ContactFollower.objects.count() == 2
    assert Delivery.objects.filter(person=plant["高建军"], message__words__contains="look after").count() == 1
    assert hand(page, rows.values(), "高建军").status_code == 302 and ContactFollower.objects.count() == 2
    assert hand(page, [rows["王芳"]], "", do="leads").status_code == 302
    assert whose(rows["王芳"]) == plant["陈立"] and whose(rows["林小雨"]) == plant["高建军"]


def test_whoever_was_handed_a_contact_sees_and_visits_him_and_nobody_else_of_that_cell(plant, client, page, rows):
    stranger = plant.account("高建军", Role.CELL_LEAD, unit=plant.cell("W02"))
    address = reverse("grid:follow_up", args=[rows["王芳"].pk])
    visit = {"uid": uuid.uuid4(), "outcome": "seen_ok"}
    again(client, stranger)
    assert listed(client) == set() and client.post(address, visit).status_code == 404
    followers.hand_over(Contact.objects.filter(pk=rows["王芳"].pk), plant["高建军"], by=plant.account("孙丽"))
    assert listed(client) == {"王芳"}
    with actions.clock.at(NOW + timedelta(days=1)):
        again(client, stranger)
        assert client.post(address, visit).status_code == 302 and rows["王芳"].visits.count() == 1
    again(client, stranger)
    assert hand(client, [rows["王芳"]], "高建军").status_code == 403
    followers.hand_over(Contact.objects.filter(pk=rows["王芳"].pk), None, by=plant.account("孙丽"))
    assert listed(client) == set()


@pytest.mark.parametrize(
    ("names", "to", "words"),
    [
        (["王芳"], "", "由谁随访"),
        (["王芳"], "无此人", "无此人"),
        (["王芳"], "田野", "没有随访的职责"),
        ([], "刘敏", "选"),
    ],
)
def test_what_cannot_be_handed_over_is_said_and_the_ticks_stay(plant, page, rows, names, to, words):
    plant.account("刘敏", Role.HEALTH_OFFICER)
    answer = hand(page, [rows[name] for name in names], to)
    assert answer.status_code == 200 and words in answer.content.decode() and not ContactFollower.objects.exists()
    assert sum(line[3] for line in answer.context["lines"]) == len(names)


def test_nobody_looks_after_himself(plant, officer, rows):
    plant.account("高建军", Role.CELL_LEAD, unit=plant.cell("W02"))
    also = near(rows["王芳"], plant["高建军"])
    with pytest.raises(BadInput) as error:
        followers.hand_over(Contact.objects.filter(pk__in=[also.pk, rows["王芳"].pk]), plant["高建军"], by=officer)
    assert error.value.reason == "own_follow_up"


def test_while_a_follower_is_away_the_lead_looks_after_them(plant, officer, rows):
    plant.account("高建军", Role.CELL_LEAD, unit=plant.cell("W02"))
    followers.hand_over(Contact.objects.filter(pk=rows["王芳"].pk), plant["高建军"], by=officer)
    absence = actions.take_out(plant["高建军"], "sick", NOW - timedelta(hours=1), by=officer, source="test")
    assert whose(rows["王芳"]) == plant["陈立"]
    actions.bring_back(absence, by=officer)
    assert whose(rows["王芳"]) == plant["高建军"]


def test_the_list_is_searched_narrowed_sorted_and_saved(plant, page, rows, officer):
    plant.account("高建军", Role.CELL_LEAD, unit=plant.cell("W02"))
    followers.hand_over(Contact.objects.filter(pk=rows["林小雨"].pk), plant["高建军"], by=officer)
    with actions.clock.at(NOW + timedelta(days=1)):
        follow_ups.visit(rows["王芳"], "seen_ok", uid=uuid.uuid4(), by=officer)
        again(page, officer)
        assert listed(page, q="王芳") == {"王芳"} and listed(page, state="done") == {"王芳"}
        assert listed(page, who=plant["高建军"].pk) == {"林小雨"} and listed(page, who="0") == set()
        assert listed(page, cell=plant.cell("W02").pk) == set() and len(listed(page, cell=plant.cell().pk)) == 2
        assert listed(page, day=(TODAY + timedelta(days=400)).isoformat()) == set()
        assert len(listed(page, day="昨天")) == 2 and "没有符合" in shown(page, q="无此人")
        for order in ("name", "cell", "until", "seen", "who", "x"):
            assert len(listed(page, sort=order)) == 2
        saved = load_workbook(io.BytesIO(page.get(reverse(PAGE), {"format": "xlsx"}).content)).active
        assert saved.max_row == 3 and "高建军" in {row[4].value for row in saved.rows}
        assert "王芳" in page.get(reverse(PAGE), {"format": "csv"}).content.decode("utf-8-sig")
    with actions.clock.at(NOW + timedelta(days=3)):
        again(page, officer)
        assert "没有见到" in shown(page, day=(TODAY + timedelta(days=2)).isoformat())


def test_the_page_costs_the_same_at_any_number_of_contacts(plant, page, rows):
    def asked():
        with CaptureQueriesContext(connection) as queries:
            assert page.get(reverse(PAGE)).status_code == 200
        return len(queries)

    asked()
    few = asked()
    wife = rows["王芳"]
    for name in ("周文斌", "高建军", "徐振华", "郭峰", "田野", "赵国栋"):
        near(wife, plant[name])
    assert asked() == few


def test_a_lead_who_is_a_contact_himself_does_not_say_that_he_is_well(plant, client, rows, officer):
    own = near(next(iter(rows.values())), plant["陈立"])
    lead = plant.signed_in(client, "陈立", Role.CELL_LEAD, unit=plant.cell())
    answer = lead.post(
        reverse("grid:follow_up", args=[own.pk]), {"uid": uuid.uuid4(), "outcome": "seen_ok"}, follow=True
    )
    assert "不能随访自己" in answer.content.decode() and not own.visits.exists()
    assert whose(own) is None, "a health officer is asked"
    with actions.clock.at(NOW + timedelta(days=1)):
        assert follow_ups.visit(own, "seen_ok", uid=uuid.uuid4(), by=officer).pk
