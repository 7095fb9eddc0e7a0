"""Rounds of disinfection: done once at the place, in time or late, with an agent in its range; missed ones are told."""

import uuid
from datetime import datetime, time, timedelta

import pytest
from django.urls import reverse

from diba.core.errors import BadInput
from diba.grid import actions as grid
from diba.grid.actions import disinfecting
from diba.grid.models import Agent, DisinfectedPlace, DisinfectionRound
from diba.plant import actions
from diba.plant.models import Role, Task

from ..conftest import NOW


@pytest.fixture
def agent(plant):
    return Agent.objects.get(name__contains="物体表面")


@pytest.fixture
def canteen(plant, officer, agent):
    times = [time(14), time(8, 30), time(20)]
    return grid.keep_place(
        by=officer, code="S01", name="食堂", times=times, agent=agent, early=60, grace=30, active=True
    )


def done(place, by, agent, concentration=500, **more):
    return grid.disinfect(place, agent, concentration, uid=uuid.uuid4(), by=by, **more)


def states(place):
    return [each.state for each in disinfecting.days_of(actions.today(), [place])[0].rounds]


def refused(act, *args, **kwargs):
    with pytest.raises(BadInput) as error:
        act(*args, **kwargs)
    return error.value.reason


def test_a_round_is_done_once_and_counts_for_the_time_it_was_due(plant, officer, canteen, agent):
    assert (canteen.times, states(canteen)) == (["08:30", "14:00", "20:00"], ["due", "ahead", "ahead"])
    row = done(canteen, plant.account("陈立"), agent)
    assert (row.due, states(canteen)) == (time(8, 30), ["done", "ahead", "ahead"])
    assert refused(done, canteen, officer, agent) == "nothing_due"
    assert grid.disinfect(canteen, agent, 500, uid=row.uid, by=officer) == row
    with actions.clock.at(plant.now.replace(hour=14, minute=45)):
        assert states(canteen) == ["done", "overdue", "ahead"]
        done(canteen, officer, agent)
        assert states(canteen) == ["done", "late", "ahead"]


def test_what_is_too_weak_too_strong_or_out_of_use_is_no_round(plant, officer, canteen, agent):
    for concentration in (249, 501):
        assert refused(done, canteen, officer, agent, concentration) == "too_weak_or_strong"
    Agent.objects.update(active=False)
    agent.refresh_from_db()
    assert refused(done, canteen, officer, agent) == "not_in_use"
    assert not DisinfectionRound.objects.exists()


def test_what_was_missed_stays_missed_and_is_told_once_a_day(plant, officer, canteen, agent):
    assert grid.ask_about_rounds() == 0
    with actions.clock.at(plant.now.replace(hour=13, minute=1)):
        assert states(canteen) == ["missed", "due", "ahead"]
        for _ in range(3):
            assert grid.ask_about_rounds() == 1
        assert Task.objects.filter(closed_at=None, key__startswith="rounds:").count() == 1
        done(canteen, officer, agent)
        assert states(canteen) == ["missed", "done", "ahead"]
    with actions.clock.at(plant.now + timedelta(days=1)):
        grid.ask_about_rounds()
        assert not Task.objects.filter(closed_at=None, key__startswith="rounds:").exists()


def test_changed_times_keep_what_was_done_and_places_are_named_once(plant, officer, canteen, agent):
    done(canteen, officer, agent)
    values = {"name": "食堂", "agent": agent, "early": 60, "grace": 30, "active": True}
    grid.keep_place(canteen, by=officer, code="S01", times=[time(9)], **values)
    row = disinfecting.days_of(actions.today(), [canteen])[0]
    assert [(each.due, each.state) for each in row.rounds] == [(time(8, 30), "done"), (time(9), "due")]
    assert refused(grid.keep_place, by=officer, code="S01", times=[time(9)], **values) == "code_taken"
    assert refused(grid.keep_place, by=officer, code="S02", times=[], **values) == "how_many_rounds"
    assert canteen.history.count() == 2


def test_whoever_scans_the_code_records_the_round_and_a_wrong_code_opens_nothing(client, plant, canteen, agent):
    plant.signed_in(client, "陈立")
    page = reverse("grid:round_at", args=[canteen.token])
    assert "08:30" in client.get(page).content.decode()
    wrong = client.post(page, {"uid": uuid.uuid4(), "agent": agent.pk, "concentration": "9000", "note": "西侧"})
    assert "西侧" in wrong.content.decode() and "重新配制" in wrong.content.decode()
    sent = {"uid": uuid.uuid4(), "agent": agent.pk, "concentration": "300"}
    assert client.post(page, sent).status_code == 302 and client.post(page, sent).status_code == 302
    row = DisinfectionRound.objects.get()
    assert (row.by.person.name, row.concentration) == ("陈立", 300)
    assert client.get(reverse("grid:round_at", args=["nothing"])).status_code == 404
    assert client.get(reverse("grid:rounds")).status_code == 403


def test_the_board_the_sheet_of_codes_and_the_export(client, plant, officer, canteen, agent):
    plant.signed_in(client, "孙丽")
    done(canteen, officer, agent)
    assert "食堂" in client.get(reverse("grid:rounds")).content.decode()
    sheet = client.get(reverse("grid:round_codes")).content.decode()
    assert "<svg" in sheet and "style=" not in sheet[sheet.index("<svg") : sheet.index("</svg>")]
    for kind in ("xlsx", "csv"):
        assert client.get(reverse("grid:rounds"), {"format": kind}).status_code == 200
    lines = disinfecting.history(plant.today - timedelta(days=1), plant.today)
    assert [(line[0] == plant.today, line[3]) for line in lines][:3] == [(False, "missed")] * 3


def test_places_and_agents_are_kept_on_their_page(client, plant, officer, agent):
    plant.signed_in(client, "孙丽")
    page = reverse("grid:round_places")
    sent = {"do": "place", "place-code": "S02", "place-name": "车队", "place-times": "8:00、14:00", "place-agent": agent.pk,
            "place-early": 30, "place-grace": 30, "place-active": "on"}  # fmt: skip
    assert client.post(page, sent).status_code == 302
    place = DisinfectedPlace.objects.get()
    assert place.times == ["08:00", "14:00"]
    assert "25:00" in client.post(page, sent | {"place-times": "25:00"}).content.decode()
    assert client.post(f"{page}?place={place.pk}", sent | {"place-name": "车队大院"}).status_code == 302
    new = {"do": "agent", "agent-name": "过氧乙酸", "agent-unit": "mg/L", "agent-lowest": 3000, "agent-highest": 1000,
           "agent-minutes": 60, "agent-source": "说明书"}  # fmt: skip
    assert client.post(page, new).status_code == 200
    assert client.post(page, new | {"agent-highest": 5000, "agent-active": "on"}).status_code == 302
    assert Agent.objects.filter(name="过氧乙酸").exists()
    plant.signed_in(client, "郭峰", Role.HEALTH_OFFICER, unit=plant.cell("W01"))
    assert client.get(page).status_code == 403


def test_the_board_asks_as_often_for_many_places_as_for_one(plant, officer, canteen, agent, django_assert_num_queries):
    for number in range(2, 30):
        values = {"times": [time(9)], "agent": agent, "early": 60, "grace": 30, "active": True}
        grid.keep_place(by=officer, code=f"S{number:02d}", name=f"{number}", **values)
    assert datetime.combine(actions.today(), time(8, 40), tzinfo=NOW.tzinfo) == NOW
    with django_assert_num_queries(2):
        disinfecting.days_of(actions.today())
