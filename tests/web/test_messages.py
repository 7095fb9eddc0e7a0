"""Every message of every app has its Chinese, with the same placeholders."""

import sys
from pathlib import Path

import pytest

sys.path.insert(0, str(Path(__file__).resolve().parents[2] / "tools"))
import messages


@pytest.mark.parametrize("app", messages.APPS)
def test_every_message_is_translated(app):
    assert list(messages.faults(app)) == []


def test_a_message_without_a_translation_is_found(monkeypatch):
    monkeypatch.setattr(messages, "messages", lambda app: [(None, "nobody wrote this down", None, "x.py:1")])
    assert [fault[-1] for fault in messages.faults("web")] == ["not translated"]
