"""One row of the register: edited, refused beside its field, deleted, with its history and its undoing."""

import pytest
from django.urls import reverse

from diba.grid import actions as grid
from diba.plant import actions
from diba.plant.models import (
    Certificate,
    Person,
    Post,
    Qualification,
    Record,
    Unit,
)  # fmt: skip
from diba.plant.tables import TABLES

from .books import person_id


def edit(client, person, **changed):
    data = {
        "staff_no": person.staff_no or "",
        "name": person.name,
        "kind": person.kind,
        "phone": person.phone,
        "version": actions.rows.version(person),
        **changed,
    }
    return client.post(reverse("plant:edit", args=["people", person.pk]), data)


def opened(client, table, row):
    """Return (address, what a browser would send back unchanged) of a row's page."""
    address = reverse("plant:edit", args=[table, row.pk])
    page = client.get(address)
    form = page.context["form"]
    sent = {name: form.get_initial_for_field(field, name) for name, field in form.fields.items()}
    sent = {name: [each.pk for each in value] if isinstance(value, list) else value for name, value in sent.items()}
    kept = {name: value for name, value in sent.items() if value not in (None, "", False)}
    return address, {**kept, "version": page.context["version"]}


def undo(client, table, row, change=None):
    """Undo a change of a row, the latest one if none is named, and return the page that follows."""
    change = change or row.history.latest("history_id").history_id
    answer = client.post(reverse("plant:undo_change", args=[table, row.pk]), {"change": change}, follow=True)
    return answer.content.decode()


def test_an_edit_keeps_who_when_before_and_after(plant, planner):
    chen = plant["陈立"]
    edit(planner, chen, phone="13800000001", unit=Unit.objects.get(code="D02").pk, identity=person_id())
    shown = planner.get(reverse("plant:edit", args=["people", chen.pk])).content.decode()
    assert "电话: 10000001000 → 13800000001" in shown or "手机: 10000001000 → 13800000001" in shown
    assert "运行分场 → 办公室" in shown
    assert "刘敏" in shown and "2020-02-14 08:40" in shown
    assert person_id() not in shown
    assert Record.objects.filter(verb="people.changed", object_id=str(chen.pk)).exists()
    chen.refresh_from_db()
    assert chen.identity == person_id()
    edit(planner, chen, phone="13800000002")
    chen.refresh_from_db()
    assert chen.identity == person_id(), "an empty field leaves the number as it is"


def test_an_identity_number_belongs_to_one_person(plant, planner):
    edit(planner, plant["陈立"], identity=person_id())
    response = edit(planner, plant["林涛"], identity=person_id())
    assert response.status_code == 200
    assert Person.objects.filter(identity_hash__isnull=False).count() == 1


def test_what_others_depend_on_is_not_deleted(plant, planner):
    chen = plant["陈立"]
    assert planner.post(reverse("plant:delete", args=["people", chen.pk])).status_code == 302
    assert Person.objects.filter(pk=chen.pk).exists()
    certificate = Certificate.objects.get(person=chen)
    planner.post(reverse("plant:delete", args=["certificates", certificate.pk]))
    assert not Certificate.objects.filter(pk=certificate.pk).exists()
    assert Certificate.history.filter(id=certificate.pk, history_type="-").exists()


def test_a_unit_hangs_under_the_unit_above(plant, planner):
    planner.post(reverse("plant:new", args=["units"]), {"code": "T9", "name": "九值", "kind": "team", "parent": "D01"})
    assert Unit.objects.get_parent(Unit.objects.get(code="T9")).code == "D01"


@pytest.mark.parametrize(
    ("values", "said"),
    [
        ({"kind": "team", "parent": "NOPE"}, "没有编码为 NOPE 的上级单位"),
        ({"kind": "cell", "parent": "D01"}, "网格不能放在它下面"),
        ({"code": "D01", "kind": "department"}, "已有一条编码相同的"),
    ],
)
def test_a_unit_that_would_hang_in_the_wrong_place_is_refused(plant, planner, values, said):
    there = Unit.objects.count()
    page = planner.post(reverse("plant:new", args=["units"]), {"code": "T9", "name": "九值", **values}).content.decode()
    assert said in page and 'value="九值"' in page and Unit.objects.count() == there


