"""The manning board: who is lost and why, who could stand in, the repair in two clicks, the figures before and after."""

import html
import re
from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from diba.plant import actions
from diba.plant.models import Certificate, Role, Substitution
from diba.rosters import actions as rosters
from diba.rosters.actions import reasons, ways
from diba.rosters.models import Duty, Roster

from .plans import duty_of_who_is_off_today

pytestmark = pytest.mark.usefixtures("patient")


def duty_after(roster, days=2):
    return roster.duties.filter(day__gte=roster.first_day + timedelta(days=days)).select_related(
        "person", "post", "watch"
    )[0]


def cell_of(duty):
    return rosters.manning(14).cells[duty.post_id, duty.watch_id, duty.day]


def test_a_cell_names_who_stands_there(plant, roster):
    duty = duty_after(roster)
    cell = cell_of(duty)
    assert [each.person for each in cell.there] == [duty.person]
    assert (cell.standing, cell.needed, cell.margin, cell.short) == (1, 1, 0, 0)


def test_a_fever_is_the_reason_and_its_source_is_the_check_in(plant, roster):
    duty = duty_after(roster)
    plant.check_in(duty.person.name, "38.2")
    (reason,) = reasons.reasons_of(cell_of(duty).lost)
    assert reason.duty.person == duty.person
    assert reason.kind == "待查"
    assert reason.source.startswith("打卡") and "02-14 08:40" in reason.source


def test_an_entered_absence_names_its_author_and_its_end(plant, roster, planner):
    duty = duty_after(roster)
    end = plant.now + timedelta(days=5)
    actions.take_out(duty.person, "leave", plant.now, end, by=planner)
    (reason,) = reasons.reasons_of(cell_of(duty).lost)
    assert "刘敏" in reason.source and reason.until == end


def test_a_certificate_that_ran_out_is_named_with_its_day(plant, roster):
    duty = duty_after(roster)
    last = duty.day - timedelta(days=1)
    Certificate.objects.filter(person=duty.person).update(expires=last)
    Substitution.objects.all().delete()
    lost = [each for each in cell_of(duty).lost if each.person == duty.person]
    (reason,) = reasons.reasons_of(lost)
    assert f"{last:%Y-%m-%d}" in reason.source


def test_who_has_not_reported_is_unknown_not_healthy(plant, roster):
    board = rosters.manning(14)
    assert board.not_heard_from() == board.people
    someone = roster.duties.first().person
    plant.check_in(someone.name)
    assert board.not_heard_from() == board.people - {someone.pk}


def test_a_cell_opens_with_reasons_and_ranked_substitutes(plant, roster, desk):
    duty = duty_after(roster)
    plant.check_in(duty.person.name, "38.2")
    page = desk.get(reverse("rosters:hole"), {"hole": cell_of(duty).key}).content.decode()
    assert duty.person.name in page and "打卡" in page and "谁能顶" in page
    assert desk.get(reverse("rosters:hole"), {"hole": "nonsense"}).status_code == 404


def test_the_headline_counts_to_the_first_hole_whichever_cell_is_open(plant, roster, desk):
    duty = duty_after(roster)
    plant.check_in(duty.person.name, "38.2")
    other = min(
        (cell for cell in rosters.manning(14).cells.values() if not cell.short), key=lambda cell: cell.starts_at
    )
    headline = [
        re.search(r'<h1 class="a".*?</h1>', desk.get(reverse("rosters:manning"), asked).content.decode(), re.S)[0]
        for asked in ({}, {"hole": other.key})
    ]
    assert duty.post.name in headline[0] and headline[0] == headline[1]


def test_a_substitute_that_is_taken_becomes_a_draft_that_fills_the_hole(plant, roster, desk):
    duty = duty_after(roster)
    plant.check_in(duty.person.name, "38.2")
    cell = cell_of(duty)
    fit = next(each for each in rosters.substitutes_for(cell.day, cell.watch, cell.post) if not each.broken)
    answer = desk.post(reverse("rosters:take"), {"hole": cell.key, "person": fit.person})
    draft = Roster.objects.get(repairs=roster)
    assert answer["Location"].endswith(f"#way-{draft.pk}")
    assert draft.duties.get(day=duty.day, person_id=int(fit.person)).post == duty.post
    assert not draft.duties.filter(day=duty.day, person=duty.person).exists()
    after = rosters.manning(14, supposed=rosters.Supposed(instead=draft))
    assert after.cells[duty.post_id, duty.watch_id, duty.day].short == 0
    assert rosters.manning(14).cells[duty.post_id, duty.watch_id, duty.day].short == 1


