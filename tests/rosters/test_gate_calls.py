"""Volunteers called for watches at the gates while other calls of theirs run: who is asked, who is drafted, what bars it."""

from datetime import timedelta
from itertools import pairwise

import pytest
from django.urls import reverse

from diba.plant import actions
from diba.plant.models import Delivery, Role, Unit
from diba.rosters.actions import gate_duties, volunteers
from diba.rosters.models import GateDuty, Volunteer

from .gate_calls import called, second


def test_who_signs_up_on_the_phone_is_called_once_he_is_trained(plant, planner, posts, client):
    later = plant.today + timedelta(days=90)
    volunteers.enlist([plant["刘敏"]], by=planner, trained_until=later, insured_until=later)
    branch = Unit.objects.get(code="Z1")
    call = called(plant, planner, posts, units=[branch], skill="")
    asked = Delivery.objects.filter(message__words__startswith="Volunteers wanted at the gates")
    assert plant["孙丽"].pk in asked.values_list("person", flat=True) and plant["刘敏"].pk not in asked.values_list(
        "person", flat=True
    )
    assert not asked.filter(person=plant["王芳"]).exists()
    client = plant.signed_in(client, "孙丽")
    client.post(reverse("rosters:offer"), {"skills": ["driving"], "most_a_week": 1})
    client.post(reverse("rosters:offer"), {"skills": ["flying"], "most_a_week": 99})
    row = Volunteer.objects.get(person=plant["孙丽"])
    assert (row.skills, row.most_a_week, row.trained_until) == (["driving"], 1, None) and row.offered_at
    assert not call.invitations.filter(person=plant["孙丽"]).exists()
    volunteers.enlist([plant["孙丽"]], by=planner, trained_until=later, insured_until=later)
    row.refresh_from_db()
    assert (row.skills, row.most_a_week) == (["driving"], 1) and call.invitations.filter(person=plant["孙丽"]).exists()


def test_who_cannot_what_the_gates_ask_for_is_neither_called_nor_drafted(plant, planner, posts):
    later = plant.today + timedelta(days=90)
    volunteers.enlist([plant["刘敏"]], by=planner, skills=["first_aid"], trained_until=later, insured_until=later)
    volunteers.enlist([plant["孙丽"]], by=planner, skills=["driving"], trained_until=later, insured_until=later)
    call = called(plant, planner, posts, skill="first_aid")
    assert [row.person for row in call.invitations.all()] == [plant["刘敏"]]
    volunteers.answer(call.invitations.get(), True, by=None)
    assert len(gate_duties.gate_problem(call).people) == 1
    Volunteer.objects.filter(person=plant["刘敏"]).update(skills=[])
    assert gate_duties.gate_problem(call) is None


def test_watches_of_another_call_count_in_rest_and_in_what_was_stood(plant, planner, posts, three):
    three("孙丽", 0, "夜"), three("孙丽", -1, "早")
    other = called(plant, planner, posts)
    volunteers.answer(other.invitations.get(person=plant["孙丽"]), True, by=None)
    (person,) = gate_duties.gate_problem(other).people
    assert person.pins == {0: ("夜", gate_duties.ELSEWHERE)} and 0 not in person.days_off
    assert (1, "早") in person.barred and (1, "夜") not in person.barred
    assert person.carried == {"duties": 1, "weekends": 1} and person.before[-1] == "早"


def against(name):
    """Return what all published and drafted watches of somebody break across calls, counted by hand."""
    rows = sorted(
        GateDuty.objects.filter(person__name=name).select_related("watch"), key=lambda row: row.watch.span(row.day)
    )
    most, days = Volunteer.objects.get(person__name=name).most_a_week, [row.day for row in rows]
    found = {"day" for a, b in pairwise(days) if a == b}
    for a, b in pairwise(rows):
        if b.watch.span(b.day)[0] - a.watch.span(a.day)[1] < timedelta(hours=11):
            found.add("rest")
        if a.watch.night and b.watch.night and b.day - a.day == timedelta(days=1):
            found.add("nights")
    found |= {"week" for first in days if sum(first <= day < first + timedelta(days=7) for day in days) > most}
    return found | {"run" for first in days if all(first + timedelta(days=n) in days for n in range(4))}


