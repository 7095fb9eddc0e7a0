"""Ten people in one tube: negative counts for all, anything else sends each of them to a tube of his own."""

import pytest
from django.urls import reverse

from diba.core.errors import BadInput
from diba.grid.actions import laboratory, person_tests, screening
from diba.grid.models import LabResult, Sample
from diba.plant.models import Person, Role, Task

from ..conftest import TODAY
from .screenings import book, brought, campaign_of, target_of

THREE = ("陈立", "林涛", "刘洋")


@pytest.fixture
def round(plant):
    return campaign_of(plant, samples=True, items=())[1]


def mixed(round, plant, names=THREE, tube="H1"):
    return [laboratory.register(target_of(round.campaign, plant[name]), round, tube, pooled=True)[0] for name in names]


def again(round):
    rows = laboratory.samples_of(round, round.campaign.targets.all(), state="again")
    return {row.target.person.name for row in rows}


def known(round):
    return len(screening.standing(round.campaign, round).tested)


def asked():
    return {task.values.get("name") for task in Task.objects.filter(key__startswith="lab:", closed_at=None)}


def test_an_eleventh_person_does_not_fit(plant, round):
    everybody = [row.name for row in Person.objects.exclude(kind="family")[:11]]
    mixed(round, plant, everybody[:10])
    with pytest.raises(BadInput, match="pool_full"):
        mixed(round, plant, everybody[10:])
    assert mixed(round, plant, everybody[:1])[0].pk == Sample.objects.order_by("id").first().pk, (
        "the same again is the same"
    )
    assert Sample.objects.count() == 10


def test_a_tube_is_single_or_mixed(plant, round):
    laboratory.register(target_of(round.campaign, plant["陈立"]), round, "E1")
    with pytest.raises(BadInput, match="tube_taken"):
        mixed(round, plant, ["林涛"], "E1")
    mixed(round, plant)
    with pytest.raises(BadInput, match="tube_taken"):
        laboratory.register(target_of(round.campaign, plant["郭峰"]), round, "H1")


def test_negative_counts_for_everybody_in_it_but_frees_nobody_from_isolation(plant, round):
    mixed(round, plant)
    file = brought([["H1", "", "", "阴性", TODAY]], round)
    assert (file.counts["matched"], known(round), again(round), asked()) == (3, 3, set(), set())
    assert person_tests.tests_of([plant["陈立"]]).get(plant["陈立"].pk, []) == []


def test_a_positive_mixed_tube_sends_all_to_a_tube_of_their_own_and_calls_nobody_positive(plant, round):
    mixed(round, plant)
    brought([["H1", "", "", "阳性", TODAY]], round)
    assert {str(row.outcome) for row in LabResult.objects.all()} == {"unclear"}
    assert (known(round), again(round), asked()) == (0, set(THREE), set(THREE))
    assert not Task.objects.filter(urgent=True, key__startswith="lab:").exists()
    laboratory.register(target_of(round.campaign, plant["陈立"]), round, "D1")
    assert again(round) == {"林涛", "刘洋"}, "his tube is on its way"
    brought([["D1", "", "", "阴性", TODAY]], round, "single.xlsx")
    assert (known(round), asked()) == (1, {"林涛", "刘洋"})
    laboratory.register(target_of(round.campaign, plant["林涛"]), round, "D2")
    brought([["D2", "", "", "阳性", TODAY]], round, "second.xlsx")
    urgent = Task.objects.get(urgent=True, key__contains=":lab:")
    assert (urgent.values["name"], again(round), known(round)) == ("林涛", {"刘洋"}, 2)


def test_a_file_may_name_each_member_and_whoever_is_not_in_it_waits_in_the_queue(plant, round):
    mixed(round, plant)
    rows = [["H1", plant[name].staff_no, name, "阴性", TODAY] for name in (*THREE, "郭峰")]
    file = brought(rows, round)
    assert (file.counts["matched"], file.counts["queued"], known(round)) == (3, 1, 3)
    assert laboratory.queue_of(file).get().problem == "not_in_tube"


