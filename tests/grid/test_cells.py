"""Cells: everybody in exactly one, who leads now, the load, and the pages of a lead's morning."""

import uuid
from datetime import date, timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from diba.core.errors import BadInput
from diba.grid import actions as grid
from diba.grid.actions.callbacks import drawn, is_drawn
from diba.grid.models import CallBack, CheckIn, DailyContact, Policy, ZeroReport
from diba.plant import actions
from diba.plant.models import Person, Record, Role, RoleGrant, Task, Unit


@pytest.fixture
def lead(plant, client):
    """孙丽 leads cell W01, signed in."""
    Unit.objects.filter(code="W01").update(lead=plant["孙丽"], deputy=plant["郭峰"])
    return plant.signed_in(client, "孙丽", Role.CELL_LEAD, unit=plant.cell("W01"))


def page(client, name, query="", *args):
    answer = client.get(reverse(f"grid:{name}", args=args) + query)
    assert answer.status_code == 200
    return answer.content.decode()


def reach(client, person, outcome="seen_ok", **more):
    address = reverse("grid:contact", args=[person.pk])
    return client.post(address, {"uid": uuid.uuid4(), "outcome": outcome, **more}, follow=True)


def test_a_person_belongs_to_one_cell_at_a_time_and_never_to_a_branch(plant):
    chen, by = plant["陈立"], plant.account("孙丽")
    assert grid.put_into_cell(chen, plant.cell("W02"), by=by)
    assert not grid.put_into_cell(plant["陈立"], plant.cell("W02"), by=by), "he is there already"
    assert [sum(stand.person == chen.pk for stand in row.people) for row in grid.cell_days()] == [0, 1]
    with pytest.raises(BadInput):
        grid.put_into_cell(chen, Unit.objects.get(code="Z1"), by=by)
    assert Record.objects.filter(verb="cell.joined", object_id=str(chen.pk)).count() == 1


def test_who_has_no_cell_is_listed_and_put_into_one_in_place(plant, desk):
    Person.objects.filter(name="陈立").update(cell=None)
    Person.objects.filter(name="田野").update(cell=Unit.objects.get(code="Z1"))
    shown = page(desk, "without_cell")
    assert "14 人没有消息" in page(desk, "cell"), "who is in no cell is asked and unknown like the others"
    assert "2 人没有网格" in shown and "陈立" in shown and "田野" in shown and "高建军" not in shown
    for name in ("陈立", "田野"):
        desk.post(reverse("grid:without_cell"), {"person": plant[name].pk, "cell": plant.cell().pk})
    assert plant["陈立"].cell.code == plant["田野"].cell.code == "W01"
    assert "人人都有网格" in page(desk, "without_cell")


@pytest.mark.parametrize(
    "values", [{"person": "x"}, {"person": 10**30}, {"cell": ""}, {"cell": 999999}, {"cell": "Z1"}, {"person": -1}]
)
def test_bad_placing_is_refused_with_words(plant, desk, values):
    Person.objects.filter(name="陈立").update(cell=None)
    answer = desk.post(
        reverse("grid:without_cell"), {"person": plant["陈立"].pk, "cell": plant.cell().pk, **values}, follow=True
    )
    assert answer.status_code in (200, 404)
    assert plant["陈立"].cell is None


def test_who_has_a_cell_is_not_moved_from_the_list_of_those_without(plant, desk):
    before = plant["陈立"].cell
    values = {"person": plant["陈立"].pk, "cell": plant.cell("W02").pk}
    assert desk.post(reverse("grid:without_cell"), values).status_code == 404
    assert plant["陈立"].cell == before


def test_the_deputy_stands_in_on_the_page_while_the_lead_is_away(plant, lead, client):
    assert "网格长 孙丽" in page(lead, "cell")
    actions.take_out(plant["孙丽"], "leave", plant.now - timedelta(hours=1))
    shown = page(plant.signed_in(client, "郭峰"), "cell")
    assert "郭峰代" in shown and "网格长孙丽不在岗" in shown


def test_too_many_people_for_one_lead_are_pointed_out_from_the_number_in_the_rules(plant, lead, client):
    assert "每名网格长" not in page(lead, "cell")
    Policy.objects.update(cell_load=6)
    assert "7 人，超过每名网格长 6 人" in page(lead, "cell")
    assert "超过 6" in page(plant.signed_in(client, "刘敏", Role.HEALTH_OFFICER), "cell")


