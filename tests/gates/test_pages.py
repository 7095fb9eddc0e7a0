"""The office's pages of the gates: who may open which, and what is done there."""

import uuid
from datetime import datetime, time, timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from diba.gates.actions import devices, passes, places
from diba.gates.models import Device, EnrolmentCode, Gate, OpenItem, Pass, Vehicle, Visit, Zone
from diba.gates.views import ledger as ledger_views
from diba.plant import actions
from diba.plant.models import HealthRead, Record, Role, Task, WatchPattern

from ..conftest import NOW
from .conftest import AT, record

PAGES = {
    "plan": {"guard", "duty_officer", "health_officer", "administrator"}, "places": {"duty_officer", "administrator"},
    "devices": {"duty_officer", "administrator"}, "passes": {"duty_officer", "administrator"},
    "device_file": {"duty_officer", "administrator"},
    "evacuation": {"duty_officer", "administrator"},
    "inside": {"guard", "duty_officer", "health_officer", "administrator"}, "ledger": {"guard", "duty_officer", "health_officer", "administrator"},
    "pictures": {"guard", "duty_officer", "health_officer", "administrator"},
    "items": {"duty_officer", "health_officer"}, "expected": {"guard", "duty_officer", "health_officer", "administrator"},
}  # fmt: skip
NAMES = ["林涛", "孙丽", "高建军", "陈立", "徐振华", "郭峰", "田野", "刘洋", "韩冰"]


@pytest.mark.parametrize("name", PAGES)
def test_each_page_opens_to_its_roles_alone(plant, client, post, name):
    path = reverse(f"gates:{name}")
    assert client.get(path).status_code == 302
    roles = ["guard", "duty_officer", "health_officer", "administrator", "planner", "auditor", "editor", "dispatcher"]
    for role, who in zip(roles, NAMES, strict=False):
        plant.signed_in(client, who, role)
        assert (client.get(path).status_code == 200) == (role in PAGES[name]), role


@pytest.mark.parametrize(
    "name", ["devices", "device_file", "passes", "places", "inside", "ledger", "pictures", "items", "expected"]
)
def test_a_role_of_one_unit_does_not_open_what_is_not_divided_by_unit(plant, client, gates, name):
    plant.signed_in(client, "陈立", Role.DUTY_OFFICER, unit=plant["林涛"].unit)
    assert client.get(reverse(f"gates:{name}")).status_code == 403


@pytest.fixture
def desk(plant, client, officer):
    return plant.signed_in(client, "刘敏", Role.DUTY_OFFICER)


def test_a_zone_and_a_gate_are_entered_and_a_taken_code_is_said_beside_its_field(desk, plant):
    path = reverse("gates:places")
    desk.post(path, {"do": "zone", "zone-code": "DAM", "zone-name": "坝区", "zone-units": [plant["林涛"].unit.pk]})
    zone = Zone.objects.get()
    gate = {"do": "gate", "gate-code": "G9", "gate-name": "坝区公路", "gate-zone": zone.pk, "gate-directions": "both",
            "gate-pattern": WatchPattern.objects.get(code="3x8").pk, "gate-active": "on"}  # fmt: skip
    assert desk.post(path, gate).status_code == 302
    assert Gate.objects.get().zone.units.get() == plant["林涛"].unit
    page = desk.post(path, gate).content.decode()
    assert "这个代码已被占用" in page and 'value="坝区公路"' in page
    desk.post(f"{path}?gate={Gate.objects.get().pk}", {**gate, "gate-name": "坝上公路"})
    assert Gate.objects.get().name == "坝上公路"


def test_a_device_is_enrolled_by_the_code_on_the_page_and_revoked(desk, gates):
    page = desk.post(reverse("gates:devices"), {"gate": gates["G1"].pk})
    assert "<svg" in page.content.decode() and page["Cache-Control"] == "no-store, private"
    secret = page.context["made"]["secret"]
    assert page.context["made"]["address"].endswith(f"/gates/post/#enrol={secret}")
    answer = desk.post(
        reverse("gates:api_enrol"), {"code": secret, "name": "门岗手机"}, content_type="application/json"
    )
    assert answer.status_code == 201 and EnrolmentCode.objects.get().used_at
    device = Device.objects.get()
    assert desk.post(reverse("gates:device_revoke", args=[device.pk])).status_code == 302
    assert (
        desk.get(reverse("gates:api_ping"), headers={"Authorization": f"Device {answer.json()['token']}"}).status_code
        == 401
    )
    assert {"device.code", "device.enrolled", "device.revoked"} <= set(Record.objects.values_list("verb", flat=True))


