"""Publishing a draft that time has gone by: what was stood stays, and what was agreed to since is not undone unseen."""

import io
from datetime import timedelta

import pytest
from django.urls import reverse
from openpyxl import load_workbook

from diba.core.errors import BadInput
from diba.plant import actions
from diba.plant.models import Delivery, WatchPattern
from diba.rosters import actions as rosters
from diba.rosters.fatigue_sheet import fatigue_xlsx
from diba.rosters.models import Acceptance, Duty, Roster, Rule, Split, Wish

from .plans import by_rotation, day, duty_of_who_is_off_today

pytestmark = pytest.mark.usefixtures("patient")


def later(plant, **span):
    return actions.clock.at(plant.now + timedelta(**span))


def empty(plant, by, first=1, days=10, **more):
    """Return a draft in which nobody stands."""
    return Roster.objects.create(
        state=Roster.State.DRAFT, pattern=WatchPattern.objects.get(code="3x8"), first_day=day(first), days=days,
        rules={**rosters.DEFAULT_RULES, "block": 0}, asked_by=by, asked_at=actions.now(), **more,
    )  # fmt: skip


def standing(first, last):
    return {(duty.person_id, duty.day, duty.watch_id, duty.post_id) for duty in rosters.duties_between(first, last)}


def give(plant, roster, offset, by):
    """Give one duty of a day to somebody who is off then, as an approved swap does; return (giver, taker, the duty)."""
    ill = set(actions.absences_between(plant.now, plant.now + timedelta(days=20)).values_list("person", flat=True))
    rows = Duty.objects.filter(day=day(offset)).select_related("watch", "post", "person")
    busy = {row.person_id for row in rows} | ill
    for duty in rows.filter(roster=roster).exclude(person__in=ill):
        free = roster.duties.filter(post=duty.post).exclude(person__in=busy).select_related("person").first()
        if free:
            break
    taker = free.person
    rosters.correct(
        {(duty.person_id, duty.day): None, (taker.pk, duty.day): (duty.watch, duty.post)}, by=by, reason="换班"
    )
    return duty.person, taker, duty


# What is over


def test_a_draft_that_lay_for_days_leaves_what_was_stood_as_it_was(plant, month, planner):
    draft = empty(plant, planner, 1, 10)
    was = standing(day(1), day(3))
    with later(plant, days=4):
        rosters.publish(draft, by=planner)
        draft.refresh_from_db()
        assert (draft.first_day, draft.days) == (day(4), 7)
        assert was and standing(day(1), day(3)) == was
        assert standing(day(4), day(10)) == set()
        assert standing(day(11), day(13))


def test_the_block_goes_on_where_it_is_when_a_draft_is_shortened(plant, month, planner):
    split = Split.objects.create(at=plant.now, pattern=month.pattern)
    draft = empty(plant, planner, 1, 10, split=split)
    Roster.objects.filter(pk=draft.pk).update(rules={**draft.rules, "block": 3})
    with later(plant, days=4):
        rosters.publish(draft, by=planner)
    draft.refresh_from_db()
    assert draft.rules["offset"] == 3


def test_a_repair_kept_overnight_leaves_yesterday(plant, month, planner, desk, client):
    gone = duty_of_who_is_off_today(month)
    actions.take_out(gone.person, "sick", plant.now)
    desk.post(reverse("rosters:repair"))
    draft = rosters.open_ways()[0].draft
    yesterday = month.duties.filter(day=plant.today)[0]
    Duty.objects.filter(roster=draft, person=yesterday.person_id, day=plant.today).delete()
    with later(plant, days=1):
        client.logout()
        plant.signed_in(client, "刘敏")
        page = desk.post(reverse("rosters:publish", args=[draft.pk]), {"reason": "已核对"}, follow=True)
        assert "之前的日子仍按当时的班表" in page.content.decode()
        assert (yesterday.person_id, plant.today) in {row[:2] for row in standing(plant.today, plant.today)}


