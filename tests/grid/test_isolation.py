"""Isolation orders: what they set off, how they change, who may end them; overdue follow-ups, writing and releases."""

import contextlib
import uuid
from datetime import timedelta

import pytest
from django.db import connection, transaction
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from diba.core.errors import BadInput
from diba.grid import actions as grid
from diba.grid.actions import laboratory
from diba.grid.actions.cases import judge_case
from diba.grid.actions.isolated import without_order
from diba.grid.models import Case, CheckIn, DailyContact, Expectation, IsolationChange, IsolationOrder
from diba.plant import actions
from diba.plant.models import Absence, Delivery, Hold, Record, Role, Task

from .screenings import brought, campaign_of, target_of


@pytest.fixture
def officer(plant):
    return plant.account("孙丽", Role.HEALTH_OFFICER)


@pytest.fixture
def second(plant):
    return plant.account("刘敏", Role.DUTY_OFFICER)


def isolated(plant, by, name="陈立", **more):
    values = {"cause": "contact", "kind": "home", "place": "3 号楼 201"} | more
    return grid.isolate(plant[name], uid=uuid.uuid4(), by=by, **values)


def stand(order):
    return grid.standings([IsolationOrder.objects.get(pk=order.pk)])[0]


def served(plant, order, by, tests=True):
    """Let the days pass: met well each day, two negative samples; return the moment of the end."""
    end = IsolationChange.objects.filter(order=order).last().ends_on
    while (day := actions.today()) <= end:
        grid.follow(order, "seen_ok", uid=uuid.uuid4(), by=by)
        moment = actions.day_start(day + timedelta(days=1)).replace(hour=10)
        if day == end:
            break
        plant.move(moment)
    if tests:
        for back in (2, 1):
            grid.enter_test(order.person, end - timedelta(days=back), "negative", uid=uuid.uuid4(), by=by)


def test_the_number_of_another_s_order_gives_no_order(plant, officer):
    first = isolated(plant, officer)
    same = {"cause": "contact", "kind": "home", "place": "3 号楼 202", "uid": first.uid, "by": officer}
    with pytest.raises(BadInput) as error:
        grid.isolate(plant["林涛"], **same)
    assert error.value.reason == "uid_taken" and IsolationOrder.objects.get() == first
    assert grid.isolate(plant["陈立"], **same) == first and not Hold.objects.filter(person=plant["林涛"]).exists()


def test_the_page_of_a_person_with_a_case_says_who_he_is_and_how_to_reach_him(plant, client):
    plant.check_in("陈立", "38.7")
    someone = plant["陈立"]
    someone.phone = "13800000001"
    someone.save()
    plant.signed_in(client, "孙丽", Role.HEALTH_OFFICER)
    shown = client.get(reverse("grid:person", args=[someone.pk])).content.decode()
    assert "陈立：疑似" in shown and 'href="tel:13800000001"' in shown
    assert f"{reverse('grid:cell')}?cell={someone.cell.code}" in shown
    plant.signed_in(client, "陈立")
    shown = client.get(reverse("grid:person", args=[someone.pk])).content.decode()
    assert "陈立：疑似" in shown and "tel:" not in shown


@pytest.fixture
def moving(plant, monkeypatch):
    """The plant with a clock that a test moves on."""
    held = []

    def move(moment):
        held.append(actions.clock.at(moment))
        held[-1].__enter__()

    type(plant).move = staticmethod(move)
    yield plant
    for each in reversed(held):
        each.__exit__(None, None, None)
    del type(plant).move


def refused(act, *args, **kwargs):
    with pytest.raises(BadInput) as error:
        act(*args, **kwargs)
    return error.value.reason


def test_an_order_takes_out_holds_tells_and_asks_twice_a_day(plant, officer):
    order = isolated(plant, officer, counted_from=plant.today - timedelta(days=2))
    chen = plant["陈立"]
    [absence] = Absence.objects.filter(person=chen)
    assert (absence.kind, absence.ends_at, absence.source) == ("isolation", None, f"isolation:{order.pk}")
    assert [(hold.reason, hold.source) for hold in actions.held([chen])] == [("contact", f"isolation:{order.pk}")]
    assert Expectation.objects.filter(person=chen, slot="evening", state="due").exists()
    assert Delivery.objects.filter(person=chen).count() == 1
    now = stand(order).now
    assert (now.ends_on, now.days, now.tests, now.quiet) == (plant.today + timedelta(days=12), 14, 2, 3)
    assert str(IsolationChange.objects.get().place) == "3 号楼 201"


