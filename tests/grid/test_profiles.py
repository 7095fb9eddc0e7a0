"""Disease profiles: versions that are never changed, one in force, and every report read by the one it was made under."""

import uuid
from datetime import timedelta
from decimal import Decimal

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import translation

from diba.core.errors import BadInput
from diba.grid import actions as grid
from diba.grid.actions.profiles import differences, incubation_on
from diba.grid.models import CheckIn, DiseaseProfile, ProfileInForce, ProfileVersion
from diba.plant.models import Record, Role

SYMPTOMS = [("cough", "咳嗽", "cough", False), ("aching", "肌肉酸痛", "aching muscles", False), ("rash", "皮疹", "rash", True)]  # fmt: skip
VALUES = {
    "symptoms": SYMPTOMS, "together": 2, "shortest": 1, "longest": 7, "usual": "2–4", "source": "模拟方案",
    "places": [("armpit", Decimal("0.0")), ("ear", Decimal("0.3"))],
}  # fmt: skip


@pytest.fixture
def flu(plant):
    """A disease whose first version is in force from today."""
    version = grid.new_profile("flu-x", "流感", "flu", by=None, **VALUES)
    grid.put_in_force(version, plant.today, by=None)
    return version


def lines(symptoms, **changed):
    """What the page of a new version sends."""
    data = {"s-TOTAL_FORMS": len(symptoms), "s-INITIAL_FORMS": 0, "v-together": 2, "v-shortest": 1, "v-longest": 7,
            "v-usual": "2–4", "v-source": "模拟方案", "v-place_armpit": "0.0", "v-place_ear": "0.3"}  # fmt: skip
    for number, (code, zh, en, alone) in enumerate(symptoms):
        data |= {f"s-{number}-code": code, f"s-{number}-zh": zh, f"s-{number}-en": en}
        data |= {f"s-{number}-alone": "on"} if alone else {}
    return data | changed


def test_some_symptoms_make_a_suspicion_only_together_and_a_lone_one_is_kept(plant, flu):
    alone = plant.check_in("陈立", "36.5", symptoms=["cough"])
    both = plant.check_in("林涛", "36.5", symptoms=["cough", "aching"])
    assert (alone.abnormal, alone.symptoms) == (False, ["cough"])
    assert (both.abnormal, both.reasons) == (True, [["together", "cough,aching"]])
    assert plant.check_in("田野", "36.5", symptoms=["rash"]).reasons == [["symptom", "rash"]]


def test_the_measuring_place_moves_the_threshold_of_the_health_rules(plant, flu):
    assert not plant.check_in("陈立", "37.6", place="ear").abnormal
    assert plant.check_in("林涛", "37.6").abnormal
    assert CheckIn.objects.get(person=plant["陈立"]).place == "ear"
    with pytest.raises(BadInput) as error:
        plant.check_in("田野", "37.0", place="mouth")
    assert error.value.reason == "unknown_place"


def test_a_symptom_that_is_not_asked_for_is_refused(plant, flu):
    with pytest.raises(BadInput) as error:
        plant.check_in("陈立", "36.5", symptoms=["smell_loss"])
    assert error.value.reason == "unknown_symptom"


def test_the_form_asks_by_the_version_in_force_on_the_day(plant, client):
    client = plant.signed_in(client, "陈立")
    before = client.get(reverse("grid:checkin")).content.decode()
    assert "嗅觉减退" in before and "皮疹" not in before
    version = grid.new_profile("flu-x", "流感", "flu", by=None, **VALUES)
    grid.put_in_force(version, plant.today, by=None)
    after = client.get(reverse("grid:checkin")).content.decode()
    assert "皮疹" in after and "肌肉酸痛" in after and "嗅觉减退" not in after and "耳内" in after
    values = {"uid": uuid.uuid4(), "day": plant.today.isoformat(), "slot": "morning", "temperature": "36.5"}
    refused = client.post(reverse("grid:checkin"), {**values, "symptoms": ["smell_loss"]})
    assert refused.status_code == 200 and CheckIn.objects.count() == 0
    assert client.post(reverse("grid:checkin"), {**values, "symptoms": ["rash"], "place": "ear"}).status_code == 302
    assert CheckIn.objects.get().profile == version


def test_a_lead_reports_by_the_same_list(plant, client, flu):
    client = plant.signed_in(client, "孙丽", Role.CELL_LEAD, unit=plant.cell("W02"))
    shown = client.get(reverse("grid:cell")).content.decode()
    assert "皮疹" in shown and "嗅觉减退" not in shown
    data = {"uid": uuid.uuid4(), "outcome": "seen_not_ok", "symptoms": ["rash"]}
    client.post(reverse("grid:contact", args=[plant["周文斌"].pk]), data)
    assert CheckIn.objects.get().symptoms == ["rash"]


