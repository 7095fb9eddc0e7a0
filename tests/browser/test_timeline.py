"""The planner's time line in a browser: edit into a conflict, take a suggestion, undo, publish; a workbook there and back."""

from datetime import timedelta
from itertools import pairwise

import pytest
from django.utils import timezone
from openpyxl import load_workbook

from diba.plant import actions
from diba.plant.models import Certificate, Person, Role
from diba.rosters.models import Edit, Roster

from ..rosters.plans import by_rotation
from .test_story import PASSWORD, fits

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


@pytest.fixture
def planner(plant):
    """刘敏 plans; 陈立 and his colleagues hold certificates without an end."""
    Certificate.objects.update(issued=None, expires=None)
    person = Person.objects.get(name="刘敏")
    return actions.open_account(person, PASSWORD, roles=[Role.PLANNER], must_change=False)


@pytest.fixture
def roster(plant, planner):
    return by_rotation(plant, planner, first=timezone.localdate())


def draft_of(page, roster):
    page.goto(f"/rosters/{roster.pk}/")
    page.get_by_role("button", name="手工改这份班表").click()
    page.get_by_text("这是现行班表的草案").wait_for()
    return Roster.objects.get(revises=roster)


def cell(page, person, day, roster):
    return page.locator(f'tr[data-p="{person.pk}"] > td').nth((day - roster.first_day).days)


def conflicts(page):
    return page.locator("[data-conflicts]")


def wait_for_count(page, number):
    page.locator("[data-conflict-count]").get_by_text(str(number), exact=True).wait_for()


def test_edit_into_a_conflict_take_a_suggestion_undo_and_publish(roster, visit):
    page = visit("2000")
    draft = draft_of(page, roster)
    night = draft.duties.filter(watch__night=True, day__gt=draft.first_day).select_related("person", "post")[0]
    wait_for_count(page, 0)

    # A day watch right after a night: the conflict is named with its hours, marked in the grid, and undone by keyboard.
    following = cell(page, night.person, night.day + timedelta(days=1), draft)
    following.click()
    page.keyboard.press("e")
    page.get_by_role("button", name=f"早班 06:00–14:00 {night.post.name}").click()
    conflicts(page).get_by_text(night.person.name).first.wait_for()
    assert "0 小时，要求 11 小时" in conflicts(page).inner_text()
    assert "cf" in following.get_attribute("class")
    page.keyboard.press("Control+z")
    wait_for_count(page, 0)
    page.keyboard.press("Control+y")
    conflicts(page).get_by_text("要求 11 小时").wait_for()
    page.keyboard.press("Control+z")
    wait_for_count(page, 0)

    # A day off leaves a hole; the list leads to it and the first suggestion fills it.
    own = cell(page, night.person, night.day, draft)
    own.click()
    page.keyboard.press("Delete")
    conflicts(page).get_by_text("差 1 人").click()
    page.get_by_text("谁能上，最合适的在前").wait_for()
    page.locator(".db-sug").filter(has_text="守全部规则").filter(has_not_text=night.person.name).first.click()
    wait_for_count(page, 0)
    assert Edit.objects.filter(roster=draft).latest("number").kind == Edit.Kind.SUBSTITUTE

    # The log survives a reload; what was done is published and told.
    page.reload()
    assert page.locator("[data-log] li").count() == 6
    assert page.locator("td.chg").count() == 2
    page.get_by_role("button", name="发布并通知 2 人").click()
    page.get_by_role("button", name="是，继续").click()
    page.get_by_text("已发布，").or_(page.get_by_text("已发布；")).first.wait_for()
    roster.refresh_from_db()
    assert roster.superseded_by == draft


def test_the_time_line_stays_while_the_undo_bar_goes(roster, visit):
    page = visit("2000")
    page.clock.install()
    draft_of(page, roster)
    page.mouse.move(0, 0)
    rows = page.locator("tr[data-p]").count()
    page.clock.run_for(30_000)
    page.locator(".db-undo").wait_for(state="detached")
    assert page.locator("tr[data-p]").count() == rows > 0


