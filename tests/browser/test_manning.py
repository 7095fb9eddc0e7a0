"""Two operators fall ill: the board shows it, two clicks repair it, the notices are receipted on the phone."""

from datetime import timedelta
from decimal import Decimal

import pytest
from django.utils import timezone

from diba.grid import actions as grid
from diba.plant import actions
from diba.plant.models import (
    Certificate,
    Delivery,
    Manning,
    Person,
    Post,
    Qualification,
    Role,
    Site,
    Substitution,
    WatchPattern,
)
from diba.rosters import actions as rosters

from .test_story import PASSWORD, fits

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


@pytest.fixture
def plant(transactional_db):
    Site.objects.create(code="t", name="模拟电站", synthetic=True)
    today = timezone.localdate()
    grid.set_policy(today - timedelta(days=30), threshold=Decimal("37.3"), comparator=">", due="09:00", grace=120, second_due="18:00",
                    isolation_days=14, source="test")  # fmt: skip
    supervisor, operator = (
        Qualification.objects.create(code=code, name=name) for code, name in (("ZZ", "值长证"), ("ZB", "主值班员证"))
    )
    Substitution.objects.create(holder=supervisor, stands_for=operator)
    pattern, _ = WatchPattern.objects.get_or_create(code="3x8", defaults={"name": "三班"})
    for number, (code, starts) in enumerate((("早", "06:00"), ("中", "14:00"), ("夜", "22:00"))):
        pattern.watches.get_or_create(
            code=code, defaults={"name": f"{code}班", "starts": starts, "minutes": 480, "night": number == 2}
        )
    for code, name, wanted in (("zhizhang", "值长", supervisor), ("zhuzhi", "主值班员", operator)):
        post = Post.objects.create(code=code, name=name, place="中控室")
        post.qualifications.add(wanted)
        for watch in pattern.watches.all():
            Manning.objects.create(post=post, watch=watch, minimum=1)
    for number, name in enumerate(
        [
            "陈立",
            "周文斌",
            "高建军",
            "徐振华",
            "郭峰",
            "田野",
            "王海涛",
            "赵国栋",
            "刘洋",
            "韩冰",
            "林涛",
            "孙志强",
            "何军",
            "唐磊",
        ]
    ):
        person = Person.objects.create(staff_no=f"1{number:03d}", name=name)
        Certificate.objects.create(person=person, qualification=supervisor if number < 7 else operator)
    planner = actions.open_account(
        Person.objects.create(staff_no="9001", name="刘敏"), PASSWORD, roles=[Role.PLANNER], must_change=False
    )
    made = rosters.ask_now(pattern, today, 14, by=planner, rules={"block": 0, "seconds": 3}, deterministic=True)
    assert rosters.publish(made, by=planner)
    return made


def two_who_stand_soon(roster):
    """Return two people with duties from the day after tomorrow on who do not stand today: a watch that runs is not repaired."""
    found = []
    today = set(roster.duties.filter(day=timezone.localdate()).values_list("person", flat=True))
    for duty in roster.duties.filter(day__gt=timezone.localdate() + timedelta(days=1)).select_related("person"):
        if duty.person not in found and duty.person_id not in today:
            found.append(duty.person)
    return found[:2]


