"""A response and its key: what is sealed under it, who can open it, and what is left when the key is gone."""

import stat

import pytest
from django.core.management import call_command
from django.db import connection, models, transaction
from django.urls import reverse

from diba.plant import actions, keys
from diba.plant.fields import Destroyed, SealedJson, SealedText
from diba.plant.models import Hold, Record, Response


class Line(models.Model):
    """A made-up row: only its fields are asked, no table of it exists."""

    words = SealedText(blank=True)
    answers = SealedJson()
    other = SealedText()

    class Meta:
        app_label = "tests"
        managed = False

    def __str__(self):
        return ""


WORDS, ANSWERS, OTHER = (Line._meta.get_field(name) for name in ("words", "answers", "other"))


@pytest.fixture(autouse=True)
def own_keys(settings, tmp_path):
    """Let the keys of each test lie in a place of its own."""
    settings.HOME = tmp_path
    keys.forget()
    yield
    keys.forget()


def read(field, stored):
    return field.from_db_value(stored, None, connection)


def stored_note(hold):
    with connection.cursor() as cursor:
        cursor.execute("SELECT note FROM plant_hold WHERE id = %s", [hold.pk])
        return cursor.fetchone()[0]


def test_there_is_always_a_response_in_force(plant):
    first = actions.response()
    assert (first.name, first.standing, first.drill) == ("常态防控", True, False)
    assert actions.response() == first and Response.objects.count() == 1
    officer = plant.account("刘敏")
    real = actions.begin_response("2020 新冠", profile="covid", by=officer)
    assert actions.response() == real
    assert actions.end_response(real, by=officer) and not actions.end_response(real, by=officer)
    assert actions.response() == first
    assert list(Record.objects.filter(verb__startswith="response.").order_by("id").values_list("verb", "object_id")) == [
        ("response.begun", str(first.pk)), ("response.begun", str(real.pk)), ("response.ended", str(real.pk))
    ]  # fmt: skip


def test_two_responses_of_a_kind_do_not_run_at_once_but_an_exercise_runs_beside(plant):
    real = actions.begin_response("新冠", by=None)
    with pytest.raises(actions.ResponseRuns, match=r"请先结束|end it first"):
        actions.begin_response("流感", by=None)
    drill = actions.begin_response("演练", by=None, drill=True)
    assert actions.response() == real and actions.running_drill() == drill
    with actions.under_response(drill):
        assert WORDS.get_prep_value("x").startswith(f"{drill.pk}:")
    assert WORDS.get_prep_value("x").startswith(f"{real.pk}:")


def test_the_key_lies_outside_the_database_for_its_owner_only(plant):
    real = actions.begin_response("新冠", by=None)
    file = keys.path(real.pk)
    assert file.name == f"response-{real.pk}.key" and len(file.read_bytes()) == 32
    assert stat.S_IMODE(file.stat().st_mode) == 0o600 and stat.S_IMODE(file.parent.stat().st_mode) == 0o700
    assert [path.name for path in file.parent.iterdir()] == [file.name], "no draft is left"


def test_a_sealed_text_is_read_as_written_and_stored_unreadable(plant):
    held = actions.hold(plant["陈立"], "other", note="发热 38.6，咳嗽")
    assert Hold.objects.get(pk=held.pk).note == "发热 38.6，咳嗽"
    stored = stored_note(held)
    assert stored.startswith(f"{actions.response().pk}:") and "38.6" not in stored and "发热" not in stored
    assert stored_note(actions.hold(plant["陈立"], "other", note="")) == "", "empty stays empty"
    assert WORDS.get_prep_value("a") != WORDS.get_prep_value("a"), "equal values do not look equal"


@pytest.mark.parametrize("value", [{"咳嗽": True, "days": [1, 2.5, None]}, [], {}, "x", 0, False, ["发热"]])
def test_a_sealed_json_value_keeps_its_shape(plant, value):
    stored = ANSWERS.get_prep_value(value)
    assert read(ANSWERS, stored) == value and "发热" not in stored
    assert read(ANSWERS, ANSWERS.get_prep_value(None)) is None


def test_a_value_moved_to_another_column_does_not_open(plant):
    stored = WORDS.get_prep_value("发热")
    assert read(WORDS, stored) == "发热"
    assert isinstance(read(OTHER, stored), Destroyed)