@pytest.mark.parametrize(
    ("limit", "stands", "days", "theirs"),
    [
        (1, [(0, "早"), (1, "早")], 2, {0}),  # his limit broken already: he is left alone
        (1, [(1, "早")], 2, {0}),
        (1, [(7, "早")], 2, {1}),  # a week after the first day, six days after the second
        (2, [(3, "早"), (8, "早")], 3, {0, 1}),
        (3, [(2, "早")], 7, {2, 3}),  # inside: the others may not fill the week beyond the limit
        (7, [(1, "夜")], 4, {2, 3}),  # no night before or after, no early watch behind it
        (7, [(4, "早"), (5, "早"), (6, "早")], 4, {3}),  # a run of three is enough
        (7, [(-2, "早"), (-1, "早"), (1, "早")], 3, {1}),
    ],
)
def test_watches_of_other_calls_before_inside_and_after_are_kept_clear_of(
    plant, planner, posts, three, limit, stands, days, theirs
):
    Volunteer.objects.filter(person=plant["孙丽"]).update(most_a_week=limit)
    for offset, watch in stands:
        three("孙丽", offset, watch)
    was = against("孙丽")
    call = second(plant, planner, posts, days)
    volunteers.answer(call.invitations.get(person=plant["刘敏"]), False, by=None)
    gate_duties.draft_duties(call, seconds=1)
    assert against("孙丽") == was and call.duties.count() in theirs, call.duties.values_list("day", "watch__code")
    assert call.result["open"] == 3 * days - call.duties.count()


def test_a_draft_is_not_published_beside_watches_published_since(plant, planner, posts, three, client):
    Volunteer.objects.filter(person=plant["孙丽"]).update(most_a_week=1)
    call = second(plant, planner, posts, 2)
    volunteers.answer(call.invitations.get(person=plant["刘敏"]), False, by=None)
    gate_duties.draft_duties(call, seconds=1)
    (mine,) = call.duties.all()
    other = three("孙丽", 5, "早")
    client = plant.signed_in(client, "刘敏", Role.PLANNER)
    step = reverse("rosters:call_step", args=[call.pk])
    page = client.post(step, {"verb": "publish"}, follow=True).content.decode()
    assert "孙丽 在别的招募已有班" in page and f"{mine.day:%m-%d} 排不下" in page
    call.refresh_from_db()
    assert call.state == "drafted"
    GateDuty.objects.filter(pk=other.pk).update(day=mine.day + timedelta(days=7))
    client.post(step, {"verb": "publish"})
    call.refresh_from_db()
    assert call.state == "published"


def test_a_draft_with_nobody_in_it_says_all_is_open_and_why(plant, planner, posts, three, client):
    Volunteer.objects.update(most_a_week=1)
    three("孙丽", 3, "早")
    actions.take_out(plant["刘敏"], "leave", plant.now, plant.now + timedelta(days=9), by=planner)
    call = second(plant, planner, posts, 1)
    client = plant.signed_in(client, "刘敏", Role.PLANNER)
    gate_duties.draft_duties(call)
    assert call.state == "open" and call.result["open"] == call.result["needed"] == 3
    page = client.get(reverse("rosters:call", args=[call.pk])).content.decode()
    assert "3 个位置<em>空 3 个</em>" in page
    assert "孙丽（算上别的招募，已到本人上限）" in page and "刘敏（本人有班、休息不够或缺勤）" in page
    # Whoever stands at another gate all these days is busy, however many he would take.
    Volunteer.objects.update(most_a_week=7)
    GateDuty.objects.filter(person=plant["孙丽"]).update(day=call.first_day)
    assert dict(gate_duties.why_not(call)) == {plant["孙丽"].pk: "busy", plant["刘敏"].pk: "busy"}