def test_a_duty_is_dragged_to_a_colleague_pinned_and_moved_by_keys(roster, visit):
    page = visit("2000")
    draft = draft_of(page, roster)
    duty = draft.duties.filter(day__gt=draft.first_day + timedelta(days=1), post__code="zhuzhi").select_related(
        "person"
    )[0]
    busy = set(draft.duties.filter(day=duty.day).values_list("person", flat=True))
    other = Person.objects.filter(certificates__qualification__code="ZB").exclude(pk__in=busy)[0]
    source, target = cell(page, duty.person, duty.day, draft), cell(page, other, duty.day, draft)
    source.scroll_into_view_if_needed()
    one, two = source.bounding_box(), target.bounding_box()
    page.mouse.move(one["x"] + 8, one["y"] + 8)
    page.mouse.down()
    page.mouse.move(one["x"] + 20, one["y"] + 14)
    page.mouse.move(two["x"] + 8, two["y"] + 8)
    page.mouse.up()
    page.locator(f'tr[data-p="{other.pk}"] td.chg').first.wait_for()
    assert draft.duties.get(person=other, day=duty.day).watch_id == duty.watch_id

    # Pinned, it does not move and the page says why.
    target.click()
    page.keyboard.press("p")
    page.locator(f'tr[data-p="{other.pk}"] td.pin').wait_for()
    page.keyboard.press("Delete")
    page.get_by_text("先按 P 解除固定").wait_for()
    assert draft.duties.filter(person=other, day=duty.day, pinned=True).exists()

    # Shift chooses a block, Delete frees it at once, one undo brings it back.
    count = draft.duties.count()
    page.locator("tr[data-p] td.s").first.click()
    page.keyboard.press("Shift+ArrowRight")
    page.keyboard.press("Shift+ArrowDown")
    page.locator("[data-bulk]").get_by_text("4", exact=True).wait_for()
    chosen = page.locator("td.sel[data-k]").count()
    page.keyboard.press("Delete")
    page.locator("[data-log]").get_by_text("改休").or_(page.locator("td.m-neg")).first.wait_for()
    assert draft.duties.count() == count - chosen
    page.keyboard.press("Control+z")
    page.locator("[data-log]").get_by_text("撤销：").wait_for()
    assert draft.duties.count() == count


def test_two_planners_at_once_are_told_and_nothing_is_lost(plant, roster, visit):
    other = Person.objects.get(name="孙丽")
    actions.open_account(other, PASSWORD, roles=[Role.PLANNER], must_change=False)
    first, second = visit("2000"), visit("2001")
    draft = draft_of(first, roster)
    second.goto(f"/rosters/{draft.pk}/")
    duty = draft.duties.filter(day__gt=draft.first_day).select_related("person")[0]
    cell(first, duty.person, duty.day, draft).click()
    first.keyboard.press("Delete")
    wait_for_count(first, 1)
    cell(second, duty.person, duty.day, draft).click()
    second.keyboard.press("p")
    second.get_by_text("刘敏 刚改过这里").wait_for()
    assert not draft.duties.filter(person=duty.person, day=duty.day).exists()
    wait_for_count(second, 1)


def test_a_workbook_goes_out_and_comes_back(roster, visit, tmp_path):
    page = visit("2000")
    draft = draft_of(page, roster)
    with page.expect_download() as download:
        page.get_by_role("link", name="XLSX").click()
    path = tmp_path / "班表.xlsx"
    download.value.save_as(path)
    book = load_workbook(path)
    sheet = book["班表"]
    row = next(row for row in range(2, sheet.max_row + 1) if sheet.cell(row, 2).value == "陈立")
    column = next(column for column in range(5, 17) if not sheet.cell(row, column).value)
    sheet.cell(row, column).value = "夜 值长"
    sheet.cell(row, column + 1).value = "胡写"
    book.save(path)
    page.get_by_role("link", name="从 Excel 收回").click()
    page.locator("input[type=file]").set_input_files(path)
    page.get_by_role("button", name="看不同之处").click()
    page.get_by_text("胡写").wait_for()
    assert draft.edits.count() == 0
    page.get_by_role("button", name="写入 1 格").click()
    page.get_by_text("撤销一次可全部收回").wait_for()
    day = draft.first_day + timedelta(days=column - 3)
    assert draft.duties.filter(person__name="陈立", day=day, watch__night=True).exists()


@pytest.mark.parametrize("width", [390, 1440])
def test_every_view_fits_its_screen(roster, visit, width):
    page = visit("2000", width)
    for query in ("", "?span=week", "?span=day", "?view=post", "?view=post&span=week", "?view=post&span=day"):
        page.goto(f"/rosters/{roster.pk}/{query}")
        assert fits(page), query
        assert page.get_by_text("陈立").count() >= 1
    page.goto(f"/rosters/{roster.pk}/sheet/")
    assert fits(page)