def test_the_same_order_sent_again_is_one_and_a_second_one_is_refused(plant, officer):
    uid, chen = uuid.uuid4(), plant["陈立"]
    first = grid.isolate(chen, "contact", "home", uid=uid, by=officer)
    assert grid.isolate(chen, "contact", "home", uid=uid, by=officer) == first
    assert refused(isolated, plant, officer) == "isolated_already"
    assert (IsolationOrder.objects.count(), Hold.objects.count()) == (1, 1)


def test_in_hospital_he_is_not_asked_and_moving_home_asks_again_without_a_gap(plant, officer):
    chen = plant["陈立"]
    grid.expect(chen)
    order = isolated(plant, officer, kind="hospital")
    assert set(Expectation.objects.filter(person=chen).values_list("state", flat=True)) == {"paused"}
    assert refused(grid.move, order, "home", "家", " ", by=officer) == "no_reason"
    grid.move(order, "home", "3 号楼", "出院观察", by=officer)
    kinds = [row.kind for row in actions.absences_between(plant.now, plant.now + timedelta(minutes=1), [chen.pk])]
    assert kinds == ["isolation"] and stand(order).now.get_kind_display() == "居家"
    assert {row.state for row in Expectation.objects.filter(person=chen)} == {"due"}


def test_a_spoken_order_turns_red_after_its_hours_and_is_asked_for_until_it_is_written(plant, officer):
    order = isolated(plant, officer)
    assert stand(order).spoken and not stand(order).written_late
    with actions.clock.at(plant.now + timedelta(hours=25)):
        assert stand(order).written_late
        grid.ask_about_isolation()
        grid.ask_about_isolation()
        assert Task.objects.filter(key=f"written:{order.pk}", closed_at=None).count() == 1
        grid.hand_over(order, "隔〔2020〕7 号", by=officer)
        assert not stand(order).spoken and not Task.objects.filter(key=f"written:{order.pk}", closed_at=None).exists()
        assert refused(grid.hand_over, order, "8", by=officer) == "written_already"


def test_a_day_not_met_is_overdue_and_only_being_met_settles_it(plant, officer):
    order = isolated(plant, officer)
    assert stand(order).follow.state == "due"
    grid.follow(order, "missed", uid=uuid.uuid4(), by=officer)
    assert (stand(order).follow.state, stand(order).tried.outcome) == ("due", "missed")
    with actions.clock.at(plant.now.replace(hour=17, minute=1)):
        assert stand(order).follow.state == "overdue"
        grid.ask_about_isolation()
        assert Task.objects.filter(key__startswith="follow:", closed_at=None).count() == 1
        grid.follow(order, "seen_ok", uid=uuid.uuid4(), by=officer)
        assert stand(order).follow.state == "done" and CheckIn.objects.filter(person=plant["陈立"]).count() == 1
        grid.ask_about_isolation()
        assert not Task.objects.filter(key__startswith="follow:", closed_at=None).exists()
    with actions.clock.at(plant.now + timedelta(days=2)):
        assert (stand(order).follow.state, stand(order).follow.unseen) == ("overdue", 2)


def test_no_follow_up_is_written_after_the_end_by_himself_or_for_another(plant, officer):
    order = isolated(plant, officer)
    assert refused(grid.follow, order, "seen_ok", uid=uuid.uuid4(), by=plant.account("陈立")) == "own_follow_up"
    uid = uuid.uuid4()
    other = isolated(plant, officer, "高建军")
    grid.follow(order, "missed", uid=uid, by=officer)
    assert refused(grid.follow, other, "missed", uid=uid, by=officer) == "uid_taken"
    with actions.clock.at(plant.now + timedelta(days=15)):
        assert stand(order).follow.state == "ended"
        assert refused(grid.follow, order, "seen_ok", uid=uuid.uuid4(), by=officer) == "follow_up_ended"
        assert DailyContact.objects.count() == 1


def test_a_restart_moves_the_end_forward_voids_the_proposal_and_needs_a_reason(plant, officer):
    order = isolated(plant, officer)
    grid.propose_release(order, by=officer)
    with actions.clock.at(plant.now + timedelta(days=3)):
        assert refused(grid.restart, order, actions.today(), "", by=officer) == "no_reason"
        grid.restart(order, actions.today(), "同室确诊", by=officer)
        row = stand(order)
        assert (row.now.ends_on, row.proposed) == (actions.today() + timedelta(days=14), False)
        grid.restart(order, plant.today, "记错了", by=officer, days=1)
        assert stand(order).now.ends_on == actions.today() + timedelta(days=14)
        assert refused(grid.restart, order, actions.today(), "x", by=officer, days=61) == "too_many_days"
    assert [row.what for row in order.changes.all()] == ["ordered", "proposed", "restarted", "restarted"]