def test_a_well_with_its_method_is_taken_back_within_minutes(plant, lead):
    answer = reach(lead, plant["高建军"], method="video")
    row = DailyContact.objects.get()
    assert row.method == "video" and reverse("grid:undo_contact", args=[row.pk]) in answer.content.decode()
    lead.post(reverse("grid:undo_contact", args=[row.pk]))
    assert not CheckIn.objects.exists()
    lead.post(reverse("grid:undo_contact", args=[row.pk]))
    reach(lead, plant["高建军"])
    assert CheckIn.objects.count() == 1, "and reached again"


def test_after_five_minutes_a_well_stays(plant, lead):
    reach(lead, plant["高建军"])
    with actions.clock.at(plant.now + timedelta(minutes=6)):
        lead.post(reverse("grid:undo_contact", args=[DailyContact.objects.get().pk]))
    assert CheckIn.objects.count() == 1


def test_a_slip_of_the_thumb_shows_the_questions_again_with_what_was_typed(plant, lead):
    answer = reach(lead, plant["高建军"], "seen_not_ok", temperature="73.8", symptoms=["cough"], note="夜里咳")
    shown = answer.content.decode()
    assert answer.status_code == 200 and "data-show" in shown
    assert 'value="73.8"' in shown and "37.8" in shown and 'value="cough" checked' in shown and "夜里咳" in shown
    assert not DailyContact.objects.exists()
    nothing = reach(lead, plant["高建军"], "seen_not_ok").content.decode()
    assert "请写明哪里不舒服" in nothing or "data-show" in nothing


@pytest.mark.parametrize("bad", [{"method": "dove"}, {"outcome": "fine"}, {"uid": "x"}, {"temperature": "NaN"}])
def test_bad_contacts_are_refused_with_words(plant, lead, bad):
    answer = reach(lead, plant["高建军"], **{"outcome": "seen_not_ok", "symptoms": ["cough"], **bad})
    assert answer.status_code == 200 and not DailyContact.objects.exists()


def test_the_day_of_an_isolation_counts_from_its_beginning(plant, lead):
    chen = plant["陈立"]
    actions.take_out(chen, "isolation", plant.now - timedelta(days=2), plant.now + timedelta(days=12))
    assert "第 3 天，共 14 天" in page(lead, "cell")


def test_the_button_says_how_many_are_unknown_and_the_page_signs(plant, lead):
    shown = page(lead, "cell")
    assert "签零报告，写明 7 人未知" in shown and "0 疑似，7 人中 0 人已确认，7 人未知" in shown
    [row] = grid.cell_days([plant.cell()])
    values = {"uid": uuid.uuid4(), "shown": row.digest, "day": "2020-02-14"}
    assert (
        "已签：0 疑似" in lead.post(reverse("grid:sign", args=[plant.cell().pk]), values, follow=True).content.decode()
    )
    plant.check_in("陈立")
    shown = page(lead, "cell")
    assert "已重开" in shown and "陈立后来上报" in shown
    stale = lead.post(reverse("grid:sign", args=[plant.cell().pk]), {**values, "uid": uuid.uuid4()}, follow=True)
    assert "请看过再签" in stale.content.decode() and ZeroReport.objects.count() == 1


@pytest.mark.parametrize(
    "values", [{"day": "x"}, {"uid": ""}, {"shown": "y" * 99}, {"day": "2020-02-15"}, {"day": "1900-01-01"}]
)
def test_a_bad_signature_is_refused_with_words(plant, lead, values):
    [row] = grid.cell_days([plant.cell()])
    good = {"uid": uuid.uuid4(), "shown": row.digest, "day": "2020-02-14"}
    answer = lead.post(reverse("grid:sign", args=[plant.cell().pk]), {**good, **values}, follow=True)
    assert answer.status_code == 200 and not ZeroReport.objects.exists()


def test_the_number_of_one_signature_signs_no_other_day(plant, lead):
    uid, path = uuid.uuid4(), reverse("grid:sign", args=[plant.cell().pk])
    for day, kept in (("2020-02-14", 1), ("2020-02-13", 1), ("2020-02-14", 1)):
        [row] = grid.cell_days([plant.cell()], date.fromisoformat(day))
        answer = lead.post(path, {"uid": uid, "shown": row.digest, "day": day}, follow=True)
        assert answer.status_code == 200 and ZeroReport.objects.count() == kept, day


