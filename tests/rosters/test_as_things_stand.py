"""What a repair, N-1 and a what-if look at: the days of one question, everybody who stands, the level of now."""

import pytest
from django.urls import reverse

from diba.plant import actions
from diba.plant.models import Certificate, LevelChange, Manning, Post, Qualification, Site, Watch, WatchPattern
from diba.rosters import actions as rosters
from diba.rosters.actions import sweeping, what_if
from diba.rosters.actions.as_things_stand import asks_the_same
from diba.rosters.models import Duty, Membership, Roster, Split

from .plans import day, duty_of_who_is_off_today

pytestmark = pytest.mark.usefixtures("patient")


def another(plant, by, first, days, pattern="2x12", **rules):
    """Publish a roster of other watches over some of the days: at each post one person on each watch, two days each."""
    row = Roster.objects.create(
        state=Roster.State.DRAFT, pattern=WatchPattern.objects.get(code=pattern), first_day=day(first), days=days,
        rules={**rosters.DEFAULT_RULES, "block": 0, **rules}, asked_by=by, asked_at=plant.now,
    )  # fmt: skip
    watches = list(Watch.objects.filter(pattern=row.pattern).order_by("starts"))
    for post in Post.objects.all():
        held = list(Certificate.objects.filter(qualification__in=post.qualifications.all()).order_by("person"))
        for offset in range(days):
            for turn, watch in enumerate(watches):
                person = held[(2 * offset + turn) % len(held)].person
                Duty.objects.create(roster=row, person=person, day=day(first + offset), watch=watch, post=post)
    rosters.publish(row, by=by)
    return row


def level(number, now):
    return LevelChange.objects.create(site=Site.objects.get(), level=number, starts_at=now, reason="x", at=now)


def test_a_repair_ends_before_the_days_of_a_roster_of_other_watches(plant, month, planner, desk):
    later = another(plant, planner, 5, 4)
    before = set(later.duties.values_list("person", "day", "watch", "post"))
    gone = duty_of_who_is_off_today(month)
    actions.take_out(gone.person, "sick", plant.now)
    page = desk.post(reverse("rosters:repair"), follow=True).content.decode()
    ways = rosters.open_ways()
    assert page.count(f"看到 {day(4):%m-%d} 为止") == 1 + len(ways), "in the answer and at each way"
    assert ways and all(way.until == day(4) for way in ways)
    desk.post(reverse("rosters:publish", args=[ways[0].draft.pk]))
    there = rosters.duties_between(day(5), day(8))
    assert {(duty.person_id, duty.day, duty.watch_id, duty.post_id) for duty in there} == before


def test_a_hole_under_the_later_roster_is_filled_by_its_own_watches(plant, month, planner, desk):
    later = another(plant, planner, 5, 4)
    duty = later.duties.filter(day=day(6)).select_related("person")[0]
    actions.take_out(duty.person, "sick", actions.day_start(day(6)), actions.day_start(day(7)))
    cell = rosters.manning(14).cells[duty.post_id, duty.watch_id, duty.day]
    assert desk.get(reverse("rosters:hole"), {"hole": cell.key}).status_code == 200
    fit = next(each for each in rosters.substitutes_for(cell.day, cell.watch, cell.post) if each.fits)
    desk.post(reverse("rosters:take"), {"hole": cell.key, "person": fit.person})
    (way,) = rosters.open_ways()
    assert way.draft.repairs == later and way.draft.pattern.code == "2x12" and way.after.holes == 0
    # The search, too, goes on to where something is short when nothing is before.
    desk.post(reverse("rosters:repair"))
    assert {way.draft.repairs for way in rosters.open_ways()} == {later}


def test_a_sweep_and_a_what_if_end_there_too(plant, month, planner):
    another(plant, planner, 5, 4)
    row = sweeping.run_sweep(sweeping.ask_sweep(by=planner, kinds=["person"], seconds=20))
    assert row.last_day == day(4)
    asked = what_if.start_what_if("一人", by=planner)
    gone = duty_of_who_is_off_today(month)
    found = what_if.best_way(what_if.supposed(what_if.suppose_gone(asked, [gone.person_id], plant.today, by=planner)))
    assert found["until"] == str(day(4))
    assert all(change["day"] <= found["until"] for change in found["changes"])


def test_a_block_that_goes_on_is_one_question_and_another_phase_is_not(plant):
    pattern = WatchPattern.objects.get(code="3x8")
    split = Split.objects.create(at=plant.now, pattern=pattern)
    rules = {**rosters.DEFAULT_RULES, "block": 3}

    def made(first, **more):
        return Roster(pattern=pattern, split=split, first_day=day(first), days=9, rules={**rules, **more})

    assert asks_the_same(made(0), made(4, offset=4)) and asks_the_same(made(0), made(6, seconds=99, fair_nights=0))
    assert not asks_the_same(made(0), made(4)) and not asks_the_same(made(0), made(0, rest_hours=9))
    assert not asks_the_same(made(0), made(0, first_team="B"))