def test_a_unit_is_moved_but_not_below_itself_and_keeps_its_kind_while_people_belong_to_it(plant, planner):
    for code, above in (("D08", ""), ("T8", "D01")):
        kind = "team" if above else "department"
        planner.post(reverse("plant:new", args=["units"]), {"code": code, "name": code, "kind": kind, "parent": above})
    team = Unit.objects.get(code="T8")
    address = reverse("plant:edit", args=["units", team.pk])
    assert '<option value="D01" selected' in planner.get(address).content.decode()
    values = {"code": "T8", "name": "八值", "kind": "team"}
    planner.post(address, {**values, "parent": "D08", "version": actions.rows.version(team)})
    assert (
        Unit.objects.get_parent(Unit.objects.get(code="T8")).code == "D08"
        and Unit.objects.get(code="T8").name == "八值"
    )
    planner.post(address, {**values, "parent": "", "version": actions.rows.version(team)})
    assert Unit.objects.get(code="T8").is_root()
    assert Unit.objects.find_problems() == ([], [], [], [], [])
    above = Unit.objects.get(code="D01")
    words = {"code": "D01", "name": above.name, "kind": "department", "parent": "D01"}
    assert "不能放在自己下面" in planner.post(reverse("plant:edit", args=["units", above.pk]), words).content.decode()
    Person.objects.filter(pk=plant["陈立"].pk).update(unit=above)
    page = planner.post(reverse("plant:edit", args=["units", above.pk]), {**words, "kind": "branch", "parent": ""})
    assert "不能改类别" in page.content.decode()


def test_what_somebody_else_changed_meanwhile_is_not_written_over_unseen(plant, planner):
    address = reverse("plant:edit", args=["people", plant["陈立"].pk])
    page = planner.get(address)
    values = {
        **{name: value or "" for name, value in page.context["form"].initial.items()},
        "version": page.context["version"],
    }
    planner.post(address, {**values, "note": "先改的"})
    late = planner.post(address, {**values, "note": "后改的"})
    assert "您打开之后别人改过这一条" in late.content.decode() and "后改的" in late.content.decode()
    assert Person.objects.get(pk=plant["陈立"].pk).note == "先改的"
    assert planner.post(address, {**values, "version": late.context["version"], "note": "后改的"}).status_code == 302
    assert Person.objects.get(pk=plant["陈立"].pk).note == "后改的"


@pytest.mark.parametrize(
    ("values", "said"),
    [
        ({"birth": "2099-01-01"}, "这一天还没到"),
        ({"joined": "2019-01-01", "left_on": "2018-01-01"}, "早于入职日期"),
        ({"birth": "1990-01-01", "joined": "1980-01-01"}, "早于出生日期"),
        ({"birth": "1990-01-01", "identity": person_id()}, "身份证号上是 1985-03-02"),
        ({"sex": "F", "identity": person_id()}, "与身份证号不符"),
    ],
)
def test_days_that_contradict_each_other_are_refused(plant, planner, values, said):
    page = planner.post(reverse("plant:new", args=["people"]), {"name": "新人", "kind": "employee", **values})
    assert said in page.content.decode() and not Person.objects.filter(name="新人").exists()


def test_a_full_width_staff_number_is_the_same_number(plant, planner):
    planner.post(
        reverse("plant:new", args=["people"]), {"name": "新人", "kind": "employee", "staff_no": "　９９０１２　"}
    )
    assert Person.objects.get(name="新人").staff_no == "99012"


def test_the_history_names_what_a_post_asks_for(plant, planner):
    post = Post.objects.get(code="zhizhang")
    wanted = Qualification.objects.get(code="ZB")
    data = {
        "code": post.code,
        "name": post.name,
        "tier": 1,
        "place": "中控室",
        "active": "on",
        "version": actions.rows.version(post),
        "qualifications": [wanted.pk],
    }
    planner.post(reverse("plant:edit", args=["posts", post.pk]), data)
    shown = planner.get(reverse("plant:edit", args=["posts", post.pk])).content.decode()
    assert "所需资质: 值长证 → 主值班员证" in shown
    assert "&lt;Post" not in shown and "[{" not in shown


