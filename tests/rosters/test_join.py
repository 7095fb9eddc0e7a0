"""The join: an operator reports 38.2 °C, the manning board names post and hours, a repair is published, those changed are told."""

from datetime import timedelta

import pytest
from django.urls import reverse

from diba.core.errors import BadInput, NoSolution
from diba.plant import actions
from diba.plant.models import Certificate, Delivery, Role, Task, WatchPattern
from diba.rosters import actions as rosters
from diba.rosters.models import Duty, Roster

from .plans import duty_of_who_is_off_today


def test_a_published_roster_mans_every_post(plant, roster):
    board = rosters.manning(14)
    assert board.cells and board.breach == {}
    assert all(cell.margin == 0 for cell in board.cells.values())


def test_a_fever_shows_the_hours_to_breach_at_once_and_asks_the_planner(plant, roster):
    duty = duty_of_who_is_off_today(roster)
    plant.check_in(duty.person.name, "38.2")
    ill = Duty.objects.filter(roster=roster, person=duty.person, day__gte=plant.today).order_by("day", "watch__starts")
    cell = rosters.manning(14).first_breach()
    assert duty.person in {lost.person for lost in cell.lost}
    clock = {post.name: hours for post, hours, _cell in rosters.breach_clock()}
    coming = [
        d
        for d in ill
        if rosters.problem_of
        and actions.day_start(d.day) + timedelta(hours=d.watch.starts.hour) + timedelta(minutes=d.watch.minutes)
        > plant.now
    ]
    start = actions.day_start(coming[0].day) + timedelta(hours=coming[0].watch.starts.hour)
    assert clock[coming[0].post.name] == max(0, int((start - plant.now).total_seconds() // 3600))
    assert Task.objects.filter(role=Role.PLANNER, key__startswith="breach:").exists()


def test_a_repair_mends_it_and_publishing_tells_those_who_changed(plant, roster, planner):
    duty = duty_of_who_is_off_today(roster)
    plant.check_in(duty.person.name, "38.2")
    base, ways = rosters.repairs_for(seconds=6)
    assert ways and not ways[0].after.holes
    from diba.rosters.actions import repairing

    draft = repairing.keep(base, ways[0], by=planner)
    changes = rosters.changes_to(draft)
    before = Delivery.objects.count()
    told = rosters.publish(draft, by=planner)
    assert told == len(changes) == Delivery.objects.count() - before
    assert rosters.manning(14).breach == {}
    assert not rosters.duties_between(plant.today + timedelta(days=1), plant.today + timedelta(days=13), duty.person)


def test_a_certificate_that_runs_out_is_a_hole(plant, roster):
    duty = duty_of_who_is_off_today(roster)
    Certificate.objects.filter(person=duty.person).update(expires=duty.day - timedelta(days=1))
    lost = {d.person for cell in rosters.manning(14).cells.values() for d in cell.lost}
    assert duty.person in lost


def test_days_without_a_roster_are_unknown_not_manned(plant, roster):
    board = rosters.manning(20)
    post = board.posts[0]
    assert board.worst(post, plant.today + timedelta(days=16)) is None


def test_the_board_costs_the_same_queries_however_many_people(plant, roster, django_assert_max_num_queries):
    with django_assert_max_num_queries(14):
        rosters.manning(14)


def test_only_a_draft_is_published_and_only_once(plant, roster, planner):
    with pytest.raises(BadInput):
        rosters.publish(roster, by=planner)
    assert not rosters.drop(roster, by=planner)


def test_a_later_roster_takes_the_place_of_the_earlier_for_its_days(plant, roster, planner):
    pattern = WatchPattern.objects.get(code="2x12")
    later = rosters.ask_now(
        pattern, plant.today + timedelta(days=7), 14, by=planner, rules={"block": 0, "seconds": 5}, deterministic=True
    )
    rosters.publish(later, by=planner)
    days = {duty.day: duty.roster_id for duty in rosters.duties_between(plant.today, plant.today + timedelta(days=20))}
    assert days[plant.today + timedelta(days=6)] == roster.pk
    assert days[plant.today + timedelta(days=7)] == later.pk


def test_two_teams_alternate_by_blocks_and_never_meet(plant, planner):
    pattern = WatchPattern.objects.get(code="2x12")
    split = rosters.adopt(rosters.split_staff(pattern, by=planner, crews=1.4), by=planner)
    made = rosters.ask_now(
        pattern, plant.today, 14, by=planner, split=split, rules={"block": 7, "seconds": 5}, deterministic=True
    )
    assert made.state == Roster.State.DRAFT, made.result
    team = dict(split.memberships.values_list("person", "team"))
    for duty in made.duties.all():
        assert team[duty.person_id] == ("A" if (duty.day - plant.today).days < 7 else "B")


def test_an_impossible_request_is_kept_with_its_numbers(plant, planner):
    pattern = WatchPattern.objects.get(code="3x8")
    with pytest.raises(NoSolution) as error:
        rosters.split_staff(pattern, by=planner, crews=3)
    (sentence,) = rosters.clash_words(error.value.clash)
    assert any(character.isdigit() for character in sentence)
    for person in Certificate.objects.filter(qualification__code="ZZ")[1:]:
        person.delete()
    made = rosters.ask_now(pattern, plant.today, 7, by=planner, rules={"block": 0, "seconds": 5}, deterministic=True)
    assert made.state == Roster.State.IMPOSSIBLE
    assert made.result["clash"][0]["needed"] > made.result["clash"][0]["available"]
    assert "值长" in rosters.clash_words(made.result["clash"], made.first_day)[0]


def test_the_planner_walks_from_question_to_publication(plant, client, planner, django_capture_on_commit_callbacks):
    client = plant.signed_in(client, "刘敏", Role.PLANNER)
    question = {"pattern": WatchPattern.objects.get(code="3x8").pk, "first_day": "2020-02-15", "days": 7, "block": 0, "rest_hours": 11,
                "longest_run": 6, "most_nights_in_row": 4, "seconds": 3}  # fmt: skip
    with django_capture_on_commit_callbacks():
        response = client.post(reverse("rosters:ask"), question)
    made = Roster.objects.latest("id")
    assert response["Location"] == reverse("rosters:roster", args=[made.pk])
    assert made.state == Roster.State.ASKED
    from diba.plant.actions.jobs import run_job

    run_job.call(str(made.job_id))
    made.refresh_from_db()
    assert made.state == Roster.State.DRAFT
    page = client.get(reverse("rosters:roster", args=[made.pk])).content.decode()
    assert "陈立" in page
    assert client.get(reverse("rosters:roster", args=[made.pk]) + "?format=xlsx").content[:2] == b"PK"
    client.post(reverse("rosters:publish", args=[made.pk]))
    made.refresh_from_db()
    assert made.state == Roster.State.PUBLISHED
    for bad in (
        {"days": 0},
        {"days": 9999},
        {"first_day": "x"},
        {"rest_hours": -1},
        {"pattern": 999},
        {"seconds": 10**9},
    ):
        assert client.post(reverse("rosters:ask"), {**question, **bad}).status_code == 200


def test_ones_own_duties_are_ones_own(plant, roster, client):
    someone = roster.duties.filter(day__gte=plant.today)[0].person
    client = plant.signed_in(client, someone.name)
    assert (
        roster.duties.filter(person=someone).first().post.name in client.get(reverse("rosters:mine")).content.decode()
    )
    assert client.get(reverse("rosters:roster", args=[roster.pk])).status_code == 403


def test_a_second_repair_still_knows_which_team_is_on_site(plant, planner):
    """The repair begins inside a block; what is asked of it later counts the blocks from where the first roster began."""
    pattern = WatchPattern.objects.get(code="2x12")
    split = rosters.adopt(rosters.split_staff(pattern, by=planner, crews=1.4), by=planner)
    made = rosters.ask_now(
        pattern, plant.today, 14, by=planner, split=split, rules={"block": 3, "seconds": 5}, deterministic=True
    )
    rosters.publish(made, by=planner)

    def unfit(standing):
        """Return the duties that the problem of now does not allow."""
        problem = standing.problem
        return [key for key, place in standing.plan.items() if not problem.may(problem.person[key[0]], key[1], *place)]

    with actions.clock.at(plant.now + timedelta(days=4)):
        first = rosters.as_things_stand()
        assert first.roster.first_day == plant.today + timedelta(days=4) and not unfit(first)
        begun = made.duties.filter(day=first.roster.first_day).values("person")  # who stands today stays, ill or not
        lost = made.duties.filter(day__gt=first.roster.first_day).exclude(person__in=begun).order_by("day", "pk")[0]
        actions.take_out(lost.person, "sick", plant.now + timedelta(days=4))
        rosters.find_ways(by=planner)
        rosters.publish(Roster.objects.filter(state=Roster.State.DRAFT)[0], by=planner)
        again = rosters.as_things_stand()
        assert again.roster.rules["offset"] == 4 and not unfit(again)
    with actions.clock.at(plant.now + timedelta(days=5)):
        later = rosters.as_things_stand()
        assert later.roster.rules["offset"] == 5 and not unfit(later)