def test_who_stands_and_is_in_no_team_keeps_his_duties_in_a_repair(plant, month, planner):
    """A division is in force; somebody who came after it was made stands for another: nobody of the teams is lost to it."""
    split = Split.objects.create(at=plant.now, pattern=month.pattern, adopted_at=plant.now, by=planner)
    members = month.duties.order_by("person").values_list("person", flat=True).distinct()
    Membership.objects.bulk_create([Membership(split=split, person_id=person, team="A") for person in members])
    Roster.objects.filter(pk=month.pk).update(split=split)
    newcomer, held = plant["刘敏"], Qualification.objects.get(code="ZB")
    Certificate.objects.create(person=newcomer, qualification=held, issued=plant.today, expires=day(900))
    given = month.duties.filter(post__code="zhuzhi", day=day(4))[0]
    rosters.correct(
        {(given.person_id, given.day): None, (newcomer.pk, given.day): (given.watch, given.post)},
        by=planner, reason="代班",
    )  # fmt: skip
    gone = month.duties.filter(post__code="zhizhang", day__gte=day(2)).exclude(
        person__in=month.duties.filter(day=plant.today).values("person")
    )[0]
    actions.take_out(gone.person, "sick", plant.now)
    _found, ways = rosters.repairs_for(seconds=4)
    assert ways and all(way.roster.get((str(newcomer.pk), 4)) == (given.watch.code, "zhuzhi") for way in ways)


def test_the_level_that_was_declared_since_is_what_a_repair_and_a_sweep_look_at(plant, month, planner, desk):
    for row in Manning.objects.filter(level=0, post__code="zhuzhi", watch__code="中"):
        Manning.objects.create(post=row.post, watch=row.watch, level=1, minimum=2)
    old = sweeping.run_sweep(sweeping.ask_sweep(by=planner, kinds=["person"], seconds=20))
    level(1, plant.now)
    assert rosters.figures(rosters.manning(14)).holes and sweeping.is_stale(old)
    desk.post(reverse("rosters:repair"))
    best = rosters.open_ways()[0]
    assert best.draft.level == 1 and best.after.holes < rosters.figures(rosters.manning(14)).holes
    rosters.publish(best.draft, by=planner)
    new = sweeping.run_sweep(sweeping.ask_sweep(by=planner, kinds=["person"], seconds=20))
    assert '"needed": 2' in new.problem.replace('"needed":2', '"needed": 2')


def test_a_supposed_level_mans_posts_that_nobody_needs_now(plant, month, planner):
    post = Post.objects.create(code="gate", name="隔离区巡检", place="厂区")
    post.qualifications.add(Qualification.objects.get(code="ZB"))
    Manning.objects.create(post=post, watch=Watch.objects.get(pattern=month.pattern, code="早"), level=3, minimum=1)
    asked = what_if.start_what_if("三级", by=planner)
    row = what_if.suppose_level(asked, 3, day(2), by=planner)
    found = what_if.best_way(what_if.supposed(row), seconds=4)
    sent = {change["day"] for change in found["changes"] if change["after"] and change["after"][1] == "gate"}
    open_on = {hole["day"] for hole in found["holes"] if hole["post"] == "gate"}
    assert sent and sent | open_on == {str(day(offset)) for offset in range(2, 14)}


def test_somebody_is_taken_though_a_post_with_duties_went_out_of_use(plant, month, planner, desk):
    duty = month.duties.filter(post__code="zhuzhi", day=day(3)).select_related("person", "post", "watch")[0]
    Post.objects.filter(code="zhizhang").update(active=False)
    actions.take_out(duty.person, "sick", plant.now)
    cell = rosters.manning(14).cells[duty.post_id, duty.watch_id, duty.day]
    fit = next(each for each in rosters.substitutes_for(cell.day, cell.watch, cell.post) if each.fits)
    desk.post(reverse("rosters:take"), {"hole": cell.key, "person": fit.person})
    (way,) = rosters.open_ways()
    assert way.draft.duties.filter(day=duty.day, person_id=int(fit.person), post=duty.post).exists()
    assert not way.draft.duties.filter(post__code="zhizhang").exists()


def test_a_repair_that_somebody_edits_is_not_dropped_by_the_next_search(plant, month, planner, desk):
    gone = duty_of_who_is_off_today(month)
    actions.take_out(gone.person, "sick", plant.now)
    desk.post(reverse("rosters:repair"))
    edited, *others = [way.draft for way in rosters.open_ways()]
    duty = edited.duties.filter(day__gte=day(1))[0]
    rosters.edit(edited, {(duty.person_id, duty.day): None}, by=planner, version=0)
    desk.post(reverse("rosters:repair"))
    edited.refresh_from_db()
    assert edited.state == Roster.State.DRAFT
    assert not Roster.objects.filter(pk__in=[each.pk for each in others], state=Roster.State.DRAFT).exists()
