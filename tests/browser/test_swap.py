"""A swap on two phones: asked on one, agreed on the other, approved at the desk, seen and receipted on both."""

from datetime import timedelta

import pytest
from django.utils import timezone

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
    Watch,
    WatchPattern,
)
from diba.rosters.actions import duty_of
from diba.rosters.models import Duty, Roster, Swap

from .test_story import PASSWORD, fits

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
WATCHES = [("早", "06:00", False), ("中", "14:00", False), ("夜", "22:00", True)]


@pytest.fixture
def two(transactional_db):
    """林涛 and 韩冰, both operators with a duty each in a published roster; 刘敏 plans."""
    Site.objects.create(code="t", name="模拟电站", synthetic=True)
    today = timezone.localdate()
    held = Qualification.objects.create(code="ZB", name="主值班员证")
    post = Post.objects.create(code="zhuzhi", name="主值班员", place="中控室")
    post.qualifications.add(held)
    pattern, _ = WatchPattern.objects.get_or_create(code="3x8", defaults={"name": "三班"})
    for code, starts, night in WATCHES:
        more = {"name": f"{code}班", "starts": starts, "minutes": 480, "night": night}
        watch, _ = Watch.objects.get_or_create(pattern=pattern, code=code, defaults=more)
        Manning.objects.create(post=post, watch=watch, minimum=1)
    planner = Person.objects.create(staff_no="9001", name="刘敏")
    actions.open_account(planner, PASSWORD, roles=[Role.PLANNER], must_change=False)
    roster = Roster.objects.create(
        state="published", pattern=pattern, first_day=today - timedelta(days=3), days=28, asked_at=timezone.now(),
        published_at=timezone.now(),
        rules={"block": 0, "rest_hours": 11, "longest_run": 6, "most_nights_in_row": 6, "fair_nights": 0, "fair_weekends": 0, "fair_duties": 0},
    )  # fmt: skip
    early, people = Watch.objects.get(pattern=pattern, code="早"), []
    for number, (name, offset) in enumerate((("林涛", 3), ("韩冰", 5)), 1001):
        person = Person.objects.create(staff_no=str(number), name=name)
        Certificate.objects.create(person=person, qualification=held)
        Duty.objects.create(roster=roster, person=person, day=today + timedelta(days=offset), watch=early, post=post)
        actions.open_account(person, PASSWORD, must_change=False)
        people.append(person)
    return people


def test_a_swap_on_two_phones_and_a_desk(two, visit):
    lin, han = two
    mine, other = (timezone.localdate() + timedelta(days=offset) for offset in (3, 5))
    phone = visit("1001", 390)
    phone.goto("/rosters/mine/")
    assert fits(phone)
    phone.get_by_role("link", name="换这个班").click()
    phone.get_by_text("互换", exact=False).first.wait_for()
    phone.get_by_role("radio").first.check()
    phone.get_by_label("原因（对方能看到）").fill("孩子开学")
    assert fits(phone)
    phone.get_by_role("button", name="提出").click()
    phone.get_by_text("已问 韩冰").wait_for()

    second = visit("1002", 390)
    second.goto("/rosters/mine/")
    second.get_by_text("1 位同事想和您换班").wait_for()
    second.get_by_role("link", name="去答复").click()
    second.get_by_role("link", name="林涛", exact=False).first.click()
    second.get_by_text("孩子开学").first.wait_for()
    second.get_by_text("守全部规则").wait_for()
    assert fits(second)
    second.get_by_role("button", name="同意", exact=True).click()
    second.get_by_text("双方同意，待批准").first.wait_for()
    assert duty_of(lin, mine)

    desk = visit("9001")
    desk.goto("/rosters/swaps/")
    desk.get_by_role("link", name="林涛", exact=False).first.click()
    desk.get_by_role("button", name="批准", exact=True).click()
    desk.get_by_text("已批准").first.wait_for()
    assert Swap.objects.get().state == "approved"
    assert duty_of(han, mine) and duty_of(lin, other)
    assert duty_of(lin, mine) is None and duty_of(han, other) is None

    for page in (phone, second):
        page.goto("/rosters/mine/")
        page.get_by_role("heading", name="有变化").wait_for()
        page.get_by_role("button", name="看到了").click()
        page.get_by_text("已签收").first.wait_for()
        assert page.get_by_role("heading", name="有变化").count() == 0
        assert fits(page)
    assert not Delivery.objects.filter(message__receipt_wanted=True, receipted_at=None).exists()
    assert str(other.day) in phone.locator(".db-next").inner_text()


@pytest.mark.parametrize("width", [390, 1440])
def test_the_pages_of_ones_duties_fit_their_screen(two, visit, width):
    page = visit("9001", width)
    day = timezone.localdate() + timedelta(days=3)
    for path in ("/rosters/mine/", "/rosters/swaps/", f"/rosters/swaps/new/?day={day}", "/rosters/swaps/take/", "/rosters/swaps/behalf/",
                 "/rosters/wishes/", "/rosters/wishes/calls/", "/rosters/feeds/", "/rosters/waivers/", "/rosters/limits/", "/rosters/fatigue/"):  # fmt: skip
        page.goto(path)
        assert fits(page), path
        assert page.locator("h1").count() >= 1, path


def test_what_is_asked_is_said_in_words_while_the_form_is_filled(two, visit):
    page = visit("9001")
    page.goto("/rosters/ask/")
    page.locator("#asked").get_by_text("4 周").wait_for()
    page.get_by_label("天数", exact=True).fill("14")
    page.get_by_label("最长连班天数").fill("5")
    page.get_by_label("班表名称").click()
    page.locator("#asked").get_by_text("2 周").wait_for()
    page.locator("#asked").get_by_text("最多连上 5 天").wait_for()
