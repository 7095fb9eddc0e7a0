"""Contacts of a case: who is listed and why, what is decided, how a follow-up runs to its end and no further."""

import io
import uuid
from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from openpyxl import load_workbook

from diba.core.errors import BadInput
from diba.grid.actions import follow_ups, tracing
from diba.grid.actions.cases import suspect
from diba.grid.models import Case, Contact, FollowUp, Policy
from diba.plant import actions
from diba.plant.models import LevelChange, Person, Role, Site, Task
from diba.rosters import actions as rosters

from ..conftest import NOW, TODAY


@pytest.fixture
def wife(plant, case):
    return Contact.objects.get(case=case, person__name="王芳")


@pytest.fixture
def followed(case, wife, officer):
    tracing.decide(case, [wife.pk], True, "同住", by=officer)
    wife.refresh_from_db()
    return wife


def at(days, hour=10):
    return actions.clock.at(NOW.replace(hour=hour) + timedelta(days=days))


def on_watch(days):
    """Return somebody who stands a watch that many days from today."""
    day = TODAY + timedelta(days=days)
    return rosters.duties_between(day, day)[0].person


def seen(contact, officer, outcome="seen_ok", **more):
    return follow_ups.visit(contact, outcome, uid=uuid.uuid4(), by=officer, **more)


def test_candidates_say_why_and_the_nearest_come_first(plant, page, case):
    rows = tracing.contacts_of_case(case)
    assert rows[0].person.name in ("王芳", "林小雨") and [row.rank for row in rows] == sorted(
        (row.rank for row in rows), reverse=True
    )
    text = page.get(reverse("grid:contacts", args=[case.pk])).content.decode()
    assert "同户" in text and "待判定" in text and 'data-chart="graph"' in text
    answer = page.get(reverse("grid:contacts", args=[case.pk]), {"format": "xlsx"})
    lines = list(load_workbook(io.BytesIO(answer.content)).active.values)
    assert {line[1] for line in lines[2:]} == {row.person.name for row in rows} and "同户" in lines[2][6]


def test_who_stood_watch_with_the_case_is_a_candidate_within_the_look_back_only(roster, plant, officer):
    with at(6):
        case = suspect(on_watch(5), "发热", by=officer)
        since, until = tracing.window(case, actions.now())
        assert since == actions.day_start(TODAY + timedelta(days=4)) and until == actions.now()
        rows = Contact.objects.filter(case=case)
        assert rows and all(row.first_exposed_on >= since.date() for row in rows)
        assert any(ground[0] in ("watch", "handover") for row in rows for ground in row.grounds)


def test_another_look_back_is_another_policy_and_old_days_keep_theirs(plant, officer):
    old = Policy.objects.get()
    values = {f.name: getattr(old, f.name) for f in Policy._meta.concrete_fields if not f.primary_key}
    Policy.objects.create(**{**values, "starts_on": TODAY + timedelta(days=2), "look_back_days": 4})
    with at(1):
        first = suspect(plant["陈立"], "x", by=officer)
        assert tracing.window(first, actions.now())[0] == actions.day_start(TODAY - timedelta(days=1))
    with at(3):
        second = suspect(plant["田野"], "x", by=officer)
        assert tracing.window(second, actions.now())[0] == actions.day_start(TODAY - timedelta(days=1))
        assert tracing.window(first, actions.now())[0] == actions.day_start(TODAY - timedelta(days=1))


def test_the_filter_of_contacts_leaves_the_response_s_level_at_the_head(plant, page, case):
    LevelChange.objects.create(site=Site.objects.get(), level=1, starts_at=NOW, reason="省指挥部", at=NOW)
    for degree in ("", "1"):
        shown = page.get(reverse("grid:contacts", args=[case.pk]), {"level": degree}).content.decode()
        assert "db-lvl" in shown and ('value="1" selected' in shown) == bool(degree)