@pytest.mark.parametrize(
    ("table", "data", "words"),
    [
        ("certificates", {"person": "陈立", "qualification": "ZB", "issued": "2020-05-01", "expires": "2020-04-01"}, "有效期早于"),
        ("substitutions", {"holder": "ZB", "stands_for": "ZZ"}, "单向"),
        ("people", {"name": "李四", "kind": "employee", "phone": "abc<b>"}, "11 位"),
        ("certificates", {"person": "陈立", "qualification": "ZZ"}, "资质都相同的记录"),
    ],
)  # fmt: skip
def test_what_contradicts_itself_is_refused_beside_its_field(plant, planner, table, data, words):
    keys = {"陈立": plant["陈立"].pk, **dict(Qualification.objects.values_list("code", "pk"))}
    before = TABLES[table].model.objects.count()
    shown = planner.post(
        reverse("plant:new", args=[table]), {name: keys.get(value, value) for name, value in data.items()}
    )
    assert words in shown.content.decode() and shown.status_code == 200
    assert TABLES[table].model.objects.count() == before


def test_a_change_is_undone_as_a_change_of_its_own_unless_it_was_changed_again(plant, planner):
    someone = plant["陈立"]
    for name, note in (("陈立立", "甲"), ("陈立立", "乙")):
        address, values = opened(planner, "people", someone)
        planner.post(address, {**values, "name": name, "note": note})
    second, first = [line.history_id for line in someone.history.all()[:2]]
    assert [number for *_rest, number in planner.get(address).context["history"][:2]] == [second, None]
    assert "之后又改过" in undo(planner, "people", someone, first)
    page = undo(planner, "people", someone, second)
    row = Person.objects.get(pk=someone.pk)
    assert "已恢复原样" in page and (row.name, row.note) == ("陈立立", "甲")
    undo(planner, "people", someone, first)
    assert Person.objects.get(pk=someone.pk).name == "陈立" and someone.history.count() >= 4
    address = reverse("plant:undo_change", args=["people", someone.pk])
    for wrong in ("", "x", 999999, someone.history.last().history_id):
        assert planner.post(address, {"change": wrong}).status_code == 404


def test_a_form_that_does_not_say_which_version_it_changes_is_refused_and_keeps_what_was_typed(plant, planner):
    chen = plant["陈立"]
    address, values = opened(planner, "people", chen)
    del values["version"]
    page = planner.post(address, {**values, "note": "没带版本"})
    assert page.status_code == 200 and "没有注明改的是这一条的哪个版本" in page.content.decode()
    assert "没带版本" in page.content.decode() and not Person.objects.get(pk=chen.pk).note
    again = {**values, "note": "没带版本", "version": page.context["version"]}
    assert planner.post(address, again).status_code == 302 and Person.objects.get(pk=chen.pk).note == "没带版本"


def test_an_undo_brings_back_an_identity_number_without_showing_it(plant, planner):
    chen, first, second = plant["陈立"], person_id(), person_id(order="433")
    for number in (first, second):
        address, values = opened(planner, "people", chen)
        planner.post(address, {**values, "identity": number})
    page = undo(planner, "people", chen)
    chen.refresh_from_db()
    assert "已恢复原样" in page and chen.identity == first and chen.identity_hash == actions.keyed_hash(first)
    assert first not in page and second not in page and first[-4:] not in page
    assert not Record.objects.filter(detail__contains=first[-4:]).exists()
    undo(planner, "people", chen)  # the undoing is a change as well
    undo(planner, "people", chen)
    change = chen.history.order_by("history_id").exclude(identity="")[0].history_id
    assert "已恢复原样" in undo(planner, "people", chen, change)
    chen.refresh_from_db()
    assert chen.identity == "" and chen.identity_hash is None


def test_an_identity_number_that_somebody_else_has_meanwhile_is_not_brought_back(plant, planner):
    chen, number = plant["陈立"], person_id()
    for changed in (number, person_id(order="433")):
        edit(planner, chen, identity=changed)
    edit(planner, plant["林涛"], identity=number)
    page = undo(planner, "people", chen)
    assert "身份证号: " in page and "已恢复原样" not in page and number not in page
    assert Person.objects.get(pk=chen.pk).identity == person_id(order="433")