def test_a_lead_signs_only_his_own_cell(plant, lead):
    [row] = grid.cell_days([plant.cell("W02")])
    values = {"uid": uuid.uuid4(), "shown": row.digest, "day": "2020-02-14"}
    assert lead.post(reverse("grid:sign", args=[row.cell.pk]), values).status_code == 404
    assert not ZeroReport.objects.exists()


def test_the_zero_page_says_what_is_lacking_and_turns_green(plant, desk):
    shown = page(desk, "zero")
    assert "未确认：14 人未知" in shown and "2 个网格已签 0 个" in shown and "运行支部" in shown
    for person in actions.active().exclude(kind="family"):
        plant.check_in(person.name)
    plant.sign()
    assert "双零，已确认" in page(desk, "zero")
    assert "30 天里 1 天双零" in page(desk, "zero_days")
    plant.check_in("林涛", "36.5", day=plant.today - timedelta(days=1))
    for name, query in (
        ("zero", "?format=xlsx"),
        ("zero_days", "?format=xlsx"),
        ("tree", "?format=xlsx"),
        ("cell", "?format=xlsx"),
    ):
        answer = desk.get(reverse(f"grid:{name}") + query)
        assert answer.content[:2] == b"PK", name
    assert Record.objects.filter(verb="cell.read").exists() and Record.objects.filter(verb="tree.read").count() == 1


def test_a_lead_sees_zero_and_tree_of_his_own_cell_alone(plant, lead):
    for name in ("zero", "tree", "zero_days"):
        shown = page(lead, name)
        assert "02 网格" not in shown, name
    assert "7 人中 7 人未知" in page(lead, "tree")
    assert "周文斌" not in page(lead, "tree", "?show=all") and "陈立" in page(lead, "tree", "?show=all")
    assert "运行分场" in page(lead, "tree", "?tree=department")


def test_both_trees_count_the_same_people_down_to_the_person(plant, desk):
    plant.check_in("陈立", "38.4")
    plant.check_in("高建军")
    actions.take_out(plant["刘敏"], "isolation", plant.now - timedelta(days=1))
    account = plant.account("刘敏")
    for name in ("branch", "department"):
        found = grid.tree(account, name)
        whole = found.whole
        assert (whole.expected, whole.known, whole.abnormal, whole.isolated, whole.cases) == (14, 2, 1, 1, 1)
        for top in found.tops:
            assert top.coverage.expected == len(top.own) + sum(node.coverage.expected for node in top.below)
        assert sum(top.coverage.expected for top in found.tops) == 14
    shown = page(desk, "tree", "?show=abnormal")
    assert "陈立" in shown and "高建军" not in shown
    assert "徐振华" in page(desk, "tree", "?show=unknown&q=徐") and "郭峰" not in page(
        desk, "tree", "?show=unknown&q=徐"
    )
    assert page(desk, "tree", "?tree=x&at=%E2%80%AE&show=y&page=z&q=%25")


def test_call_backs_are_drawn_by_the_server_five_in_a_hundred_and_never_move(plant):
    response = actions.response()
    chosen = {pk for pk in range(10_000) if is_drawn(response.pk, plant.today, pk, 5)}
    assert 400 < len(chosen) < 600
    assert chosen == {pk for pk in range(10_000) if is_drawn(response.pk, plant.today, pk, 5)}
    assert not any(is_drawn(response.pk, plant.today, pk, 0) for pk in range(1000))
    assert all(is_drawn(response.pk, plant.today, pk, 100) for pk in range(1000))
    tomorrow = {pk for pk in range(10_000) if is_drawn(response.pk, plant.today + timedelta(days=1), pk, 5)}
    assert len(chosen & tomorrow) < 60, "another day, other people"