def test_released_by_another_when_nothing_is_lacking_and_back_everywhere(moving, officer, second):
    plant, chen = moving, moving["陈立"]
    order = isolated(plant, officer, written_no="7")
    served(plant, order, officer)
    assert refused(grid.release, order, by=second) == "not_proposed"
    grid.propose_release(order, by=officer)
    assert refused(grid.propose_release, order, by=second) == "proposed_already"
    assert refused(grid.release, order, by=officer) == "own_proposal"
    assert stand(order).lacks == ()
    grid.release(order, by=second)
    assert (list(actions.held([chen])), stand(order).open) == ([], False)
    assert not actions.absences_between(actions.now(), actions.now() + timedelta(days=1), [chen.pk]).exists()
    for again in (grid.release, grid.propose_release):
        assert refused(again, order, by=second) == "released_already"
    assert refused(grid.restart, order, actions.today(), "x", by=second) == "released_already"
    assert order.changes.filter(what="released").count() == 1
    isolated(plant, officer)  # a new one may follow


def test_what_is_lacking_keeps_the_door_shut(moving, officer, second):
    order = isolated(moving, officer)
    grid.propose_release(order, by=officer)
    assert refused(grid.release, order, by=second) == "lacking"
    served(moving, order, officer, tests=False)
    assert [(lack.code, lack.number) for lack in stand(order).lacks] == [("tests", 2)]
    row = grid.enter_test(order.person, actions.today() - timedelta(days=1), "waiting", uid=uuid.uuid4(), by=officer)
    grid.enter_test(order.person, actions.today(), "negative", uid=uuid.uuid4(), by=officer)
    assert {lack.code for lack in stand(order).lacks} == {"tests", "waiting"}
    grid.enter_test(order.person, row.taken_on, "negative", uid=uuid.uuid4(), by=officer, corrects=row)
    assert stand(order).lacks == ()
    again = {"uid": uuid.uuid4(), "by": officer, "corrects": row}
    assert refused(grid.enter_test, order.person, row.taken_on, "positive", **again) == "corrected_already"


def test_a_refusal_has_a_reason_and_the_release_must_be_proposed_anew(plant, officer, second):
    order = isolated(plant, officer)
    grid.propose_release(order, by=officer)
    assert refused(grid.refuse_release, order, " ", by=second) == "no_reason"
    grid.refuse_release(order, "样本不合格", by=second)
    assert refused(grid.release, order, by=second) == "not_proposed"
    assert refused(grid.refuse_release, order, "x", by=second) == "not_proposed"


def test_an_order_given_by_mistake_is_taken_back_within_the_hour_and_both_rows_stay(client, plant, officer):
    order = isolated(plant, officer)
    assert refused(grid.withdraw, order, " ", by=officer) == "no_reason"
    with actions.clock.at(plant.now + timedelta(minutes=61)):
        assert refused(grid.withdraw, order, "同名同姓", by=officer) == "too_late_to_withdraw"
    plant.signed_in(client, "孙丽")
    client.post(reverse("grid:isolation", args=[order.pk]), {"do": "withdraw", "withdraw-reason": "同名同姓"})
    assert [row.what for row in order.changes.all()] == ["ordered", "withdrawn"]
    assert not actions.held([plant["陈立"]]).exists() and not stand(order).open
    assert not actions.absences_between(plant.now, plant.now + timedelta(days=1), [plant["陈立"].pk]).exists()
    assert refused(grid.withdraw, order, "x", by=officer) == "released_already"


def test_nobody_releases_himself(plant, officer):
    order = isolated(plant, plant.account("刘敏", Role.DUTY_OFFICER), "孙丽")
    assert refused(grid.propose_release, order, by=officer) == "own_release"


def test_the_quick_ways_into_isolation_still_work_and_are_shown_without_an_order(plant, officer):
    plant.check_in("陈立", "38.5")
    judge_case(Case.objects.get(), "confirmed", "核酸阳性", by=officer)
    assert [person.name for person in without_order(officer)] == ["陈立"]
    order = isolated(plant, officer, cause="case", kind="hospital")
    assert not without_order(officer).exists()
    judge_case(Case.objects.get(), "ruled_out", "复检阴性", by=officer)
    assert [
        row.source for row in actions.absences_between(plant.now, plant.now + timedelta(1)) if row.ends_at is None
    ] == [f"isolation:{order.pk}"]


