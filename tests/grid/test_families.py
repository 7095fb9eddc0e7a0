"""Families: reported by the employee, seen by the lead, and of a child nothing before a guardian agreed."""

import uuid
from datetime import date, timedelta
from decimal import Decimal

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from diba.core.errors import BadInput
from diba.grid import actions as grid
from diba.grid.actions import follow_ups, guardians, laboratory, tracing
from diba.grid.actions.risks import declare_risk
from diba.grid.models import CheckIn, Contact, FollowUp, GuardianConsent, PersonTest, Return
from diba.plant import actions
from diba.plant.models import HealthRead, Household, Person, PersonKind, Record, Role

from .screenings import answered, book, campaign_of, target_of


@pytest.fixture
def child(plant):
    """林小雨, nine years old."""
    Person.objects.filter(name="林小雨").update(birth=date(2011, 3, 1))
    return plant["林小雨"]


def agree(plant, child, by="林涛", **more):
    return guardians.give_consent(child, plant[by], version=guardians.VERSION, by=plant.account(by), **more)


def sent(plant, **changed):
    return {"uid": uuid.uuid4(), "day": plant.today.isoformat(), "slot": "morning", "temperature": "36.5", **changed}


@pytest.mark.parametrize(
    ("birth", "today", "young"),
    [((2006, 2, 15), (2020, 2, 14), True), ((2006, 2, 14), (2020, 2, 14), False), ((2008, 2, 29), (2022, 2, 28), True),
     ((2008, 2, 29), (2022, 3, 1), False)],
)  # fmt: skip
def test_a_child_is_young_until_the_day_he_is_fourteen(plant, birth, today, young):
    assert guardians.is_young(Person(birth=date(*birth)), date(*today)) is young


def test_whose_day_of_birth_is_not_known_counts_as_grown_up(plant):
    assert not guardians.is_young(Person(birth=None))


def test_nothing_is_taken_of_a_child_before_a_guardian_agreed(plant, child):
    with pytest.raises(BadInput) as error:
        plant.check_in("林小雨", "36.5", by=plant.account("林涛"))
    assert error.value.reason == "no_guardian_consent" and not CheckIn.objects.exists()
    row = agree(plant, child)
    assert (row.guardian, row.version, len(row.digest), row.on_paper) == (plant["林涛"], guardians.VERSION, 64, False)
    assert plant.check_in("林小雨", "36.5", by=plant.account("林涛")).person == child
    assert plant.check_in("王芳", "36.4").pk, "of a grown-up nobody has to agree"


def test_a_lead_cannot_write_a_child_down_either(plant, child):
    with pytest.raises(BadInput) as error:
        grid.contact(child, "seen_ok", uid=uuid.uuid4(), by=plant.account("孙丽"))
    assert error.value.reason == "no_guardian_consent" and not CheckIn.objects.exists()


def test_a_withdrawal_is_a_new_row_and_from_then_on_nothing_more_is_taken(plant, child):
    agree(plant, child)
    plant.check_in("林小雨", "36.5", day=plant.today - timedelta(days=1))
    guardians.withdraw_consent(child, plant["林涛"], by=plant.account("林涛"))
    with pytest.raises(BadInput):
        plant.check_in("林小雨", "36.5")
    assert [row.given for row in GuardianConsent.objects.all()] == [True, False]
    agree(plant, child)
    assert plant.check_in("林小雨", "36.5") and GuardianConsent.objects.count() == 3


def test_the_same_word_twice_is_one_row_and_is_noted_once(plant, child):
    assert agree(plant, child) == agree(plant, child)
    assert GuardianConsent.objects.count() == 1 and Record.objects.filter(verb="consent.given").count() == 1


def test_consent_to_older_words_lets_nothing_be_taken(plant, child):
    row = agree(plant, child)
    GuardianConsent.objects.filter(pk=row.pk).update(version="2019-9")
    with pytest.raises(BadInput):
        plant.check_in("林小雨", "36.5")
    with pytest.raises(BadInput) as error:
        guardians.give_consent(child, plant["林涛"], version="2019-9", by=plant.account("林涛"))
    assert error.value.reason == "old_words"


@pytest.mark.parametrize(("about", "by", "reason"), [("林小雨", "陈立", "not_guardian"), ("王芳", "林涛", "not_young")])
def test_only_a_grown_up_of_the_family_agrees_and_only_for_the_young(plant, child, about, by, reason):
    with pytest.raises(BadInput) as error:
        agree(plant, plant[about], by)
    assert error.value.reason == reason