def test_only_who_reported_himself_is_called_back_and_the_result_is_kept(plant, lead):
    Policy.objects.update(callback_percent=100)
    plant.check_in("陈立", by=plant.account("陈立"))
    reach(lead, plant["高建军"])
    plant.check_in("周文斌", by=plant.account("周文斌"))
    assert {each.checkin.person.name for each in drawn()} == {"陈立", "周文斌"}
    report = CheckIn.objects.get(person=plant["陈立"])
    shown = page(lead, "cell")
    assert reverse("grid:call_back", args=[report.pk]) in shown and "周文斌" not in shown
    address, uid = reverse("grid:call_back", args=[report.pk]), uuid.uuid4()
    lead.post(address, {"uid": uuid.uuid4(), "found": "not_reached"})
    for _ in range(2):
        lead.post(address, {"uid": uid, "found": "differs"})
    assert [row.found for row in CallBack.objects.all()] == ["not_reached", "differs"]
    assert Task.objects.filter(role=Role.HEALTH_OFFICER, about=plant["陈立"]).count() == 1
    other = CheckIn.objects.get(person=plant["周文斌"])
    values = {"uid": uuid.uuid4(), "found": "agrees"}
    assert lead.post(reverse("grid:call_back", args=[other.pk]), values).status_code == 404
    told = CheckIn.objects.get(person=plant["高建军"])
    lead.post(reverse("grid:call_back", args=[told.pk]), {"uid": uuid.uuid4(), "found": "agrees"})
    assert CallBack.objects.count() == 2, "what the lead reported himself is not for him to verify"


@pytest.mark.one_database
@pytest.mark.parametrize(("name", "query"), [("cell", "?cell=W02"), ("cell", ""), ("tree", ""), ("tree", "?tree=department"), ("tree", "?show=all"), ("zero", ""), ("zero_days", ""), ("without_cell", "")])  # fmt: skip
def test_pages_ask_the_database_as_often_for_many_as_for_few(plant, desk, name, query):
    def asked():
        page(desk, name, query)
        counts = []
        for _ in range(3):  # what is remembered for seconds is asked again now and then
            with CaptureQueriesContext(connection) as queries:
                page(desk, name, query)
            counts.append(len(queries))
        return min(counts)

    def grow(first, count, cells):
        made = [
            Person(
                staff_no=f"9{first + n:04d}",
                name=f"职工{first + n}",
                cell=cells[n % len(cells)],
                unit=plant["陈立"].unit,
            )
            for n in range(count)
        ]
        Person.objects.bulk_create(made)
        for n in range(0, count, 7):
            plant.check_in(f"职工{first + n}", by=plant.account("刘洋"))
            actions.take_out(plant[f"职工{first + n}"], "isolation", plant.now - timedelta(days=1))
        plant.sign()
        plant.check_in(f"职工{first + 1}")

    Policy.objects.update(callback_percent=100)  # so that somebody is drawn in the small cell as well
    cells = [plant.cell(code) for code in ("W01", "W02")]
    grow(0, 20, cells)
    few = asked()
    more = [Unit.add(Unit.objects.get(code="Z1"), code=f"W{n}", name=f"{n} 网格", kind="cell") for n in range(10, 16)]
    grow(1000, 120, [plant.cell("W02"), *more])
    assert asked() == few


@pytest.mark.parametrize("query", ["?day=0001-01-01", "?day=9999-12-31", "?day=x", "?day=2020-02-30", "?day=1999-12-31", "?format=pdf", "?q=%F0%9F%98%B7&sort=z&page=-1"])  # fmt: skip
def test_addresses_made_up_are_answered(plant, desk, query):
    for name in ("zero", "zero_days", "tree", "cell", "without_cell"):
        assert desk.get(reverse(f"grid:{name}") + query).status_code == 200, name


def test_an_officer_of_a_branch_or_a_department_sees_his_own_people_alone(plant, client):
    branch = Unit.add(code="Z2", name="机关支部", kind="branch")
    Unit.add(branch, code="W09", name="09 网格", kind="cell")
    Person.objects.filter(name="孙丽").update(cell=Unit.objects.get(code="W09"))
    client = plant.signed_in(client, "刘敏", Role.HEALTH_OFFICER, unit=branch)
    assert "1 人中 1 人未知" in page(client, "tree") and "陈立" not in page(client, "tree", "?show=all")
    shown = page(client, "zero")
    assert "09 网格" in shown and "01 网格" not in shown
    client = plant.signed_in(client, "刘洋", Role.DUTY_OFFICER, unit=Unit.objects.get(code="D02"))
    assert "2 人中 2 人未知" in page(client, "tree", "?tree=department")
    assert "运行分场" not in page(client, "tree", "?tree=department")