def test_who_drops_out_is_entered_from_the_cell_he_stands_in(plant, roster, desk):
    duty = duty_after(roster)
    key = cell_of(duty).key
    page = desk.get(reverse("rosters:hole"), {"hole": key}).content.decode()
    (address,) = re.findall(rf'href="([^"]*person={duty.person_id}&amp;[^"]*)"', page)
    form = desk.get(html.unescape(address).partition("#")[0])
    assert form.status_code == 200 and f'<option value="{duty.person_id}" selected>' in form.content.decode()
    data = {"person": duty.person_id, "kind": "sick", "starts_at": f"{duty.day}T00:00"}
    answer = desk.post(html.unescape(address).partition("#")[0], data, follow=True)
    assert answer.redirect_chain == [(f"{reverse('rosters:manning')}?hole={key}", 302)]
    assert f"{duty.person.name}</" in answer.content.decode() and cell_of(duty).short == 1


def test_the_ways_not_chosen_are_no_longer_proposed_once_one_is_published(plant, roster, desk):
    """Another way mends the roster that was: published on top, it would move people who are in their places."""
    planner = plant.account("刘敏", Role.PLANNER)
    # A day later the roster keeps the day that is over, so that it stays in force beside its repair.
    with actions.clock.at(plant.now + timedelta(days=1)):
        duty = duty_after(roster, 4)
        actions.take_out(duty.person, "sick", actions.now())
        cell = cell_of(duty)
        for each in [each for each in rosters.substitutes_for(cell.day, cell.watch, cell.post) if not each.broken][:2]:
            desk.post(reverse("rosters:take"), {"hole": cell.key, "person": each.person})
        second, first = rosters.open_ways()
    with actions.clock.at(plant.now + timedelta(days=1, minutes=1)):
        rosters.publish(second.draft, by=planner)
        roster.refresh_from_db()
        assert roster.state == Roster.State.PUBLISHED
        assert not rosters.open_ways() and not rosters.has_open_ways()
        assert f"way-{first.draft.pk}" not in desk.get(reverse("rosters:manning")).content.decode()
    assert Roster.objects.get(pk=first.draft.pk).state == Roster.State.DRAFT
    # What is made afterwards is proposed.
    with actions.clock.at(plant.now + timedelta(days=1, minutes=2)):
        later = second.draft.duties.filter(day__gte=plant.today + timedelta(days=6)).select_related("person")[0]
        actions.take_out(later.person, "sick", actions.now())
        rosters.find_ways(by=planner)
        assert rosters.open_ways() and first.draft.pk not in [way.draft.pk for way in rosters.open_ways()]


def test_nobody_without_the_certificate_is_taken(plant, roster, desk):
    duty = duty_after(roster)
    for person in ("刘敏", "王芳"):
        desk.post(reverse("rosters:take"), {"hole": cell_of(duty).key, "person": plant[person].pk})
    for forged in ("", "x", "-1", "9" * 30, "²"):
        desk.post(reverse("rosters:take"), {"hole": cell_of(duty).key, "person": forged})
    assert not Roster.objects.exclude(repairs=None).exists()


def test_two_clicks_repair_and_the_figures_say_what_gets_better(plant, roster, desk):
    duty = duty_of_who_is_off_today(roster)
    plant.check_in(duty.person.name, "38.2")
    before = rosters.figures(rosters.manning(14))
    assert before.holes > 0 and before.hours is not None
    desk.post(reverse("rosters:repair"))
    best, *_others = rosters.open_ways()
    assert best.after.holes == 0 and best.after.hours is None and best.count > 0
    page = desk.get(reverse("rosters:manning")).content.decode()
    assert "方案 1" in page and "发布并通知" in page
    desk.post(reverse("rosters:publish", args=[best.draft.pk]))
    assert rosters.manning(14).breach == {}
    assert rosters.open_ways() == []