@pytest.mark.parametrize("stored", ["1", "x:y", ":", "1:AAAA", "99999:AAAA", "1:发热", "-1:AAAA", "1:" + "A" * 400])
def test_what_nobody_sealed_reads_as_destroyed(plant, stored):
    actions.response()
    value = read(WORDS, stored)
    assert isinstance(value, Destroyed) and not value and str(value) == ""
    assert read(ANSWERS, stored).get("fever") is None


def test_a_destroyed_key_leaves_nothing_to_read_and_saving_again_loses_nothing(plant):
    real = actions.begin_response("新冠", by=None)
    held = actions.hold(plant["陈立"], "confirmed", note="发热")
    before = stored_note(held)
    with pytest.raises(actions.ResponseRuns):
        actions.destroy_key(real, by=None)
    actions.end_response(real, by=None)
    assert Hold.objects.get(pk=held.pk).note == "发热", "an ended response is still read"
    assert actions.destroy_key(real, by=None) and not actions.key_is_there(real)
    assert not actions.destroy_key(real, by=None), "a key is destroyed once"
    row = Hold.objects.get(pk=held.pk)
    assert isinstance(row.note, Destroyed) and not row.note and row.reason == "confirmed"
    row.save()
    assert stored_note(held) == before
    assert Record.objects.filter(verb="response.key_destroyed", object_id=str(real.pk)).exists()
    actions.hold(plant["周文斌"], "other", note="返回")
    assert Hold.objects.get(person=plant["周文斌"]).note == "返回", "the standing response writes on"


def test_nothing_is_written_under_a_response_whose_key_is_gone(plant):
    real = actions.begin_response("新冠", by=None)
    keys.path(real.pk).unlink()
    keys.forget()
    with pytest.raises(actions.KeyGone, match=f"key of response {real.pk}"), transaction.atomic():
        actions.hold(plant["陈立"], "other", note="发热")
    assert not Hold.objects.exists()


def test_a_page_says_in_words_that_the_key_is_gone(plant, rf):
    from diba.plant.middleware import SealedShut

    request = rf.post(reverse("plant:home"))
    answer = SealedShut(lambda request: None).process_exception(request, actions.KeyGone(1))
    assert answer.status_code == 503 and "没有写入" in answer.content.decode()
    assert SealedShut(lambda request: None).process_exception(request, ValueError()) is None


def test_another_process_stops_reading_when_the_file_is_gone(plant, monkeypatch):
    real = actions.begin_response("新冠", by=None)
    stored = WORDS.get_prep_value("发热")
    keys.path(real.pk).unlink()  # as another process does it
    monkeypatch.setattr(keys, "CHECKED_EVERY", 0.0)
    assert isinstance(read(WORDS, stored), Destroyed)


def test_a_response_that_was_not_begun_after_all_is_not_sealed_under(plant):
    before = actions.response()
    assert WORDS.get_prep_value("x").startswith(f"{before.pk}:")
    with pytest.raises(ZeroDivisionError), transaction.atomic():
        real = actions.begin_response("新冠", by=None)
        assert WORDS.get_prep_value("x").startswith(f"{real.pk}:")
        raise ZeroDivisionError
    assert WORDS.get_prep_value("x").startswith(f"{before.pk}:")


def test_many_values_ask_for_the_response_once(plant, django_assert_max_num_queries):
    actions.response()
    with django_assert_max_num_queries(1):
        stored = [WORDS.get_prep_value("发热 38.6 ℃") for _ in range(1000)]
    assert all(read(WORDS, value) == "发热 38.6 ℃" for value in stored)


def test_diba_check_says_when_the_key_of_the_response_in_force_is_missing(plant, capsys):
    def said():
        with pytest.raises(SystemExit):  # no worker runs here
            call_command("doctor")
        return next(line for line in capsys.readouterr().out.splitlines() if "response:" in line)

    assert said().startswith("ok") and not Response.objects.exists()
    real = actions.begin_response("新冠", by=None)
    assert said().startswith("ok")
    keys.path(real.pk).unlink()
    assert said().startswith("WRONG") and f"keys/response-{real.pk}.key" in said()
