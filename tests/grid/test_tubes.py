"""One tube at a time: whose it is, who has it already; a result counts when two have typed the same."""

import io
from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from openpyxl import load_workbook

from diba.core.errors import BadInput
from diba.grid.actions import laboratory, person_tests, screening
from diba.grid.models import LabFile, LabResult, Sample, TypedResult
from diba.plant.models import Person, Record, Role, Task

from ..conftest import NOW, TODAY
from .screenings import brought, campaign_of, target_of


@pytest.fixture
def round(plant):
    return campaign_of(plant, samples=True, items=())[1]


def officer(client, plant, name="刘敏", unit=None):
    return plant.signed_in(client, name, Role.HEALTH_OFFICER, unit=unit)


def page(round):
    return reverse("grid:tubes", args=[round.pk])


def scanned(client, round, person, tube, **more):
    return client.post(page(round), {"person": person, "tube": tube, "kind": "throat", "taken_by": "护士李", **more})


def tube_of(round, plant, name="陈立", number="QH1"):
    return laboratory.register(target_of(round.campaign, plant[name]), round, number)[0]


def second(client, row, outcome, do="confirm"):
    return client.post(
        reverse("grid:typed", args=[row.pk]), {"do": do, "outcome": outcome}, follow=True
    ).content.decode()


def first(client, sample, outcome="negative", **more):
    address = reverse("grid:tube", args=[sample.pk])
    return client.post(address, {"outcome": outcome, "tested_on": TODAY.isoformat(), **more})


def test_a_badge_and_a_tube_are_scanned_and_the_next_keeps_who_takes_it(client, plant, round):
    officer(client, plant)
    half = scanned(client, round, "1000", "").content.decode()
    assert "陈立" in half and not Sample.objects.exists()
    done = scanned(client, round, "1000", " qh001 ", kind="nose")
    assert done.status_code == 302 and "taken_by=" in done.url and "kind=nose" in done.url
    row = Sample.objects.get()
    assert (row.tube, row.taken_by, row.kind, row.by) == ("QH001", "护士李", "nose", plant.account("刘敏"))
    assert 'value="护士李"' in client.get(done.url).content.decode()
    assert "原来就是这样登记的" in client.get(scanned(client, round, "陈立", "QH001").url).content.decode()
    assert Sample.objects.count() == 1


def test_a_tube_of_somebody_else_is_refused_with_who_has_it_and_nothing_typed_is_lost(client, plant, round):
    tube_of(round, plant)
    officer(client, plant)
    shown = scanned(client, round, "1001", "QH1").content.decode()
    assert "QH1 管是陈立（1000）的，第 1 轮，02-14 08:40 采" in shown and 'value="1001"' in shown
    assert Sample.objects.count() == 1


@pytest.mark.parametrize(
    ("data", "words"),
    [
        ({"person": "9999"}, "9999"),
        ({"tube": "长" * 41}, "40"),
        ({"taken_at": (NOW + timedelta(hours=2)).strftime("%Y-%m-%dT%H:%M")}, "还没有到"),
        ({"taken_at": (NOW - timedelta(days=60)).strftime("%Y-%m-%dT%H:%M")}, "30"),
        ({"taken_at": "昨天"}, "昨天"),
        ({"taken_at": "0001-01-01T00:00"}, "0001"),
        ({"taken_at": "9999-12-31T23:59"}, "9999"),
        ({"kind": "spit"}, "spit"),
    ],
)
def test_what_cannot_be_a_tube_is_said_beside_its_field(client, plant, round, data, words):
    officer(client, plant)
    answer = scanned(client, round, **{"person": "1000", "tube": "QH9", **data})
    assert answer.status_code == 200 and words in answer.content.decode() and not Sample.objects.exists()