def test_taking_up_needs_a_reason_and_keeps_what_was_ticked(page, case, wife):
    url = reverse("grid:contacts", args=[case.pk])
    text = page.post(url, {"contacts": [wife.pk], "accepted": "yes", "reason": ""}).content.decode()
    assert f'value="{wife.pk}" aria-label="王芳" checked' in text and "这个字段是必填项" in text
    assert page.post(url, {"contacts": [wife.pk], "accepted": "yes", "reason": "同住"}).status_code == 302
    wife.refresh_from_db()
    assert (wife.state, wife.accepted_on, wife.days) == ("accepted", TODAY, 14)
    assert [step.verb for step in wife.steps.all()] == ["listed", "accepted"]


def test_who_was_put_aside_by_hand_stays_aside(case, wife, officer):
    tracing.decide(case, [wife.pk], False, "不在家住", by=officer)
    from diba.grid.actions.cases import judge_case

    judge_case(case, "confirmed", "核酸阳性", by=officer)
    wife.refresh_from_db()
    assert wife.state == "rejected" and case.contacts.count() == case.contacts.values("person").distinct().count()


def test_contacts_of_contacts_come_with_those_taken_up(roster, plant, officer):
    with at(6):
        case = suspect(on_watch(5), "发热", by=officer)
        near = [row for row in tracing.contacts_of_case(case) if row.level == Contact.CLOSE]
        tracing.decide(case, [near[0].pk], True, "同班", by=officer)
        second = [row for row in tracing.contacts_of_case(case) if row.level == Contact.SECOND]
        assert second and {row.via_id for row in second} == {near[0].pk}
        assert not {row.person_id for row in second} & {case.person_id, *(row.person_id for row in near)}
        tracing.decide(case, [near[0].pk], False, "没有同班", by=officer)
        assert {row.state for row in Contact.objects.filter(case=case, level=Contact.SECOND)} == {"withdrawn"}


def test_a_follow_up_is_overdue_seen_and_ended_by_rule(followed, officer):
    def state():
        rows = follow_ups.followed(Contact.objects.filter(pk=followed.pk))
        return rows[0].standing.state

    with at(1):
        assert state() == "due"
        seen(followed, officer)
        assert state() == "done"
    with at(3):
        assert state() == "overdue"
    last = followed.last_exposed_on + timedelta(days=followed.days)
    with at((last - TODAY).days + 1):
        assert state() == "ended"
        with pytest.raises(BadInput) as error:
            seen(followed, officer)
        assert error.value.reason == "not_followed"


@settings(max_examples=12, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    st.lists(st.tuples(st.integers(1, 40), st.sampled_from(["look", "see", "again", "lose"])), min_size=1, max_size=8)
)
def test_whatever_is_done_nobody_is_asked_for_after_the_end_and_every_follow_up_ends(followed, officer, deeds):
    from django.db import transaction

    with transaction.atomic():
        day = 0
        for wait, deed in deeds:
            day += wait
            with at(day):
                row = Contact.objects.get(pk=followed.pk)
                act = {
                    "see": lambda row=row: seen(row, officer), "lose": lambda row=row: tracing.lose(row, "找不到", by=officer),
                    "again": lambda row=row: tracing.expose_again(row, actions.today(), "又见面", by=officer), "look": lambda: None,
                }[deed]  # fmt: skip
                try:
                    act()
                except BadInput as error:
                    assert error.reason in ("not_followed", "not_later")
                follow_ups.ask_follow_ups()
                row.refresh_from_db()
                last = row.last_exposed_on + timedelta(days=row.days)
                tasks = Task.objects.filter(key__startswith=f"follow:{row.pk}:", closed_at=None)
                assert not tasks or (row.state == "accepted" and actions.today() <= last)
                assert not FollowUp.objects.filter(contact=row, day__gt=last)
        with at(day + 61):
            follow_ups.ask_follow_ups()
            assert not Task.objects.filter(key__startswith=f"follow:{followed.pk}:", closed_at=None).exists()
        transaction.set_rollback(True)