def test_two_operators_fall_ill_and_two_clicks_repair_it(plant, visit):
    page = visit("9001")
    page.goto("/rosters/")
    page.get_by_role("heading", name="14 天内没有岗位缺员").wait_for()

    ill = two_who_stand_soon(plant)
    for person in ill:
        actions.take_out(person, "isolation", actions.now(), reason="同车密接")
    page.locator("td.m-neg").first.wait_for(timeout=9000)  # the board asks again by itself
    page.locator("h1", has_text="差 1 人").wait_for()

    page.locator("td.m-neg").first.focus()
    page.keyboard.press("Enter")
    hole = page.locator("#hole")
    hole.get_by_role("heading", name="谁能顶").wait_for()
    assert hole.get_by_text("隔离", exact=True).count() >= 1
    assert any(hole.get_by_text(person.name).count() for person in ill)

    before = set(Delivery.objects.values_list("pk", flat=True))
    page.get_by_role("button", name="找补排方案").click()
    page.get_by_text("方案 1").wait_for()
    assert "> 14 天" in page.locator("#ways details[open] .db-figs").inner_text()
    page.locator("#ways").get_by_role("button", name="发布并通知").first.click()
    page.get_by_role("button", name="是，继续").click()
    page.get_by_role("heading", name="14 天内没有岗位缺员").wait_for()
    assert rosters.manning(14).breach == {}

    told = list(Delivery.objects.exclude(pk__in=before).filter(message__receipt_wanted=True).select_related("person"))
    assert {person.pk for person in ill} <= {delivery.person_id for delivery in told}
    someone = next(delivery.person for delivery in told if delivery.person not in ill)
    actions.open_account(someone, PASSWORD, must_change=False)
    phone = visit(someone.staff_no, 390)
    phone.goto("/inbox/")
    assert fits(phone)
    phone.get_by_role("button", name="签收").first.click()
    phone.wait_for_load_state()
    assert Delivery.objects.get(person=someone, pk__in=[delivery.pk for delivery in told]).receipted_at


@pytest.mark.parametrize("width", [390, 1440])
def test_the_desks_registers_fit_their_screens(plant, visit, width):
    page = visit("9001", width)
    for path in (
        "",
        "what-if/",
        "n-1/",
        "living-in/",
        "living-in/rooms/",
        "living-in/turns/",
        "training/",
        "volunteers/",
        "volunteers/call/",
        "calls/",
    ):
        page.goto(f"/rosters/{path}")
        assert fits(page), path
        assert page.locator("h1").count() >= 1, path


def test_a_what_if_is_asked_and_leaves_the_board_alone(plant, visit):
    page = visit("9001")
    page.goto("/rosters/what-if/")
    page.get_by_label("推演名称").fill("两人隔离到月底")
    page.get_by_role("button", name="开始").click()
    one = two_who_stand_soon(plant)[0]
    page.get_by_label("人员").fill(one.name)
    page.get_by_role("button", name="假设").first.click()
    page.locator("h1", has_text="差 1 人").wait_for()
    page.get_by_text("这里的一切都不改班表").wait_for()
    page.goto("/rosters/")
    page.get_by_role("heading", name="14 天内没有岗位缺员").wait_for()


def test_at_night_on_a_phone_who_drops_out_is_entered_and_repaired_from_the_board(plant, visit):
    page = visit("9001", 390, has_touch=True)
    page.goto("/rosters/")
    person = two_who_stand_soon(plant)[0]
    duty = rosters.duties_between(timezone.localdate(), timezone.localdate() + timedelta(days=3))
    first = next(each for each in duty if each.person_id == person.pk and each.day > timezone.localdate())
    page.goto(f"/rosters/?hole={first.post_id}-{first.watch_id}-{first.day:%Y%m%d}")
    page.get_by_role("link", name=f"登记{person.name}缺勤").tap()
    entry = page.locator("#enter")
    entry.get_by_label("类别").select_option(label="病假")
    assert entry.get_by_label("人员").input_value() == str(person.pk)
    entry.get_by_role("button").tap()
    page.get_by_role("button", name="找补排方案").tap()
    page.locator("#ways").wait_for()
    # The repair stands before the board, the board before what a further loss would do.
    tops = [page.locator(part).first.bounding_box()["y"] for part in ("#ways", ".db-mcol", ".db-losses")]
    assert tops == sorted(tops) and fits(page)
    page.locator("#ways").get_by_role("button", name="发布并通知").first.tap()
    page.get_by_role("button", name="是，继续").tap()
    page.get_by_role("link", name="人未签收新班次").first.tap()
    page.get_by_role("heading", name="未签收").wait_for()
    assert page.get_by_role("row").nth(1).get_by_text(person.name).count() == 0 and fits(page)