def test_the_employee_sees_agrees_and_reports_his_family_on_one_page(plant, client, child):
    client = plant.signed_in(client, "林涛")
    page = client.get(reverse("grid:family")).content.decode()
    assert "林小雨" in page and "王芳" in page and "我是这名儿童的监护人" in page
    refused = client.post(reverse("grid:family_report", args=[child.pk]), sent(plant))
    assert refused.status_code == 200 and not CheckIn.objects.exists()
    consent = reverse("grid:consent", args=[child.pk])
    client.post(consent, {"version": guardians.VERSION})
    assert not GuardianConsent.objects.exists(), "he has to tick that he agrees"
    client.post(consent, {"version": guardians.VERSION, "agree": "1"})
    data = sent(plant)
    for _ in range(2):
        assert client.post(reverse("grid:family_report", args=[child.pk]), data).status_code == 302
    row = CheckIn.objects.get()
    assert (row.person, row.by.person, row.temperature) == (child, plant["林涛"], Decimal("36.5"))
    assert Record.objects.filter(verb="checkin.saved", detail="for_another").count() == 1
    assert "1 人没报" in client.get(reverse("grid:family")).content.decode()
    client.post(consent, {"do": "withdraw"})
    assert not GuardianConsent.objects.last().given


def test_bad_input_for_a_child_is_refused_beside_the_field_and_kept(plant, client, child):
    agree(plant, child)
    client = plant.signed_in(client, "林涛")
    answer = client.post(
        reverse("grid:family_report", args=[child.pk]), sent(plant, temperature="52", whereabouts="在家")
    )
    assert answer.status_code == 200 and 'value="52"' in answer.content.decode() and "在家" in answer.content.decode()


def test_a_stranger_neither_reports_nor_agrees_for_a_family(plant, client, child):
    client = plant.signed_in(client, "陈立")
    assert client.get(reverse("grid:family_report", args=[child.pk])).status_code == 404
    assert client.post(reverse("grid:family_report", args=[child.pk]), sent(plant)).status_code == 404
    assert (
        client.post(reverse("grid:consent", args=[child.pk]), {"version": guardians.VERSION, "agree": "1"}).status_code
        == 404
    )
    assert not GuardianConsent.objects.exists() and not CheckIn.objects.exists()


def test_the_other_parent_of_the_household_reports_too(plant, client, child):
    Person.objects.filter(name="孙丽").update(household=Household.objects.get(code="H1"))
    agree(plant, child, "孙丽")
    client = plant.signed_in(client, "孙丽")
    assert "林小雨" in client.get(reverse("grid:family")).content.decode()
    assert client.post(reverse("grid:family_report", args=[child.pk]), sent(plant)).status_code == 302


def test_a_lead_sees_the_families_of_his_cell_and_enters_what_was_signed_on_paper(plant, client, child):
    cell = plant["林涛"].cell
    lead = plant.signed_in(client, "田野", Role.CELL_LEAD, unit=cell)
    page = lead.get(reverse("grid:families")).content.decode()
    assert "林小雨" in page and "王芳" in page
    assert Record.objects.filter(verb="families.read").exists()
    lead.post(reverse("grid:consent", args=[child.pk]), {"version": guardians.VERSION, "agree": "1"}, follow=True)
    row = GuardianConsent.objects.get()
    assert (row.on_paper, row.guardian, row.by.person) == (True, plant["林涛"], plant["田野"])
    assert "林小雨" in lead.get(reverse("grid:families"), {"format": "csv", "q": "林涛"}).content.decode()
    assert lead.get(reverse("grid:families"), {"format": "xlsx", "state": "closed"}).status_code == 200
    other = plant.signed_in(client, "孙丽", Role.CELL_LEAD, unit=plant.cell("W02" if cell.code == "W01" else "W01"))
    assert "林小雨" not in other.get(reverse("grid:families")).content.decode()
    assert other.post(reverse("grid:consent", args=[child.pk]), {"do": "withdraw"}).status_code == 404
    assert plant.signed_in(client, "韩冰").get(reverse("grid:families")).status_code == 403


