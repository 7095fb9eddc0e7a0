"""A draft edited by hand: the referee answers, the log undoes, two planners do not overwrite each other, publishing wants a reason."""

import json
from datetime import timedelta

import pytest
from django.urls import reverse

from diba.core.errors import BadInput
from diba.plant import actions as plant_actions
from diba.plant.models import Certificate, Post, Role, Watch
from diba.rosters import actions as rosters
from diba.rosters.models import Acceptance, Edit, Roster

from .plans import by_rotation


@pytest.fixture
def roster(plant, planner):
    """A published roster of two weeks from today, made by rotation: six supervisors and six operators, early, off, late, off,
    night, off."""
    return by_rotation(plant, planner)


@pytest.fixture
def draft(plant, roster, planner):
    """A draft of the roster in force: fourteen days from today, every post manned, no rule broken."""
    return rosters.revise(roster, by=planner)


def place(watch, post, pinned=False):
    return rosters.Place(Watch.objects.get(code=watch, pattern__code="3x8").pk, Post.objects.get(code=post).pk, pinned)


def state_of(roster):
    return {(d.person_id, d.day): (d.watch_id, d.post_id, d.pinned) for d in roster.duties.all()}


def a_duty(roster, plant, **more):
    return roster.duties.filter(day__gt=plant.today, **more).select_related("person", "watch", "post").first()


def free_on(roster, day):
    """Return operators who are off on a day."""
    busy = set(roster.duties.filter(day=day).values_list("person", flat=True))
    held = Certificate.objects.exclude(person__in=busy).select_related("person").order_by("person")
    return [row.person for row in held]


def test_a_draft_of_the_roster_in_force_has_its_duties_and_no_conflicts(plant, roster, draft):
    assert state_of(draft) == state_of(roster)
    assert draft.revises == roster
    assert rosters.conflicts_of(rosters.hear(draft)) == []
    assert rosters.changes_to(draft) == {}


def test_a_day_off_by_hand_leaves_a_hole_that_is_named_with_its_numbers(plant, draft, planner):
    duty = a_duty(draft, plant)
    rosters.edit(draft, {(duty.person_id, duty.day): None}, by=planner, version=0)
    (conflict,) = rosters.conflicts_of(rosters.hear(draft))
    assert (conflict.rule, conflict.short, conflict.post, conflict.watch) == ("cover", 1, duty.post, duty.watch)
    assert f"{duty.day:%m-%d}" in conflict.words and duty.post.name in conflict.words


def test_too_little_rest_is_named_with_person_day_and_hours(plant, draft, planner):
    night = a_duty(draft, plant, watch__code="夜")
    following = night.day + timedelta(days=1)
    rosters.edit(draft, {(night.person_id, following): place("早", night.post.code)}, by=planner, version=0)
    words = [c.words for c in rosters.conflicts_of(rosters.hear(draft)) if c.rule == "rest"]
    assert words and night.person.name in words[0] and f"{following:%m-%d}" in words[0]
    assert "0" in words[0] and "11" in words[0]


def test_a_suggestion_for_a_hole_fills_it_and_breaks_nothing(plant, draft, planner):
    duty = a_duty(draft, plant)
    rosters.edit(draft, {(duty.person_id, duty.day): None}, by=planner, version=0)
    found = rosters.suggestions(rosters.hear(draft), duty.day, duty.watch, duty.post)
    best = next(row for row in found if not row.broken and not row.instead)
    where = rosters.Place(duty.watch_id, duty.post_id)
    rosters.edit(draft, {(best.person.pk, duty.day): where}, by=planner, version=1, kind=Edit.Kind.SUBSTITUTE)
    assert rosters.conflicts_of(rosters.hear(draft)) == []
    ranks = [len(row.broken) for row in found]
    assert ranks == sorted(ranks)


