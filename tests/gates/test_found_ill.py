"""Whoever is found ill by somebody of another desk passes no gate until the health officer has judged."""

import uuid
from datetime import timedelta
from decimal import Decimal

import pytest

from diba.gates.models import Crossing
from diba.grid import actions as grid
from diba.grid.actions import follow_ups, following
from diba.grid.models import Case, CheckIn, Contact
from diba.plant import actions
from diba.plant.models import Role

from ..conftest import NOW, TODAY
from .conftest import AT, record
from .fake_machines import FAKES
from .fake_machines import his_pass as his_pass
from .fake_machines import send as send


@pytest.fixture
def health(plant):
    return plant.account("孙丽", Role.HEALTH_OFFICER)


@pytest.fixture
def turnstile(send):
    return FAKES.Turnstile(send(["passages"], unmeasured=True))


def scanned(turnstile, his_pass, at=AT):
    opened, answer = turnstile.scan(his_pass.text, at=at)
    return opened, answer["reason"]


def contact_of(plant, health, name="林涛"):
    case = grid.suspect(plant["陈立"], "发热", by=health)
    change = case.changes.get()
    return Contact.objects.create(
        case=case, change=change, person=plant[name], level=1, rank=1, days=14, state="accepted", accepted_on=TODAY,
        first_exposed_on=TODAY, last_exposed_on=TODAY, listed_at=plant.now,
    )  # fmt: skip


def test_a_contact_who_is_not_well_at_a_follow_up_passes_no_gate(plant, turnstile, his_pass, health):
    contact = contact_of(plant, health)
    assert scanned(turnstile, his_pass)[0], "he may pass as long as nobody found him ill"
    follow_ups.visit(contact, "seen_not_ok", uid=uuid.uuid4(), by=health, note="发热 39 °C")
    assert scanned(turnstile, his_pass, AT + 10) == (False, "abnormal")
    follow_ups.visit(contact, "seen_ok", uid=uuid.uuid4(), by=health)
    assert scanned(turnstile, his_pass, AT + 20) == (False, "abnormal")
    assert Case.objects.get(person=plant["林涛"]).changes.get().state == "suspected"
    assert actions.absences_between(plant.now, plant.now.replace(hour=23), [plant["林涛"].pk]).exists()


def test_a_positive_of_his_own_shuts_every_gate_until_it_is_judged(plant, turnstile, his_pass, health):
    following.enter_test(plant["林涛"], TODAY, "positive", uid=uuid.uuid4(), by=health)
    assert scanned(turnstile, his_pass, AT + 10) == (False, "held")
    grid.judge_case(Case.objects.get(), "ruled_out", "复检阴性", by=health)
    assert scanned(turnstile, his_pass, AT + 20)[0]


def test_an_abnormal_report_stops_him_until_his_case_is_ruled_out_and_no_longer(plant, turnstile, his_pass, health):
    grid.correct(CheckIn.objects.get(), Decimal("38.9"), uid=uuid.uuid4(), reason="又量了")
    assert scanned(turnstile, his_pass) == (False, "abnormal")
    with actions.clock.at(NOW + timedelta(minutes=1)):
        grid.judge_case(Case.objects.get(), "ruled_out", "复测正常", by=health)
        assert scanned(turnstile, his_pass, AT + 60)[0]
    with actions.clock.at(NOW + timedelta(minutes=2)):
        grid.correct(CheckIn.objects.get(corrected_by=None), Decimal("39.1"), uid=uuid.uuid4(), reason="又量了")
        assert scanned(turnstile, his_pass, AT + 120) == (False, "abnormal"), "a fever told after that is a new one"


def test_a_hold_of_this_very_second_stops_him_at_a_turnstile(plant, turnstile, his_pass, health):
    """Crossings count whole seconds: a hold that began within the second is in force."""
    with actions.clock.at(NOW + timedelta(milliseconds=300)):
        actions.hold(plant["林涛"], "contact", by=health)
    with actions.clock.at(NOW + timedelta(milliseconds=600)):
        assert scanned(turnstile, his_pass) == (False, "held")


def test_a_guard_s_crossing_of_the_second_in_which_a_hold_began_is_judged_by_it(plant, post, health):
    plant.check_in("林涛")
    with actions.clock.at(NOW + timedelta(milliseconds=300)):
        actions.hold(plant["林涛"], "contact", by=health)
    with actions.clock.at(NOW + timedelta(milliseconds=600)):
        post.send(row := record(plant["林涛"]))
    crossing = Crossing.objects.get(uid=row["uid"])
    assert (crossing.judged, crossing.judged_reason) == ("stop", "held")
