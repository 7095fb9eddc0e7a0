"""The boards under a role given for one unit: its posts with true figures, its people by name, nobody else's."""

from datetime import timedelta

import pytest
from django.urls import reverse

from diba.core.errors import BadInput
from diba.plant import actions as plant_actions
from diba.plant.models import Post, Role, Unit
from diba.rosters import actions as rosters
from diba.rosters.actions import living_in
from diba.rosters.actions.reach import board_for
from diba.rosters.models import Roster, Rule, Stay, Waiver

BOARDS = [Role.PLANNER, Role.DUTY_OFFICER]
W01, W02 = "陈立", "周文斌"


@pytest.fixture
def office(plant):
    return Unit.objects.get(code="D02")


def of_cell(plant, code):
    return {person.name for person in type(plant[W01]).objects.filter(cell__code=code)}


def named(board):
    planned = [
        *(d for c in board.cells.values() for d in c.there),
        *(x.duty for c in board.cells.values() for x in c.lost),
    ]
    return {duty.person.name for duty in planned}


@pytest.mark.parametrize("role", BOARDS)
def test_a_unit_that_mans_no_post_sees_none(plant, roster, client, office, role):
    page = plant.signed_in(client, "孙丽", role, unit=office).get(reverse("rosters:manning")).content.decode()
    assert "您的单位没有岗位在表上" in page and "值长" not in page and "主值班员" not in page
    assert not [name for name in of_cell(plant, "W01") - {"刘敏", "孙丽"} if name in page]


@pytest.mark.parametrize("role", BOARDS)
def test_a_post_that_belongs_to_the_unit_is_seen_without_the_names_of_others(plant, roster, client, office, role):
    Post.objects.filter(code="zhizhang").update(unit=office)
    account = plant.account("孙丽", role, unit=office)
    whole, board = rosters.manning(14), board_for(account, rosters.manning(14))
    assert [post.code for post in board.posts] == ["zhizhang"] and not named(board)
    for key, cell in board.cells.items():
        there = whole.cells[key]
        assert (cell.standing, cell.needed, cell.others) == (
            there.standing,
            there.needed,
            len(there.there) + len(there.lost),
        )
    page = plant.signed_in(client, "孙丽").get(reverse("rosters:manning")).content.decode()
    assert "值长" in page and "主值班员" not in page


@pytest.mark.parametrize("role", BOARDS)
def test_a_post_manned_by_people_of_the_cell_shows_them_and_counts_the_others(plant, roster, role):
    account = plant.account("孙丽", role, unit=plant.cell("W01"))
    board = board_for(account, rosters.manning(14))
    assert named(board) and named(board) <= of_cell(plant, "W01")
    assert any(cell.others for cell in board.cells.values())


@pytest.mark.parametrize("role", BOARDS)
def test_a_role_for_the_plant_sees_the_whole_board(plant, roster, role):
    board = rosters.manning(14)
    assert board_for(plant.account("孙丽", role), board) is board


@pytest.mark.parametrize("role", BOARDS)
def test_why_somebody_of_another_unit_is_away_is_seen_neither_on_the_page_nor_in_the_file(plant, roster, client, role):
    there = [duty.person for duty in roster.duties.filter(day=plant.today + timedelta(days=2))]
    lost = next(person for person in there if person.cell.code == "W02")
    plant_actions.take_out(lost, "isolation", plant.now, reason="x")
    client = plant.signed_in(client, "孙丽", role, unit=plant.cell("W01"))
    cell = next(c for c in rosters.manning(14).short_cells() if lost in [each.person for each in c.lost])
    hole = client.get(reverse("rosters:hole"), {"hole": cell.key}).content.decode()
    for text in (
        hole, client.get(reverse("rosters:manning")).content.decode(), client.get(reverse("rosters:manning_live")).content.decode(),
        client.get(reverse("rosters:manning"), {"format": "csv"}).content.decode(),
    ):  # fmt: skip
        assert lost.name not in text
    assert "其他单位" in hole
    whole = plant.signed_in(client, "刘敏", role).get(reverse("rosters:hole"), {"hole": cell.key}).content.decode()
    assert lost.name in whole


@pytest.mark.parametrize("role", BOARDS)
@pytest.mark.parametrize("address", ["rosters:what_ifs", "rosters:sweeps"])
def test_what_if_and_n_1_are_of_the_whole_plant(plant, client, office, role, address):
    assert plant.signed_in(client, "孙丽", role, unit=office).get(reverse(address)).status_code == 403
    assert plant.signed_in(client, "刘敏", role).get(reverse(address)).status_code == 200


