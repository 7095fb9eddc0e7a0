"""Everybody sees who read his health, what is kept about him, and what he was told and agreed to."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from diba.grid import actions as grid
from diba.plant import actions
from diba.plant.actions import deeds, notices, openings, reads
from diba.plant.actions.notice_texts import DRAFTS
from diba.plant.models import Consent, Notice, NoticeReceipt, Role, Task, Unit

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
