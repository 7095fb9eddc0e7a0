"""A week of 126 watches at seven days' gates by sixty sign-ups with limits: filled, fair, swapped by rule, told, thanked."""

import random
from collections import Counter
from datetime import timedelta
from itertools import pairwise

import pytest
from django.urls import reverse

from diba.core.errors import BadInput
from diba.plant import actions
from diba.plant.models import Absence, Delivery, Person, Role, Unit
from diba.rosters.actions import gate_duties, gate_hours, gate_swaps, volunteers
from diba.rosters.models import GateDuty, GateSwap, Volunteer

from .gate_calls import DAYS, GATES, called, second

SIGNED_UP = 60


def signed_up(plant, planner):
    """Sixty people of the office with limits of their own: one to four watches, training that ends, an absence."""
    office = Unit.objects.get(code="D02")
    people = [
        Person.objects.create(staff_no=f"5{n:03d}", name=f"志愿者{n}", unit=office, joined=plant.today) for n in range(SIGNED_UP)
    ]  # fmt: skip
    chance = random.Random(5)
    later = plant.today + timedelta(days=90)
    for n, person in enumerate(people):
        ends = plant.today + timedelta(days=4) if n % 15 == 0 else later
        volunteers.enlist([person], by=planner, trained_until=ends, insured_until=later, most_a_week=chance.choice((1, 2, 2, 3, 3, 4)))  # fmt: skip
    actions.take_out(people[7], "leave", plant.now + timedelta(days=3), plant.now + timedelta(days=6), by=planner)
    return people


@pytest.fixture
def week(plant, planner, posts):
    """The week as the engine drafts it, published; some offered only some of the days."""
    signed_up(plant, planner)
    call = called(plant, planner, posts)
    chance = random.Random(7)
    days = [str(call.first_day + timedelta(days=n)) for n in range(DAYS)]
    for n, invitation in enumerate(call.invitations.order_by("person_id")):
        volunteers.answer(invitation, True, sorted(chance.sample(days, 4)) if n % 4 == 1 else (), by=None)
    gate_duties.draft_duties(call, seconds=2)
    volunteers.publish_call(call, by=planner)
    return call


def broken(call):
    """Return what the watches break, counted here by hand and not by the referee."""
    found, rows = [], call.duties.select_related("watch", "person__volunteer")
    for person in {row.person for row in rows}:
        mine = sorted((*row.watch.span(row.day), row) for row in rows if row.person_id == person.pk)
        volunteer = person.volunteer
        if len(mine) > volunteer.most_a_week:
            found.append((person.name, "limit"))
        for (_start, end, row), (start, _end, following) in pairwise(mine):
            if start - end < timedelta(hours=11):
                found.append((person.name, "rest"))
            if row.watch.night and following.watch.night and following.day - row.day == timedelta(days=1):
                found.append((person.name, "nights"))
        found += [(person.name, "training") for _s, _e, row in mine if not volunteer.may_stand_on(row.day)]
        for away in Absence.objects.filter(person=person):
            found += [
                (person.name, "away") for start, end, _row in mine if start < away.ends_at and away.starts_at < end
            ]
    return found


def test_126_watches_are_filled_fairly_swapped_by_rule_and_shown(plant, planner, week, client):
    assert week.duties.count() == GATES * 3 * DAYS == 126 and week.result["open"] == 0
    assert broken(week) == []
    offered = {row.invitation.person_id: set(row.days) for row in volunteers.answers(week)}
    assert all(duty.day in offered[duty.person_id] for duty in week.duties.all() if offered[duty.person_id])
    rows, spread = gate_hours.shares(
        week, list(week.duties.select_related("person", "watch")), volunteers.answers(week)
    )
    # 126 by sixty is 2.1 each; who takes three could not be spared, and nobody who would do two or more stands idle.
    assert max(row.watches for row in rows) <= 3
    assert [
        row.person.name for row in rows if row.watches < min(row.most, 2) and _has_two_days(week, row.person, offered)
    ] == []
    assert sum(n * people for n, people in spread) == 126 and sum(people for _n, people in spread) == SIGNED_UP
    assert max(row.nights for row in rows) <= 2
    _swapped(plant, week)
    client = plant.signed_in(client, "刘敏", Role.PLANNER)
    page = client.get(reverse("rosters:call", args=[week.pk])).content.decode()
    assert "126 个位置全部" in page and "60 人，每人" in page and 'data-chart="count"' in page and "志愿者5 →" in page


def _has_two_days(week, person, offered):
    """Say whether somebody could stand on two days that lie apart, whatever the watches."""
    days = [week.first_day + timedelta(days=n) for n in range(DAYS)]
    away = [(row.starts_at.date(), row.ends_at.date()) for row in Absence.objects.filter(person=person)]
    free = [
        day for day in days
        if (not offered[person.pk] or day in offered[person.pk]) and person.volunteer.may_stand_on(day)
        and not any(first <= day + timedelta(days=1) and day <= last for first, last in away)
    ]  # fmt: skip
    return bool(free) and (max(free) - min(free)).days > 1