def test_the_devices_page_counts_clocks_that_are_wrong_and_folds_away_what_was_revoked(desk, gates, enrolled, officer):
    first, second, third = (enrolled(code).device for code in ("G1", "G2", "G1"))

    def page():
        """Return the page's answer with the line under it, the devices in use, and those folded away."""
        text = desk.get(reverse("gates:devices")).content.decode()
        answer = text.partition('<h1 class="a">')[2].partition("db-asof")[0]
        return answer, *text.partition('<div class="db-cols2">')[2].partition("<aside>")[0].partition("db-fold")[::2]

    answer, listed, folded = page()
    assert "3 台设备" in answer and "时钟不准" not in answer + listed and folded == ""
    Device.objects.filter(pk__in=[first.pk, third.pk]).update(drift=3 * 3600)
    devices.revoke(third, by=officer)
    answer, listed, folded = page()
    assert "<em>1 台设备</em>时钟不准" in answer and listed.count("时钟不准") == 1
    assert "已停用 1 台" in folded and reverse("gates:device_revoke", args=[third.pk]) not in listed + folded
    Device.objects.filter(pk=second.pk).update(heard_at=NOW - timedelta(hours=1))
    answer, _listed, _folded = page()
    assert "<em>1 台设备</em>已 15 分钟没有联系" in answer and "<em>1 台设备</em>时钟不准" in answer


@pytest.mark.parametrize(("drift", "said"), [
    (0, "准"), (-45, "慢 45 秒"), (12 * 60, "快 12 分钟"), (-12 * 60, "慢 12 分钟"), (3 * 3600, "快 3 小时"), (5 * 86400, "快 5 天"),
    (-1_796_093_538, "时钟不对"), (365 * 86400 + 1, "时钟不对"), (-365 * 86400, "慢 365 天"),
])  # fmt: skip
def test_how_far_a_clock_is_off_is_said_in_words(desk, post, drift, said):
    Device.objects.update(drift=drift)
    page = desk.get(reverse("gates:devices")).content.decode()
    assert f'<td class="num nw">{said}</td>' in page and str(abs(drift or 10**9)) not in page.replace(said, "")


def test_devices_at_one_gate_can_be_told_apart_with_when_and_by_whose_code_they_came(
    desk, gates, plant, officer, client
):
    path, longest = reverse("gates:api_enrol"), "长" * 60

    def named(name, gate="G1", by=officer):
        _row, code = devices.make_code(gates[gate], by=by)
        told = {"code": code, "name": name, "app": "post/1"}
        return client.post(path, told, content_type="application/json").json()["device"]["name"]

    assert [named("PC"), named("PC"), named("PC", "G2"), named("PC")] == ["PC", "PC 2", "PC", "PC 3"]
    devices.revoke(Device.objects.get(name="PC 2"), by=officer)
    assert [named("PC"), named("PC 3"), named(longest), named(longest)] == [
        "PC 2",
        "PC 3 2",
        longest,
        longest[:58] + " 2",
    ]
    named("电话", by=plant.account("陈立", Role.ADMINISTRATOR))
    page = desk.get(reverse("gates:devices")).content.decode()
    assert (
        page.count("2020-02-14 08:40 登记，代码由 刘敏 生成") == 8 and "2020-02-14 08:40 登记，代码由 陈立 生成" in page
    )


def test_the_devices_page_asks_as_much_for_many_devices_as_for_one(desk, enrolled):
    desk.get(reverse("gates:devices"))  # what a process asks once
    counts = []
    for more in (1, 4):
        for _n in range(more):
            enrolled()
        with CaptureQueriesContext(connection) as asked:
            desk.get(reverse("gates:devices"))
        counts.append(len(asked))
    assert counts[0] == counts[1]


def test_passes_are_issued_to_one_and_to_all_without_and_revoked(desk, plant, gates):
    path = reverse("gates:passes")
    desk.post(path, {"do": "one", "person": "林涛", "days": "30"})
    assert Pass.objects.get().ends_at == NOW + timedelta(days=30)
    assert "没有人叫这个名字" in desk.post(path, {"do": "one", "person": "nobody", "days": "30"}).content.decode()
    assert desk.post(path, {"do": "all", "all-days": "90"}).status_code == 302
    assert passes.without_pass().count() == 0
    row = passes.own_pass(plant["林涛"])
    desk.post(reverse("gates:pass_revoke", args=[row.pk]), {"why": "lost"})
    assert passes.own_pass(plant["林涛"]) is None
    assert "遗失" in desk.get(path, {"q": "林涛"}).content.decode()
    assert "林涛" not in desk.get(path, {"q": "林涛", "state": "valid"}).content.decode().partition("<table")[2]


