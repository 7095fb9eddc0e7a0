"""A table that is wider than a phone stands as cards: nothing is reached by scrolling sideways, nothing loses its heading."""

import uuid

import pytest

from diba.grid import actions as grid
from diba.grid.models import Case
from diba.plant import actions
from diba.plant.models import Person, Role

from .test_axe import violations

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
PAGES = ("/grid/cell/", "/grid/zero/", "/grid/isolation/", "/grid/cases/", "/grid/returns/", "/grid/risk-areas/")
OVERFLOW = "[...document.querySelectorAll('.db-x')].filter(box => box.scrollWidth > box.clientWidth + 1).length"


@pytest.fixture
def officer(plant):
    people = {name: Person.objects.get(name=name) for name in ("孙丽", "陈立", "林涛", "田野")}
    account = actions.open_account(people["孙丽"], "huanghe-2020-x", roles=[Role.HEALTH_OFFICER], must_change=False)
    grid.isolate(
        people["陈立"], "contact", "home", uid=uuid.uuid4(), by=account, place="模拟生活区十二号楼三单元二〇一室"
    )
    grid.suspect(people["林涛"], "发热两日", by=account)
    grid.declare_return(
        people["田野"], "湖北省黄冈市", actions.today(), "train", uid=uuid.uuid4(), by=account, declared="officer", vehicle="K622"
    )  # fmt: skip
    grid.enter_area(
        by=account, area="浙江省温州市", level="high", starts_on=actions.today(), source="省指挥部通报，第十二号"
    )
    return people["孙丽"].staff_no


def test_on_a_phone_the_officers_tables_are_read_without_scrolling_sideways(officer, visit):
    page = visit(officer, 390)
    for address in PAGES:
        page.goto(address)
        assert page.evaluate(OVERFLOW) == 0, address
    page.goto("/grid/isolation/")
    row = page.locator("table.cards tbody tr").filter(has_text="陈立")
    assert row.get_attribute("role") == "row"
    assert row.get_by_role("cell").first.inner_text().startswith("陈立")
    heads = row.evaluate("row => [...row.cells].map(cell => getComputedStyle(cell, '::before').content)")
    assert '"计划结束日"' in heads and heads[0] == "none"
    assert violations(page) == []
    page.set_viewport_size({"width": 1440, "height": 900})
    page.locator("table.db-t:not(.cards)").first.wait_for()
    assert page.locator("table.cards").count() == 0 and page.locator("[role=row]").count() == 0


def test_all_contacts_on_the_page_are_chosen_with_one_tap_and_counted(officer, visit):
    case = Case.objects.get(person__name="林涛")
    page = visit(officer, 390)
    page.goto(f"/grid/cases/{case.pk}/contacts/")
    boxes = page.locator("input[name=contacts]")
    every = boxes.count()
    assert every >= 2
    button = page.get_by_role("button", name="选本页全部")
    button.click()
    assert page.locator("input[name=contacts]:checked").count() == every
    assert page.locator("[data-ticked]").inner_text() == f"已选 {every} 人"
    boxes.first.uncheck()
    assert page.locator("[data-ticked]").inner_text() == f"已选 {every - 1} 人"
    button.click()
    button.click()
    assert page.locator("input[name=contacts]:checked").count() == 0
    assert page.evaluate(OVERFLOW) == 0


def test_a_table_in_a_fold_stands_as_cards_once_it_is_opened(officer, visit):
    cells = "".join(f"<td>{'很长的一格内容' * 3}{n}</td>" for n in range(5))
    heads = "".join(f'<th scope="col">栏{n}</th>' for n in range(5))
    fold = f'<section class="db-p db-x" id="folded"><details class="db-fold"><summary>名单</summary><table class="db-t"><thead><tr>{heads}</tr></thead><tbody><tr>{cells}</tr></tbody></table></details></section>'
    page = visit(officer, 390)

    def with_a_fold(route):
        answer = route.fetch()
        route.fulfill(response=answer, body=answer.text().replace("</main>", fold + "</main>"))

    page.route("**/grid/supplies/", with_a_fold)
    page.goto("/grid/supplies/")
    table = page.locator("#folded table")
    page.get_by_text("名单", exact=True).click()
    page.locator("#folded table.cards").wait_for()
    assert page.locator("#folded").evaluate("box => box.scrollWidth <= box.clientWidth + 1")
    said = table.locator("tbody tr").evaluate("row => [...row.cells].map(cell => cell.dataset.head || '')")
    assert said == ["", "栏1", "栏2", "栏3", "栏4"]
