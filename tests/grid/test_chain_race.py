"""Two officers judge one case, or suspect one person, at the same moment: one of each thing comes of it, on either database."""

from datetime import timedelta

import pytest

from diba.grid.actions.cases import judge_case, suspect, undo_judgement
from diba.grid.actions.judgements import changes_of, in_force
from diba.grid.models import Case, CaseReport, Contact
from diba.plant import actions
from diba.plant.models import Account, Person, Role

from ..at_once import at_once, done, on_disk
from ..conftest import NOW, small_plant

plant = pytest.fixture(lambda transactional_db, tmp_path: small_plant())


@pytest.fixture
def officers(plant):
    return [plant.account(name, Role.HEALTH_OFFICER).pk for name in ("孙丽", "陈立")]


def left():
    """Return what lies in the database afterwards: states in force, holds, absences, reports owed, contacts and people."""
    person = Person.objects.get(name="林涛")
    return {
        "states": [in_force(changes_of(case)) and in_force(changes_of(case)).state for case in Case.objects.all()],
        "held": [row.reason for row in actions.held([person.pk])],
        "away": len(actions.absences_between(NOW, NOW + timedelta(minutes=1), [person.pk])),
        "owed": CaseReport.objects.filter(sent_at=None, dropped_at=None).count(),
        "contacts": (Contact.objects.count(), Contact.objects.values("person").distinct().count()),
    }


def race(monkeypatch, path, acts):
    """Do these at the same moment; return "done" or why not, of each, sorted, and what is left."""
    given, after = at_once(monkeypatch, on_disk(path), [done(act) for act in acts], left)
    return sorted(given), after


def account(pk):
    return Account.objects.get(pk=pk)


def test_two_officers_judge_at_once_and_one_of_each_is_left(plant, officers, tmp_path, monkeypatch):
    plant.check_in("林涛", "38.2")
    acts = [
        lambda pk=pk, state=state: judge_case(Case.objects.get(), state, "同时", by=account(pk))
        for pk, state in zip(officers, ("suspected", "confirmed"), strict=True)
    ]
    given, after = race(monkeypatch, tmp_path / "judge.sqlite3", acts)
    assert given == ["done", "done"]
    assert after["held"] == after["states"] and (after["away"], after["owed"]) == (1, 1)
    rows, people = after["contacts"]
    assert rows == people > 0


def test_the_second_of_two_who_saw_the_same_is_told(plant, officers, tmp_path, monkeypatch):
    plant.check_in("林涛", "38.2")
    seen = Case.objects.get().changes.last().pk
    acts = [
        lambda pk=pk: judge_case(Case.objects.get(), "confirmed", "同时", by=account(pk), seen=seen) for pk in officers
    ]
    given, after = race(monkeypatch, tmp_path / "seen.sqlite3", acts)
    assert given == ["done", "judged_meanwhile"] and after["states"] == ["confirmed"]


def test_two_officers_suspect_one_person_once(plant, officers, tmp_path, monkeypatch):
    acts = [lambda pk=pk: suspect(Person.objects.get(name="林涛"), "同时", by=account(pk)) for pk in officers]
    given, after = race(monkeypatch, tmp_path / "suspect.sqlite3", acts)
    assert given == ["done", "has_a_case"] and after["states"] == ["suspected"] and after["away"] == 1


def test_two_officers_undo_once(plant, officers, tmp_path, monkeypatch):
    suspect(plant["林涛"], "发热", by=account(officers[0]))
    acts = [lambda pk=pk: undo_judgement(Case.objects.get(), "误报", by=account(pk)) for pk in officers]
    given, after = race(monkeypatch, tmp_path / "undo.sqlite3", acts)
    assert given == ["done", "nothing_to_undo"] and after["states"] == [None]
    assert (after["held"], after["owed"]) == ([], 0)