def test_undo_and_redo_walk_the_log_and_survive_a_new_look(plant, draft, planner):
    before = state_of(draft)
    one, two = list(draft.duties.filter(day__gt=plant.today))[:2]
    rosters.edit(draft, {(one.person_id, one.day): None}, by=planner, version=0)
    middle = state_of(draft)
    rosters.edit(draft, {(two.person_id, two.day): None}, by=planner, version=1)
    after = state_of(draft)
    assert rosters.undo(draft, by=planner, version=2).number == 3
    assert state_of(draft) == middle
    rosters.undo(draft, by=planner, version=3)
    assert state_of(draft) == before
    assert rosters.undo(draft, by=planner, version=4) is None
    rosters.redo(draft, by=planner, version=4)
    rosters.redo(draft, by=planner, version=5)
    assert state_of(draft) == after
    assert rosters.redo(draft, by=planner, version=6) is None
    assert [edit.kind for edit in draft.edits.all()] == ["set", "set", "undo", "undo", "redo", "redo"]


def test_a_new_change_after_an_undo_ends_what_could_be_done_again(plant, draft, planner):
    one, two = list(draft.duties.filter(day__gt=plant.today))[:2]
    rosters.edit(draft, {(one.person_id, one.day): None}, by=planner, version=0)
    rosters.undo(draft, by=planner, version=1)
    rosters.edit(draft, {(two.person_id, two.day): None}, by=planner, version=2)
    assert rosters.undoable(draft)[1] is None


def test_two_planners_on_different_days_both_count_on_the_same_day_the_second_is_told(plant, draft, planner):
    other = plant.account("孙丽", Role.PLANNER)
    one, two = list(draft.duties.filter(day__gt=plant.today))[:2]
    rosters.edit(draft, {(one.person_id, one.day): None}, by=planner, version=0)
    rosters.edit(draft, {(two.person_id, two.day): None}, by=other, version=0)
    now = state_of(draft)
    with pytest.raises(rosters.Crossed) as crossed:
        rosters.edit(draft, {(one.person_id, one.day): place("夜", one.post.code)}, by=other, version=0)
    assert crossed.value.edits[0].by == planner
    assert state_of(draft) == now
    with pytest.raises(rosters.Crossed):
        rosters.undo(draft, by=planner, version=1)


def test_a_pinned_duty_moves_only_after_it_is_freed(plant, draft, planner):
    duty = a_duty(draft, plant)
    cell, there = (duty.person_id, duty.day), rosters.Place(duty.watch_id, duty.post_id)
    rosters.edit(draft, {cell: there._replace(pinned=True)}, by=planner, version=0, kind=Edit.Kind.PIN)
    with pytest.raises(BadInput) as refused:
        rosters.edit(draft, {cell: None}, by=planner, version=1)
    assert refused.value.reason == "pinned"
    rosters.edit(draft, {cell: there}, by=planner, version=1, kind=Edit.Kind.PIN)
    rosters.edit(draft, {cell: None}, by=planner, version=2)
    assert cell not in state_of(draft)


@pytest.mark.parametrize(
    ("change", "reason"),
    [
        (lambda plant, draft: {(10**6, plant.today): None}, "unknown_person"),
        (lambda plant, draft: {(plant["陈立"].pk, plant.today + timedelta(days=14)): None}, "outside"),
        (lambda plant, draft: {(plant["陈立"].pk, plant.today): rosters.Place(10**6, 1)}, "unknown_place"),
    ],
)
def test_what_cannot_be_written_is_refused_and_nothing_is(plant, draft, planner, change, reason):
    before = state_of(draft)
    with pytest.raises(BadInput) as refused:
        rosters.edit(draft, change(plant, draft), by=planner, version=0)
    assert refused.value.reason == reason
    assert (state_of(draft), rosters.version_of(draft)) == (before, 0)


def test_days_that_are_over_and_published_rosters_are_not_edited(plant, roster, draft, planner):
    duty = a_duty(draft, plant)
    with plant_actions.clock.at(plant.now + timedelta(days=5)), pytest.raises(BadInput) as refused:
        rosters.edit(draft, {(duty.person_id, plant.today + timedelta(days=2)): None}, by=planner, version=0)
    assert refused.value.reason == "past_day"
    with pytest.raises(BadInput) as refused:
        rosters.edit(roster, {(duty.person_id, duty.day): None}, by=planner, version=0)
    assert refused.value.reason == "not_a_draft"