def test_a_planner_of_one_unit_neither_searches_nor_takes_a_repair(plant, roster, client, office):
    client = plant.signed_in(client, "孙丽", Role.PLANNER, unit=office)
    assert client.post(reverse("rosters:repair")).status_code == 403
    assert client.post(reverse("rosters:take"), {"hole": "x"}).status_code == 403
    assert reverse("rosters:repair") not in client.get(reverse("rosters:manning")).content.decode()


@pytest.fixture
def turn(plant):
    """A turn with one of each cell, both inside."""
    by = plant.account("刘敏", Role.PLANNER)
    row = living_in.open_turn(
        by=by, name="第一轮", team="", enters_on=plant.today, leaves_on=plant.today + timedelta(days=14), longest=14,
        isolation_days=14, test_days=3,
    )  # fmt: skip
    for name in (W01, W02):
        living_in.add_stay(row, plant[name], by=by)
    Stay.objects.update(entered_at=plant.now)
    return row


@pytest.mark.parametrize("role", [*BOARDS, Role.HEALTH_OFFICER])
def test_living_in_shows_the_people_of_the_unit_alone(plant, client, turn, role):
    client = plant.signed_in(client, "孙丽", role, unit=plant.cell("W01"))
    for path, query in (
        (reverse("rosters:living_in"), {}), (reverse("rosters:living_in"), {"format": "csv"}), (reverse("rosters:turn", args=[turn.pk]), {}),
    ):  # fmt: skip
        assert W02 not in client.get(path, query).content.decode()
    assert W01 in client.get(reverse("rosters:living_in")).content.decode()
    mine, others = (Stay.objects.get(person__name=name) for name in (W01, W02))
    assert client.post(reverse("rosters:stay", args=[others.pk]), {"verb": "out"}).status_code == 404
    assert client.post(reverse("rosters:stay", args=[mine.pk]), {"verb": "out"}).status_code == 302
    others.refresh_from_db()
    assert others.left_at is None
    whole = plant.signed_in(client, "刘敏", role).get(reverse("rosters:living_in")).content.decode()
    assert W02 in whole


def test_nobody_of_another_unit_is_put_into_a_turn_or_prepared(plant, client, turn):
    client = plant.signed_in(client, "孙丽", Role.PLANNER, unit=plant.cell("W01"))
    there = type(plant[W01]).objects.filter(cell__code="W02", unit__code="D01").exclude(name=W02).first()
    path, before = reverse("rosters:turn", args=[turn.pk]), Stay.objects.count()
    page = client.post(path, {"verb": "stay", "person": there.staff_no}).content.decode()
    assert Stay.objects.count() == before and "此人属于其他单位" in page
    page = client.post(path, {"verb": "prepare", "who": there.staff_no, "sampled_on": plant.today}).content.decode()
    assert "此人属于其他单位" in page
    assert client.get(reverse("rosters:turn_new")).status_code == 403


WRITES = [
    ("publish", {}), ("drop", {}), ("cancel", {}), ("ask_again", {}), ("edit", {}), ("undo", {}), ("redo", {}), ("revise", {}),
    ("search_on", {}), ("told", {}), ("sheet", {}), ("split", {}), ("sheet_confirm", {}), ("sheet_drop", {}), ("discharge", {}), ("call_step", {}), ("training_step", {}),
    ("attend", {}), ("ask", None), ("teams", None), ("limits", None), ("crews", None), ("volunteers", None), ("call_new", None), ("training", None),
    ("wish_calls", None), ("rooms", None),
]  # fmt: skip


@pytest.mark.parametrize(("name", "thing"), WRITES)
def test_what_changes_the_whole_plant_is_refused_to_a_role_of_one_unit(plant, roster, client, office, name, thing):
    client = plant.signed_in(client, "孙丽", Role.PLANNER, unit=office)
    address = reverse(f"rosters:{name}", args=[] if thing is None else [roster.pk])
    assert client.post(address).status_code == 403
    assert plant.signed_in(client, "刘敏", Role.PLANNER).post(address).status_code != 403


@pytest.mark.parametrize("role", BOARDS)
@pytest.mark.parametrize("verb", ["crew_end", "crew_back"])
def test_a_rule_on_crews_is_ended_and_brought_back_by_the_whole_plant(plant, client, office, role, verb):
    rule = rosters.enter_crew_rule(
        name="两人不同班", people=[plant[W01], plant[W02]], sense="most", count=1, whom="named", first_day=plant.today,
        by=plant.account("刘敏"),
    )  # fmt: skip
    address = reverse(f"rosters:{verb}", args=["crew", rule.pk])
    assert plant.signed_in(client, "孙丽", role, unit=office).post(address).status_code == 403
    assert plant.signed_in(client, "刘敏", role).post(address).status_code == 302


