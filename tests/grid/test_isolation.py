"""Isolation orders: what they set off, how they change, who may end them; overdue follow-ups, writing and releases."""

import uuid
from datetime import timedelta

import pytest
from django.urls import reverse

from diba.core.errors import BadInput
from diba.grid import actions as grid
from diba.grid.actions import follow_ups
from diba.grid.actions.cases import judge_case
from diba.grid.actions.isolated import without_order
from diba.grid.models import Case, CheckIn, DailyContact, Expectation, IsolationChange, IsolationOrder
from diba.plant import actions
from diba.plant.models import Absence, Delivery, Hold, Task

from .isolating import isolated, refused, stand


def test_the_number_of_another_s_order_gives_no_order(plant, officer):
    first = isolated(plant, officer)
    same = {"cause": "contact", "kind": "home", "place": "3 号楼 202", "uid": first.uid, "by": officer}
    with pytest.raises(BadInput) as error:
        grid.isolate(plant["林涛"], **same)
    assert error.value.reason == "uid_taken" and IsolationOrder.objects.get() == first
    assert grid.isolate(plant["陈立"], **same) == first and not Hold.objects.filter(person=plant["林涛"]).exists()


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
        assert Task.objects.filter(key__startswith="isolated:", closed_at=None).count() == 1
        grid.follow(order, "seen_ok", uid=uuid.uuid4(), by=officer)
        assert stand(order).follow.state == "done" and CheckIn.objects.filter(person=plant["陈立"]).count() == 1
        grid.ask_about_isolation()
        assert not Task.objects.filter(key__startswith="isolated:", closed_at=None).exists()
    with actions.clock.at(plant.now + timedelta(days=2)):
        assert (stand(order).follow.state, stand(order).follow.unseen) == ("overdue", 2)


def test_who_was_let_go_is_asked_about_no_more(plant, officer):
    with actions.clock.at(plant.now.replace(hour=16, minute=30)):
        order = isolated(plant, officer)
    with actions.clock.at(plant.now.replace(hour=17, minute=10)):
        grid.ask_about_isolation()
        asked = Task.objects.filter(key__startswith="isolated:", closed_at=None)
        assert asked.count() == 1
        grid.withdraw(order, "看错了人", by=officer)
        assert not asked.exists()


def test_asking_about_contacts_leaves_what_is_asked_about_the_isolated(plant, officer):
    isolated(plant, officer)
    with actions.clock.at(plant.now.replace(hour=18)):
        for _turn in range(3):
            grid.ask_about_isolation()
            follow_ups.ask_follow_ups()
    [task] = Task.objects.filter(link="/grid/isolation/")
    assert task.closed_at is None


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


# --- the pages ---


def test_meeting_an_isolated_person_in_the_evening_is_his_evening_s_report(plant, officer):
    def evening():
        return Expectation.objects.get(person=plant["陈立"], slot="evening").state

    with actions.clock.at(plant.now.replace(hour=7)):
        grid.expect_everybody()
        order = isolated(plant, officer)
        plant.check_in("陈立")
    with actions.clock.at(plant.now.replace(hour=10)):
        grid.follow(order, "seen_ok", uid=uuid.uuid4(), by=officer)  # the evening is not asked for yet
        assert CheckIn.objects.count() == 1 and evening() == "due"
    with actions.clock.at(plant.now.replace(hour=19)):
        grid.sweep()
        assert evening() == "late"
        met = grid.follow(order, "seen_ok", uid=uuid.uuid4(), by=officer)
        assert (met.checkin.slot, evening()) == ("evening", "up")
        assert grid.take_back(met, by=officer) and evening() == "due"
        grid.sweep()
        grid.contact(plant["陈立"], "seen_ok", uid=uuid.uuid4(), by=officer)
        ill = grid.contact(plant["陈立"], "seen_not_ok", symptoms=["cough"], uid=uuid.uuid4(), by=officer)
        assert ill.checkin.abnormal and ill.checkin.slot == "evening", "he got worse since"
    with actions.clock.at(plant.now.replace(hour=23)):
        grid.sweep()
        assert evening() == "up" and grid.escalate() >= 0
    assert CheckIn.objects.filter(slot="morning").count() == 1