def test_a_person_shows_his_own_pass_and_nobody_else_s(plant, client, gates, officer):
    passes.issue([plant["林涛"], plant["韩冰"]], by=officer)
    client = plant.signed_in(client, "林涛")
    page = client.get(reverse("gates:my_pass"))
    assert "林涛" in page.content.decode() and "韩冰" not in page.content.decode()
    assert str(passes.own_pass(plant["林涛"]).number) in page.content.decode()
    assert reverse("gates:my_pass") in client.get(reverse("grid:checkin")).content.decode()
    client = plant.signed_in(client, "陈立")
    assert "没有有效的通行证" in client.get(reverse("gates:my_pass")).content.decode()


def test_the_roll_says_whom_it_does_not_know_of(desk, plant, enrolled):
    plant.check_in("林涛")
    enrolled().send(record(plant["林涛"]), queue=3)
    page = desk.get(reverse("gates:inside")).content.decode()
    assert "林涛" in page and "已知在内 1 人（车）" in page
    assert "厂区大门：没有设备" in page and "还有 3 条通行记录" in page
    with actions.clock.at(NOW + timedelta(minutes=20)):
        assert "生活区正门：02-14 08:40 以后没有消息" in desk.get(reverse("gates:inside")).content.decode()
    assert "林涛" not in desk.get(reverse("gates:inside"), {"zone": "WORKS"}).content.decode().partition("db-filter")[2]
    assert desk.get(reverse("gates:inside"), {"format": "xlsx"}).status_code == 200


def test_the_ledger_is_searched_filtered_sorted_and_exported(desk, plant, post):
    post.send(
        record(plant["林涛"]),
        record(plant["韩冰"], at=AT - 60, refusal="no_mask", temperature={"first": 366, "at": AT}),
    )
    path = reverse("gates:ledger")

    def names(**query):
        return [each["who"] for each in desk.get(path, query).context["rows"]]

    assert names() == ["林涛", "韩冰"]
    assert names(sort="at") == ["韩冰", "林涛"]
    assert names(q="韩冰") == names(state="refused") == ["韩冰"]
    assert names(first="2020-02-01", last="2020-02-13") == []
    assert names(gate="7777") == ["林涛", "韩冰"]
    text = desk.get(path, {"format": "csv"}).content.decode("utf-8-sig")
    assert "林涛" in text and "36.6" in text


def test_an_export_says_how_many_lines_are_not_in_it(desk, plant, post, monkeypatch):
    post.send(*[record(plant[name], at=AT - n) for n, name in enumerate(("林涛", "韩冰", "陈立"))])
    path = reverse("gates:ledger")

    def told():
        return desk.get(path, {"format": "csv"}).content.decode("utf-8-sig"), desk.get(path).content.decode()

    assert not any("不在此文件中" in text or "一个文件最多" in text for text in told())
    monkeypatch.setattr(ledger_views, "MOST", 2)
    file, page = told()
    assert "另有 1 行不在此文件中" in file and "林涛" in file and "陈立" not in file and "一个文件最多 2 行" in page
    exported = Record.objects.filter(verb="ledger.exported").latest("pk")
    read = HealthRead.objects.filter(record_id=exported.pk).values_list("person_id", flat=True)
    assert set(read) == {plant["林涛"].pk, plant["韩冰"].pk}
    assert desk.get(path, {"format": "xlsx"}).status_code == 200


def test_a_guard_reads_no_temperatures_in_the_ledger(plant, client, post):
    post.send(record(plant["林涛"], temperature={"first": 366, "at": AT}))
    guard = plant.signed_in(client, "陈立", Role.GUARD)
    for query in ({}, {"format": "csv"}):
        text = guard.get(reverse("gates:ledger"), query).content.decode()
        assert "林涛" in text and "36.6" not in text


