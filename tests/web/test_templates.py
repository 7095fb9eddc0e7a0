"""The parts that every page is made of: status words, icons, forms, faults, messages with a way back."""

import re
from datetime import date
from pathlib import Path

import pytest
from django import forms
from django.contrib.messages import constants
from django.contrib.messages.storage.base import Message
from django.template import Context, Template, TemplateSyntaxError
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils import translation

from diba.plant.models import Person, Role

ROOT = Path(__file__).resolve().parents[2]
TEMPLATES = sorted((ROOT / "diba").glob("*/templates/**/*.html"))


def drawn(source, **context):
    return Template("{% load diba %}" + source).render(Context(context))


@pytest.mark.parametrize("kind", ["ok", "warn", "now", "unk", "doing", "off"])
def test_a_status_is_sign_and_word(kind):
    html = drawn("{% status kind 'word' %}", kind=kind)
    assert f"db-st {kind}" in html and "<svg" in html and "word" in html


@pytest.mark.parametrize("kind", ["", "green", "OK", "unknown", None])
def test_no_other_kind_of_status_can_be_drawn(kind):
    with pytest.raises(TemplateSyntaxError, match="no status"):
        drawn("{% status kind 'word' %}", kind=kind)


def test_a_status_without_its_word_is_refused():
    with pytest.raises(TemplateSyntaxError, match="needs its word"):
        drawn("{% status 'ok' ' ' %}")


def test_an_icon_that_is_not_in_the_sprite_is_refused():
    with pytest.raises(TemplateSyntaxError, match="no icon"):
        drawn("{% icon 'unicorn' %}")


def test_every_icon_that_a_template_names_is_in_the_sprite():
    names = {
        name
        for file in TEMPLATES
        for name in re.findall(r"""{% icon "([a-z0-9-]+)"|icon_name="([a-z0-9-]+)\"""", file.read_text())
    }
    for name in {first or second for first, second in names}:
        assert "<use" in drawn("{% icon name %}", name=name)


def test_a_word_cannot_bring_markup_into_a_status():
    assert "&lt;b&gt;" in drawn("{% status 'unk' word %}", word="<b>")


def test_what_is_not_known_is_no_part_of_the_bar():
    assert 'width="75.0%"' in drawn("{% meter 3 4 %}")
    assert 'width="0%"' in drawn("{% meter 0 0 %}")


def test_numbers_and_days_read_as_the_office_writes_them():
    with translation.override("zh-hans"):
        assert drawn("{{ -3|minus }} {{ x|temperature }} {{ none|temperature }}", x=36.5, none=None) == "−3 36.5 °C —"
        assert drawn("{{ day|weekday }}", day=date(2020, 2, 14)) == "五"
    assert drawn("{% if day|weekend %}we{% endif %}", day=date(2020, 2, 15)) == "we"


class Reading(forms.Form):
    temperature = forms.DecimalField(label="体温", max_value=43, help_text="一位小数")
    sure = forms.BooleanField(label="确认", required=False)


def test_a_wrong_field_keeps_what_was_typed_and_says_why_beside_it():
    html = render_to_string("partials/form.html", {"form": Reading({"temperature": "73.8"})})
    assert 'value="73.8"' in html and 'aria-invalid="true"' in html
    described = re.search(r'aria-describedby="([^"]+)"', html)[1].split()
    assert described and all(f'id="{name}"' in html for name in described)
    assert html.count('class="db-err"') == 1


def test_a_message_with_a_way_back_becomes_an_undo_bar():
    note = Message(constants.SUCCESS, "saved", extra_tags="undo:/grid/contacts/7/undo/")
    plain = Message(constants.ERROR, "no", extra_tags="undo:javascript:alert(1)")
    html = render_to_string("partials/messages.html", {"messages": [note, plain]})
    assert html.count("data-fades") == 1
    assert 'action="/grid/contacts/7/undo/"' in html and "javascript:" not in html
    assert 'role="alert"' in html


