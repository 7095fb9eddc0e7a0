"""Haibowan 2020 from its workbook: what cannot be manned, what can, and what ten people mean."""

import re
from datetime import date, timedelta
from pathlib import Path

import pytest

from diba.core.errors import NoSolution
from diba.plant import actions
from diba.plant.actions import importing
from diba.plant.models import Certificate, Person, Role, WatchPattern
from diba.rosters import actions as rosters
from diba.rosters.models import Roster

EXAMPLES = Path(__file__).resolve().parents[2] / "examples"
DAY = date(2020, 2, 14)


@pytest.fixture
def haibowan(db):
    bring("haibowan-2020.xlsx")


def sign_in(client):
    """Sign 郝建国 in as planner and duty officer, as docs/examples.md opens his account."""
    account = actions.open_account(Person.objects.get(name="郝建国"), "haibowan-2020-pass", must_change=False)
    for role in (Role.PLANNER, Role.DUTY_OFFICER):
        actions.grant(account, role)
    client.force_login(account, backend="diba.plant.login.StaffNumberOrPhone")


def bring(name):
    row, plan, _reading = importing.dry_run((EXAMPLES / name).read_bytes(), name)
    assert plan.refused == []
    importing.confirm(row)


def test_two_teams_on_three_watches_are_refused_with_the_numbers(haibowan):
    assert Person.objects.count() == 15
    with pytest.raises(NoSolution) as error:
        rosters.split_staff(WatchPattern.objects.get(code="3x8"), by=None)
    (sentence,) = rosters.clash_words(error.value.clash)
    part = error.value.clash[0]
    assert part["needed"] > part["available"]
    assert str(part["needed"]) in sentence and str(part["available"]) in sentence


def test_on_two_watches_of_twelve_hours_it_is_solved(haibowan):
    pattern = WatchPattern.objects.get(code="2x12")
    split = rosters.adopt(rosters.split_staff(pattern, by=None), by=None)
    made = rosters.ask_now(pattern, DAY, 12, by=None, split=split, rules={"seconds": 10}, deterministic=True)
    assert made.state == Roster.State.DRAFT, made.result
    assert made.result["holes"] == []
    assert made.duties.count() == 12 * 6


def test_with_ten_left_one_team_shows_its_longest_run_and_depth(haibowan):
    bring("haibowan-2020-ten-left.xlsx")
    pattern = WatchPattern.objects.get(code="3x8")
    split = rosters.adopt(rosters.split_staff(pattern, by=None, one_team=True), by=None)
    assert split.figures["size"] == {"A": 10, "B": 0, "R": 5}
    rules = {"block": 0, "seconds": 10, "longest_run": 30, "most_nights_in_row": 30}
    made = rosters.ask_now(pattern, DAY, 21, by=None, split=split, rules=rules, deterministic=True)
    assert made.state == Roster.State.DRAFT, made.result
    assert made.result["longest_run"] == 21  # three inspectors for three watches: nobody of them has a day off
    rosters.publish(made, by=None)
    whole, rows, _hard = rosters.depth(actions.today())
    assert whole.depth == 0
    assert {post.name: row.depth for post, row in rows}["大坝点检员"] == 0


def test_certificates_that_run_out_are_named_and_renewing_them_comes_first_with_a_link(haibowan, client):
    lapse = DAY + timedelta(days=6)
    held = Certificate.objects.filter(qualification__name="大坝点检员证").order_by("person__staff_no")
    names = list(held.values_list("person__name", flat=True))
    Certificate.objects.filter(pk__in=held.values("pk")[1:]).update(expires=lapse)
    pattern = WatchPattern.objects.get(code="2x12")
    rules = {"block": 0, "seconds": 5, "longest_run": 9, "most_nights_in_row": 9}
    made = rosters.ask_now(pattern, DAY, 10, by=None, rules=rules, deterministic=True)
    assert made.state == Roster.State.IMPOSSIBLE
    words = rosters.clash_words(made.result["clash"], made.first_day, pattern.pk)[0]
    assert f"有效至 {lapse:%m-%d}" in words and all(name in words for name in names[1:])
    first, *others = rosters.advice_words(made.result["advice"], made.first_day, pattern.pk)
    assert first.startswith("续办 1 张大坝点检员证书，至少续到 02-23") and f"有效至 {lapse:%m-%d}" in first
    assert not any("02-22" in advice and "；" in advice for advice in others)
    sign_in(client)
    page = client.get(f"/rosters/{made.pk}/").content.decode()
    assert "/register/certificates/" in page
    Certificate.objects.filter(person__name__in=[name for name in names if name in first]).update(expires=None)
    assert rosters.ask_now(pattern, DAY, 10, by=None, rules=rules, deterministic=True).state == Roster.State.DRAFT