def test_days_that_no_roster_covered_are_published_as_they_were_drawn_up(plant, planner):
    draft = by_rotation(plant, planner, days=5, publish=False, first=day(-3))
    rosters.publish(draft, by=planner)
    draft.refresh_from_db()
    assert draft.first_day == day(-3) and standing(day(-3), day(-1))


def test_a_draft_whose_days_are_all_over_is_refused(plant, month, planner, desk):
    draft = empty(plant, planner, 1, 2)
    with later(plant, days=5):
        with pytest.raises(BadInput) as refused:
            rosters.publish(draft, by=planner)
        assert refused.value.reason == "is_over"
        page = desk.post(reverse("rosters:publish", args=[draft.pk]), {"reason": "x"}, follow=True).content.decode()
        assert "都已过去" in page
    draft.refresh_from_db()
    assert draft.state == Roster.State.DRAFT and draft.days == 2


# What was agreed to since


def repair_of(month, plant, desk):
    gone = duty_of_who_is_off_today(month)
    actions.take_out(gone.person, "sick", plant.now)
    desk.post(reverse("rosters:repair"))
    return [way.draft for way in rosters.open_ways()]


def test_a_swap_approved_after_a_repair_was_found_is_not_undone_unseen(plant, month, planner, desk):
    draft = repair_of(month, plant, desk)[0]
    with later(plant, minutes=5):
        giver, taker, duty = give(plant, month, 9, planner)
    with later(plant, minutes=10):
        with pytest.raises(BadInput) as refused:
            rosters.publish(draft, by=planner)
        assert refused.value.reason == "overtaken"
        assert set(refused.value.value) == {(giver.name, duty.day.isoformat()), (taker.name, duty.day.isoformat())}
        page = desk.post(reverse("rosters:publish", args=[draft.pk])).content.decode()
        assert f"{taker.name} {duty.day:%m-%d}：草案拟定之后" in page and "把这些日子并入草案" in page
        draft.refresh_from_db()
        assert draft.state == Roster.State.DRAFT
        # Taken over by one click, it is published and the swap stands.
        page = desk.post(reverse("rosters:publish", args=[draft.pk]), {"carry": "1"}, follow=True).content.decode()
        assert "改了 2 人日" in page and not rosters.overtaken(draft)
        assert desk.post(reverse("rosters:publish", args=[draft.pk]), {"reason": "已核对"}).status_code == 302
        there = {row[0] for row in standing(duty.day, duty.day) if row[2:] == (duty.watch_id, duty.post_id)}
        assert there == {taker.pk}


def test_undoing_it_on_purpose_takes_a_reason_that_is_kept(plant, month, planner, desk):
    draft = repair_of(month, plant, desk)[0]
    with later(plant, minutes=5):
        giver, _taker, duty = give(plant, month, 9, planner)
    with later(plant, minutes=10):
        desk.post(reverse("rosters:publish", args=[draft.pk]), {"reason": "两人都同意改回"})
        assert (giver.pk, duty.day, duty.watch_id, duty.post_id) in standing(duty.day, duty.day)
    assert Acceptance.objects.get(roster=draft).rules["overtaken"] == 2


def test_a_day_that_was_edited_in_the_draft_afterwards_is_decided(plant, month, planner, desk):
    draft = repair_of(month, plant, desk)[0]
    with later(plant, minutes=5):
        giver, taker, duty = give(plant, month, 9, planner)
    with later(plant, minutes=7):
        place = rosters.Place(duty.watch_id, duty.post_id, True)
        rosters.edit(draft, {(giver.pk, duty.day): place}, by=planner, version=0)
        assert [cell.person for cell in rosters.overtaken(draft)] == [taker]


def test_two_planners_who_click_different_ways_do_not_both_publish(plant, month, planner, desk):
    first, second, *_more = repair_of(month, plant, desk)
    with later(plant, minutes=1):
        rosters.publish(first, by=planner)
        was = standing(plant.today, day(13))
    with later(plant, minutes=2):
        with pytest.raises(BadInput):
            rosters.publish(second, by=planner)
        assert "草案拟定之后" in desk.post(reverse("rosters:publish", args=[second.pk])).content.decode()
        assert standing(plant.today, day(13)) == was