@pytest.mark.parametrize(
    ("name", "query"), [("ledger", {}), ("ledger", {"format": "csv"}), ("items", {}), ("pictures", {"q": "林"}), ("pictures", {"q": "林", "format": "csv"})]
)  # fmt: skip
def test_whose_temperature_stood_on_a_page_is_shown_that_it_was_read(desk, plant, post, name, query):
    post.send(record(plant["林涛"]), record(plant["林涛"], at=AT - 60), record(plant["韩冰"], temperature=None))
    desk.get(reverse(f"gates:{name}"), query)
    last = Record.objects.latest("pk")
    assert list(HealthRead.objects.values_list("record_id", "person_id")) == [(last.pk, plant["林涛"].pk)]


def test_pictures_of_everybody_are_nobody_s_readings(desk, plant, post):
    post.send(record(plant["林涛"]))
    desk.get(reverse("gates:pictures"))
    assert not HealthRead.objects.exists()


def test_an_open_item_is_closed_once_with_words(desk, plant, post):
    [result] = post.send(record(plant["林涛"]))
    path = reverse("gates:item_close", args=[result["item"]])
    desk.post(path, {"words": "  "})
    assert OpenItem.objects.get().closed_at is None
    assert "今天没有打卡" in desk.get(reverse("gates:items")).content.decode()
    desk.post(path, {"words": "已补打卡"})
    desk.post(path, {"words": "别的"})
    item = OpenItem.objects.get()
    assert (item.words, item.closed_by) == ("已补打卡", plant.account("刘敏"))
    assert "没有待办" in desk.get(reverse("gates:items")).content.decode()
    assert "已补打卡" in desk.get(reverse("gates:items"), {"closed": "1"}).content.decode()


def test_what_came_as_script_is_shown_as_text(desk, post):
    post.send({"uid": "<script>alert(1)</script>"})
    page = desk.get(reverse("gates:items")).content.decode()
    assert "<script>alert" not in page and "&lt;script&gt;" in page


def visit(**changed):
    return {"do": "visit", "visit-name": "马师傅", "visit-host": "林涛", "visit-purpose": "送氧气", "visit-begins_at": "2020-02-14T09:00",
            "visit-ends_at": "2020-02-14T12:00", "visit-declared": "", **{f"visit-{key}": value for key, value in changed.items()}}  # fmt: skip


def test_the_host_says_yes_on_his_phone_and_the_visitor_has_a_pass_for_one_entry(plant, client, gates):
    guard = plant.signed_in(client, "陈立", Role.GUARD)
    assert guard.post(reverse("gates:expected"), visit()).status_code == 302
    row = Visit.objects.get()
    assert Task.objects.get(owner=plant["林涛"], closed_at=None).key == f"visit:{row.pk}"
    assert guard.post(reverse("gates:guest_answer", args=[row.pk]), {"say": "yes"}).status_code == 404  # not his guest
    host = plant.signed_in(client, "林涛")
    assert "马师傅" in host.get(reverse("gates:guests")).content.decode()
    host.post(reverse("gates:guest_answer", args=[row.pk]), {"say": "yes"})
    host.post(reverse("gates:guest_answer", args=[row.pk]), {"say": "no"})
    row.refresh_from_db()
    assert (row.state, row.passes.get().once) == ("approved", True)
    assert not Task.objects.filter(owner=plant["林涛"], closed_at=None).exists()


def test_a_visitor_is_judged_by_what_his_host_said(plant, post, officer):
    from diba.gates.actions import expected

    row = expected.announce(by=officer, host=plant["林涛"], begins_at=NOW - timedelta(hours=1), ends_at=NOW + timedelta(hours=1),
                            name="马师傅", purpose="送氧气", declared="没有离开过永靖")  # fmt: skip
    told = record(None, kind="visitor", visit=row.pk)
    assert post.send(told)[0]["item"]
    assert row.crossings.get().judged_reason == "visit_asked"
    expected.answer(row, True, by=officer)
    number = row.passes.get().number
    post.send({**told, "uid": str(uuid.uuid4()), "direction": "out", "at": AT + 1}, sent_at=AT)
    with actions.clock.at(NOW + timedelta(minutes=5)):
        later = {
            **told,
            "at": AT + 240,
            "pass_number": number,
            "passed": "ok",
            "temperature": {"first": 365, "at": AT + 240},
        }
        post.send({**later, "uid": str(uuid.uuid4())}, sent_at=AT + 300)
        assert row.crossings.first().judged == "pass"
        post.send({**later, "uid": str(uuid.uuid4()), "at": AT + 299}, sent_at=AT + 300)
        assert row.crossings.first().judged_reason == "pass_used"


