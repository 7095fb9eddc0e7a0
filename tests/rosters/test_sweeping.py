"""N-1 over the roster in force: behind a progress bar, kept with what it saw, stale when that has changed."""

import json
from datetime import timedelta

import pytest
from django.urls import reverse

from diba.core.errors import BadInput
from diba.plant import actions
from diba.plant.models import (
    Certificate,
    Household,
    Job,
    Person,
    Post,
    Qualification,
    Role,
    Substitution,
    Unit,
)
from diba.rosters import actions as rosters
from diba.rosters.actions import sweeping, training
from diba.rosters.models import Sweep, Waiver


@pytest.fixture
def swept(plant, roster, planner):
    return sweeping.run_sweep(sweeping.ask_sweep(by=planner, kinds=["person", "crew"], seconds=20))


def test_without_a_roster_there_is_nothing_to_try(plant, planner):
    with pytest.raises(BadInput):
        sweeping.ask_sweep(by=planner)


def test_every_person_and_the_whole_crew_are_tried(plant, swept):
    assert swept.state == Sweep.State.DONE
    tried = {kind: counts[0] for kind, counts in sweeping.tally(swept).items()}
    assert tried == {"person": 12, "crew": 1}
    people = [line for line in swept.outcomes if line["kind"] == "person"]
    assert all(line["survives"] for line in people)
    (crew,) = [line for line in swept.outcomes if line["kind"] == "crew"]
    assert not crew["survives"] and crew["proven"] and crew["open"] > 0


def test_the_worst_stands_first(plant, swept):
    assert sweeping.worst_first(swept)[0]["kind"] == "crew"


def test_a_team_that_is_a_crew_is_called_as_the_crew(plant):
    names = sweeping.names_of([{"kind": "team", "id": "D01", "people": []}, {"kind": "team", "id": "A", "people": []}])
    assert names["team", "D01"][0] == Unit.objects.get(code="D01").name and names["team", "A"][0] == "A 组"


def test_an_absence_or_a_certificate_makes_it_stale(plant, swept):
    assert not sweeping.is_stale(swept)
    absence = actions.take_out(plant["陈立"], "leave", plant.now, plant.now + timedelta(days=3))
    assert sweeping.is_stale(swept)
    absence.delete()
    assert not sweeping.is_stale(swept)
    Certificate.objects.filter(person=plant["陈立"]).update(expires=plant.today)
    assert sweeping.is_stale(swept)


def crew_rule(plant, by):
    rosters.enter_crew_rule(
        by=by, name="每班一名值长", sense="least", count=1, whom="holders", qualification=Qualification.objects.get(code="ZZ"),
        first_day=plant.today, people=(), posts=(), despite=True,
    )  # fmt: skip


@pytest.mark.parametrize(
    "change",
    [
        crew_rule,
        lambda plant, by: rosters.enter_apart_rule(
            by=by, name="分开", groups=["unit:D01", "unit:D02"], first_day=plant.today
        ),
        lambda plant, by: rosters.set_limit(
            "longest_run", 3, kind="plant", source="厂规", starts_on=plant.today, by=by
        ),
        lambda plant, by: Waiver.objects.create(
            person=plant["陈立"], rule="longest_run", value=9, reason="x", first_day=plant.today, last_day=plant.today + timedelta(days=9),
            signed_by=by, signed_name="x", signed_at=plant.now,
        ),
        lambda plant, by: Person.objects.filter(name="陈立").update(household=Household.objects.create(code="H7")),
        lambda plant, by: Post.objects.filter(code="zhuzhi").update(place="远方"),
        lambda plant, by: Substitution.objects.all().delete(),
    ],
)  # fmt: skip
def test_a_rule_that_changed_since_makes_it_stale(plant, roster, planner, change, client):
    swept = sweeping.run_sweep(sweeping.ask_sweep(by=planner, kinds=["household"], seconds=5))
    assert not sweeping.is_stale(swept)
    change(plant, planner)
    assert sweeping.is_stale(swept)
    with actions.clock.at(plant.now + timedelta(hours=1)):
        page = (
            plant.signed_in(client, "刘敏", Role.PLANNER)
            .get(reverse("rosters:sweep", args=[swept.pk]))
            .content.decode()
        )
    assert "定员或规则有变" in page


def test_a_day_that_goes_by_does_not_make_it_stale(plant, swept):
    with actions.clock.at(plant.now + timedelta(days=1)):
        assert not sweeping.is_stale(swept)


def test_a_sweep_that_is_stopped_keeps_what_it_has_and_says_how_much_it_tried(plant, roster, planner, client):
    calls = []

    def report(**figures):
        calls.append(figures)
        return len(calls) < 4

    row = sweeping.run_sweep(sweeping.ask_sweep(by=planner, kinds=["person"], seconds=20), report)
    assert row.state == Sweep.State.STOPPED and len(row.outcomes) == 12
    assert any(not line["survives"] and not line["proven"] for line in row.outcomes)
    head = plant.signed_in(client, "刘敏").get(reverse("rosters:sweep", args=[row.pk])).content.decode()
    assert "提前停止" in head.partition('<h1 class="a">')[2].partition("</h1>")[0]


