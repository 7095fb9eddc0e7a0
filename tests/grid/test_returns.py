"""People back from elsewhere: held and away at once, judged by the dated list, cleared by another when nothing is lacking."""

import io
import uuid
from datetime import date, timedelta

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse
from openpyxl import Workbook

from diba.grid import actions as grid
from diba.grid.actions import returned
from diba.grid.actions.risk_list import read_areas
from diba.grid.models import IsolationOrder, Return, RiskArea
from diba.plant import actions
from diba.plant.models import Delivery, Record, Role, Task

from .isolating import refused


@pytest.fixture
def listed(plant, officer):
    for area, level in (("湖北省", "high"), ("浙江省温州市", "medium"), ("甘肃省", "low")):
        grid.enter_area(by=officer, area=area, level=level, starts_on=date(2020, 1, 23), source="名单")


def back(plant, by, name="陈立", origin="湖北省武汉市", **more):
    values = {"arrived_on": plant.today - timedelta(days=3), "means": "train", "declared": "officer"} | more
    return grid.declare_return(plant[name], origin, uid=uuid.uuid4(), by=by, **values)


def stand(row):
    return returned.standings([Return.objects.get(pk=row.pk)])[0]


def test_from_a_risky_place_he_is_held_away_and_isolated_from_his_arrival(plant, officer, listed):
    row, chen = back(plant, officer), plant["陈立"]
    row.refresh_from_db()
    order = grid.standings([row.order])[0]
    assert (order.now.counted_from, order.now.ends_on) == (row.arrived_on, row.arrived_on + timedelta(days=14))
    assert (order.now.kind, order.now.tests, order.order.cause) == ("central", 2, "returnee")
    assert {hold.source for hold in actions.held([chen])} == {f"return:{row.pk}", f"isolation:{order.order.pk}"}
    kinds = {each.kind for each in actions.absences_between(actions.now(), actions.now() + timedelta(1), [chen.pk])}
    assert kinds == {"checking", "isolation"}
    assert [(lack.code, lack.number) for lack in stand(row).lacks] == [("order", 1), ("report", 1)]


def test_the_rules_are_dated_low_risk_needs_no_isolation_after_the_seventh_of_april(plant, officer, second, listed):
    with actions.clock.at(plant.now.replace(month=4, day=8)):
        row = back(plant, officer, origin="甘肃省兰州市", arrived_on=actions.today())
        assert (row.order_id, stand(row).now.level, stand(row).now.rule.days) == (None, "low", 0)
        assert refused(grid.clear_return, row, by=second) == "return_lacks"
        grid.check_in(plant["陈立"], actions.today(), "36.5", uid=uuid.uuid4())
        assert refused(grid.clear_return, row, by=officer) == "own_declaration"
        grid.clear_return(row, by=second)
        assert not actions.held([plant["陈立"]]).exists()
        assert not actions.absences_between(actions.now(), actions.now() + timedelta(1), [plant["陈立"].pk]).exists()
        assert refused(grid.clear_return, row, by=second) == "cleared_already"
        assert Delivery.objects.filter(person=plant["陈立"], message__words__startswith="You may return").exists()
    assert back(plant, officer, "高建军", "甘肃省兰州市").order.changes.last().days == 14


def test_a_place_not_on_the_list_waits_for_an_officer_and_is_never_low_by_itself(plant, officer, second, listed):
    row = back(plant, officer, origin="某地某村")
    assert (stand(row).now.level, row.order_id, stand(row).rank) == ("", None, 0)
    assert Task.objects.filter(key=f"return:{row.pk}", closed_at=None).exists()
    plant.check_in("陈立")
    assert refused(grid.clear_return, row, by=second) == "return_lacks"
    assert refused(grid.judge_return, row, "medium", " ", by=officer) == "no_reason"
    grid.judge_return(row, "medium", "属温州市管辖", by=officer)
    row.refresh_from_db()
    assert row.order.changes.last().tests == 1
    grid.judge_return(row, "low", "核实后不在名单", by=officer)
    assert row.order.changes.last().ends_on == row.arrived_on + timedelta(days=14), "what is ordered is not shortened"
    grid.judge_return(row, "high", "再次核实", by=officer)
    assert IsolationOrder.objects.count() == 1


def test_days_that_are_over_ask_for_no_isolation_but_for_the_tests(plant, officer, second, listed):
    row = back(plant, officer, arrived_on=plant.today - timedelta(days=20))
    plant.check_in("陈立")
    assert row.order_id is None and [(lack.code, lack.number) for lack in stand(row).lacks] == [("tests", 2)]
    for n in (2, 1):
        grid.enter_test(plant["陈立"], plant.today - timedelta(days=n), "negative", uid=uuid.uuid4(), by=officer)
    assert stand(row).lacks == ()
    grid.enter_test(plant["陈立"], plant.today, "positive", uid=uuid.uuid4(), by=officer)
    assert {lack.code for lack in stand(row).lacks} == {"tests", "positive"}
    assert refused(grid.clear_return, row, by=second) == "return_lacks"


