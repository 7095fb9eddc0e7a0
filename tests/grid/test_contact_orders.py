"""Contacts taken up are offered for isolation, filled in by the rule; one press orders for many, one takes it back."""

import uuid
from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from diba.core.errors import BadInput
from diba.grid.actions import contact_orders, follow_ups, judge_case, releasing, suspect, tracing, undo_judgement
from diba.grid.models import Contact, IsolationOrder
from diba.plant import actions
from diba.plant.models import Household, Person, Role, Task

from ..conftest import NOW, TODAY


@pytest.fixture
def family(case):
    return list(Contact.objects.filter(case=case, person__kind="family").order_by("pk"))


def address(case):
    return reverse("grid:contact_orders", args=[case.pk])


def accepted(page, case, rows):
    data = {"contacts": [row.pk for row in rows], "accepted": "yes", "reason": "同住"}
    return page.post(reverse("grid:contacts", args=[case.pk]), data)


def ordered(page, case, rows, batch=None, place="生活区 3 号楼", kind="home"):
    data = {"contacts": [row.pk for row in rows], "batch": batch or uuid.uuid4()}
    data |= {f"kind-{row.pk}": kind for row in rows} | {f"place-{row.pk}": place for row in rows}
    return page.post(address(case), data)


def test_taking_up_offers_the_order_by_the_rule_in_force_and_orders_nothing_by_itself(page, case, family):
    answer = accepted(page, case, family)
    assert answer.url == address(case) and not IsolationOrder.objects.exists()
    shown = page.get(answer.url).content.decode()
    end = family[0].last_exposed_on + timedelta(days=14)
    assert f"{end:%m-%d}" in shown and "生活区 3 号楼" in shown and shown.count(" checked") == 2
    assert "2 人没有隔离单" in page.get(reverse("grid:contacts", args=[case.pk])).content.decode()


def test_one_press_orders_for_all_and_one_takes_it_back(plant, page, case, family):
    accepted(page, case, family)
    batch = uuid.uuid4()
    for _ in range(2):
        assert ordered(page, case, family, batch).status_code == 302
    orders = list(IsolationOrder.objects.order_by("pk"))
    assert {order.person_id for order in orders} == {row.person_id for row in family} and len(orders) == 2
    change = orders[0].changes.get()
    assert (change.counted_from, change.days, change.place) == (family[0].last_exposed_on, 14, "生活区 3 号楼")
    assert (orders[0].cause, actions.held([orders[0].person_id])[0].reason) == ("contact", "contact")
    assert actions.absences_between(NOW, NOW + timedelta(hours=1), [orders[0].person_id]).exists()
    assert "都有隔离单" in page.get(address(case)).content.decode()
    back = reverse("grid:contact_orders_back", args=[case.pk, batch])
    assert "已撤回 2 份" in page.post(back, follow=True).content.decode()
    assert IsolationOrder.objects.filter(released_at=None).count() == 0 and IsolationOrder.objects.count() == 2
    assert not actions.held([row.person_id for row in family])
    assert "已撤回 0 份" in page.post(back, follow=True).content.decode()
    assert page.post(reverse("grid:contact_orders_back", args=[case.pk, "1"])).status_code == 404
    assert ordered(page, case, family).status_code == 302 and IsolationOrder.objects.count() == 4


def test_only_those_ticked_are_ordered_and_after_an_hour_each_is_released_by_its_rule(plant, client, page, case, family, officer):  # fmt: skip
    accepted(page, case, family)
    batch = uuid.uuid4()
    ordered(page, case, family[:1], batch, kind="central", place="招待所 302")
    assert IsolationOrder.objects.get().changes.get().kind == "central"
    with actions.clock.at(NOW + timedelta(hours=2)), pytest.raises(BadInput) as error:
        contact_orders.take_back_many(case, batch, by=officer)
    assert error.value.reason == "too_late_to_withdraw"
    assert [row.contact.pk for row in contact_orders.proposals(case)] == [family[1].pk]