def test_publishing_with_a_conflict_asks_for_a_reason_that_is_kept_with_the_name(plant, roster, draft, planner):
    duty = a_duty(draft, plant)
    rosters.edit(draft, {(duty.person_id, duty.day): None}, by=planner, version=0)
    with pytest.raises(rosters.Disputed) as disputed:
        rosters.sign_off(draft, by=planner)
    assert not disputed.value.impossible
    assert rosters.sign_off(draft, by=planner, reason="当天机组停机检修") == 1
    kept = Acceptance.objects.get(roster=draft)
    assert (kept.by, kept.rules, kept.reason) == (planner, {"cover": 1}, "当天机组停机检修")
    roster.refresh_from_db()
    assert (roster.state, roster.superseded_by) == (Roster.State.SUPERSEDED, draft)


def test_somebody_without_the_certificate_on_a_vital_post_is_never_published(plant, draft, planner):
    duty = a_duty(draft, plant, post__code="zhizhang")
    someone = next(
        p for p in free_on(draft, duty.day) if p.name in ("王海涛", "赵国栋", "刘洋", "韩冰", "林涛", "孙志强")
    )
    there = rosters.Place(duty.watch_id, duty.post_id)
    rosters.edit(draft, {(duty.person_id, duty.day): None, (someone.pk, duty.day): there}, by=planner, version=0)
    with pytest.raises(rosters.Disputed) as disputed:
        rosters.sign_off(draft, by=planner, reason="没有别人")
    assert disputed.value.impossible
    assert someone.name in disputed.value.conflicts[0].words
    draft.refresh_from_db()
    assert draft.state == Roster.State.DRAFT


# The pages


def post(client, name, roster, body):
    return client.post(
        reverse(f"rosters:{name}", args=[roster.pk]),
        body if isinstance(body, str) else json.dumps(body),
        "application/json",
    )


def test_a_change_is_answered_with_cells_conflicts_and_demand(plant, draft, client):
    client = plant.signed_in(client, "刘敏", Role.PLANNER)
    duty = a_duty(draft, plant)
    day = (duty.day - draft.first_day).days
    answer = post(client, "edit", draft, {"version": 0, "kind": "clear", "cells": [[duty.person_id, day]]}).json()
    assert (answer["version"], answer["error"], answer["conflicts"]) == (1, "", 1)
    assert answer["cells"] == [[duty.person_id, day, "", 0, "o"]]
    assert answer["demand"][str(duty.post_id)][day][1] == 1
    assert duty.person.name in answer["undo"]
    assert "<em>缺 1 人</em>" in answer["answer"]
    assert "重新核算" in answer["because"], "what the search proved is not said of what was edited"
    assert "<em>缺 1 人</em>" in client.get(reverse("rosters:roster", args=[draft.pk])).content.decode()
    back = post(client, "undo", draft, {"version": 1}).json()
    assert (back["version"], back["conflicts"], back["undo"]) == (2, 0, "")
    assert back["cells"][0][2] == f"{duty.watch_id}.{duty.post_id}"


def test_the_second_planner_gets_the_sentence_and_the_state_as_it_is(plant, draft, client, planner):
    duty = a_duty(draft, plant)
    day = (duty.day - draft.first_day).days
    rosters.edit(draft, {(duty.person_id, duty.day): None}, by=planner, version=0)
    client = plant.signed_in(client, "孙丽", Role.PLANNER)
    answer = post(client, "edit", draft, {"version": 0, "cells": [[duty.person_id, day, duty.watch_id, duty.post_id]]})
    assert "刘敏" in answer.json()["error"]
    assert answer.json()["cells"] == [[duty.person_id, day, "", 0, "o"]]
    seen = client.get(reverse("rosters:changes", args=[draft.pk]), {"since": 0}).json()
    assert seen["version"] == 1
    assert client.get(reverse("rosters:changes", args=[draft.pk]), {"since": 1}).json() == {}


