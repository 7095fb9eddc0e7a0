"""Two at the same moment: one address opens, one word of a guardian is kept."""

from django.db import connection, connections

from diba.grid.actions import guardians, links
from diba.grid.models import GuardianConsent, PersonalLink
from diba.plant.models import Account, Person

from .test_sign_race import at_once, plant

__all__ = ["plant"]


def test_two_who_give_an_address_at_once_leave_one_that_opens(plant, tmp_path, monkeypatch):
    lin = plant["林涛"]
    accounts = [plant.account(name).pk for name in ("孙丽", "郭峰")]

    def give(pk):
        return links.give_link(lin, by=Account.objects.get(pk=pk))[1]

    given, _left = at_once(tmp_path / "link.sqlite3", monkeypatch, *[lambda pk=pk: give(pk) for pk in accounts])
    assert len(set(given.values())) == 2 and opening(tmp_path, monkeypatch, given.values()) == 1


def opening(tmp_path, monkeypatch, tokens):
    """Return how many of these addresses open, read where the threads wrote."""
    found = []

    def read():
        for token in tokens:
            try:
                found.append(links.link_of(token))
            except links.NoLink as error:
                assert error.reason == "revoked"
        return PersonalLink.objects.filter(revoked_at=None).count()

    given, _left = again(tmp_path / "link.sqlite3", monkeypatch, read)
    assert given[0] == len(found)
    return given[0]


def again(path, monkeypatch, act):
    """Do one more thing in the database that the threads have written."""
    with monkeypatch.context() as patch:
        patch.setattr("tests.grid.test_sign_race.on_disk", lambda _path: _there(path))
        return at_once(path, patch, act)


def _there(path):
    settings = connections.settings["default"]
    return {**settings, "NAME": str(path)} if connection.vendor == "sqlite" else dict(settings)


def test_two_parents_who_agree_at_once_are_one_word(plant, tmp_path, monkeypatch):
    Person.objects.filter(name="林小雨").update(birth="2012-01-01")
    child, father = plant["林小雨"], plant["林涛"]
    accounts = [plant.account(name).pk for name in ("林涛", "孙丽")]

    def agree(pk):
        return guardians.give_consent(child, father, version=guardians.VERSION, by=Account.objects.get(pk=pk)).pk

    given, _left = at_once(tmp_path / "word.sqlite3", monkeypatch, *[lambda pk=pk: agree(pk) for pk in accounts])
    assert len(set(given.values())) == 1
    counted, _left = again(tmp_path / "word.sqlite3", monkeypatch, GuardianConsent.objects.count)
    assert counted[0] == 1
