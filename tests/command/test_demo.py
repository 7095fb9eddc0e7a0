"""The demo plant: modelled on the station, seeded, synthetic, ending today, every page full."""

from collections import Counter

import pytest
from django.core.management import call_command
from django.urls import reverse

from diba.command import actions as command
from diba.gates.models import Handover
from diba.grid.models import CheckIn
from diba.plant import actions
from diba.plant.models import Absence, Account, Person, Post, Role, Site, Task, Unit
from diba.rosters.models import Roster


@pytest.fixture
def demo(db, monkeypatch):
    monkeypatch.setenv("DIBA_DEMO_PASSWORD", "huanghe-2020-x")
    return command.make_demo(seconds=1)


@pytest.mark.slow
def test_the_demo_is_the_station_and_says_that_it_is_made_up(demo, client):
    today = actions.today()
    assert Site.objects.get().synthetic
    kinds = Counter(Person.objects.values_list("kind", flat=True))
    assert 400 <= kinds["employee"] <= 420 and 850 <= kinds["family"] <= 950
    assert Counter(Unit.objects.values_list("kind", flat=True))["branch"] == 9
    assert Unit.objects.filter(kind="cell").count() == 38
    assert Post.objects.filter(name__endswith="号卡口").count() == 6
    assert Post.objects.exclude(manning=None).distinct().count() == 7
    by_day = Counter(CheckIn.objects.filter(slot="morning", corrected_by=None).values_list("day", flat=True))
    assert max(by_day) == today and len(by_day) >= 30
    assert all(380 <= by_day[day] <= 430 for day in by_day if day != today)
    assert Absence.objects.filter(kind="isolation").exists()
    assert Roster.objects.get(state="published").duties.filter(day=today).exists()
    assert Handover.objects.count() > 80 and not Task.objects.filter(key__startswith="handover:").exists()
    assert actions.verify()[1] == []
    assert [role for role, _number, _name in demo] and len(demo) == len(Role.values)
    _every_role_gets_in(demo, client)
    before = (Person.objects.count(), CheckIn.objects.count(), Account.objects.count())
    assert command.make_demo() == demo
    assert (Person.objects.count(), CheckIn.objects.count(), Account.objects.count()) == before


def _every_role_gets_in(demo, client):
    for _role, number, _name in demo:
        client.logout()
        assert client.post("/accounts/login/", {"login": number, "password": "huanghe-2020-x"}).status_code == 302
        assert client.get(reverse("plant:home"), follow=True).status_code == 200


def test_the_doctor_names_what_is_wrong_in_plain_words(db, capsys, settings):
    with pytest.raises(SystemExit):
        call_command("doctor")
    told = capsys.readouterr().out
    assert "WRONG  worker: none has run yet" in told
    for word in ("versions", "settings", "database", "migrations", "translations", "pages", "clock", "disk"):
        assert f"  {word}: " in told
    settings.DEBUG = True
    with pytest.raises(SystemExit):
        call_command("doctor")
    assert "DIBA_DEBUG=1" in capsys.readouterr().out