def test_an_exercise_stands_outside_the_list(plant, officer):
    drill = actions.begin_response("演练", by=officer, drill=True)
    order = isolated(plant, officer)
    IsolationOrder.objects.filter(pk=order.pk).update(response=drill)
    assert list(grid.orders_visible_to(officer)) == []
    assert grid.ask_about_isolation() == 0


PATHS = ["met", "missed", "ill", "test", "positive", "propose", "refuse", "release", "restart", "move", "day"]


@settings(
    max_examples=30, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow]
)
@given(steps=st.lists(st.tuples(st.sampled_from(PATHS), st.integers(0, 15)), min_size=3, max_size=12))
def test_by_no_path_is_anybody_released_early_or_by_the_proposer_or_the_end_moved_back(plant, steps):
    with transaction.atomic():
        people = [plant.account("孙丽", Role.HEALTH_OFFICER), plant.account("刘敏", Role.DUTY_OFFICER)]
        order, moment = isolated(plant, people[0], days=1, tests=1), plant.now
        well = [(order.person_id, plant.today - timedelta(days=n), "36.5", plant.now) for n in range(1, 4)]
        grid.enter_history(well, uuid.uuid4())
        for step, number in steps:
            with actions.clock.at(moment), contextlib.suppress(BadInput):
                _do(step, order, number, people[number % 2])
            moment += timedelta(days=number if step == "day" else 0)
        rows = list(order.changes.order_by("id"))
        ends = [row.ends_on for row in rows]
        assert ends == sorted(ends) and all((row.ends_on - row.counted_from).days <= 60 for row in rows)
        assert sum(row.what == "released" for row in rows) <= 1
        order.refresh_from_db()
        if order.released_at:
            released, proposed = rows[-1], rows[-2]
            assert (released.what, proposed.what) == ("released", "proposed")
            assert released.by_id != proposed.by_id and order.released_at.date() >= released.ends_on
        held = actions.held([order.person_id], at=moment + timedelta(seconds=1)).filter(source=f"isolation:{order.pk}")
        assert held.exists() is (order.released_at is None)
        transaction.set_rollback(True)


def _do(step, order, number, by):
    today = actions.today()
    {
        "met": lambda: grid.follow(order, "seen_ok", uid=uuid.uuid4(), by=by),
        "missed": lambda: grid.follow(order, "missed", uid=uuid.uuid4(), by=by),
        "ill": lambda: grid.follow(order, "seen_not_ok", uid=uuid.uuid4(), by=by, symptoms=["cough"]),
        "test": lambda: grid.enter_test(order.person, today, "negative", uid=uuid.uuid4(), by=by),
        "positive": lambda: grid.enter_test(order.person, today, "positive", uid=uuid.uuid4(), by=by),
        "propose": lambda: grid.propose_release(order, by=by), "refuse": lambda: grid.refuse_release(order, "x", by=by),
        "release": lambda: grid.release(order, by=by),
        "restart": lambda: grid.restart(order, today - timedelta(days=number), "x", by=by, days=number),
        "move": lambda: grid.move(order, ["home", "hospital", "central"][number % 3], "x", "x", by=by), "day": lambda: None,
    }[step]()  # fmt: skip


# --- the pages ---


def test_the_list_the_order_and_every_step_on_the_page(client, plant, officer):
    plant.signed_in(client, "孙丽")
    answer = client.post(reverse("grid:isolation_new"), {
        "uid": uuid.uuid4(), "person": "陈立", "cause": "contact", "kind": "home", "place": "3 号楼", "needs": "体温计",
        "counted_from": plant.today.isoformat()})  # fmt: skip
    order = IsolationOrder.objects.get()
    page = reverse("grid:isolation", args=[order.pk])
    assert answer.url == page
    for step, data in (
        ("follow", {"uid": uuid.uuid4(), "outcome": "seen_ok", "method": "video"}), ("written", {"number": "7"}),
        ("move", {"kind": "central", "place": "招待所", "reason": "家中有老人"}), ("need", {"what": "米面"}),
        ("restart", {"counted_from": plant.today.isoformat(), "days": 7, "reason": "再次接触"}),
        ("test", {"uid": uuid.uuid4(), "taken_on": plant.today.isoformat(), "result": "waiting"}), ("propose", {}),
    ):  # fmt: skip
        sent = {f"{step}-{name}": value for name, value in data.items()} | {"do": step}
        assert client.post(page, sent).status_code == 302, step
    need = order.needs.first()
    client.post(page, {"do": "brought", "need": need.pk})
    need.refresh_from_db()
    assert need.met_by == officer and [row.what for row in order.changes.all()] == [
        "ordered", "written", "moved", "restarted", "proposed"]  # fmt: skip
    shown = client.get(page).content.decode()
    assert "招待所" in shown and "再次接触" in shown
    assert "陈立" in client.get(reverse("grid:isolations")).content.decode()
    assert "居家" not in client.get(reverse("grid:person", args=[order.person_id])).content.decode()
    for kind in ("xlsx", "csv"):
        assert client.get(reverse("grid:isolations"), {"format": kind}).status_code == 200
    assert (
        Record.objects.filter(verb="isolation.read").exists()
        and Record.objects.filter(verb="isolation.list_read").exists()
    )


