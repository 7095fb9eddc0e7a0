"""What the record keeps of people who speak of their own health, or of their family's: that it was said, never who said it."""

import json
import logging
import uuid
from datetime import date, timedelta

import pytest
from django.urls import reverse

from diba.grid import actions as grid
from diba.grid.actions import links, returning, risks, screening
from diba.grid.models import CheckIn, IsolationOrder, LinkUse
from diba.plant import actions
from diba.plant.actions import purging
from diba.plant.logs import Line
from diba.plant.models import Hold, Record, Role

from .screenings import answered, campaign_of


@pytest.fixture
def listed(plant):
    """A list of risk areas, so that whoever is back from one is isolated at once."""
    grid.enter_area(by=None, area="湖北省", level="high", starts_on=date(2020, 1, 23), source="模拟")


def by_himself(plant, client):
    """Let 林涛 say of himself and of his wife all that anybody can say without an office, on the pages where there is one."""
    wife = plant["王芳"]
    sent = {"day": plant.today.isoformat(), "slot": "morning", "symptom_note": "咽痛", "whereabouts": ""}
    said = {"risk-uid": uuid.uuid4(), "risk-kind": "case", "risk-who": "马某", "risk-first": plant.today.isoformat()}
    client.post(reverse("grid:checkin"), sent | said | {"uid": uuid.uuid4(), "temperature": "38.6"})
    report = CheckIn.objects.get(person__name="林涛")
    grid.correct(report, "38.9", uid=uuid.uuid4(), reason="看错", by=plant.account("林涛"))
    client.post(reverse("grid:family_report", args=[wife.pk]), sent | {"uid": uuid.uuid4(), "temperature": "38.4"})
    for who in (plant["林涛"], wife):
        mine = plant.account("林涛")
        risks.declare_risk(who, "case", plant.today, who="马某", where="县医院", uid=uuid.uuid4(), by=mine)
        returning.declare_return(who, "湖北省武汉市", plant.today, "train", uid=uuid.uuid4(), by=mine, declared="self")
        campaign, round = campaign_of(plant)
        answered(campaign, round, who, by=mine)
        screening.correct_answer(
            screening.answers_of(round, campaign.targets.filter(person=who)).popitem()[1], {"fever": "no"},
            uid=uuid.uuid4(), reason="记错", by=mine,
        )  # fmt: skip
        order = IsolationOrder.objects.get(person=who)
        grid.want(order, "退烧药", by=mine)


def test_who_speaks_of_his_own_or_his_family_s_health_is_nowhere_named(plant, client, listed):
    officer = plant.account("孙丽", Role.HEALTH_OFFICER)
    plant.signed_in(client, "林涛")
    before = Record.objects.order_by("-pk").values_list("pk", flat=True).first() or 0
    by_himself(plant, client)
    rows = Record.objects.filter(pk__gt=before)
    written = set(rows.values_list("verb", flat=True))
    assert written >= {
        "checkin.saved", "absence.began", "hold.began", "risk.declared", "return.declared", "isolation.ordered", "isolation.need",
        "answer.saved", "answer.corrected",
    }  # fmt: skip
    gone = {row.model._meta.model_name for row in purging.answers()[0] if row.blank is None}
    told = rows.filter(object_type__in=gone)
    assert told.count() > 15 and Hold.objects.count() == 4
    named = told.exclude(account_id=None, address="", roles="")
    assert [(row.verb, row.detail) for row in named] == []
    grid.isolate(plant["陈立"], "contact", "home", place="一号楼", reason="密接", uid=uuid.uuid4(), by=officer)
    assert Record.objects.filter(verb="isolation.ordered", account_id=officer.pk).count() == 1, (
        "an officer answers for it"
    )


def test_a_report_by_a_personal_address_names_neither_the_link_nor_where_it_came_from(plant, client):
    link, token = links.give_link(plant["林涛"], by=plant.account("孙丽", Role.HEALTH_OFFICER))
    plant.signed_in(client, "林涛")
    sent = {"uid": uuid.uuid4(), "day": plant.today.isoformat(), "who": "0", "temperature": "38.6"}
    client.post(reverse("grid:personal", args=[token]), sent)
    assert LinkUse.objects.get().link == link
    row = Record.objects.get(verb="checkin.by_link")
    assert (row.account_id, row.address, row.detail) == (None, "", "")
    with actions.clock.at(plant.now + timedelta(minutes=1)):
        actions.seal()
        assert actions.verify()[1] == []


def test_the_log_says_of_a_page_of_health_neither_who_asked_nor_about_whom(plant, client, caplog):
    caplog.set_level(logging.INFO, "diba.request")
    account = plant.account("孙丽", Role.HEALTH_OFFICER)
    plant.signed_in(client, "孙丽")
    someone = plant["林涛"]
    sent = {"uid": uuid.uuid4(), "day": plant.today.isoformat(), "slot": "morning", "temperature": "38.6"}
    client.post(reverse("grid:checkin"), sent)
    for name in ("grid:person", "grid:contact", "plant:open_health", "plant:absence"):
        client.get(reverse(name, args=[someone.pk]))
    client.get(reverse("plant:person", args=[someone.pk]))
    lines = [json.loads(Line().format(row)) for row in caplog.records if row.name == "diba.request"]
    told = {line["path"]: line["account"] for line in lines}
    assert told.pop(f"/register/person/{someone.pk}/") == account.pk, "what is not about health is said"
    assert told == dict.fromkeys([
        "/grid/checkin/", "/grid/people/<int:pk>/", "/grid/people/<int:pk>/contact/", "/office/openings/of/<int:pk>/",
        "/register/absences/<int:pk>/",
    ])  # fmt: skip


def test_the_page_of_a_destruction_says_how_long_the_log_is_kept_and_what_it_holds(plant, client, settings):
    settings.LOG_DAYS = 14
    plant.signed_in(client, "孙丽", Role.HEALTH_OFFICER)
    page = client.get(reverse("plant:response", args=[actions.response().pk])).content.decode()
    assert "服务器日志保留 14 天" in page and "既不记谁访问" in page
