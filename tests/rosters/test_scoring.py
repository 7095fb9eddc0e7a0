"""Where the cost comes from, why not somebody, and what was changed after publishing."""

from datetime import timedelta

from diba.core import rostering
from diba.plant import actions
from diba.plant.models import Person, Post, Role, Watch, WatchPattern
from diba.rosters import actions as rosters
from diba.rosters.models import Roster

from ..conftest import TODAY


def planner(plant, client):
    return plant.signed_in(client, "刘敏", Role.PLANNER)


def test_the_score_adds_up_to_the_referees_cost_in_every_view(plant, roster):
    hearing = rosters.hear(roster)
    found = rosters.score_of(hearing)
    assert found.total == rostering.check(hearing.problem, hearing.plan).objective > 0
    assert sum(points for _rule, points, _parts in found.by_rule) == found.total


def test_the_score_page_is_sorted_and_exported(plant, roster, client):
    client = planner(plant, client)
    total = rosters.score_of(rosters.hear(roster)).total
    for by in ("rule", "person", "day"):
        assert f"代价 {total}" in client.get(f"/rosters/{roster.pk}/score/?by={by}&sort=name").content.decode()
    assert client.get(f"/rosters/{roster.pk}/score/?format=xlsx").content[:2] == b"PK"
    assert client.get(f"/rosters/{roster.pk}/score/?format=csv").content.decode("utf-8-sig").startswith("规则")


def test_why_not_names_the_certificate_that_is_missing(plant, roster, client):
    watch, post = Watch.objects.get(code="早", pattern=roster.pattern), Post.objects.get(code="zhizhang") if Post.objects.filter(code="zhizhang").exists() else Post.objects.filter(qualifications__code="ZZ").first()  # fmt: skip
    sent = {"person": plant["林涛"].pk, "day": TODAY + timedelta(days=3), "watch": watch.pk, "post": post.pk}
    page = planner(plant, client).get(f"/rosters/{roster.pk}/why/", sent).content.decode()
    assert "不可以" in page and "证书" in page


def test_why_not_of_a_day_kept_free_says_what_keeps_it_free(plant, roster, client):
    day = TODAY + timedelta(days=3)
    watch, post = Watch.objects.get(code="早", pattern=roster.pattern), Post.objects.filter(qualifications__code="ZB").first()  # fmt: skip
    busy = roster.duties.filter(day=day).values("person")  # whoever stands there already is asked nothing of
    person = Person.objects.filter(certificates__qualification__code="ZB").exclude(pk__in=busy).first()
    sent = {"person": person.pk, "day": day, "watch": watch.pk, "post": post.pk}
    absence = actions.take_out(person, "training", actions.now(), actions.day_start(day + timedelta(days=2)))
    page = planner(plant, client).get(f"/rosters/{roster.pk}/why/", sent).content.decode()
    assert f"培训，至 {day + timedelta(days=2):%m-%d} 00:00" in page and "另一组" not in page
    absence.ends_at = None
    absence.save()
    assert "培训，至另行通知" in client.get(f"/rosters/{roster.pk}/why/", sent).content.decode()


def test_why_not_on_the_other_teams_days_names_both_teams(plant, client):
    by = plant.account("刘敏", Role.PLANNER)
    split = rosters.adopt(rosters.split_staff(WatchPattern.objects.get(code="2x12"), by=by, crews=1.4), by=by)
    made = rosters.ask_now(
        WatchPattern.objects.get(code="2x12"),
        TODAY,
        4,
        by=by,
        split=split,
        rules={"block": 2, "seconds": 5},
        deterministic=True,
    )
    of_b = split.memberships.filter(team="B").values_list("person", flat=True)
    duty = made.duties.filter(person__in=of_b).select_related("watch", "post")[0]
    sent = {"person": duty.person_id, "day": TODAY, "watch": duty.watch_id, "post": duty.post_id}
    page = plant.signed_in(client, "刘敏", Role.PLANNER).get(f"/rosters/{made.pk}/why/", sent).content.decode()
    assert "这一天是 A 组在厂，本人在 B 组" in page


def test_why_not_of_a_day_outside_the_roster_is_refused_beside_the_field(plant, roster, client):
    watch, post = Watch.objects.get(code="早", pattern=roster.pattern), Post.objects.first()
    sent = {"person": plant["林涛"].pk, "day": TODAY + timedelta(days=300), "watch": watch.pk, "post": post.pk}
    page = planner(plant, client).get(f"/rosters/{roster.pk}/why/", sent)
    assert page.status_code == 200 and "这一天不在班表内" in page.content.decode()


def test_the_chosen_day_says_why_this_one_and_why_not_the_others(plant, roster, client):
    duty = roster.duties.select_related("person").filter(day=TODAY + timedelta(days=2)).first()
    page = (
        planner(plant, client)
        .get(f"/rosters/{roster.pk}/cell/?person={duty.person_id}&day={duty.day}")
        .content.decode()
    )
    assert (
        f"为什么是{duty.person.name}" in page
        and "为什么不是别人" in page
        and f"/rosters/{roster.pk}/why/?person=" in page
    )


def test_a_correction_is_drawn_struck_and_listed_and_the_search_no_longer_speaks_for_the_roster(plant, roster, client):
    Roster.objects.filter(pk=roster.pk).update(
        result={"objective": 7, "bound": 7, "gap": 0.0, "proven": True, "seconds": 1, "longest_run": 3}
    )
    client = planner(plant, client)
    assert "已证明" in client.get(f"/rosters/{roster.pk}/").content.decode()
    duty = roster.duties.select_related("person", "watch").filter(day=TODAY + timedelta(days=2)).first()
    rosters.correct({(duty.person_id, duty.day): None}, by=plant.account("刘敏"), reason="孩子发烧")
    page = client.get(f"/rosters/{roster.pk}/").content.decode()
    cost = rosters.score_of(rosters.hear(roster)).total
    assert f"<s>{duty.watch.code}</s><span>·</span>" in page and "发布后的改动" in page and "孩子发烧" in page
    assert f"重新核算：代价 {cost}" in page and "已证明" not in page