def test_what_is_wrong_is_said_beside_the_field_and_nothing_typed_is_lost(client, plant, officer):
    plant.signed_in(client, "孙丽")
    sent = {"uid": uuid.uuid4(), "person": "无此人", "cause": "contact", "kind": "home", "place": "三号楼 9 层",
            "counted_from": "2021-01-01"}  # fmt: skip
    shown = client.post(reverse("grid:isolation_new"), sent).content.decode()
    assert "三号楼 9 层" in shown and "无此人" in shown and not IsolationOrder.objects.exists()
    order = isolated(plant, officer)
    page = reverse("grid:isolation", args=[order.pk])
    for do in ("restart", "move", "test", "follow", "refuse", "need"):
        assert client.post(page, {"do": do}).status_code == 200
    shown = client.post(
        page, {"do": "restart", "restart-counted_from": "x", "restart-days": "99", "restart-reason": "理由一"}
    )
    assert "理由一" in shown.content.decode()
    assert client.post(page, {"do": "release"}).status_code == 302 and stand(order).open
    assert client.post(page, {"do": "brought", "need": "9" * 30}).status_code == 404


def test_a_lead_sees_and_follows_his_cell_only_and_decides_nothing(client, plant, officer):
    mine, other = isolated(plant, officer, "高建军"), isolated(plant, officer, "周文斌")
    plant.signed_in(client, "陈立", Role.CELL_LEAD, unit=plant.cell("W01"))
    shown = client.get(reverse("grid:isolations")).content.decode()
    assert "高建军" in shown and "周文斌" not in shown
    assert client.get(reverse("grid:isolation", args=[other.pk])).status_code == 404
    page = reverse("grid:isolation", args=[mine.pk])
    sent = {"do": "follow", "follow-uid": uuid.uuid4(), "follow-outcome": "seen_ok", "follow-method": "phone"}
    assert client.post(page, sent).status_code == 302
    for do in ("written", "move", "restart", "test", "refuse", "release", "nonsense"):
        assert client.post(page, {"do": do}).status_code == 403, do
    assert client.get(reverse("grid:isolation_new")).status_code == 403


def test_the_list_asks_the_database_as_often_for_many_as_for_one(client, plant, officer):
    plant.signed_in(client, "孙丽")

    def asked():
        with CaptureQueriesContext(
            connection,
        ) as found:
            client.get(reverse("grid:isolations"))
        return len(found)

    isolated(plant, officer)
    asked()
    one = asked()
    for name in ("周文斌", "高建军", "徐振华", "郭峰", "田野"):
        isolated(plant, officer, name)
    assert asked() == one


def test_what_a_laboratory_says_in_a_screening_counts_for_the_release_too(client, plant, officer):
    order = isolated(plant, officer, days=0, tests=1)
    campaign, round = campaign_of(plant, samples=True, items=None, kinds=("employee",))
    person = plant["陈立"]
    laboratory.register(target_of(campaign, person), round, "t1", taken_at=plant.now - timedelta(hours=2))
    assert ("tests", 1) in [(lack.code, lack.number) for lack in stand(order).lacks]
    file = brought([["T1", person.staff_no, person.name, "阴性", "2020-02-14"]], round)
    assert "tests" not in [lack.code for lack in stand(order).lacks]
    plant.signed_in(client, "孙丽")
    assert "来自摸排" in client.get(reverse("grid:isolation", args=[order.pk])).content.decode()
    laboratory.undo(file, by=officer)
    assert "tests" in [lack.code for lack in stand(order).lacks]