def test_who_falls_ill_on_a_watch_that_runs_is_mended_from_the_next_one_on(plant, roster, desk):
    running = [
        duty
        for duty in roster.duties.filter(day=plant.today).select_related("person", "watch")
        if duty.watch.span(duty.day)[0] <= plant.now
    ]
    duty = next(duty for duty in running if roster.duties.filter(person=duty.person, day__gt=plant.today).exists())
    plant.check_in(duty.person.name, "38.2")
    desk.post(reverse("rosters:repair"))
    best = rosters.open_ways()[0]
    assert best.count > 0 and best.after.hours == 0, "the watch that runs stays short: nobody is sent there"
    asked = desk.post(reverse("rosters:publish", args=[best.draft.pk]), follow=True).content.decode()
    assert "离开了已开始的" in asked and "不能发布" not in asked
    desk.post(reverse("rosters:publish", args=[best.draft.pk]), {"reason": "值长已知，另派人顶本班"})
    in_force = rosters.duties_between(plant.today, plant.today + timedelta(days=30))
    assert [row.day for row in in_force if row.person_id == duty.person_id] == [plant.today]
    assert rosters.open_ways() == []
    fit = next(each for each in rosters.substitutes_for(duty.day, duty.watch, duty.post) if not each.broken)
    desk.post(reverse("rosters:take"), {"hole": cell_of(duty).key, "person": fit.person})
    assert desk.post(reverse("rosters:publish", args=[rosters.open_ways()[0].draft.pk])).status_code == 302
    assert rosters.manning(14).breach == {}, "somebody was sent there by name"


def test_a_way_for_a_roster_that_was_replaced_is_not_offered(plant, roster, desk, planner):
    duty = duty_after(roster)
    plant.check_in(duty.person.name, "38.2")
    desk.post(reverse("rosters:repair"))
    rosters.publish(rosters.open_ways()[0].draft, by=planner)
    assert Roster.objects.filter(repairs=roster, state="draft").count() < 3
    assert rosters.open_ways() == []


def test_the_live_part_answers_not_modified_until_something_changes(plant, roster, desk):
    url = reverse("rosters:manning_live")
    first = desk.get(url)
    assert desk.get(url, headers={"If-None-Match": first["ETag"]}).status_code == 304
    plant.check_in(duty_after(roster).person.name, "38.2")
    again = desk.get(url, headers={"If-None-Match": first["ETag"]})
    assert again.status_code == 200 and "差" in again.content.decode()


def test_filters_leave_the_post_and_tier_that_were_asked_for(plant, roster, desk):
    page = desk.get(reverse("rosters:manning_live"), {"post": "zhizhang"}).content.decode()
    grid = page[page.index('id="margins"') : page.index("</table>")]
    assert "值长" in grid and "主值班员" not in grid
    assert "没有符合筛选的" in desk.get(reverse("rosters:manning_live"), {"tier": "3"}).content.decode()


def test_the_table_goes_out_as_a_file_with_the_reasons(plant, roster, desk):
    duty = duty_after(roster)
    plant.check_in(duty.person.name, "38.2")
    text = desk.get(reverse("rosters:manning"), {"format": "csv"}).content.decode("utf-8-sig")
    assert "岗位,班次,日期,需要,能到,余量" in text and f"{duty.person.name}：待查" in text
    assert desk.get(reverse("rosters:manning"), {"format": "xlsx"}).content[:2] == b"PK"


def queries_of(desk, url):
    desk.get(url)  # what is asked once a process is out of the way
    with CaptureQueriesContext(connection) as captured:
        assert desk.get(url).status_code == 200
    return len(captured)


def test_the_board_costs_the_same_queries_however_many_are_lost_and_however_many_ways_are_open(plant, roster, desk):
    url, found = reverse("rosters:manning"), []
    for count, ways_open in ((1, 1), (3, 2), (6, 3)):
        for duty in Duty.objects.filter(roster=roster).exclude(day=plant.today)[:count]:
            plant.check_in(duty.person.name, "38.2")
        draft = Roster.objects.create(
            state="draft", repairs=roster, pattern=roster.pattern, split=roster.split, rules=roster.rules,
            first_day=roster.first_day, days=roster.days, asked_at=plant.now,
        )  # fmt: skip
        copied = roster.duties.all()[ways_open:]
        Duty.objects.bulk_create([
            Duty(roster=draft, person=duty.person, day=duty.day, watch=duty.watch, post=duty.post) for duty in copied
        ])  # fmt: skip
        assert len(rosters.open_ways()) == ways_open
        found.append(queries_of(desk, url))
    assert found[0] == found[1] == found[2] <= 48


def test_a_duty_officer_looks_but_does_not_change(plant, roster, client):
    client = plant.signed_in(client, "孙丽", Role.DUTY_OFFICER)
    page = client.get(reverse("rosters:manning")).content.decode()
    assert "找补排" not in page and ways.open_ways() == []
    assert client.post(reverse("rosters:repair")).status_code == 403
    assert client.post(reverse("rosters:take")).status_code == 403