def test_an_old_report_is_read_and_corrected_by_the_version_it_was_made_under(plant, client):
    old = plant.check_in("陈立", "36.5", symptoms=["smell_loss"])
    version = grid.new_profile("flu-x", "流感", "flu", by=None, **VALUES)
    grid.put_in_force(version, plant.today, by=None)
    old = CheckIn.objects.get(pk=old.pk)
    assert [str(word) for word in old.symptom_words] == ["嗅觉减退"]
    client = plant.signed_in(client, "刘敏", Role.HEALTH_OFFICER)
    page = client.get(reverse("grid:correct", args=[old.pk])).content.decode()
    assert "嗅觉减退" in page and "皮疹" not in page
    assert "嗅觉减退" in client.get(reverse("grid:person", args=[old.person_id])).content.decode()
    row, _ = grid.correct(old, Decimal("36.6"), uid=uuid.uuid4(), symptoms=["diarrhoea"], reason="看错了")
    assert row.profile == old.profile and row.abnormal


def test_without_a_profile_in_force_the_plain_list_is_asked_and_each_makes_a_suspicion(plant):
    ProfileInForce.objects.all().delete()
    row = plant.check_in("陈立", "36.5", symptoms=["fatigue"])
    assert (row.profile, row.abnormal) == (None, True)
    assert [str(word) for word in row.symptom_words] == ["乏力"]
    assert incubation_on(plant.today) == 14


def test_words_follow_the_language_of_the_reader(plant, flu):
    with translation.override("en"):
        assert flu.words["rash"] == "rash"
    assert flu.words["rash"] == "皮疹"


def test_a_version_that_begins_tomorrow_is_not_asked_today(plant):
    version = grid.new_profile("flu-x", "流感", "flu", by=None, **VALUES)
    grid.put_in_force(version, plant.today + timedelta(days=1), by=None)
    assert grid.version_on(plant.today) != version
    assert grid.version_on(plant.today + timedelta(days=1)) == version


def test_putting_another_in_force_on_the_same_day_is_a_new_row_that_counts(plant, flu):
    covid = ProfileVersion.objects.get(profile__code="covid-19")
    grid.put_in_force(covid, plant.today, by=None)
    assert grid.version_on(plant.today) == covid
    assert ProfileInForce.objects.filter(starts_on=plant.today).count() == 2


@pytest.mark.parametrize(
    ("changed", "reason"),
    [({"source": " "}, "no_source"), ({"shortest": 9}, "shortest_above_longest"), ({"symptoms": []}, "no_symptoms"),
     ({"together": 3}, "too_many_together"), ({"symptoms": [*SYMPTOMS, SYMPTOMS[0]]}, "symptom_twice"), ({}, "nothing_new")],
)  # fmt: skip
def test_a_version_that_cannot_be_is_refused(plant, flu, changed, reason):
    with pytest.raises(BadInput) as error:
        grid.new_version(flu.profile, by=None, **{**VALUES, **changed})
    assert error.value.reason == reason
    assert flu.profile.versions.count() == 1


def test_yesterday_was_judged_and_nothing_is_put_in_force_for_it(plant, flu):
    with pytest.raises(BadInput) as error:
        grid.put_in_force(flu, plant.today - timedelta(days=1), by=None)
    assert error.value.reason == "begins_in_the_past"
    with pytest.raises(BadInput) as error:
        grid.put_in_force(flu, plant.today, by=None)
    assert error.value.reason == "in_force_already"


def test_two_versions_differ_in_what_was_changed_and_nothing_else(plant, flu):
    more = [*SYMPTOMS, ("headache", "头痛", "headache", False)]
    second = grid.new_version(flu.profile, by=None, **{**VALUES, "symptoms": more, "longest": 9})
    assert (second.number, flu.number) == (2, 1)
    found = {what: (before, after) for what, before, after in differences(flu, second)}
    assert set(found) == {"headache", "潜伏期（天）"}
    assert found["潜伏期（天）"] == ("1–7", "1–9") and found["headache"][0] == "—"


def test_the_officer_enters_a_version_compares_it_and_puts_it_in_force(plant, desk, flu):
    page = desk.get(reverse("grid:profile_version", args=[flu.profile_id])).content.decode()
    assert 'value="rash"' in page and "模拟方案" in page
    data = lines(
        [*SYMPTOMS, ("headache", "头痛", "headache", False), ("", "", "", False)],
        **{"v-starts_on": plant.today.isoformat()},
    )
    assert desk.post(reverse("grid:profile_version", args=[flu.profile_id]), data).status_code == 302
    second = grid.version_on(plant.today)
    assert (second.number, len(second.symptoms), second.profile) == (2, 4, flu.profile)
    compared = desk.get(reverse("grid:profile", args=[flu.profile_id]), {"version": 2, "with": 1}).content.decode()
    assert "第 1 版到第 2 版" in compared and "头痛 / headache" in compared
    desk.post(reverse("grid:profile_use", args=[flu.pk]), {"starts_on": plant.today.isoformat()})
    assert grid.version_on(plant.today) == flu
    assert Record.objects.filter(verb="profile.version").count() == 2
    assert Record.objects.filter(verb="profile.in_force").count() == 3


