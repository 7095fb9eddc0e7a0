"""Every message of every app has its Chinese, with the same placeholders."""

import sys
from collections import Counter
from pathlib import Path

import polib
import pytest

sys.path.insert(0, str(Path(__file__).resolve().parents[2] / "tools"))
import messages


@pytest.mark.parametrize("app", messages.APPS)
def test_every_message_is_translated(app):
    assert list(messages.faults(app)) == []


@pytest.mark.parametrize("file", messages.catalogues(), ids=lambda file: file.parts[-5])
def test_no_message_is_translated_twice(file):
    entries = [(entry.msgctxt, entry.msgid) for entry in polib.pofile(str(file))]
    assert [entry for entry, times in Counter(entries).items() if times > 1] == []


def test_one_message_has_one_translation_in_all_apps():
    """The catalogues are merged, the first app's wins: another app's page would speak the wrong word."""
    told = {}
    for file in messages.catalogues():
        for entry in polib.pofile(str(file)):
            told.setdefault((entry.msgctxt, entry.msgid), {})[file.parts[-5]] = (entry.msgstr, str(entry.msgstr_plural))
    assert {key: apps for key, apps in told.items() if len(set(apps.values())) > 1} == {}


def test_a_message_without_a_translation_is_found(monkeypatch):
    monkeypatch.setattr(messages, "messages", lambda app: [(None, "nobody wrote this down", None, "x.py:1")])
    assert [fault[-1] for fault in messages.faults("web")] == ["not translated"]