def test_an_order_taken_back_is_no_isolation_served(plant, officer, second, listed):
    row = back(plant, officer)
    grid.withdraw(row.order, "下错了", by=officer)
    plant.check_in("陈立")
    assert [(lack.code, lack.number) for lack in stand(row).lacks] == [("days", 11), ("tests", 2)]
    assert refused(grid.clear_return, row, by=second) == "return_lacks"


def test_the_same_return_twice_is_one_and_nonsense_is_refused(plant, officer, listed):
    uid = uuid.uuid4()
    first = grid.declare_return(
        plant["陈立"], "武汉", plant.today, "car", uid=uid, by=officer, declared="lead")  # fmt: skip
    assert grid.declare_return(plant["陈立"], "武汉", plant.today, "car", uid=uid, by=officer, declared="lead") == first
    assert refused(back, plant, officer) == "returned_already"
    assert refused(back, plant, officer, "高建军", arrived_on=plant.today + timedelta(days=1)) == "in_the_future"
    assert refused(back, plant, officer, "高建军", arrived_on=plant.today - timedelta(days=61)) == "too_long_back"
    assert refused(back, plant, officer, "高建军", origin="  ") == "no_origin"
    other = {"uid": uid, "by": officer, "declared": "lead"}
    assert refused(grid.declare_return, plant["高建军"], "武汉", plant.today, "car", **other) == "uid_taken"


def test_nobody_clears_himself_and_the_order_must_be_released_first(plant, officer, second, listed):
    own = back(plant, second, "孙丽")
    assert refused(grid.clear_return, own, by=officer) == "own_return"
    assert refused(grid.judge_return, own, "low", "x", by=officer) == "own_return"


# --- the list ---


def book(*rows):
    made, out = Workbook(), io.BytesIO()
    for row in rows:
        made.active.append(row)
    made.save(out)
    return out.getvalue()


HEADS = ["地区", "风险等级", "开始日期", "结束日期", "来源"]


def test_a_workbook_or_a_csv_in_gb18030_is_read(plant):
    rows, faults = read_areas(
        book(["2 月名单"], HEADS, ["湖北省", "高风险", date(2020, 1, 23), None, "通报"]), "x.xlsx"
    )
    assert faults == [] and rows == [
        {"area": "湖北省", "level": "high", "starts_on": date(2020, 1, 23), "ends_on": None, "source": "通报"}]  # fmt: skip
    text = "地区,风险等级,开始日期,结束日期\n温州市,中,2020-02-01,2020-03-01\n"
    assert read_areas(text.encode("gb18030"), "x.csv")[0][0]["ends_on"] == date(2020, 3, 1)


def test_faults_name_row_and_column_and_then_nothing_is_taken(client, plant, officer):
    plant.signed_in(client, "孙丽")
    dirt = book(HEADS, ["湖北省", "极高", date(2020, 1, 23)], ["x", "高", "昨天"], ["广东省", "中", "2020-02-03", "2020-02-01"],
                ["河南省", "中", "2020-02-03"], ["河南省", "低", "2020-02-03"])  # fmt: skip
    _rows, faults = read_areas(dirt, "x.xlsx")
    assert [(fault.row, fault.field, fault.reason) for fault in faults] == [
        (2, "level", "no_level"), (3, "area", "no_area"), (3, "starts_on", "no_day"), (4, "ends_on", "ends_before_start"),
        (6, "area", "twice")]  # fmt: skip
    shown = client.post(reverse("grid:risk_areas"), {"do": "file", "file": SimpleUploadedFile("x.xlsx", dirt)})
    assert "极高" in shown.content.decode() and not RiskArea.objects.exists()
    for wrong in (b"", b"\x00\x01", book(["a", "b"])):
        answer = client.post(reverse("grid:risk_areas"), {"do": "file", "file": SimpleUploadedFile("x.xlsx", wrong)})
        assert answer.status_code == 200
    good = SimpleUploadedFile("x.xlsx", book(HEADS, ["湖北省", "高", "2020-01-23"]))
    assert client.post(reverse("grid:risk_areas"), {"do": "file", "file": good}).status_code == 302
    assert RiskArea.objects.get().area == "湖北省"