def test_a_tube_scanned_by_mistake_is_taken_back_but_not_one_with_a_result(client, plant, round):
    officer(client, plant)
    row = tube_of(round, plant)
    back = reverse("grid:tube_back", args=[row.pk])
    assert "QH1 已撤回" in client.post(back, follow=True).content.decode()
    other = tube_of(round, plant, "周文斌")
    laboratory.type_in(other, "negative", TODAY, by=plant.account("孙丽"))
    assert "不能撤回" in client.post(reverse("grid:tube_back", args=[other.pk]), follow=True).content.decode()
    other.refresh_from_db()
    assert other.withdrawn_at is None


def test_a_result_counts_when_a_second_has_typed_the_same_without_seeing_it(client, plant, round):
    sample = tube_of(round, plant)
    officer(client, plant)
    assert first(client, sample).status_code == 302
    row = TypedResult.objects.get()
    assert screening.standing(round.campaign, round).tested == set()
    assert Task.objects.filter(key=f"typed:{row.pk}", closed_at=None).exists()
    assert "要由另一人再录一遍" in second(client, row, "negative")
    officer(client, plant, "孙丽")
    shown = client.get(page(round)).content.decode()
    assert "selected>阴性" not in shown and "录第二遍" in shown
    assert "不一样" in second(client, row, "positive")
    assert not LabResult.objects.exists() and Record.objects.filter(verb="lab.disagreed").exists()
    assert "结果已计入" in second(client, row, "negative")
    assert screening.standing(round.campaign, round).tested == {sample.target_id}
    assert person_tests.tests_of([plant["陈立"]])[plant["陈立"].pk][0].result == "negative"
    assert not Task.objects.filter(key=f"typed:{row.pk}", closed_at=None).exists()
    assert "刚才已有人处理" in second(client, row, "negative") and LabResult.objects.count() == 1


def test_a_correction_is_a_new_row_with_a_reason_and_again_two_hands(client, plant, round):
    sample, one, two = tube_of(round, plant), plant.account("刘敏"), plant.account("孙丽")
    old = laboratory.confirm_typed(laboratory.type_in(sample, "positive", TODAY, by=one), "positive", by=two)
    assert Task.objects.filter(key__endswith=f":lab:{old.pk}", closed_at=None).exists()
    officer(client, plant)
    assert "请写明原因" in first(client, sample).content.decode() or TypedResult.objects.count() == 1
    assert "这个结果已经在了" in first(client, sample, "positive", reason="再录").content.decode()
    assert first(client, sample, reason="抄错行").status_code == 302
    row = TypedResult.objects.get(ended_at=None)
    assert row.corrects_id == old.pk
    new = laboratory.confirm_typed(row, "negative", by=two)
    old.refresh_from_db()
    assert (old.state, str(old.outcome), new.state) == ("corrected", "positive", "matched")
    assert [test.result for test in person_tests.tests_of([plant["陈立"]])[plant["陈立"].pk]] == ["negative"]
    assert not Task.objects.filter(key__endswith=f"lab:{old.pk}", closed_at=None).exists()
    shown = client.get(reverse("grid:tube", args=[sample.pk])).content.decode()
    assert "抄错行" in shown and "已被另一行更正" in shown


def test_a_result_of_a_workbook_is_corrected_by_hand_too_and_said_again_it_is_not_new(plant, round):
    sample = tube_of(round, plant)
    brought([["QH1", "1000", "陈立", "阳性", TODAY.isoformat()]], round)
    typed = laboratory.type_in(sample, "negative", TODAY, reason="复核", by=plant.account("刘敏"))
    laboratory.confirm_typed(typed, "negative", by=plant.account("孙丽"))
    assert str(laboratory.result_of(sample).outcome) == "negative"
    again = brought([["QH1", "1000", "陈立", "阴性", TODAY.isoformat()]], round, name="二.xlsx")
    assert again.counts["repeated"] == 1 and screening.standing(round.campaign, round).tested == {sample.target_id}