def test_an_unknown_address_is_told_to_a_stranger_and_to_a_person(client, plant):
    for _ in range(2):
        response = client.get("/no-such-page/")
        assert response.status_code == 404
        assert "没有这一页" in response.content.decode()
        plant.signed_in(client, "林涛")


def test_an_error_of_ours_is_told_without_asking_the_database():
    assert "<h1>" in render_to_string("500.html")  # no database fixture: a query would raise


def test_a_form_that_is_too_old_says_what_to_do(plant):
    from django.test import Client

    client = plant.signed_in(Client(enforce_csrf_checks=True), "林涛")
    response = client.post(reverse("grid:checkin"), {})
    assert response.status_code == 403
    assert "这张表放得太久了" in response.content.decode()


def test_a_person_brought_in_without_history_can_be_looked_at(client, plant):
    person = Person.objects.bulk_create([Person(name="谭国华")])[0]
    plant.signed_in(client, "刘敏", Role.PLANNER)
    assert "谭国华" in client.get(reverse("plant:person", args=[person.pk])).content.decode()


def test_the_language_button_offers_the_other_language(client, plant):
    plant.signed_in(client, "林涛")
    assert 'value="en"' in client.get(reverse("plant:help")).content.decode()
    client.post(reverse("set_language"), {"language": "en", "next": "/help/"})
    html = client.get(reverse("plant:help")).content.decode()
    assert 'lang="en"' in html and 'value="zh-hans"' in html


def test_the_rail_shows_a_role_only_its_own_desks(client, plant):
    plant.signed_in(client, "林涛")
    rail = client.get(reverse("plant:help")).content.decode().split('class="db-nav"')[1].split("</nav>")[0]
    assert "态势" not in rail and "排班" not in rail
    plant.signed_in(client, "陈立", Role.DUTY_OFFICER)
    rail = client.get(reverse("plant:help")).content.decode().split('class="db-nav"')[1].split("</nav>")[0]
    words = re.findall(r"</svg>(\w+)", rail)
    assert words[:4] == ["态势", "网格", "卡口", "排班"]


@pytest.mark.parametrize("file", TEMPLATES, ids=lambda file: str(file.relative_to(ROOT)))
def test_no_template_breaks_the_content_policy(file):
    text = file.read_text()
    assert not re.search(r"\sstyle\s*=|<style|\son[a-z]+\s*=\s*[\"']|javascript:", text)
    assert not re.search(r"<script(?![^>]*\bsrc=)", text)
    assert not re.search(r"""(?:src|href)=["']https?://""", text)


@pytest.mark.parametrize("path", ["/healthz", "/livez", "/accounts/login/", "/todo/", "/register/"])
def test_head_answers_as_get_does_and_sends_no_body(plant, client, path):
    client = plant.signed_in(client, "刘敏", Role.PLANNER)
    got, headed = client.get(path), client.head(path)
    assert headed.status_code == got.status_code
    assert headed.content == b""


@pytest.mark.parametrize("file", TEMPLATES, ids=lambda file: str(file.relative_to(ROOT)))
def test_no_template_writes_a_date_in_one_language_only(file):
    assert not re.search(r'date:"[^"]*[^\x00-\x7f·–— ][^"]*"', file.read_text()), "use MONTH_DAY_FORMAT or DATE_FORMAT"


def test_an_english_page_has_english_dates_and_a_chinese_one_chinese(client, plant, roster):
    duty = roster.duties.order_by("day").first()
    client = plant.signed_in(client, duty.person.name)
    mine = reverse("rosters:mine")
    assert (
        "2月14日" in client.get(mine).content.decode() and "2020年2月14日 星期五" in client.get(mine).content.decode()
    )
    client.post(reverse("set_language"), {"language": "en", "next": mine})
    page = client.get(mine).content.decode()
    assert "February 14" in page and "Feb. 14, 2020 Friday" in page
    assert not re.search(r"\d月\d+日", page)