def test_the_list_is_changed_on_its_page_keeps_what_it_was_and_comes_out_as_it_goes_in(client, plant, officer):
    plant.signed_in(client, "孙丽")
    sent = {"area": "温州市", "level": "high", "starts_on": "2020-02-01", "source": "通报"}
    client.post(reverse("grid:risk_areas"), sent)
    client.post(reverse("grid:risk_areas"), sent | {"level": "medium", "ends_on": "2020-02-20"})
    area = RiskArea.objects.get()
    assert (area.level, area.history.count()) == ("medium", 2)
    wrong = client.post(reverse("grid:risk_areas"), sent | {"ends_on": "2020-01-01"})
    assert "结束早于开始" in wrong.content.decode()
    out = client.get(reverse("grid:risk_areas"), {"format": "csv"}).content
    assert read_areas(out, "x.csv") == (
        [{"area": "温州市", "level": "medium", "starts_on": date(2020, 2, 1), "ends_on": date(2020, 2, 20), "source": "通报"}], [])  # fmt: skip
    plant.signed_in(client, "郭峰", Role.HEALTH_OFFICER, unit=plant.cell("W01"))
    assert client.post(reverse("grid:risk_areas"), sent).status_code == 403


def test_new_rules_are_rows_from_today_on_and_never_changed(client, plant, officer, listed):
    plant.signed_in(client, "孙丽")
    sent = {"do": "rule", "rule-starts_on": plant.today.isoformat(), "rule-level": "high", "rule-days": 21, "rule-kind": "central",
            "rule-tests": 3, "rule-source": "省指挥部 2 月 14 日"}  # fmt: skip
    assert client.post(reverse("grid:risk_areas"), sent | {"rule-days": 99}).status_code == 200
    assert client.post(reverse("grid:risk_areas"), sent).status_code == 302
    assert "已有" in client.post(reverse("grid:risk_areas"), sent | {"rule-days": 7}).content.decode()
    order = back(plant, officer).order
    assert (order.changes.last().days, order.changes.last().tests) == (21, 3)


# --- the pages ---


def test_he_declares_himself_on_the_phone_and_sees_what_is_lacking(client, plant, listed):
    plant.signed_in(client, "陈立")
    page = reverse("grid:return_new")
    assert "person" not in client.get(page).context["form"].fields
    sent = {
        "uid": uuid.uuid4(),
        "origin": "湖北省武汉市",
        "arrived_on": plant.today.isoformat(),
        "means": "train",
        "person": "高建军",
    }
    assert client.post(page, sent).url == page
    row = Return.objects.get()
    assert (row.person.name, row.declared) == ("陈立", "self")
    assert "隔离未解除" in client.get(page).content.decode()
    assert client.get(reverse("grid:returns")).status_code == 403


def test_the_list_the_page_and_the_clearance(client, plant, officer, second, listed):
    row = back(plant, officer, origin="河北省沧州市", vehicle="K117")
    plant.check_in("陈立")
    plant.signed_in(client, "刘敏")
    page = reverse("grid:return", args=[row.pk])
    shown = client.get(reverse("grid:returns")).content.decode()
    assert "沧州" in shown and "K117" in shown and "不在名单" in shown
    assert client.post(page, {"do": "judge", "judge-level": "high"}).status_code == 200
    test = {"do": "test", "test-uid": uuid.uuid4(), "test-taken_on": plant.today.isoformat(), "test-result": "negative"}
    assert client.post(page, test).status_code == 302
    with actions.clock.at(plant.now.replace(month=4, day=8)):
        grid.check_in(plant["陈立"], actions.today(), "36.5", uid=uuid.uuid4())
        later = plant.signed_in(Client(), "刘敏")  # the session of February is over
        assert later.post(page, {"do": "judge", "judge-level": "low", "judge-reason": "名单外"}).status_code == 302
        later.post(page, {"do": "clear"})
    row.refresh_from_db()
    assert row.cleared_by == second
    assert "沧州" in client.get(reverse("grid:person", args=[row.person_id])).content.decode()
    for kind in ("xlsx", "csv"):
        assert client.get(reverse("grid:returns"), {"format": kind, "state": "cleared"}).status_code == 200
    assert Record.objects.filter(verb="return.read").exists()


def test_a_lead_enters_and_sees_his_cell_only_and_clears_nobody(client, plant, officer, listed):
    other = back(plant, officer, "周文斌")
    plant.signed_in(client, "陈立", Role.CELL_LEAD, unit=plant.cell("W01"))
    sent = {
        "uid": uuid.uuid4(),
        "person": "周文斌",
        "origin": "湖北省武汉市",
        "arrived_on": plant.today.isoformat(),
        "means": "car",
    }
    assert client.post(reverse("grid:return_new"), sent).status_code == 200
    client.post(reverse("grid:return_new"), sent | {"person": "高建军"})
    mine = Return.objects.get(person=plant["高建军"])
    assert mine.declared == "lead"
    assert client.get(reverse("grid:return", args=[other.pk])).status_code == 404
    for do in ("clear", "judge", "test"):
        assert client.post(reverse("grid:return", args=[mine.pk]), {"do": do}).status_code == 403