BODIES = (
    "", "x", "[]", "{}", '{"version": "1", "cells": []}', '{"version": 0, "cells": [[1]]}', '{"version": 0, "cells": [[true, 0]]}',
    '{"version": 0, "cells": [[1, 99999999999]]}', '{"version": -1, "cells": []}', '{"version": 0, "kind": "undo", "cells": []}',
    '{"version": 0, "cells": [[1, 0, "a", "b"]]}', '{"version": 0, "cells": [[3, 0, 1]]}', '{"version": 0, "cells": 3}', "[" * 100_000,
)  # fmt: skip


def test_a_body_that_is_no_change_is_refused_in_words(plant, draft, client):
    client = plant.signed_in(client, "刘敏", Role.PLANNER)
    for body in BODIES:
        answer = post(client, "edit", draft, body)
        assert (answer.status_code, "error" in answer.json()) == (400, True), body
        assert post(client, "undo", draft, body).status_code in (200, 400)
    assert rosters.version_of(draft) == 0


def test_the_chosen_day_says_why_and_who_else(plant, draft, client):
    client = plant.signed_in(client, "刘敏", Role.PLANNER)
    duty = a_duty(draft, plant)
    url = reverse("rosters:cell", args=[draft.pk])
    page = client.get(url, {"person": duty.person_id, "day": duty.day.isoformat()}).content.decode()
    assert duty.person.name in page and "data-take" in page and "全程有效" in page
    page = client.get(url, {"day": duty.day.isoformat(), "watch": duty.watch_id, "post": duty.post_id}).content.decode()
    assert duty.person.name in page
    for bad in (
        {},
        {"day": "x"},
        {"day": "2020-02-15", "person": "9" * 30},
        {"day": "2031-01-01"},
        {"day": "2020-02-15", "watch": "1"},
    ):
        assert client.get(url, bad).status_code == 200


@pytest.mark.parametrize(
    "query",
    ["", "?span=week", "?span=day&from=2020-02-16", "?view=post", "?view=post&span=week&from=x", "?span=nonsense"],
)
def test_every_view_of_a_roster_costs_a_constant_number_of_queries(
    plant, roster, client, query, django_assert_max_num_queries
):
    client = plant.signed_in(client, "刘敏", Role.PLANNER)
    client.get(reverse("rosters:roster", args=[roster.pk]))
    with django_assert_max_num_queries(45):
        page = client.get(reverse("rosters:roster", args=[roster.pk]) + query).content.decode()
    assert "陈立" in page


def test_only_the_planner_edits(plant, draft, client):
    client = plant.signed_in(client, "高建军", Role.DUTY_OFFICER)
    assert post(client, "edit", draft, {"version": 0, "cells": []}).status_code == 403
    page = client.get(reverse("rosters:roster", args=[draft.pk])).content.decode()
    assert "data-edit=" not in page


def test_the_page_asks_for_the_reason_and_says_which_rules(plant, draft, client, planner):
    client = plant.signed_in(client, "刘敏", Role.PLANNER)
    duty = a_duty(draft, plant)
    rosters.edit(draft, {(duty.person_id, duty.day): None}, by=planner, version=0)
    url = reverse("rosters:publish", args=[draft.pk])
    page = client.post(url).content.decode()
    assert "理由" in page and duty.post.name in page and page.count("返回修改</a>") == 1
    assert client.post(url, {"reason": ""}).status_code == 200
    client.post(url, {"reason": "停机检修"})
    draft.refresh_from_db()
    assert draft.state == Roster.State.PUBLISHED


def test_another_patterns_watch_is_not_written(plant, draft, planner):
    duty = a_duty(draft, plant)
    other = rosters.Place(Watch.objects.get(code="白").pk, duty.post_id)
    with pytest.raises(BadInput):
        rosters.edit(draft, {(duty.person_id, duty.day): other}, by=planner, version=0)