def test_two_words_on_one_mixed_tube_wait_for_somebody(plant, round):
    mixed(round, plant)
    file = brought([["H1", "", "", "阴性", TODAY], ["H1", "", "", "阳性", TODAY]], round)
    assert (file.counts["matched"], file.counts["queued"], known(round)) == (0, 6, 0)


def test_a_mixed_tube_is_typed_once_for_all_and_corrected_for_all(plant, round):
    members = mixed(round, plant)
    first, second = plant.account("刘敏", Role.HEALTH_OFFICER), plant.account("孙丽", Role.HEALTH_OFFICER)
    typed = laboratory.type_in(members[2], "positive", TODAY, by=first)
    with pytest.raises(BadInput, match="typed_already"):
        laboratory.type_in(members[0], "positive", TODAY, by=second)
    with pytest.raises(BadInput, match="has_result"):
        mixed(round, plant, ["郭峰"])
    laboratory.confirm_typed(typed, "positive", by=second)
    assert (again(round), known(round), asked()) == (set(THREE), 0, set(THREE))
    typed = laboratory.type_in(members[1], "negative", TODAY, reason="抄错", by=first)
    laboratory.confirm_typed(typed, "negative", by=second)
    assert (again(round), known(round), asked()) == (set(), 3, set())
    with pytest.raises(BadInput, match="has_result"):
        laboratory.withdraw(members[1])


def test_a_sheet_of_mixed_tubes_names_the_people_in_each(plant, round):
    rows = [["H1", plant[name].staff_no, name] for name in THREE] + [["H2", plant["郭峰"].staff_no, "郭峰"]]
    heads = ["样本编号", "工号", "姓名"]
    assert laboratory.register_sheet(book(rows, heads), "tubes.xlsx", round, pooled=True) == (4, [])
    written, refused = laboratory.register_sheet(book(rows, heads), "tubes.xlsx", round, pooled=True)
    assert (written, refused, Sample.objects.filter(tube="H1").count()) == (0, [], 3)


def test_the_scanner_stays_at_a_mixed_tube_and_its_page_lists_who_is_in_it(client, plant, round):
    plant.signed_in(client, "刘敏", Role.HEALTH_OFFICER)
    page = reverse("grid:tubes", args=[round.pk])
    form = {"tube": "H1", "kind": "throat", "pooled": "on"}
    answer = client.post(page, {**form, "person": plant["陈立"].staff_no}, follow=True)
    assert answer.context["form"].initial["tube"] == "H1" and "混采管内 1 人" in answer.content.decode()
    client.post(page, {**form, "person": plant["林涛"].staff_no})
    html = client.get(reverse("grid:tube", args=[Sample.objects.get(target__person__name="林涛").pk])).content.decode()
    assert "陈立" in html and "林涛" in html and "还没有结果" in html
    brought([["H1", "", "", "阳性", TODAY]], round)
    assert "待复检" in client.get(page, {"state": "again"}).content.decode()


def test_a_tube_that_says_nothing_of_its_people_is_never_shown_in_green(client, plant, round):
    mixed(round, plant)
    brought([["H1", "", "", "阳性", TODAY]], round)
    laboratory.register(target_of(round.campaign, plant["陈立"]), round, "D1")
    rows = {
        row.target.person.name: row for row in laboratory.samples_of(round, round.campaign.targets.all(), state="done")
    }
    assert not any(row.known for row in rows.values()) and [name for name, row in rows.items() if row.again] == ["陈立"]
    plant.signed_in(client, "刘敏", Role.HEALTH_OFFICER)
    page = reverse("grid:tubes", args=[round.pk])
    table = client.get(page, {"q": "H1"}).content.decode().rpartition("<tbody>")[2].partition("</table>")[0]
    assert "已有" not in table and table.count("已另采一管") == 1 and table.count("待复检") == 2
    assert "待复检" in client.get(page, {"format": "csv"}).content.decode("utf-8-sig")