def _swapped(plant, week):
    """Walk all ways the page offers for a few watches, and as many that it does not: only those offered go through."""
    chance, done, refused = random.Random(3), 0, Counter()
    for duty in chance.sample(list(week.duties.select_related("person", "watch", "post", "call")), 12):
        duty.refresh_from_db()
        ways = gate_swaps.Scales().ways(duty)
        if ways:
            way = chance.choice(ways)
            swap = gate_swaps.ask(duty, way.person, way.back, by=None)
            gate_swaps.agree(swap, by=None)
            done += 1
        allowed = {way.person.pk for way in ways if way.back is None}
        duty.refresh_from_db()
        for other in chance.sample(list(Volunteer.objects.exclude(person__in=[*allowed, duty.person_id])), 2):
            if gate_swaps.Scales().faults({duty.pk: other.person_id}):
                with pytest.raises(BadInput) as error:
                    gate_swaps.ask(duty, other.person, by=None)
                refused[error.value.reason] += 1
    assert done >= 8 and len(refused) >= 2, (done, refused)
    assert broken(week) == [] and week.duties.count() == 126
    first = week.duties.get(pk=week.duties.order_by("pk")[0].pk)
    taker = Person.objects.get(name="志愿者6")
    GateSwap.objects.create(
        duty=first, giver=Person.objects.get(name="志愿者5"), taker=taker, gave="x", asked_at=plant.now
    )


def test_a_swap_against_a_rule_is_refused_with_the_rule(plant, three):
    night, again = three("刘敏", 1, "夜"), three("孙丽", 0, "夜")
    for fault, moves in (
        ("most_nights_in_row", {night.pk: plant["孙丽"].pk}),
        ("not_listed", {night.pk: plant["林涛"].pk}),
    ):
        assert fault in gate_swaps.Scales().faults(moves)
    early = three("孙丽", 2, "早")
    assert gate_swaps.Scales().faults({night.pk: plant["孙丽"].pk, again.pk: plant["刘敏"].pk}) == {"rest"}
    Volunteer.objects.filter(person=plant["刘敏"]).update(trained_until=plant.today)
    assert "training" in gate_swaps.Scales().faults({early.pk: plant["刘敏"].pk})
    Volunteer.objects.filter(person=plant["孙丽"]).update(most_a_week=2)
    assert "most_in_week" in gate_swaps.Scales().faults({night.pk: plant["孙丽"].pk})


def test_two_watches_of_one_day_are_exchanged_and_the_other_decides(plant, three, client):
    mine, other = three("刘敏", 1, "早"), three("孙丽", 1, "夜")
    client = plant.signed_in(client, "刘敏")
    address = reverse("rosters:gate_swap", args=[mine.pk])
    assert "孙丽" in client.get(address).content.decode()
    for bad in ({"taker": "x"}, {"taker": plant["孙丽"].pk, "back": 10**6}, {"taker": plant["林涛"].pk}, {}):
        client.post(address, bad)
    assert not GateSwap.objects.exists()
    client.post(address, {"taker": plant["孙丽"].pk, "back": other.pk})
    swap = GateSwap.objects.get()
    answer = reverse("rosters:gate_swap_answer", args=[swap.pk])
    client.post(answer, {"verb": "agree"})  # not by him who asked
    swap.refresh_from_db()
    assert swap.state == "asked"
    client.logout()
    client = plant.signed_in(client, "林涛")
    assert client.post(answer, {"verb": "agree"}).status_code == 404
    assert client.get(address).status_code == 404
    client.logout()
    client = plant.signed_in(client, "孙丽")
    assert "刘敏想与您换一班" in client.get(reverse("rosters:calls")).content.decode()
    client.post(answer, {"verb": "agree"})
    mine.refresh_from_db(), other.refresh_from_db(), swap.refresh_from_db()
    assert swap.state == "done" and (mine.watch.code, other.watch.code) == ("夜", "早")
    assert mine.person == plant["刘敏"] and other.person == plant["孙丽"]
    client.post(answer, {"verb": "refuse"})
    swap.refresh_from_db()
    assert swap.state == "done"


def test_a_watch_that_changed_hands_meanwhile_is_not_given_again(plant, three):
    mine = three("刘敏", 1, "早")
    swap = gate_swaps.ask(mine, plant["孙丽"], by=None)
    with pytest.raises(BadInput) as error:
        gate_swaps.ask(mine, plant["孙丽"], by=None)
    assert error.value.reason == "asked_already"
    GateDuty.objects.filter(pk=mine.pk).update(person=plant["孙丽"])
    with pytest.raises(BadInput):
        gate_swaps.agree(swap, by=None)
    assert gate_swaps.end(swap, by=None, refuse=False) and not gate_swaps.end(swap, by=None, refuse=False)


