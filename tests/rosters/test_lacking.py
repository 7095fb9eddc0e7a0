"""A plant without posts or people: said in words with the way out, and no key of the core on any page."""

import ast
from pathlib import Path

import pytest

from diba.core import rostering
from diba.core.errors import BadInput
from diba.plant.models import Certificate, Manning, Role, WatchPattern
from diba.rosters import actions as rosters
from diba.rosters.actions.bad_problem import problem_words
from diba.rosters.models import Roster, Split

QUESTION = {"days": 7, "block": 0, "rest_hours": 11, "longest_run": 6, "most_nights_in_row": 6, "seconds": 3}


def pages(client, plant):
    """Return (the page of teams, the page of the question) after both have been sent off."""
    pattern = WatchPattern.objects.get(code="3x8").pk
    division = client.post("/rosters/teams/", {"pattern": pattern, "crews": 1, "one_team": "on"})
    question = client.post("/rosters/ask/", {**QUESTION, "pattern": pattern, "first_day": plant.today})
    return [answer.content.decode() for answer in (division, question)]


@pytest.mark.parametrize(("table", "words"), [(Manning, "还没有要守的岗位"), (Certificate, "没有人持有岗位证书")])
def test_a_plant_without_posts_or_people_is_sent_to_the_import_and_nothing_is_made(plant, client, table, words):
    table.objects.all().delete()
    client = plant.signed_in(client, "刘敏", Role.PLANNER)
    for page in pages(client, plant):
        assert words in page and 'href="/register/import/"' in page and "none_given" not in page
    for address in ("/rosters/teams/", "/rosters/ask/"):
        assert words in client.get(address).content.decode()
    assert not Split.objects.exists() and not Roster.objects.exists()


def test_a_plant_with_posts_and_people_lacks_nothing(plant, client):
    page = plant.signed_in(client, "刘敏", Role.PLANNER).get("/rosters/ask/").content.decode()
    assert 'href="/register/import/"' not in page


def test_an_empty_plant_is_not_divided(plant):
    Manning.objects.all().delete()
    with pytest.raises(BadInput) as error:
        rosters.split_staff(WatchPattern.objects.get(code="3x8"), by=None)
    assert (error.value.reason, error.value.field) == ("none_given", "posts")


def reasons():
    """Return the reasons that the core of the rosters refuses its input for, read from its source."""
    found = set()
    for file in Path(rostering.__file__).parent.rglob("*.py"):
        for node in ast.walk(ast.parse(file.read_text())):
            if isinstance(node, ast.Call) and getattr(node.func, "id", "") == "BadInput" and node.args:
                texts = [part.value for part in ast.walk(node.args[0]) if isinstance(part, ast.Constant)]
                found |= {text + "thing" if text.endswith("_") else text for text in texts if isinstance(text, str)}
    return sorted(found)


def test_every_reason_of_the_core_has_words():
    found = reasons()
    assert len(found) > 30 and {"none_given", "out_of_range", "unknown_thing"} <= set(found)
    unsaid = problem_words("such_a_reason_is_not_known")
    assert [reason for reason in found if problem_words(reason) == unsaid] == []


def test_a_wrong_question_is_told_without_any_key():
    clash = [{"rule": "bad_input", "reason": reason, "field": "posts", "value": None} for reason in reasons()]
    from_core = {"most", "least", "needed"}
    for words in (problem_words(part["reason"], part["field"]) for part in clash):
        assert "_" not in words and "posts" not in words and not from_core & set(words.split())