def test_the_list_of_families_asks_a_constant_number_of_queries(plant, client, child):
    officer = plant.signed_in(client, "刘敏", Role.HEALTH_OFFICER)

    def asked():
        with CaptureQueriesContext(connection) as queries:
            assert officer.get(reverse("grid:families")).status_code == 200
        return len(queries)

    agree(plant, child)
    asked()
    before = asked()
    for name in ("陈立", "田野", "韩冰", "郭峰"):
        Person.objects.create(name=f"{name}之子", kind=PersonKind.FAMILY, relation="子", relative_of=plant[name], birth=date(2012, 1, 1))  # fmt: skip
        agree(plant, plant[f"{name}之子"], name)
        plant.check_in(f"{name}之子")
    assert asked() == before


def test_who_is_shown_is_noted_as_read_and_who_is_only_counted_is_not(plant, client, child):
    rows = [Person(name=f"家属{n}", kind=PersonKind.FAMILY, relative_of=plant["陈立"]) for n in range(60)]
    Person.objects.bulk_create(rows)
    officer = plant.signed_in(client, "刘敏", Role.HEALTH_OFFICER)
    shown = len(officer.get(reverse("grid:families")).context["rows"])
    last = Record.objects.filter(verb="families.read").latest("id")
    assert HealthRead.objects.filter(record_id=last.pk).count() == shown < 60
    officer.get(reverse("grid:families"), {"format": "csv"})
    last = Record.objects.filter(verb="families.read").latest("id")
    assert HealthRead.objects.filter(record_id=last.pk).count() == Person.objects.filter(kind="family").count()


def test_consent_outlives_the_key_of_the_response(plant, child):
    by = plant.account("刘敏")
    response = actions.begin_response("新冠肺炎", by=by)
    agree(plant, child)
    actions.end_response(response, by=by)
    actions.destroy_key(response, by=by)
    assert GuardianConsent.objects.get().given


def test_neither_a_screening_nor_a_risk_is_answered_for_a_child_without_consent(plant, child):
    by = plant.account("林涛")
    campaign, round = campaign_of(plant, by=plant.account("刘敏"))
    with pytest.raises(BadInput) as error:
        answered(campaign, round, child, {}, by=by)
    assert error.value.reason == "no_guardian_consent"
    with pytest.raises(BadInput) as error:
        declare_risk(child, "case", plant.today, uid=uuid.uuid4(), by=by, who="同学")
    assert error.value.reason == "no_guardian_consent"


def test_neither_a_return_nor_a_test_a_tube_or_a_visit_is_taken_before_a_guardian_agreed(plant, child):
    officer = plant.account("孙丽", Role.HEALTH_OFFICER)
    case = grid.suspect(plant["林涛"], "发热两日", by=officer)
    contact = Contact.objects.get(case=case, person=child)
    tracing.decide(case, [contact.pk], True, "同住", by=officer)
    campaign, round = campaign_of(plant, samples=True)
    target = target_of(campaign, child)
    Person.objects.filter(pk=child.pk).update(staff_no="H001")
    sheet = book(
        [["B1", "H001", "林小雨", "2020-02-14"], ["B2", "1000", "陈立", "2020-02-14"]],
        ["样本编号", "工号", "姓名", "采样时间"],
    )

    def visit():
        with actions.clock.at(plant.now + timedelta(days=1)):
            return follow_ups.visit(contact, "seen_ok", uid=uuid.uuid4(), by=officer)

    deeds = [
        lambda: grid.declare_return(child, "湖北武汉", plant.today, "train", uid=uuid.uuid4(), by=officer, declared="officer"),
        lambda: grid.enter_test(child, plant.today, "negative", uid=uuid.uuid4(), by=officer),
        lambda: laboratory.register(target, round, "A1", by=officer), visit,
    ]  # fmt: skip
    for deed in deeds:
        with pytest.raises(BadInput) as error:
            deed()
        assert error.value.reason == "no_guardian_consent"
    written, [refusal] = laboratory.register_sheet(sheet, "tubes.xlsx", round, by=officer)
    assert written == 1 and refusal[1:] == (2, "工号 林小雨", "no_guardian_consent")
    assert not Return.objects.exists() and not PersonTest.objects.exists() and not FollowUp.objects.exists()
    assert grid.isolate(child, "contact", "home", place="家里", uid=uuid.uuid4(), by=officer).pk, "the law obliges to"
    agree(plant, child)
    for deed in deeds:
        deed()
    written, refusals = laboratory.register_sheet(sheet, "tubes.xlsx", round, by=officer)
    assert (written, refusals) == (1, [])