def test_exposed_again_begins_anew_and_lost_stops(page, followed, officer):
    url = reverse("grid:traced", args=[followed.pk])
    with at(5):
        early = followed.last_exposed_on.isoformat()
        assert "不晚于末次接触" in page.post(url, {"verb": "again", "day": early, "reason": "x"}).content.decode()
        page.post(url, {"verb": "again", "day": (TODAY + timedelta(days=4)).isoformat(), "reason": "又同桌"})
        followed.refresh_from_db()
        assert followed.last_exposed_on == TODAY + timedelta(days=4)
        page.post(url, {"verb": "lost", "lost_reason": "电话停机"})
        followed.refresh_from_db()
        assert followed.state == "lost" and [step.verb for step in followed.steps.all()][-2:] == ["restarted", "lost"]
        assert page.get(url).status_code == 200


def test_the_lead_has_a_task_a_day_and_sees_on_his_page_whom_to_see(plant, client, case, officer):
    cell = plant["林涛"].cell
    cell.lead = plant["陈立"]
    cell.save()
    contact = Contact.objects.filter(case=case, person__cell=cell).first() or Contact.objects.get(person__name="王芳")
    tracing.decide(case, [contact.pk], True, "同住", by=officer)
    with at(1):
        assert follow_ups.ask_follow_ups() == (1, 0) and follow_ups.ask_follow_ups() == (0, 0)
        task = Task.objects.get(key=f"follow:{contact.pk}:{TODAY + timedelta(days=1)}")
        seen(Contact.objects.get(pk=contact.pk), officer)
        task.refresh_from_db()
        assert task.closed_at
    with at(2):
        assert follow_ups.ask_follow_ups() == (1, 0)
    with at(3):
        assert follow_ups.ask_follow_ups() == (1, 1)


def test_one_visit_is_written_once_and_a_sick_contact_is_judged(page, followed):
    uid = str(uuid.uuid4())
    with at(1):
        url = reverse("grid:follow_up", args=[followed.pk])
        for _ in range(2):
            assert page.post(url, {"uid": uid, "outcome": "seen_not_ok", "note": "咳嗽"}).status_code == 302
        assert FollowUp.objects.count() == 1
        assert Task.objects.filter(key__startswith=f"judge:{followed.person_id}:", closed_at=None).exists()
        assert page.post(url, {"uid": "x", "outcome": "y"}).status_code == 302
        assert FollowUp.objects.count() == 1


def test_whos_figures_have_numerator_and_denominator(plant, page, case, officer):
    rows = list(Contact.objects.filter(case=case, level=Contact.CLOSE))
    tracing.decide(case, [row.pk for row in rows], True, "同住", by=officer)
    with at(0, 20):
        figures = follow_ups.indicators(Case.objects.all())
        assert (figures.traced, figures.of, figures.waiting) == (0, 0, len(rows)) and figures.traced_percent is None
    with at(1, 8):
        seen(Contact.objects.get(pk=rows[0].pk), officer)
    with at(2):
        figures = follow_ups.indicators(Case.objects.all())
        assert (figures.traced, figures.of) == (1, len(rows))
        asked = sum(row.standing.asked for row in follow_ups.followed(Contact.objects.filter(case=case)))
        assert (figures.kept, figures.asked) == (1, asked)
        assert f"1/{len(rows)}" in page.get(reverse("grid:follow_ups")).content.decode()


def test_the_page_of_contacts_asks_as_often_for_many_as_for_few(roster, plant, page, officer):
    with at(6):
        case = suspect(on_watch(5), "发热", by=officer)
        url = reverse("grid:contacts", args=[case.pk])
        rows = Contact.objects.filter(case=case)
        tracing.decide(case, [rows[0].pk], True, "x", by=officer)
        page.get(url)
        with CaptureQueriesContext(connection) as few:
            page.get(url)
        tracing.decide(case, [row.pk for row in rows[1:]], True, "x", by=officer)
        with CaptureQueriesContext(connection) as many:
            page.get(url)
    assert len(many) == len(few)


def test_who_was_put_aside_is_not_overdue_when_he_is_taken_up_again(case, followed, officer):
    tracing.decide(case, [followed.pk], False, "弄错了", by=officer)
    with at(5):
        tracing.decide(case, [followed.pk], True, "确是密接", by=officer)
        (row,) = follow_ups.followed(Contact.objects.filter(pk=followed.pk))
        assert row.standing.state == "due" and row.contact.accepted_on == TODAY + timedelta(days=5)


