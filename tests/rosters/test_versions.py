"""Drafts beside each other, a search that goes on with its pins, who was told and who has not confirmed."""

from datetime import timedelta

import pytest
from django.urls import reverse

from diba.core.errors import BadInput
from diba.plant import actions as plant_actions
from diba.plant.models import Delivery, Message, Role
from diba.rosters import actions as rosters
from diba.rosters.actions.searching import MOST_POINTS, Trace
from diba.rosters.models import Edit, Roster

from .plans import by_rotation


def day_off(roster, planner):
    """Give one duty of a draft free by hand; return it."""
    duty = roster.duties.filter(day__gt=roster.first_day).select_related("person", "watch", "post")[0]
    version = rosters.version_of(roster)
    rosters.edit(roster, {(duty.person_id, duty.day): None}, by=planner, version=version)
    return duty


def test_two_drafts_show_their_figures_and_only_the_cells_that_differ(plant, draft, planner):
    other = by_rotation(plant, planner, publish=False)
    duty = day_off(other, planner)
    one, two = rosters.columns_of([draft, other])
    assert (one.holes, two.holes, one.broken, two.broken) == (0, 1, 0, 0)
    assert one.nights[1] >= one.nights[0] >= 2
    assert one.longest_run == 1
    assert one.changed_cells - two.changed_cells == 1
    days, lines = rosters.differing([one, two])
    assert days == [duty.day]
    ((person, cells),) = lines
    assert person == duty.person
    assert [cell and cell.watch for cell in cells[duty.day]] == [duty.watch, None]


def test_rosters_of_other_days_are_compared_on_the_days_they_share(plant, draft, planner):
    later = by_rotation(plant, planner, publish=False, first=plant.today + timedelta(days=6))
    days, lines = rosters.differing(rosters.columns_of([draft, later]))
    assert (days, lines) == ([], [])


def test_rosters_without_a_day_in_common_are_not_called_the_same(plant, draft, planner, client):
    later = by_rotation(plant, planner, publish=False, first=plant.today + timedelta(days=60))
    page = plant.signed_in(client, "刘敏", Role.PLANNER).get(reverse("rosters:compare"), {"r": [draft.pk, later.pk]})
    assert "没有共同的日子" in page.content.decode() and "完全相同" not in page.content.decode()


def test_a_search_goes_on_from_a_draft_and_its_pins_stay(plant, draft, planner, django_capture_on_commit_callbacks):
    duty = draft.duties.filter(day__gt=plant.today)[0]
    place = rosters.Place(duty.watch_id, duty.post_id, True)
    rosters.edit(draft, {(duty.person_id, duty.day): place}, by=planner, version=0, kind=Edit.Kind.PIN)
    with django_capture_on_commit_callbacks():
        following = rosters.search_on(draft, 2, by=planner)
    assert (following.state, following.revises) == (Roster.State.ASKED, draft)
    rosters.draft(following)
    following.refresh_from_db()
    assert following.state == Roster.State.DRAFT, following.result
    kept = following.duties.get(person=duty.person_id, day=duty.day)
    assert (kept.watch_id, kept.post_id, kept.pinned) == (duty.watch_id, duty.post_id, True)
    (column,) = rosters.columns_of([draft])
    assert following.result["objective"] <= column.points
    assert following.result["trace"][-1][1] == following.result["objective"]
    draft.refresh_from_db()
    assert draft.state == Roster.State.DRAFT


def test_only_a_draft_is_searched_on_for_a_sensible_time(plant, draft, planner):
    with pytest.raises(BadInput):
        rosters.search_on(draft, 0, by=planner)
    rosters.publish(draft, by=planner)
    draft.refresh_from_db()
    with pytest.raises(BadInput):
        rosters.search_on(draft, 10, by=planner)