@pytest.mark.parametrize(
    ("more", "words"), [({"place": " "}, "请写明地点"), ({"kind": "moon"}, "没有这种隔离方式"), ({"rows": 0}, "至少选")]
)
def test_what_cannot_be_ordered_is_said_in_its_row_and_nobody_is_isolated(page, case, family, more, words):
    accepted(page, case, family)
    rows = family[: more.pop("rows", 2)]
    answer = ordered(page, case, rows, **{"place": "招待所 302", **more})
    text = answer.content.decode()
    assert answer.status_code == 200 and words in text and not IsolationOrder.objects.exists()
    assert text.count(" checked") == len(rows) and ("招待所 302" in text) == bool(rows and "place" not in more)


def test_who_is_isolated_already_and_whose_days_are_over_are_not_offered(plant, page, case, family, officer):
    accepted(page, case, family)
    ordered(page, case, family[:1])
    assert len(contact_orders.proposals(case)) == 1
    with actions.clock.at(NOW + timedelta(days=30)):
        assert contact_orders.proposals(case) == []


def test_undoing_the_judgement_asks_about_the_orders_and_lets_nobody_out_by_itself(plant, page, case, family, officer):
    accepted(page, case, family)
    ordered(page, case, family)
    one, two = IsolationOrder.objects.order_by("pk")
    tracing.decide(case, [row.pk for row in family if row.person_id == one.person_id], False, "弄错", by=officer)
    assert Task.objects.filter(key=f"contact_order:{one.pk}", closed_at=None).exists()
    assert not Task.objects.filter(key=f"contact_order:{two.pk}").exists()
    undo_judgement(case, "报告有误", by=officer)
    assert Task.objects.filter(key=f"contact_order:{two.pk}", closed_at=None).exists()
    assert IsolationOrder.objects.filter(released_at=None).count() == 2
    releasing.withdraw(two, "不是接触者", by=officer)
    assert not Task.objects.filter(key=f"contact_order:{two.pk}", closed_at=None).exists()


def test_only_the_health_officer_orders(plant, client, case, family):
    plant.signed_in(client, "陈立", Role.DUTY_OFFICER)
    assert client.get(address(case)).status_code == 403 and ordered(client, case, family).status_code == 403
    back = reverse("grid:contact_orders_back", args=[case.pk, uuid.uuid4()])
    assert client.post(back).status_code == 403
    plant.signed_in(client, "高建军", Role.HEALTH_OFFICER, unit=plant.cell("W02"))
    assert client.get(address(case)).status_code in (403, 404)


def test_the_page_costs_the_same_at_any_number(plant, page, case, family):
    accepted(page, case, family)

    def asked():
        with CaptureQueriesContext(connection) as queries:
            assert page.get(address(case)).status_code == 200
        return len(queries)

    asked()
    few = asked()
    home = Household.objects.create(code="H9", address="生活区 9 号楼")
    for name in ("周文斌", "高建军", "徐振华", "郭峰", "田野"):
        person = plant[name]
        person.__class__.objects.filter(pk=person.pk).update(household=home)
        Contact.objects.update_or_create(
            case=case, person=person,
            defaults={"change": family[0].change, "level": 1, "rank": 1, "days": 14, "state": "accepted", "accepted_on": TODAY,
                      "first_exposed_on": TODAY, "last_exposed_on": TODAY, "listed_at": NOW},
        )  # fmt: skip
    assert asked() == few


def states(case):
    return dict(Contact.objects.filter(case=case).values_list("person__name", "state"))


def asked_about(order):
    return Task.objects.filter(key=f"contact_order:{order.pk}", closed_at=None).exists()