def test_one_that_has_not_begun_is_cancelled_whole(plant, roster, planner, client):
    row = sweeping.ask_sweep(by=planner)
    assert sweeping.cancel_sweep(row)
    row.refresh_from_db()
    assert row.state == Sweep.State.STOPPED and not sweeping.cancel_sweep(row)
    assert (
        "还没开始试就已停止"
        in plant.signed_in(client, "刘敏").get(reverse("rosters:sweep", args=[row.pk])).content.decode()
    )


def test_a_sweep_that_is_asked_to_stop_says_so_until_it_has(plant, roster, planner, client):
    row = sweeping.ask_sweep(by=planner)
    Job.objects.filter(pk=row.job_id).update(state=Job.State.RUNNING)
    assert sweeping.cancel_sweep(row)
    for name in ("rosters:sweep", "rosters:sweep_live"):
        assert "正在停止" in plant.signed_in(client, "刘敏").get(reverse(name, args=[row.pk])).content.decode()


def test_the_page_has_findings_certificate_check_and_file(plant, swept, client):
    client = plant.signed_in(client, "刘敏", Role.PLANNER)
    page = client.get(reverse("rosters:sweeps")).content.decode()
    assert "1 种补不上" in page and "无人可补（已证）" in page and "经得起任一人缺 14 天" in page
    check = reverse("rosters:sweep_check", args=[swept.pk])
    assert "证明成立" in client.post(check, follow=True).content.decode()
    actions.take_out(plant["陈立"], "leave", plant.now, plant.now + timedelta(days=3))
    assert "证明已不成立" in client.post(check, follow=True).content.decode()
    assert "这份班表经得起任一人缺" in page
    page = client.get(reverse("rosters:sweep", args=[swept.pk])).content.decode()
    assert "已过时" in page and "这份班表经得起" not in page and 'class="db-st ok"' not in page.split("证明", 1)[1]
    text = client.get(reverse("rosters:sweep", args=[swept.pk]), {"format": "csv"}).content.decode("utf-8-sig")
    assert text.count("任一人") == 12 and "运行分场" in text


def test_a_certificate_is_confirmed_by_the_referee_and_a_forged_one_is_not(plant, swept, client):
    assert sweeping.faults_of(swept) == []
    client = plant.signed_in(client, "刘敏", Role.PLANNER)
    saved = client.get(reverse("rosters:sweep", args=[swept.pk]), {"format": "certificate"}).json()
    assert saved["certificate"]["survived"] == {"person": 12} and saved["problem"]["people"] and saved["roster"]
    forged = json.loads(swept.certificate)
    mended = next(witness for witness in forged["witnesses"] if witness["changed"])
    mended["changed"] = []
    swept.certificate = json.dumps(forged)
    swept.save(update_fields=["certificate"])
    assert {fault.reason for fault in sweeping.faults_of(swept)} >= {"still_on_duty"}
    assert "证明有" in client.post(reverse("rosters:sweep_check", args=[swept.pk]), follow=True).content.decode()


def test_a_training_under_way_is_named_where_it_would_help(plant, swept, planner, client):
    wanted = Certificate.objects.filter(person=plant["林涛"]).first().qualification
    training.plan_training(
        plant["刘敏"], wanted, plant.today, plant.today + timedelta(days=20), mentor=plant["林涛"], by=planner
    )
    client = plant.signed_in(client, "刘敏", Role.PLANNER)
    assert "刘敏 学主值班员证，03-05 考" in client.get(reverse("rosters:sweeps")).content.decode()


def test_asking_on_the_page_starts_a_job(plant, roster, client, django_capture_on_commit_callbacks):
    from diba.plant.actions import jobs
    from diba.plant.actions.jobs import run_job

    client = plant.signed_in(client, "刘敏", Role.PLANNER)
    form = {"kinds": ["person"], "days": 14, "k": 2, "draws": 3, "seconds": 10, "seed": 1}
    with django_capture_on_commit_callbacks():
        client.post(reverse("rosters:sweeps"), form)
    row = Sweep.objects.get()
    address = reverse("rosters:sweep", args=[row.pk])
    assert "等待后台" in client.get(address).content.decode() and "前面还有" not in client.get(address).content.decode()
    with actions.clock.at(plant.now - timedelta(minutes=1)):
        for _turn in range(2):
            jobs.start("test")  # somebody was earlier
    Job.objects.filter(kind="test").update(state=Job.State.RUNNING)
    assert "等待后台，前面还有 2 项" in client.get(address).content.decode()
    Job.objects.filter(kind="test").update(state=Job.State.DONE)
    assert "前面还有" not in client.get(address).content.decode()
    run_job.call(str(row.job_id))
    row.refresh_from_db()
    assert row.state == Sweep.State.DONE
    assert client.get(reverse("rosters:sweep_live", args=[row.pk]))["HX-Refresh"] == "true"
    for bad in ({"days": 0}, {"kinds": ["x"]}, {"seconds": 10**9}, {"seed": "x"}):
        assert client.post(reverse("rosters:sweeps"), {**form, **bad}).status_code == 200
    assert Sweep.objects.count() == 1