def test_a_disease_without_a_profile_gets_one_and_its_code_only_once(plant, desk):
    data = lines(SYMPTOMS, **{"disease-code": "mers", "disease-name": "中东呼吸综合征", "disease-name_en": "MERS"})
    assert desk.post(reverse("grid:profile_new"), data).status_code == 302
    assert ProfileVersion.objects.get(profile__code="mers").number == 1
    again = desk.post(reverse("grid:profile_new"), data)
    assert again.status_code == 200 and DiseaseProfile.objects.filter(code="mers").count() == 1


@pytest.mark.parametrize(
    "bad",
    [{"v-source": ""}, {"v-longest": "x"}, {"v-longest": 10**12}, {"v-together": 9}, {"v-place_ear": "3"}, {"s-0-code": "Not A Code"},
     {"s-1-zh": ""}, {"s-1-code": "cough"}, {"v-starts_on": "2020-02-01"}, {"s-TOTAL_FORMS": "9999"}, {"s-TOTAL_FORMS": "x"}],
)  # fmt: skip
def test_bad_input_is_refused_with_words_and_nothing_typed_is_lost(plant, desk, flu, bad):
    answer = desk.post(reverse("grid:profile_version", args=[flu.profile_id]), lines([*SYMPTOMS, ("new_one", "新症状", "new", True)], **bad))  # fmt: skip
    assert answer.status_code == 200 and flu.profile.versions.count() == 1
    text = answer.content.decode()
    assert "db-err" in text or "db-note error" in text
    assert "新症状" in text or bad.keys() & {"s-TOTAL_FORMS"}


def test_leads_read_and_only_the_officer_of_the_whole_plant_enters(plant, client, flu):
    lead = plant.signed_in(client, "孙丽", Role.CELL_LEAD, unit=plant.cell("W02"))
    assert lead.get(reverse("grid:profiles")).status_code == 200
    assert "录入疾病" not in lead.get(reverse("grid:profiles")).content.decode()
    assert lead.get(reverse("grid:profile", args=[flu.profile_id])).status_code == 200
    for name, args in (("profile_new", []), ("profile_version", [flu.profile_id]), ("profile_use", [flu.pk])):
        assert lead.post(reverse(f"grid:{name}", args=args), lines(SYMPTOMS)).status_code == 403
    of_a_branch = plant.signed_in(client, "刘洋", Role.HEALTH_OFFICER, unit=plant.cell("W01"))
    assert of_a_branch.post(reverse("grid:profile_use", args=[flu.pk])).status_code == 403
    assert plant.signed_in(client, "韩冰").get(reverse("grid:profiles")).status_code == 403


def test_the_list_asks_a_constant_number_of_queries_and_is_saved_as_a_workbook(plant, desk, flu):
    def asked():
        with CaptureQueriesContext(connection) as queries:
            assert desk.get(reverse("grid:profiles")).status_code == 200
        return len(queries)

    asked()
    before = asked()
    for number in range(4):
        grid.new_profile(f"x{number}", "某病", "some", by=None, **VALUES)
    assert asked() == before
    assert desk.get(reverse("grid:profiles"), {"format": "xlsx"}).status_code == 200
    assert "流感" in desk.get(reverse("grid:profiles"), {"format": "csv", "q": "flu-x"}).content.decode()


def test_whom_a_lead_saw_not_well_is_abnormal_whatever_the_profile_makes_of_one_symptom(plant, flu):
    row = grid.contact(plant["陈立"], "seen_not_ok", uid=uuid.uuid4(), by=plant.account("孙丽"), symptoms=["cough"])
    assert row.checkin.abnormal and row.checkin.reasons == [["seen", ""]]
    assert plant["陈立"].cases.exists()


def test_a_report_that_comes_a_day_late_is_asked_by_the_version_of_its_day(plant, client):
    old = plant.today - timedelta(days=1)
    version = grid.new_profile("flu-x", "流感", "flu", by=None, **VALUES)
    grid.put_in_force(version, plant.today, by=None)
    client = plant.signed_in(client, "陈立")
    values = {"uid": uuid.uuid4(), "day": old.isoformat(), "slot": "morning", "temperature": "36.5"}
    assert client.post(reverse("grid:checkin"), {**values, "symptoms": ["smell_loss"]}).status_code == 302
    assert CheckIn.objects.get().profile != version