@pytest.mark.parametrize(
    ("outcome", "day", "reason"),
    [("green", TODAY, "unknown_result"), ("negative", TODAY + timedelta(days=1), "in_the_future"),
     ("negative", TODAY - timedelta(days=1), "before_sample")],
)  # fmt: skip
def test_what_no_laboratory_can_say_is_refused(plant, round, outcome, day, reason):
    sample = tube_of(round, plant)
    with pytest.raises(BadInput) as error:
        laboratory.type_in(sample, outcome, day, by=plant.account("刘敏"))
    assert error.value.reason == reason


def test_an_entry_waits_once_and_can_be_taken_back(client, plant, round):
    sample = tube_of(round, plant)
    officer(client, plant)
    first(client, sample)
    assert "等第二人" in first(client, sample, "positive").content.decode() and TypedResult.objects.count() == 1
    row = TypedResult.objects.get()
    assert "已撤回" in second(client, row, "", do="back")
    assert first(client, sample, "positive").status_code == 302 and not LabResult.objects.exists()


def test_a_file_that_says_something_meanwhile_stops_an_entry(plant, round):
    sample = tube_of(round, plant)
    row = laboratory.type_in(sample, "negative", TODAY, by=plant.account("刘敏"))
    brought([["QH1", "1000", "陈立", "阳性", TODAY.isoformat()]], round)
    with pytest.raises(BadInput) as error:
        laboratory.confirm_typed(row, "negative", by=plant.account("孙丽"))
    assert error.value.reason == "changed_meanwhile"


def test_an_officer_of_a_unit_has_its_people_only_and_others_have_no_tubes(client, plant, round):
    inside, outside = tube_of(round, plant, "陈立", "QH1"), tube_of(round, plant, "周文斌", "QH2")
    officer(client, plant, "高建军", unit=plant.cell("W01"))
    shown = client.get(page(round)).content.decode()
    assert "QH1" in shown and "QH2" not in shown
    assert "周文斌" not in scanned(client, round, "1000", "QH2").content.decode()
    assert client.get(reverse("grid:tube", args=[inside.pk])).status_code == 200
    row = laboratory.type_in(outside, "negative", TODAY, by=plant.account("刘敏"))
    for answer in (first(client, outside), client.post(reverse("grid:tube_back", args=[outside.pk])),
                   client.post(reverse("grid:typed", args=[row.pk]), {"outcome": "negative"})):  # fmt: skip
        assert answer.status_code == 403
    for role in (Role.CELL_LEAD, Role.DUTY_OFFICER):
        plant.signed_in(client, "郭峰", role)
        assert client.get(page(round)).status_code == 403


def test_the_tubes_are_searched_saved_and_cost_the_same_at_any_number(client, plant, round):
    officer(client, plant)

    def asked():
        with CaptureQueriesContext(connection) as queries:
            assert client.get(page(round)).status_code == 200
        return len(queries)

    tube_of(round, plant)
    asked()
    few = asked()
    for index, person in enumerate(Person.objects.exclude(staff_no=None)[:10]):
        tube_of(round, plant, person.name, f"XN{index}")
    assert asked() == few
    assert client.get(page(round), {"q": "xn3"}).content.decode().count('<td class="num nw"><a') == 1
    assert "没有符合" in client.get(page(round), {"q": "zz", "state": "done"}).content.decode()
    saved = client.get(page(round), {"format": "xlsx"}).content
    assert load_workbook(io.BytesIO(saved)).active.max_row == 12


def test_the_typed_results_of_a_round_are_no_file_to_open_or_take_back(client, plant, round):
    sample = tube_of(round, plant)
    row = laboratory.type_in(sample, "negative", TODAY, by=plant.account("刘敏"))
    laboratory.confirm_typed(row, "negative", by=plant.account("孙丽"))
    officer(client, plant)
    assert client.get(reverse("grid:lab", args=[LabFile.objects.get(typed=True).pk])).status_code == 404
    assert client.get(reverse("grid:screening", args=[round.campaign_id])).status_code == 200
