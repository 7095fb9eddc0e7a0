"""Everybody sees who read his health, what is kept about him, and what he was told and agreed to."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from diba.grid import actions as grid
from diba.grid.actions import laboratory, screening
from diba.plant import actions
from diba.plant.actions import deeds, notices, openings, reads
from diba.plant.actions.notice_texts import DRAFTS
from diba.plant.models import Consent, HealthRead, Notice, NoticeReceipt, Person, Role, Task, Unit

from ..grid.screenings import brought, campaign_of, target_of

MINE = "plant:my_data"


def published(plant, code="checkin", **more):
    return notices.publish(
        code, by=plant.account("孙丽", Role.HEALTH_OFFICER), **{"starts_on": plant.today, **DRAFTS[code], **more}
    )


def page_of(client):
    return client.get(reverse(MINE)).content.decode()


def test_who_read_my_page_my_cell_and_the_line_list_stands_on_my_page(plant, client):
    plant.check_in("林涛", "38.7")
    ill = plant["林涛"]
    plant.signed_in(client, "孙丽", Role.HEALTH_OFFICER)
    client.get(reverse("grid:person", args=[ill.pk]))
    client.get(reverse("grid:cases"))
    plant.signed_in(client, "刘敏", Role.DUTY_OFFICER)
    client.get(reverse("grid:cell"), {"cell": "W01"})
    plant.signed_in(client, "林涛")
    shown = client.get(reverse(MINE))
    assert [(each.row.verb, each.alone) for each in shown.context["reads"]] == [
        ("cell.read", False), ("cases.read", False), ("health.read", True),
    ]  # fmt: skip
    text = shown.content.decode()
    assert "孙丽" in text and "刘敏" in text and "防控办" in text
    plant.signed_in(client, "田野")
    assert [each.row.verb for each in client.get(reverse(MINE)).context["reads"]] == []


def test_my_own_reading_is_no_reading_by_others(plant, client):
    plant.signed_in(client, "林涛", Role.CELL_LEAD, unit=plant.cell("W01"))
    client.get(reverse("grid:cell"))
    assert not reads.reads_of(plant["林涛"]).exists()
    assert reads.reads_of(plant["陈立"]).exists()


def test_the_reason_of_an_opening_stands_beside_it(plant, client):
    officer = plant.account("刘敏", Role.DUTY_OFFICER, unit=Unit.objects.get(code="D02"))
    openings.open_health(plant["林涛"], "现场晕倒，急需病史", by=officer)
    plant.signed_in(client, "林涛")
    assert "现场晕倒，急需病史" in page_of(client)
    book = client.get(reverse(MINE), {"format": "xlsx"})
    assert book.status_code == 200 and book.content[:2] == b"PK"


def test_what_is_kept_about_me_is_counted_with_how_long(plant, client):
    grid.expect_everybody()
    plant.check_in("林涛", "38.7")
    plant.signed_in(client, "林涛")
    kept = {words: (count, why) for words, count, why in client.get(reverse(MINE)).context["kept"]}
    assert kept[deeds.object_words("checkin")] == (1, None)
    assert kept[deeds.object_words("case")] == (1, None)
    assert any(why for _count, why in kept.values()), "what stays says why"


def test_the_page_asks_the_same_of_the_database_for_one_reading_and_for_many(plant, client):
    def queries():
        with CaptureQueriesContext(connection) as seen:
            client.get(reverse(MINE))
        return len(seen)

    ill = plant["林涛"]
    officer = plant.account("孙丽", Role.HEALTH_OFFICER)
    actions.note(officer, "health.read", ill, people=[ill.pk])
    plant.signed_in(client, "林涛")
    client.get(reverse(MINE))
    few = queries()
    for _turn in range(30):
        actions.note(officer, "health.read", ill, people=[ill.pk])
    assert queries() == few


def test_a_new_version_is_shown_once_with_the_check_in_and_the_duties(plant, client):
    notice = published(plant)
    plant.signed_in(client, "林涛")
    for name in ("grid:checkin", "rosters:mine"):
        assert notice.purpose in client.get(reverse(name)).content.decode()
    there = reverse("grid:checkin")
    answered = client.post(reverse("plant:notice_answer", args=[notice.pk]), {"word": "read", "next": there})
    assert answered["Location"] == there
    client.post(reverse("plant:notice_answer", args=[notice.pk]), {"word": "read"})
    assert NoticeReceipt.objects.count() == 1
    assert notice.purpose not in client.get(there).content.decode()
    second = published(plant, purpose="每日健康申报（第二版）")
    assert second.version == 2 and "第二版" in client.get(there).content.decode()


def test_consent_is_a_row_and_withdrawing_it_another(plant, client):
    notice = published(plant, "testing")
    plant.signed_in(client, "林涛")
    address = reverse("plant:notice_answer", args=[notice.pk])
    client.post(address, {"word": "read"})
    assert not NoticeReceipt.objects.exists(), "reading alone is no answer where consent is asked for"
    for word in ("agree", "agree", "withdraw", "withdraw"):
        client.post(address, {"word": word})
    assert list(Consent.objects.order_by("id").values_list("given", flat=True)) == [True, False]
    assert Task.objects.filter(role=Role.HEALTH_OFFICER, about=plant["林涛"]).exists()
    assert "已撤回" in page_of(client) or "不同意" in page_of(client)


def test_an_answer_never_leads_elsewhere(plant, client):
    notice = published(plant)
    plant.signed_in(client, "林涛")
    led = client.post(
        reverse("plant:notice_answer", args=[notice.pk]), {"word": "read", "next": "https://example.org/"}
    )
    assert led["Location"] == reverse(MINE)
    led = client.post(reverse("plant:notice_answer", args=[notice.pk]), {"word": "read", "next": "99999"})
    assert led["Location"] == reverse(MINE)


def test_the_health_officer_sees_who_was_told_and_what_they_said(plant, client):
    notice = published(plant, "testing")
    notices.answer(notice, plant["林涛"], agreed=True, by=plant.account("林涛"))
    notices.answer(notice, plant["田野"], agreed=False, by=plant.account("田野"))
    plant.signed_in(client, "孙丽")
    shown = client.get(reverse("plant:notices"))
    row = shown.context["rows"][0]
    assert (row.asked, row.told, row.agreed, row.refused) == (14, 2, 1, 1)
    assert shown.context["page"].object_list[0].told_at is None
    book = client.get(reverse("plant:notices"), {"format": "xlsx"})
    assert book.status_code == 200 and book.content[:2] == b"PK"
    plant.signed_in(client, "刘敏", Role.HEALTH_OFFICER, unit=Unit.objects.get(code="D02"))
    assert client.get(reverse("plant:notices")).context["rows"][0].asked == 2


def test_a_notice_is_put_in_force_on_the_page_and_a_wrong_one_says_where(plant, client):
    plant.signed_in(client, "孙丽", Role.HEALTH_OFFICER)
    begun = client.get(reverse("plant:notices"), {"code": "checkin"}).context["form"].initial
    values = {**begun, "starts_on": plant.today.isoformat(), "consent": "", "guardian": ""}
    refused = client.post(reverse("plant:notice_new"), values | {"starts_on": "2019-01-01"})
    assert refused.status_code == 400 and begun["purpose"] in refused.content.decode()
    client.post(reverse("plant:notice_new"), values)
    client.post(reverse("plant:notice_new"), values)
    assert list(Notice.objects.order_by("version").values_list("version", flat=True)) == [1, 2]


@pytest.mark.parametrize("role", [Role.DUTY_OFFICER, Role.PLANNER, Role.AUDITOR])
def test_nobody_but_the_health_officer_of_the_plant_puts_a_notice_in_force(plant, client, role):
    plant.signed_in(client, "刘敏", role)
    assert client.post(reverse("plant:notice_new"), {}).status_code == 403


def read_by(client, plant, name, address, *roles, **query):
    """Open a page as somebody and return of whose health the reading is kept."""
    HealthRead.objects.all().delete()
    plant.signed_in(client, name, *roles)
    assert client.get(address, query).status_code == 200
    return set(Person.objects.filter(pk__in=HealthRead.objects.values("person_id")).values_list("name", flat=True))


def test_every_page_that_tells_of_health_says_so_to_whom_it_is_about(plant, client):
    report = plant.check_in("林涛", "38.5")
    correct = reverse("grid:correct", args=[report.pk])
    assert read_by(client, plant, "孙丽", correct, Role.HEALTH_OFFICER) == {"林涛"}
    assert read_by(client, plant, "林涛", correct) == set()
    actions.take_out(plant["田野"], "isolation", plant.now)
    assert read_by(client, plant, "孙丽", reverse("grid:isolations")) == {"田野"}
    register = reverse("plant:person", args=[plant["田野"].pk])
    assert read_by(client, plant, "孙丽", register) == {"田野"}
    assert read_by(client, plant, "刘敏", register, Role.ADMINISTRATOR) == set(), "an administrator reads no kinds"
    assert read_by(client, plant, "孙丽", reverse("plant:person", args=[plant["郭峰"].pk])) == set(), (
        "no absence, no health"
    )


def test_the_zero_report_that_names_who_reopened_it_says_so_to_him(plant, client):
    for person in actions.active().exclude(kind="family"):
        plant.check_in(person.name)
    plant.sign()
    assert read_by(client, plant, "孙丽", reverse("grid:zero"), Role.HEALTH_OFFICER) == set()
    grid.suspect(plant["田野"], "发热", by=plant.account("孙丽"))
    assert read_by(client, plant, "孙丽", reverse("grid:zero")) == {"田野"}


def test_the_queue_of_a_laboratory_s_file_says_so_to_whoever_is_named_in_it(plant, client):
    _, round = campaign_of(plant, samples=True)
    file = brought([["QQ-1", "", "田野", "阳性", ""], ["QQ-2", "1005", "", "阳性", ""]], round)
    assert laboratory.queue_of(file).count() == 2
    there = {"田野", Person.objects.get(staff_no="1005").name}
    assert read_by(client, plant, "孙丽", reverse("grid:lab", args=[file.pk]), Role.HEALTH_OFFICER) == there


def test_who_is_left_out_of_a_screening_for_a_reason_is_told_who_read_it(plant, client):
    campaign, _ = campaign_of(plant)
    screening.exclude(target_of(campaign, plant["田野"]), "hospital", by=plant.account("刘敏"))
    address = reverse("grid:screening", args=[campaign.pk])
    assert read_by(client, plant, "孙丽", address, Role.HEALTH_OFFICER) == {"田野"}
