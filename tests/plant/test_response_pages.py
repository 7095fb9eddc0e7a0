"""The pages of the responses: who may begin, end and purge, and what the certificate says."""

import pytest
from django.urls import reverse

from diba.plant import actions
from diba.plant.actions import jobs, purging
from diba.plant.models import Hold, Purge, Response, Role

from .test_purge import over  # noqa: F401


@pytest.fixture
def officer(plant, client):
    return plant.signed_in(client, "刘敏", Role.DUTY_OFFICER)


def test_an_officer_begins_and_ends_a_response_and_exercises_stand_apart(plant, officer):
    page = officer.get(reverse("plant:responses"))
    assert page.status_code == 200 and "常态防控" in page.content.decode()
    officer.post(reverse("plant:response_begin"), {"name": "新冠肺炎疫情"})
    officer.post(reverse("plant:response_begin"), {"name": "桌面推演", "drill": "on"})
    real, drill = Response.objects.get(name="新冠肺炎疫情"), Response.objects.get(name="桌面推演")
    assert actions.response() == real and drill.drill
    again = officer.post(reverse("plant:response_begin"), {"name": "第二次"})
    assert again.status_code == 400 and "第二次" in again.content.decode()
    officer.post(reverse("plant:response_end", args=[real.pk]))
    assert actions.response().standing
    officer.post(reverse("plant:response_end", args=[drill.pk]))
    shown = officer.get(reverse("plant:responses"))
    assert [row.name for row in shown.context["drills"]] == ["桌面推演"]


def test_the_standing_response_is_closed_and_the_next_takes_its_place(plant, officer):
    standing = actions.response()
    officer.post(reverse("plant:response_end", args=[standing.pk]))
    standing.refresh_from_db()
    behind = actions.response()
    assert standing.ended_at and behind.standing and behind != standing


def test_only_officers_of_the_whole_plant_begin_and_end(plant, client):
    unit = plant["陈立"].unit
    real = actions.begin_response("新冠", by=None)
    plant.signed_in(client, "刘敏", Role.DUTY_OFFICER, unit=unit)
    assert client.get(reverse("plant:response", args=[real.pk])).status_code == 200
    for name in ("response_end", "purge_propose"):
        assert client.post(reverse(f"plant:{name}", args=[real.pk])).status_code == 403
    plant.signed_in(client, "陈立")
    assert client.get(reverse("plant:responses")).status_code == 403
    real.refresh_from_db()
    assert real.ended_at is None


def test_two_people_purge_on_the_page_and_the_certificate_is_printed(plant, over, client):  # noqa: F811
    plant.signed_in(client, "刘敏")
    address = reverse("plant:response", args=[over.pk])
    assert "体温" in client.get(address).content.decode() or client.get(address).status_code == 200
    wrong = client.post(reverse("plant:purge_propose", args=[over.pk]), {"table": "grid.answer", "reason": ""})
    assert wrong.status_code == 400 and not Purge.objects.exists()
    client.post(reverse("plant:purge_propose", args=[over.pk]), {"table": "grid.answer", "reason": "传染病防治法"})
    purge = Purge.objects.get()
    step = reverse("plant:purge_step", args=[purge.pk])
    client.post(step, {"step": "approve"})
    purge.refresh_from_db()
    assert purge.state == Purge.State.PROPOSED  # not by who proposed it
    assert client.get(reverse("plant:purge_certificate", args=[purge.pk])).status_code == 404
    plant.signed_in(client, "孙丽")
    assert "新冠" in client.get(address).content.decode()
    client.post(step, {"step": "approve"})
    purge.refresh_from_db()
    assert client.get(address).context["share"] == 0
    jobs.run_job.call(str(purge.job_id))
    sheet = client.get(reverse("plant:purge_certificate", args=[purge.pk])).content.decode()
    purge.refresh_from_db()
    assert purge.digest[:32] in sheet and "刘敏" in sheet and "孙丽" in sheet and "传染病防治法" in sheet
    assert client.get(address).status_code == 200


def test_what_stands_in_the_way_is_said_on_the_page(plant, officer):
    real = actions.begin_response("新冠", by=None)
    with actions.clock.at(plant.now.replace(hour=9)):
        actions.hold(plant["林涛"], "contact")
    with actions.clock.at(plant.now.replace(hour=10)):
        actions.end_response(real, by=None)
        text = officer.get(reverse("plant:response", args=[real.pk])).content.decode()
        assert "1 条门禁暂停" in text or "1 条" in text
        officer.post(reverse("plant:purge_propose", args=[real.pk]))
    assert not Purge.objects.exists() and Hold.objects.exists()


def test_every_open_matter_leads_to_the_page_where_it_is_closed(plant, officer):
    real = actions.begin_response("新冠", by=None)
    with actions.clock.at(plant.now.replace(hour=9)):
        actions.ask("x", {}, owner=plant["林涛"])
    with actions.clock.at(plant.now.replace(hour=10)):
        actions.end_response(real, by=None)
        text = officer.get(reverse("plant:response", args=[real.pk])).content.decode()
    links = text.split(f'<a href="{reverse("plant:todo")}">')[1:]  # the menu leads there too
    assert any("1 条未办结" in link.partition("</a>")[0] for link in links)
    for clearing in purging.answers()[0]:
        assert not clearing.at or officer.get(reverse(clearing.at)).status_code in (200, 403)
        assert clearing.at or clearing.model is Hold or not clearing.running  # a hold hangs on a case or an absence