@pytest.mark.parametrize("width", [390, 1440])
def test_many_people_fit_on_a_screen_and_the_heads_stay_above_them(roster, visit, width):
    page = visit("2000", width)
    page.goto(f"/rosters/{roster.pk}/")
    row = page.locator("tr[data-p]").nth(1)
    assert row.bounding_box()["height"] <= (36 if width == 390 else 28)
    pane, corner = page.locator(".db-tlp"), page.locator(".db-tlw thead th").first
    pane.evaluate(
        "pane => { pane.style.maxHeight = '240px'; pane.scrollTo(120, 130); pane.scrollIntoView({block: 'center'}); }"
    )
    box = corner.bounding_box()
    for across, down in ((4, 4), (0.5 * box["width"], box["height"] - 4)):
        seen = page.evaluate(
            "([x, y]) => document.elementFromPoint(x, y).closest('th, td').cellIndex + ' ' + (document.elementFromPoint(x, y).closest('thead') !== null)",
            [box["x"] + across, box["y"] + down],
        )
        assert seen == "0 true"


def test_a_duty_held_at_the_edge_scrolls_to_those_out_of_sight(roster, visit):
    page = visit("2000")
    draft = draft_of(page, roster)
    pane = page.locator(".db-tlp")
    pane.evaluate("pane => { pane.style.maxHeight = '260px'; pane.scrollIntoView({block: 'center'}); }")
    duty = draft.duties.filter(day=draft.first_day + timedelta(days=2)).select_related("person")[0]
    source = cell(page, duty.person, duty.day, draft)
    pane.evaluate("(pane, cell) => pane.scrollTop = cell.offsetTop - 90", source.element_handle())
    before = pane.evaluate("pane => pane.scrollTop")
    box, one = pane.bounding_box(), source.bounding_box()
    page.mouse.move(one["x"] + 8, one["y"] + 8)
    page.mouse.down()
    page.mouse.move(one["x"] + 20, one["y"] + 20)
    page.mouse.move(one["x"] + 8, box["y"] + box["height"] - 6)
    page.wait_for_function(
        "before => { const pane = document.querySelector('.db-tlp');"
        " return pane.scrollTop > before && pane.scrollTop + pane.clientHeight >= pane.scrollHeight - 1; }",
        arg=before,
    )
    page.keyboard.press("Escape")
    page.mouse.up()
    assert page.locator(".db-ghost").count() == 0 and not draft.edits.exists()


def test_the_keyboard_leaps_and_every_key_stands_in_the_list_of_keys(roster, visit):
    page = visit("2000")
    draft_of(page, roster)
    rows = page.locator("tr[data-p]")
    rows.first.locator("td.s").nth(3).click()
    here = "[document.activeElement.parentElement.rowIndex, document.activeElement.cellIndex]"
    start = page.evaluate(here)
    last_row, last_day = rows.last.evaluate("row => row.rowIndex"), rows.first.locator("td.s").count()
    for key, expected in (
        ("End", [start[0], last_day]),
        ("Home", [start[0], 1]),
        ("Control+End", [last_row, last_day]),
        ("Control+Home", [start[0], 1]),
    ):
        page.keyboard.press(key)
        assert page.evaluate(here) == expected, key
    page.keyboard.press("PageDown")
    down = rows.first.evaluate("row => row.rowIndex") + 10
    assert page.evaluate("document.activeElement.parentElement.rowIndex") >= min(down, last_row) - 1
    page.keyboard.press("?")
    keys = page.locator("dialog#keys")
    for words in ("上移、下移十人", "改休", "固定", "多选", "撤销、重做"):
        assert keys.get_by_text(words, exact=True).count() == 1, words
    page.keyboard.press("Escape")


@pytest.mark.parametrize("width", [390, 1440])
def test_rosters_side_by_side_keep_every_cell_apart(roster, planner, plant, visit, width):
    other = by_rotation(plant, planner, days=28, publish=False, first=timezone.localdate())
    longer = by_rotation(plant, planner, days=28, publish=False, first=timezone.localdate())
    other.duties.filter(day__gt=timezone.localdate()).delete()
    page = visit("2000", width)
    page.goto(f"/rosters/compare/?r={longer.pk}&r={other.pk}")
    boxes = page.locator(".db-diffs tbody tr").first.evaluate(
        "row => [...row.children].map(cell => { const box = (cell.firstElementChild ?? cell).getBoundingClientRect();"
        " const own = cell.getBoundingClientRect(); return [own.left, own.right, box.left, box.right]; })"
    )
    assert len(boxes) > 20
    assert all(left <= inner and outer <= right + 1 for left, right, inner, outer in boxes[1:])
    assert all(one[1] <= two[0] + 1 for one, two in pairwise(boxes))
    assert fits(page)