@pytest.mark.parametrize(
    ("changed", "words"),
    [
        ({"ends_at": "2020-02-14T08:00"}, "结束"),
        ({"host": "nobody"}, "没有人叫"),
        ({"begins_at": "9999-01-01T00:00"}, "太远"),
    ],
)
def test_a_visit_that_cannot_be_is_refused_with_words(desk, gates, changed, words):
    page = desk.post(reverse("gates:expected"), visit(**changed)).content.decode()
    assert words in page and "马师傅" in page
    assert Visit.objects.count() == 0


@pytest.mark.parametrize(
    ("typed", "kept"), [("甘A·12345", "甘A12345"), ("甘ad12345", "甘AD12345"), ("ABC", None), ("甘A123456789", None)]
)
def test_number_plates_of_seven_and_eight_characters_are_taken(desk, gates, typed, kept):
    data = {
        "do": "vehicle",
        "vehicle-plate": typed,
        "vehicle-begins_at": "2020-02-14T09:00",
        "vehicle-ends_at": "2020-02-14T12:00",
    }
    desk.post(reverse("gates:expected"), data)
    assert list(Vehicle.objects.values_list("plate", flat=True)) == ([kept] if kept else [])


@pytest.mark.parametrize("name", ["ledger", "inside", "items", "passes"])
def test_a_page_asks_as_much_for_many_rows_as_for_one(desk, plant, post, officer, name):
    def fill(names):
        post.send(*[record(plant[who]) for who in names])
        passes.issue([plant[who] for who in names], by=officer)

    path = reverse(f"gates:{name}")
    fill(NAMES[:2])
    desk.get(path)
    with CaptureQueriesContext(connection) as few:
        desk.get(path)
    fill(NAMES[2:])
    with CaptureQueriesContext(connection) as many:
        desk.get(path)
    assert len(many) == len(few)


def test_a_stranger_and_a_plate_that_nobody_expects_are_found_in_the_ledger(desk, plant, post):
    told = {"verdict": {"verdict": "wait", "reason": "not_listed"}, "refusal": "no_pass"}
    post.send(record(name="双机", **told), record(kind="vehicle", plate="甘A12345", driver="Ma Liang", **told))
    for wanted, found in (("双机", 1), ("a123", 1), ("ma liang", 1), ("林", 0)):
        text = desk.get(reverse("gates:ledger"), {"q": wanted}).content.decode()
        assert ("双机" in text) + ("甘A12345" in text) == found, wanted


def test_why_a_record_could_not_be_read_is_said_in_words(desk, post):
    post.send("nonsense", {**record(), "kind": "dragon"})
    text = desk.get(reverse("gates:items")).content.decode()
    assert "不是一条记录" in text
    assert "一栏读不懂" in text


def test_after_midnight_the_plan_is_that_of_the_night_watch_that_still_runs(plant, gates):
    day = plant.today + timedelta(days=1)
    for hour, shown, begins in ((2, plant.today, 22), (10, day, 6)):
        with actions.clock.at(datetime.combine(day, time(hour), tzinfo=NOW.tzinfo)):
            since, rows = places.running_now()
            now = places.standing(since, rows)
            assert places.standing(day, places.plan(day)) == now  # whatever day is looked at
        assert since == shown and [gate.code for gate, _stand in now] == ["G1", "G2"], hour
        assert {(stand.begins.day, stand.begins.hour) for _gate, stand in now} == {(shown.day, begins)}


def test_a_gate_without_a_guard_now_is_said_whatever_day_is_looked_at(plant, client, gates):
    desk = plant.signed_in(client, "刘敏", Role.DUTY_OFFICER)
    for query in ("", f"?day={plant.today + timedelta(days=3)}", f"?day={plant.today - timedelta(days=1)}"):
        text = desk.get(reverse("gates:plan") + query).content.decode()
        assert "本班都有人值守" not in text and "本班无人值守" in text, query