def test_a_trace_keeps_changes_only_and_never_grows_without_end():
    trace = Trace()
    for n in range(1000):
        trace.add({"seconds": n / 10, "objective": 1000 - n // 2, "bound": 5})
    assert len(trace.points) <= MOST_POINTS
    assert all(one[1] > two[1] for one, two in zip(trace.points, trace.points[1:], strict=False))
    trace.add({"seconds": 101, "objective": trace.points[-1][1], "bound": 5})
    assert trace.points[-1][0] < 101


def test_who_was_told_is_known_and_only_the_silent_are_told_again(plant, draft, planner):
    count = rosters.publish(draft, by=planner)
    told = rosters.told_of(draft)
    assert len(told) == count == 12
    first = Delivery.objects.get(person=told[0].person, message__receipt_wanted=True)
    plant_actions.receipt(first)
    before = Message.objects.count()
    assert rosters.tell_again(draft, by=planner) == 11
    assert Message.objects.count() == before + 1
    told = rosters.told_of(draft)
    assert [one.confirmed_at is not None for one in told] == [False] * 11 + [True]
    assert {one.times for one in told[:11]} == {2}
    # The form sent twice tells nobody twice; a minute later it is meant.
    assert rosters.tell_again(draft, by=planner) == 0 and Message.objects.count() == before + 1
    with plant_actions.clock.at(plant.now + timedelta(seconds=61)):
        assert rosters.tell_again(draft, by=planner) == 11


def test_the_silent_whose_duty_is_nearest_stand_first_and_who_cannot_sign_in_is_named(plant, draft, planner, client):
    rosters.publish(draft, by=planner)
    told = rosters.told_of(draft)
    begins = [one.next for one in told]
    assert len(set(begins)) > 1 and begins == sorted(begins) and begins[0] > plant_actions.now()
    someone = told[0].person
    plant.account(someone.name)
    assert [one.reachable for one in rosters.told_of(draft)] == [True] + [False] * 11
    client = plant.signed_in(client, "刘敏", Role.PLANNER)
    page = client.get(reverse("rosters:told", args=[draft.pk])).content.decode()
    assert page.count("无账号") == 11 and f"{begins[0].astimezone():%m-%d}" in page
    # The manning board leads there until all have confirmed.
    assert "12 人未签收新班次" in client.get(reverse("rosters:manning")).content.decode()
    plant_actions.receipt(Delivery.objects.get(person=someone, message__receipt_wanted=True))
    assert rosters.unconfirmed() == [(draft, 11)] and rosters.told_of(draft)[-1].person == someone
    assert "未签收新班次" not in plant.signed_in(client, "周文斌", Role.DUTY_OFFICER).get(reverse("rosters:manning")).content.decode()  # fmt: skip


def test_the_pages_of_versions(plant, draft, planner, client, django_assert_max_num_queries):
    client = plant.signed_in(client, "刘敏", Role.PLANNER)
    other = by_rotation(plant, planner, publish=False)
    day_off(other, planner)
    compare = reverse("rosters:compare")
    with django_assert_max_num_queries(110):
        page = client.get(compare, {"r": [draft.pk, other.pk]}).content.decode()
    assert "发布这一份" in page and "缺员人次" in page
    for bad in ("x", "9" * 30, "-1", str(2**31)):
        assert client.get(compare, {"r": [bad, draft.pk]}).status_code == 200
    assert client.post(reverse("rosters:search_on", args=[draft.pk]), {"seconds": "x"}).status_code == 302
    assert client.post(reverse("rosters:search_on", args=[draft.pk]), {"seconds": "2"})["Location"] == reverse(
        "rosters:roster", args=[Roster.objects.latest("id").pk]
    )
    client.post(reverse("rosters:publish", args=[draft.pk]))
    page = client.get(reverse("rosters:told", args=[draft.pk])).content.decode()
    assert "未签收" in page and "陈立" in page
    client.post(reverse("rosters:told", args=[draft.pk]))
    assert (
        "不到一分钟前刚再通知过" in client.post(reverse("rosters:told", args=[draft.pk]), follow=True).content.decode()
    )
    assert {one.times for one in rosters.told_of(draft)} == {2}
    assert "#" in client.get(reverse("rosters:list")).content.decode()
    searching = Roster.objects.filter(state=Roster.State.ASKED)[0]
    searching.job.progress = {
        "share": 0.5,
        "objective": 120,
        "bound": 100,
        "holes": 1,
        "trace": [[0.5, 140, 90, 1], [1, 120, 100, 1]],
    }
    searching.job.save(update_fields=["progress"])
    page = client.get(reverse("rosters:roster", args=[searching.pk])).content.decode()
    assert 'data-chart="search"' in page and "差距 16.7" in page


@pytest.mark.parametrize(
    ("role", "name", "may"),
    [
        (Role.PLANNER, "刘敏", {"compare", "told", "sheet", "cell", "changes"}),
        (Role.DUTY_OFFICER, "高建军", {"compare", "cell", "changes"}),
        (None, "林涛", set()),
    ],
)
def test_who_may_open_the_pages_of_a_draft(plant, draft, client, role, name, may):
    client = plant.signed_in(client, name, *([role] if role else []))
    for page in ("compare", "told", "sheet", "cell", "changes"):
        url = reverse(f"rosters:{page}", args=[] if page == "compare" else [draft.pk])
        assert (client.get(url).status_code != 403) == (page in may), page
    if role != Role.PLANNER:
        for page in ("edit", "undo", "redo", "revise", "search_on", "told", "sheet"):
            assert client.post(reverse(f"rosters:{page}", args=[draft.pk])).status_code == 403, page