@pytest.mark.parametrize("side", ["gave", "got"])
def test_nobody_is_put_on_another_watch_than_the_one_he_agreed_to(plant, three, planner, client, side):
    """On one day the rows change watch and gate and keep their people: the question shows the watch as it was asked."""
    mine, other = three("刘敏", 1, "早"), three("孙丽", 1, "夜")
    later = plant.today + timedelta(days=90)
    volunteers.enlist([plant["陈立"]], by=planner, trained_until=later, insured_until=later, most_a_week=3)
    third = three("陈立", 4, "中")
    if side == "gave":
        asked = gate_swaps.ask(mine, plant["陈立"], by=None)
    else:  # 陈立 asks for her early watch, which is another by now
        asked = gate_swaps.ask(third, plant["刘敏"], mine, by=None)
    GateDuty.objects.update(reminded_at=plant.now)
    gate_swaps.agree(gate_swaps.ask(other, plant["刘敏"], mine, by=None), by=None)
    mine.refresh_from_db(), other.refresh_from_db()
    assert (mine.watch.code, other.watch.code) == ("夜", "早")
    assert (mine.reminded_at, other.reminded_at) == (None, None)  # of another watch he is reminded anew
    with pytest.raises(BadInput) as error:
        gate_swaps.agree(asked, by=None)
    assert error.value.reason == "moved"
    client = plant.signed_in(client, asked.taker.name)
    text = client.post(reverse("rosters:gate_swap_answer", args=[asked.pk]), {"verb": "agree"}, follow=True)
    assert "已换成别的班" in text.content.decode()
    asked.refresh_from_db(), mine.refresh_from_db(), third.refresh_from_db()
    assert (asked.state, mine.person.name, third.person.name) == ("asked", "刘敏", "陈立")
    assert gate_swaps.end(asked, by=None, refuse=True)
    assert (
        gate_swaps.ask(mine, plant["陈立"], by=None).gave.split()[1] == "夜班"
    )  # asked anew, it is the one that stands


def test_a_volunteer_is_reminded_once_by_day_before_the_watch(plant, three):
    three("刘敏", 0, "早"), three("孙丽", 0, "夜")
    first = actions.day_start(plant.today + timedelta(days=2))

    def told(name):
        return Delivery.objects.filter(person=plant[name], message__words__startswith="You stand at the gates").count()

    for hours, early, night in ((-9, 0, 0), (-5, 1, 0), (-4, 1, 0), (-1, 1, 0), (6.5, 1, 0), (8.5, 1, 1), (9, 1, 1)):
        with actions.clock.at(first + timedelta(hours=hours)):
            gate_hours.remind()
        assert (told("刘敏"), told("孙丽")) == (early, night), hours


def test_thanks_name_what_was_stood_and_only_the_desk_opens_those_of_others(plant, planner, three, client):
    duty, missed = three("孙丽", -2, "夜"), three("孙丽", -1, "早")
    row = Volunteer.objects.get(person=plant["孙丽"])
    client = plant.signed_in(client, "孙丽")
    assert "目前还没有" in client.get(reverse("rosters:my_thanks")).content.decode()
    with actions.clock.at(plant.now + timedelta(days=3)):
        for each, came in ((duty, True), (missed, False)):
            volunteers.attend(GateDuty.objects.select_related("call").get(pk=each.pk), came, 450, by=planner)
    done = gate_hours.thanks(row)
    assert (done.watches, done.nights, done.minutes, done.gates) == (1, 1, 450, ["1 号卡口"])
    page = client.get(reverse("rosters:my_thanks")).content.decode()
    assert "感谢证书" in page and "7.5" in page and "1 号卡口" in page
    assert client.get(reverse("rosters:thanks", args=[row.pk])).status_code == 403
    client.logout()
    client = plant.signed_in(client, "刘敏", Role.PLANNER)
    assert "孙丽" in client.get(reverse("rosters:thanks", args=[row.pk])).content.decode()


def test_swaps_weigh_the_watches_of_all_calls(plant, planner, posts, three):
    Volunteer.objects.update(most_a_week=1)
    call = second(plant, planner, posts, 1, offset=3)
    call.state = "published"
    call.save()
    given = three("刘敏", 0, "早")
    there = GateDuty.objects.create(
        call=call, person=plant["孙丽"], day=call.first_day, watch=given.watch, post=posts[0]
    )
    assert gate_swaps.Scales().faults({given.pk: plant["孙丽"].pk}) == {"most_in_week"}
    Volunteer.objects.update(most_a_week=7)
    night = call.pattern.watches.get(code="夜")
    GateDuty.objects.update(watch=night)
    GateDuty.objects.filter(pk=there.pk).update(day=given.day + timedelta(days=1))
    assert gate_swaps.Scales().faults({given.pk: plant["孙丽"].pk}) == {"most_nights_in_row"}