def test_what_a_guard_noted_stands_in_the_ledger_and_of_somebody_s_health_for_officers_alone(plant, client, post):
    wait = {"verdict": {"verdict": "wait", "reason": ""}, "temperature": None}
    [told, *rest] = post.send(
        record(plant["林涛"], note="咳了两声", refusal="other", temperature=None),
        record(name="甘A12345 的司机", refusal="advised", note="从武汉来，劝返", **wait), record(refusal="traffic", note="坝顶路堵", **wait),
    )  # fmt: skip
    assert {each["item"] for each in (told, *rest)} == {None}
    path = reverse("gates:ledger")
    officer = plant.signed_in(client, "刘敏", Role.DUTY_OFFICER)
    for query in ({}, {"format": "csv"}):
        text = officer.get(path, query).content.decode()
        assert all(words in text for words in ("咳了两声", "从武汉来，劝返", "坝顶路堵", "记事：劝返", "记事：交通"))
        assert HealthRead.objects.filter(person_id=plant["林涛"].pk, record_id=Record.objects.latest("pk").pk).exists()
    page = officer.get(path)
    assert (page.context["refused"], page.context["notes"], page.context["crossings"]) == (1, 2, 1)
    assert len(officer.get(path, {"state": "notes"}).context["rows"]) == 2
    assert [each["who"] for each in officer.get(path, {"state": "refused"}).context["rows"]] == ["林涛"]
    [let_in] = post.send(record(plant["林涛"], note="跟着人群进来"))
    assert let_in["item"] and "跟着人群进来" in officer.get(reverse("gates:items")).content.decode()
    guard = plant.signed_in(client, "陈立", Role.GUARD)
    for query in ({}, {"format": "csv"}):
        text = guard.get(path, query).content.decode()
        assert "咳了两声" not in text and "坝顶路堵" in text


def test_a_note_is_nobody_refused_in_the_pictures(desk, post):
    post.send(record(refusal="traffic", note="坝顶路堵", verdict={"verdict": "wait", "reason": ""}, temperature=None))
    page = desk.get(reverse("gates:pictures"))
    assert (page.context["crossings"], page.context["refused"]) == (0, 0) and "没有人进出" in page.content.decode()
    post.send(record(refusal="other", note="绕道", temperature=None))
    page = desk.get(reverse("gates:pictures"))
    assert (page.context["crossings"], page.context["refused"]) == (1, 1), "who was refused is counted, the note is not"


def test_what_a_visitor_declared_at_the_gate_stands_in_the_ledger_for_officers(plant, client, post):
    post.send(record(kind="visitor", name="安立新", declared="yes", refusal="not_declared", temperature=None))
    path, words = reverse("gates:ledger"), "14 天内去过风险地区"
    assert words in plant.signed_in(client, "刘敏", Role.DUTY_OFFICER).get(path).content.decode()
    assert words not in plant.signed_in(client, "陈立", Role.GUARD).get(path).content.decode()


def test_a_visitor_is_announced_once_to_one_host_for_one_time_and_the_page_leads_to_the_first(desk, plant):
    path, told = reverse("gates:expected"), {
        "do": "visit", "visit-name": "李 工", "visit-host": "林涛", "visit-purpose": "电梯维保", "visit-employer": "某电梯公司",
        "visit-begins_at": "2020-02-14T14:00", "visit-ends_at": "2020-02-14T16:00", "visit-declared": "无",
    }  # fmt: skip
    assert desk.post(path, told).status_code == 302
    first = Visit.objects.get()
    again = desk.post(
        path, {**told, "visit-name": "李工", "visit-begins_at": "2020-02-14T15:00", "visit-purpose": "再修一次"}
    )
    said = again.content.decode()
    assert "李 工 这段时间已经预约给 林涛，02-14 14:00 至 02-14 16:00" in said and 'value="再修一次"' in said
    assert f'<a href="#visit-{first.pk}">' in said and f'<tr id="visit-{first.pk}">' in said
    assert Visit.objects.count() == 1 and Task.objects.filter(owner=plant["林涛"]).count() == 1
    for other in (
        {"visit-host": "陈立"}, {"visit-name": "李工程师"},
        {"visit-begins_at": "2020-02-14T16:00", "visit-ends_at": "2020-02-14T17:00"},
    ):  # fmt: skip
        assert desk.post(path, {**told, **other}).status_code == 302, other
    desk.post(reverse("gates:visit_off", args=[first.pk]))
    assert desk.post(path, told).status_code == 302
    with actions.clock.at(datetime.combine(NOW.date(), time(16, 30), tzinfo=NOW.tzinfo)):
        evening = {**told, "visit-begins_at": "2020-02-14T17:00", "visit-ends_at": "2020-02-14T18:00"}
        assert plant.signed_in(desk, "刘敏", Role.DUTY_OFFICER).post(path, evening).status_code == 302