def test_the_board_names_the_cells_still_to_sign_and_turns_green_with_the_last(plant, client):
    client = plant.signed_in(client, "刘敏", Role.DUTY_OFFICER)
    for person in actions.active().exclude(kind="family"):
        plant.check_in(person.name)
    plant.sign("W01")
    shown = client.get(reverse("command:board")).content.decode()
    assert "已签 1 / 2 网格" in shown and "还没签" in shown and "尚未确认" in shown
    before = client.get(reverse("command:live"))
    plant.sign()
    after = client.get(reverse("command:live"), headers={"if-none-match": before["ETag"]})
    assert after.status_code == 200 and "尚未确认" not in after.content.decode()
    lead = plant.account("孙丽", Role.HEALTH_OFFICER)
    again = grid.contact(plant["陈立"], "seen_ok", uid=uuid.uuid4(), by=lead)
    assert grid.take_back(again, by=lead) and grid.double_zero().earned, "his own report stands"


def test_the_board_hears_of_a_well_that_is_taken_back(plant, client):
    client = plant.signed_in(client, "刘敏", Role.DUTY_OFFICER)
    lead = plant.account("孙丽", Role.HEALTH_OFFICER)
    row = grid.contact(plant["陈立"], "seen_ok", uid=uuid.uuid4(), by=lead)
    before = client.get(reverse("command:live"))
    grid.take_back(row, by=lead)
    after = client.get(reverse("command:live"), headers={"if-none-match": before["ETag"]})
    assert after.status_code == 200


def test_who_lost_a_cell_is_told_with_what_he_typed_and_a_stranger_learns_nothing(client, plant):
    """A lead whose cell went to another: what he sends is not written, and it is not lost either."""
    lead = plant.account("高建军", Role.CELL_LEAD, unit=plant.cell("W01"))
    plant.signed_in(client, "高建军")
    own, stranger = plant["郭峰"], plant["徐振华"]
    report = plant.check_in("陈立")
    client.get(reverse("grid:cell"))
    Unit.objects.filter(code="W01").update(lead=plant["陈立"])
    RoleGrant.objects.filter(account=lead).update(unit=plant.cell("W02"))
    data = {"uid": str(uuid.uuid4()), "outcome": "seen_not_ok", "symptoms": ["cough"], "temperature": "38.4", "note": "夜里咳", "method": "video"}  # fmt: skip
    answer = client.post(reverse("grid:contact", args=[own.pk]), data)
    html = answer.content.decode()
    assert answer.status_code == 403
    assert all(word in html for word in ("郭峰已不归您管", "陈立", "异常", "咳嗽", "38.4", "夜里咳", "视频"))
    again = client.post(
        reverse("grid:call_back", args=[report.pk]), {"uid": str(uuid.uuid4()), "found": "differs", "note": "咳"}
    )
    assert again.status_code == 403 and "不符" in again.content.decode()
    corrected = client.post(
        reverse("grid:correct", args=[report.pk]),
        {"temperature": "37.9", "whereabouts": "去过县城", "reason": "看错了"},
    )
    assert corrected.status_code == 403
    assert all(word in corrected.content.decode() for word in ("陈立已不归您管", "37.9", "去过县城", "看错了"))
    signed = client.post(
        reverse("grid:sign", args=[plant.cell("W01").pk]), {"uid": str(uuid.uuid4()), "shown": "x", "day": plant.today}
    )
    assert signed.status_code == 403 and "01 网格已不归您管" in signed.content.decode()
    RoleGrant.objects.filter(account=lead).update(unit=None, ended_at=plant.now)  # no role at all any more
    assert "郭峰已不归您管" in client.post(reverse("grid:contact", args=[own.pk]), data).content.decode()
    hidden = client.post(reverse("grid:contact", args=[stranger.pk]), data)
    assert hidden.status_code == 403 and "徐振华" not in hidden.content.decode()
    with actions.clock.at(plant.now + timedelta(days=2)):  # a page of the day before yesterday says nothing any more
        assert "郭峰" not in client.post(reverse("grid:contact", args=[own.pk]), data).content.decode()
    assert CheckIn.objects.count() == 1 and not DailyContact.objects.exists() and not ZeroReport.objects.exists()


def test_a_number_of_one_persons_form_writes_nothing_of_another(client, plant):
    plant.signed_in(client, "高建军", Role.CELL_LEAD, unit=plant.cell("W01"))
    data = {"uid": str(uuid.uuid4()), "outcome": "missed"}
    for name, count in (("郭峰", 1), ("郭峰", 1), ("陈立", 1)):
        answer = client.post(reverse("grid:contact", args=[plant[name].pk]), data, follow=True)
        assert DailyContact.objects.count() == count
    assert "这个编号属于另一份报告" in answer.content.decode()