def test_a_draft_searched_on_from_an_old_one_is_as_old(plant, month, planner, desk):
    draft = repair_of(month, plant, desk)[0]
    with later(plant, minutes=5):
        give(plant, month, 9, planner)
    with later(plant, minutes=6):
        following = rosters.search_on(draft, 5, by=planner)
        Roster.objects.filter(pk=following.pk).update(state=Roster.State.DRAFT)
    with later(plant, minutes=10), pytest.raises(BadInput):
        rosters.publish(following, by=planner)


def test_a_revision_made_after_the_swap_is_up_to_date(plant, month, planner):
    with later(plant, minutes=5):
        give(plant, month, 9, planner)
    with later(plant, minutes=6):
        draft = rosters.revise(month, by=planner)
    with later(plant, minutes=7):
        assert rosters.publish(draft, by=planner) == 0


# Who is told


def test_a_repair_says_nothing_of_wishes_and_runs_to_those_it_leaves_alone(plant, month, planner, desk):
    wisher = month.duties.order_by("-person")[0].person
    Wish.objects.create(person=wisher, day=day(10), by=planner, at=plant.now)
    draft = repair_of(month, plant, desk)[0]
    first = draft.duties.filter(person=wisher).order_by("day").first()
    for roster in (month, draft):  # two days in a row, in the repair as in the month
        Duty.objects.create(roster=roster, person=wisher, day=first.day + timedelta(days=1), watch=first.watch, post=first.post)  # fmt: skip
    touched = {person.pk for person in rosters.changes_to(draft)}
    assert wisher.pk not in touched
    before = Delivery.objects.filter(person=wisher).count()
    rosters.set_limit(Rule.RUN, 1, kind="plant", source="厂规", starts_on=plant.today, by=planner, hard=False)
    rosters.publish(draft, by=planner)
    assert Delivery.objects.filter(person=wisher).count() == before
    warned = Delivery.objects.filter(message__words__startswith="From {day} you work")
    assert 0 < warned.count() == warned.filter(person__in=touched).count()


def test_those_silent_about_the_big_roster_stay_on_the_board_after_a_small_repair(plant, month, planner, desk):
    """Whoever the repair touches counts there; he whom it leaves alone has still not confirmed the roster it repairs."""
    told = {one.person for one in rosters.told_of(month)}
    draft = repair_of(month, plant, desk)[0]
    touched = set(rosters.changes_to(draft))
    rosters.publish(draft, by=planner)
    for row in Delivery.objects.filter(message__receipt_wanted=True, person__in=touched):
        if rosters.told_of(draft) and row.pk in {notice.delivery_id for notice in draft.notices.all()}:
            actions.receipt(row)
    month.refresh_from_db()
    assert month.state == Roster.State.SUPERSEDED and told - touched
    assert rosters.unconfirmed() == [(month, len(told - touched))]
    page = desk.get(reverse("rosters:manning")).content.decode()
    assert f"{len(told - touched)} 人未签收新班次" in page and reverse("rosters:told", args=[month.pk]) in page
    with later(plant, days=20):
        assert rosters.unconfirmed() == []


def test_the_board_names_whose_silent_people_it_counts_where_several_rosters_have_some(plant, month, planner, desk):
    assert f"{month}：" not in desk.get(reverse("rosters:manning")).content.decode()
    by_rotation(plant, planner, first=plant.today + timedelta(days=14))
    page, silent = desk.get(reverse("rosters:manning")).content.decode(), rosters.unconfirmed()
    assert len(silent) == 2 and all(f"{row}：{count} 人未签收新班次" in page for row, count in silent)


def test_a_name_that_a_spreadsheet_would_run_is_led_by_an_apostrophe(plant, month):
    person = month.duties.first().person
    person.name = "=1+1"
    book = load_workbook(io.BytesIO(fatigue_xlsx([(person, rosters.loads()[person.pk])])))
    assert book.active.cell(2, 2).value == "'=1+1"