def test_an_undo_brings_back_a_kind_unless_others_lean_on_it_by_now(plant, planner):
    chen, team = plant["陈立"], Unit.objects.create(code="T7", name="七值", kind="department", path="0777", depth=1)
    edit(planner, chen, kind="contractor")
    assert "已恢复原样" in undo(planner, "people", chen) and Person.objects.get(pk=chen.pk).kind == "employee"
    address, values = opened(planner, "units", team)
    assert "撤销改动时保持不变：上级单位" in planner.get(address).content.decode()
    assert planner.post(address, {**values, "kind": "team"}).status_code == 302
    Person.objects.filter(pk=chen.pk).update(unit=team)
    assert "不能改类别" in undo(planner, "units", team) and Unit.objects.get(pk=team.pk).kind == "team"
    Person.objects.filter(pk=chen.pk).update(unit=None)
    assert "已恢复原样" in undo(planner, "units", team) and Unit.objects.get(pk=team.pk).kind == "department"


def test_an_undo_brings_back_what_a_post_asked_for(plant, planner):
    post, other = Post.objects.get(code="zhizhang"), Qualification.objects.get(code="ZB")
    before = set(post.qualifications.all())
    address, values = opened(planner, "posts", post)
    planner.post(address, {**values, "place": "别处", "qualifications": [other.pk]})
    assert set(post.qualifications.all()) == {other}
    assert "已恢复原样" in undo(planner, "posts", post)
    post.refresh_from_db()
    assert set(post.qualifications.all()) == before and post.place == values.get("place", "")
    address, values = opened(planner, "posts", post)
    planner.post(address, {**values, "qualifications": [other.pk]})
    changed = post.history.latest("history_id").history_id
    post.qualifications.clear()
    assert "之后又改过" in undo(planner, "posts", post, changed)


def test_an_undo_that_would_give_a_number_twice_is_refused_with_words(plant, planner):
    someone, other = plant["陈立"], plant["林涛"]
    was = someone.staff_no
    someone.staff_no = "77001"
    someone.save()
    other.staff_no = was
    other.save()
    page = undo(planner, "people", someone)
    assert "工号: " in page and "已恢复原样" not in page and Person.objects.get(pk=someone.pk).staff_no == "77001"


def test_the_role_for_a_cell_goes_with_its_lead_there_and_back(plant, planner):
    old, new = plant.account("陈立"), plant.account("郭峰")
    cell = plant.cell()

    def led(lead):
        address, data = opened(planner, "units", plant.cell())
        assert planner.post(address, {**data, "lead": lead.person_id if lead else ""}).status_code == 302

    def leads():
        accounts = [type(each).objects.get(pk=each.pk) for each in (old, new)]  # grants are read once a request
        return [cell in actions.cells_of(each) for each in accounts]

    led(old)
    assert leads() == [True, False]
    led(new)
    assert leads() == [False, True]
    assert Record.objects.filter(verb="role.ended", object_id=str(old.pk)).count() == 1
    undo(planner, "units", plant.cell())
    assert leads() == [True, False]
    led(None)
    assert leads() == [False, False]


@pytest.mark.parametrize(
    ("changed", "field"),
    [({}, "relative_of"), ({"relative_of": "self"}, "relative_of"), ({"relative_of": "林涛", "cell": "W01"}, "cell")],
)
def test_nobody_becomes_a_family_member_of_nobody_or_in_a_cell(plant, planner, changed, field):
    chen = plant["陈立"]
    if changed.get("relative_of"):
        changed = changed | {"relative_of": chen.pk if changed["relative_of"] == "self" else plant["林涛"].pk}
    if changed.get("cell"):
        changed = changed | {"cell": plant.cell(changed["cell"]).pk}
    answer = edit(planner, chen, kind="family", job_title="班长甲", **changed)
    assert answer.status_code == 200 and list(answer.context["form"].errors) == [field]
    assert "班长甲" in answer.content.decode(), "what was typed stays"
    chen.refresh_from_db()
    assert chen.kind == "employee"


def test_who_is_owed_an_answer_and_becomes_somebody_s_family_reopens_the_day_of_his_cell(plant, planner):
    for person in actions.active().exclude(kind="family"):
        if person.name != "陈立":
            plant.check_in(person.name)
    plant.sign("W01")
    answer = edit(planner, plant["陈立"], kind="family", relative_of=plant["林涛"].pk)
    assert answer.status_code == 302 and plant["陈立"].cell is None
    [day] = grid.cell_days([plant.cell("W01")])
    assert day.reopened and [(reason.code, reason.person) for reason in day.reasons()] == [("gone", plant["陈立"].pk)]