def test_a_planner_of_one_unit_reads_a_draft_without_the_buttons_that_change_it(plant, roster, client, office):
    draft = rosters.revise(roster, by=plant.account("刘敏", Role.PLANNER))
    client = plant.signed_in(client, "孙丽", Role.PLANNER, unit=office)
    pages = [reverse("rosters:roster", args=[draft.pk]), reverse("rosters:list"), reverse("rosters:limits"), reverse("rosters:crews"),
             reverse("rosters:volunteers"), reverse("rosters:training"), f"{reverse('rosters:compare')}?r={draft.pk}&r={roster.pk}"]  # fmt: skip
    for path in pages:
        answer = client.get(path)
        assert answer.status_code == 200, path
        main = answer.content.decode().split('id="main"')[1]
        assert 'method="post"' not in main and reverse("rosters:ask") not in main and "data-edit=" not in main, path
        assert reverse("rosters:wish_calls") not in main, path
    client.post(reverse("rosters:publish", args=[draft.pk]))
    draft.refresh_from_db()
    assert draft.state == Roster.State.DRAFT


def test_an_officer_of_one_unit_signs_waivers_for_its_people_alone(plant, client):
    officer = plant.account("孙丽", Role.DUTY_OFFICER, unit=plant.cell("W01"))
    dates = {"first_day": plant.today, "last_day": plant.today + timedelta(days=9)}
    for person in (None, plant[W02]):
        with pytest.raises(BadInput, match="not_yours"):
            rosters.sign_waiver(person, Rule.REST, 8, reason="x", by=officer, name="孙丽", **dates)
    assert rosters.sign_waiver(plant[W01], Rule.REST, 8, reason="x", by=officer, name="孙丽", **dates)
    everybody = rosters.sign_waiver(
        None, Rule.REST, 8, reason="x", by=plant.account("刘敏", Role.DUTY_OFFICER), name="刘敏", **dates
    )
    with pytest.raises(BadInput, match="not_yours"):
        rosters.end_waiver(everybody, by=officer)
    client = plant.signed_in(client, "孙丽")
    page = client.get(reverse("rosters:waivers")).content.decode()
    for_whom = page.split('name="person"')[1].split("</select>")[0]
    assert f'value="{plant[W01].pk}"' in for_whom and f'value="{plant[W02].pk}"' not in page
    assert "全部" not in for_whom and "—" in for_whom
    before = Waiver.objects.count()
    sent = {"rule": Rule.REST, "value": 8, "reason": "x", "name": "孙丽", **dates}
    for person in ("", plant[W02].pk):
        answer = client.post(reverse("rosters:waivers"), {**sent, "person": person})
        assert answer.status_code == 200 and 'aria-invalid="true"' in answer.content.decode()
    assert Waiver.objects.count() == before


@pytest.mark.parametrize("role", BOARDS)
def test_a_role_of_one_unit_reads_of_others_that_they_are_not_available_and_not_why(plant, roster, client, role):
    draft = rosters.revise(roster, by=plant.account("刘敏", Role.PLANNER))
    day = plant.today + timedelta(days=3)
    lost = next(duty for duty in draft.duties.filter(day=day).select_related("person__cell") if duty.person.cell.code == "W02")  # fmt: skip
    free = type(lost.person).objects.filter(cell__code="W02", certificates__qualification__code="ZB").exclude(pk__in=draft.duties.filter(day=day).values("person")).first()  # fmt: skip
    until = plant_actions.day_start(day + timedelta(days=2))
    for person in (lost.person, free):
        plant_actions.take_out(person, "isolation", plant.now, until)
    post = Post.objects.filter(qualifications__code="ZB").first()
    asked = {"person": free.pk, "day": day, "watch": lost.watch_id, "post": post.pk}
    paths = [
        (reverse("rosters:roster", args=[draft.pk]), {}), (reverse("rosters:changes", args=[draft.pk]), {"since": 0}),
        (reverse("rosters:cell", args=[draft.pk]), {"day": day, "person": lost.person_id}), (reverse("rosters:why", args=[draft.pk]), asked),
    ]  # fmt: skip
    other = draft.duties.filter(day__gt=day).exclude(person__in=[lost.person_id, free.pk]).first()
    cleared = {(other.person_id, other.day): None}
    rosters.edit(draft, cleared, by=plant.account("刘敏"), version=0, kind="clear")

    def read(account):
        found = []
        for path, query in paths:
            answer = account.get(path, query)
            found.append(answer.json()["panel"] if "json" in answer["Content-Type"] else answer.content.decode())
        return found

    ends = f"{until:%m-%d} 00:00"
    for text in read(plant.signed_in(client, "孙丽", role, unit=plant.cell("W01"))):
        assert ends not in text and "隔离" not in text and "不能发布" not in text and "不可用" in text
    for text in read(plant.signed_in(client, "林涛", role)):
        assert ends in text
    assert "不能发布" in client.get(paths[0][0]).content.decode()