@pytest.mark.one_database
def test_overtime_that_is_lacking_is_named_and_raising_it_as_its_link_says_frees_the_month(haibowan, client):
    bring("haibowan-2020-ten-left.xlsx")
    pattern = WatchPattern.objects.get(code="2x12")
    rules = {"block": 0, "seconds": 10, "longest_run": 30, "most_nights_in_row": 30}
    made = rosters.ask_now(pattern, DAY, 28, by=None, rules=rules, deterministic=True)
    words = "".join(rosters.clash_words(made.result["clash"], made.first_day, pattern.pk))
    assert "每人最多上 209 小时：每周 44 小时，另每月最多加班 36 小时" in words
    advice = next(words for words in rosters.advice_words(made.result["advice"], DAY, pattern.pk) if "加班" in words)
    assert advice.startswith("每月最多加班 36→62 小时") and "." not in advice
    sign_in(client)
    page = client.get(f"/rosters/{made.pk}/").content.decode()
    assert "/rosters/waivers/?rule=overtime_hours&amp;value=62" in page
    (address,) = set(re.findall(r'/rosters/limits/\?[^"]*', page))
    address = address.replace("&amp;", "&")
    form = client.get(address).context["form"]
    values = {name: form[name].initial for name in form.fields if form[name].initial not in (None, "", False)}
    assert values["value"] == 62 and values["rule"] == "overtime_hours"
    assert client.post(address, {**values, "source": "厂部决定"}).status_code == 302
    assert rosters.ask_now(pattern, DAY, 28, by=None, rules=rules, deterministic=True).state == Roster.State.DRAFT


# What docs/examples.md says to enter for the ten who were left, by the labels of the pages.
TEAMS, WAIVERS = ["只要一组"], ["最多连上，天", "最多连续夜班，个"]
QUESTION = {"天数": 21, "每组在厂几天后换组（0：不换）": 0, "最长连班天数": 21, "最多连续夜班": 21}


def test_the_ten_who_were_left_are_rostered_with_the_values_of_the_manual(haibowan, client):
    manual = (EXAMPLES.parent / "docs/examples.md").read_text()
    bring("haibowan-2020-ten-left.xlsx")
    sign_in(client)
    for address, labels in (("teams", TEAMS), ("waivers", WAIVERS), ("ask", QUESTION)):
        page = client.get(f"/rosters/{address}/").content.decode()
        assert [
            label for label in labels if label not in page or f"{label} {QUESTION.get(label, '')}".strip() not in manual
        ] == []
    pattern = WatchPattern.objects.get(code="3x8").pk
    with actions.clock.at(actions.day_start(DAY) + timedelta(hours=8)):
        division = client.post("/rosters/teams/", {"pattern": pattern, "crews": 1, "one_team": "on"})
        assert client.post(division.url).status_code == 302
        last = DAY + timedelta(days=20)
        question = {
            "pattern": pattern, "split": rosters.split_in_force().pk, "first_day": DAY, "days": 21, "block": 0, "rest_hours": 11,
            "longest_run": 21, "most_nights_in_row": 21, "seconds": 20,
        }  # fmt: skip
        assert "豁免" in client.post("/rosters/ask/", question).content.decode()
        for rule in ("longest_run", "most_nights_in_row"):
            sent = {
                "rule": rule,
                "value": 21,
                "first_day": DAY,
                "last_day": last,
                "reason": "十人留守",
                "name": "郝建国",
            }
            assert client.post("/rosters/waivers/", sent).status_code == 302
        asked = client.post("/rosters/ask/", question)
        made = rosters.draft(Roster.objects.get(pk=int(asked.url.rstrip("/").rpartition("/")[2])))
    assert made.state == Roster.State.DRAFT, made.result
    assert made.result["longest_run"] == 21
    page = client.get(asked.url).content.decode()
    assert "最长连班 21 天" in page and "；各组深度 A 0" in page