def test_an_officer_of_one_unit_reads_and_decides_nothing_of_a_contact_outside_it(plant, client, case, officer):
    other = plant.cell("W02") if plant["林涛"].cell == plant.cell() else plant.cell()
    outsider = Person.objects.create(staff_no="80001", name="外网格", phone="13511112222", cell=other)
    within = Person.objects.create(staff_no="80002", name="本网格", cell=plant["林涛"].cell)
    first = Contact.objects.filter(case=case).first()
    rows = [Contact.objects.create(
        case=case, change=first.change, person=person, level=1, rank=1, days=14, first_exposed_on=TODAY - timedelta(days=1),
        last_exposed_on=TODAY - timedelta(days=1), listed_at=NOW, state="candidate",
    ) for person in (outsider, within)]  # fmt: skip
    tracing.decide(case, [row.pk for row in rows], True, "同班次乙", by=officer)
    for row in rows:
        seen(row, officer, note="咽痛丙")
    client.logout()
    page = plant.signed_in(client, "郭峰", Role.HEALTH_OFFICER, unit=plant["林涛"].cell)
    assert page.get(reverse("grid:person", args=[outsider.pk])).status_code == 403
    hidden, shown = (reverse("grid:traced", args=[row.pk]) for row in rows)
    text = page.get(hidden).content.decode()
    assert "咽痛丙" not in text and "13511112222" not in text and "同班次乙" not in text and "重新计数" not in text
    assert "咽痛丙" in page.get(shown).content.decode()
    lost = {"verb": "lost", "lost_reason": "找不到"}
    assert page.post(hidden, lost).status_code == 403 and page.post(shown, lost).status_code == 302
    contacts = reverse("grid:contacts", args=[case.pk])
    listed = page.get(contacts).content.decode()
    assert f'value="{rows[1].pk}" aria-label' in listed and f'value="{rows[0].pk}" aria-label' not in listed
    page.post(contacts, {"contacts": [row.pk for row in rows], "accepted": "no", "reason": "不是"})
    assert [row.state for row in Contact.objects.filter(pk__in=[row.pk for row in rows]).order_by("pk")] == [
        "accepted",
        "lost",
    ]


def test_an_officer_decides_nothing_about_himself_as_a_contact(plant, page, case, officer):
    first = Contact.objects.filter(case=case).first()
    own = Contact.objects.create(
        case=case, change=first.change, person=officer.person, level=1, rank=1, days=14, first_exposed_on=TODAY,
        last_exposed_on=TODAY, listed_at=NOW, state="candidate",
    )  # fmt: skip
    contacts = reverse("grid:contacts", args=[case.pk])
    assert "由另一名防控人员" in page.get(contacts).content.decode()
    page.post(contacts, {"contacts": [own.pk], "accepted": "no", "reason": "不是"})
    own.refresh_from_db()
    assert own.state == "candidate"
    assert page.post(reverse("grid:traced", args=[own.pk]), {"verb": "lost", "lost_reason": "x"}).status_code == 403


def test_who_is_visited_on_the_day_of_the_judgement_is_traced_within_a_day(page, case, wife, officer):
    with at(0, 12):
        with pytest.raises(BadInput, match="not_followed"):
            seen(wife, officer)  # not taken up yet
        tracing.decide(case, [wife.pk], True, "同住", by=officer)
        listed = page.get(reverse("grid:follow_ups")).content.decode()
        assert reverse("grid:follow_up", args=[wife.pk]) in listed, "he may be visited though nothing is asked today"
        page.post(reverse("grid:follow_up", args=[wife.pk]), {"uid": uuid.uuid4(), "outcome": "seen_ok"})
        figures = follow_ups.indicators(Case.objects.all())
        assert (figures.traced, figures.of, figures.kept, figures.asked) == (1, 1, 0, 0)
        assert reverse("grid:follow_up", args=[wife.pk]) not in page.get(reverse("grid:follow_ups")).content.decode()
    with at(1, 12):
        assert follow_ups.followed(Contact.objects.filter(pk=wife.pk))[0].standing.state == "due"