def test_undoing_a_ruling_out_brings_every_contact_back_as_he_stood(plant, page, officer):
    home, flat = Household.objects.get(), Household.objects.create(code="H9", address="生活区 9 号楼")
    Person.objects.filter(name__in=["周文斌", "高建军", "徐振华"]).update(household=home)
    case = suspect(plant["林涛"], "发热两日", by=officer)
    Person.objects.filter(name__in=["王芳", "郭峰"]).update(household=flat)
    wife, daughter = (Contact.objects.get(person__name=name) for name in ("王芳", "林小雨"))
    others = list(Contact.objects.exclude(person__kind="family").values_list("pk", flat=True))
    tracing.decide(case, [daughter.pk, wife.pk, others[0]], True, "同住", by=officer)
    tracing.decide(case, others[1:2], False, "没有见面", by=officer)
    tracing.lose(Contact.objects.get(pk=others[0]), "电话不通", by=officer)
    second = Contact.objects.filter(case=case, level=Contact.SECOND).count()
    ordered(page, case, [wife])
    order, before = IsolationOrder.objects.get(), states(case)
    with actions.clock.at(NOW + timedelta(days=1)):
        judge_case(case, "ruled_out", "误点", by=officer)
        assert asked_about(order) and set(states(case).values()) == {"withdrawn", "rejected"}
    with actions.clock.at(NOW + timedelta(days=2)):
        undo_judgement(case, "误点", by=officer)
        assert states(case) == before and {"accepted", "candidate", "lost", "rejected"} == set(before.values())
        assert Contact.objects.filter(case=case, level=Contact.SECOND).count() == second > 0
        wife.refresh_from_db()
        assert wife.accepted_on == TODAY and not asked_about(order)
        last = wife.steps.last()
        assert (last.verb, last.reason, last.by) == ("accepted", "判定已撤回", officer)
        [followed] = follow_ups.followed(Contact.objects.filter(pk=wife.pk))
        assert len(follow_ups.days(followed.contact)) >= 3, "the days between are asked for, and were missed"
        assert Task.objects.filter(key=f"chain:{case.pk}:contacts", closed_at=None).exists()


def test_a_ruling_out_judged_over_and_undone_twice_brings_them_back_too(plant, page, case, family, officer):
    accepted(page, case, family)
    for minutes, act in enumerate([
        lambda: judge_case(case, "ruled_out", "误点", by=officer), lambda: judge_case(case, "confirmed", "误点", by=officer),
        lambda: undo_judgement(case, "误点", by=officer), lambda: undo_judgement(case, "误点", by=officer),
    ], 1):  # fmt: skip
        with actions.clock.at(NOW + timedelta(minutes=minutes)):
            act()
    assert {name: state for name, state in states(case).items() if name in ("王芳", "林小雨")} == {
        "王芳": "accepted",
        "林小雨": "accepted",
    }


def test_who_is_taken_up_again_is_no_longer_asked_about(plant, page, case, family, officer):
    accepted(page, case, family[:1])
    ordered(page, case, family[:1])
    order = IsolationOrder.objects.get()
    tracing.decide(case, [family[0].pk], False, "弄错", by=officer)
    assert asked_about(order)
    tracing.decide(case, [family[0].pk], True, "还是同住", by=officer)
    assert not asked_about(order)


def test_who_is_found_and_was_exposed_again_is_no_longer_asked_about(plant, page, case, family, officer):
    """Lost in one case, and no contact of the other one any more: he is asked about until he is followed up again."""
    other = suspect(plant["周文斌"], "发热", by=officer)
    Contact.objects.filter(case=other).delete()
    first = family[0]
    again = Contact.objects.create(
        case=other, change=other.changes.last(), person=first.person, level=1, rank=1, days=14, listed_at=NOW,
        first_exposed_on=first.first_exposed_on, last_exposed_on=first.last_exposed_on, state="candidate",
    )  # fmt: skip
    accepted(page, case, [first])
    ordered(page, case, [first])
    order = IsolationOrder.objects.get()
    tracing.lose(Contact.objects.get(pk=first.pk), "电话不通", by=officer)
    tracing.decide(other, [again.pk], False, "没有见面", by=officer)
    assert asked_about(order)
    with actions.clock.at(NOW + timedelta(days=1)):
        tracing.expose_again(Contact.objects.get(pk=first.pk), TODAY + timedelta(days=1), "又见面", by=officer)
    assert not asked_about(order)
