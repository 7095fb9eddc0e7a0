"""Two at the same moment: one address opens, one word of a guardian is kept."""

import pytest

from diba.grid.actions import guardians, links
from diba.grid.models import GuardianConsent, PersonalLink
from diba.plant.models import Account, Person

from ..at_once import at_once, lying_at, on_disk
from ..conftest import small_plant

plant = pytest.fixture(lambda transactional_db, tmp_path: small_plant())


def test_two_who_give_an_address_at_once_leave_one_that_opens(plant, tmp_path, monkeypatch):
    lin = plant["林涛"]
    accounts = [plant.account(name).pk for name in ("孙丽", "郭峰")]

    def give(pk):
        return links.give_link(lin, by=Account.objects.get(pk=pk))[1]

    path = tmp_path / "link.sqlite3"
    given, _left = at_once(monkeypatch, on_disk(path), [lambda pk=pk: give(pk) for pk in accounts])
    assert len(set(given)) == 2 and opening(path, monkeypatch, given) == 1


def opening(path, monkeypatch, tokens):
    """Return how many of these addresses open, read where the threads wrote."""
    found = []

    def read():
        for token in tokens:
            try:
                found.append(links.link_of(token))
            except links.NoLink as error:
                assert error.reason == "revoked"
        return PersonalLink.objects.filter(revoked_at=None).count()

    given, _left = at_once(monkeypatch, lying_at(path), [read])
    assert given[0] == len(found)
    return given[0]


def test_two_parents_who_agree_at_once_are_one_word(plant, tmp_path, monkeypatch):
    Person.objects.filter(name="林小雨").update(birth="2012-01-01")
    child, father = plant["林小雨"], plant["林涛"]
    accounts = [plant.account(name).pk for name in ("林涛", "孙丽")]

    def agree(pk):
        return guardians.give_consent(child, father, version=guardians.VERSION, by=Account.objects.get(pk=pk)).pk

    acts = [lambda pk=pk: agree(pk) for pk in accounts]
    given, words = at_once(monkeypatch, on_disk(tmp_path / "word.sqlite3"), acts, GuardianConsent.objects.count)
    assert (len(set(given)), words) == (1, 1)
