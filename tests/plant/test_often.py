"""What is tried too often has to wait for the rest of the minute, each side for itself."""

from types import SimpleNamespace

from django.core.cache import cache

from diba.plant import actions
from diba.plant.actions import often


def clock(monkeypatch, seconds):
    """Let the counter's clock stand at so many seconds, and no other."""
    monkeypatch.setattr(often, "time", SimpleNamespace(time=lambda: seconds))


def tries(key, count, most=3):
    return [actions.wait_after(key, most) for _ in range(count)]


def test_so_many_come_through_in_a_minute_and_the_next_minute_begins_anew(monkeypatch):
    clock(monkeypatch, 6_000_015.9)
    assert tries("a", 5) == [0, 0, 0, 45, 45]
    assert tries("b", 1) == [0], "another side is counted for itself"
    clock(monkeypatch, 6_000_059.9)
    assert tries("a", 1) == [1]
    clock(monkeypatch, 6_000_060.0)
    assert tries("a", 4) == [0, 0, 0, 60]


def test_a_count_that_is_thrown_out_of_the_cache_begins_at_one(monkeypatch):
    clock(monkeypatch, 6_600_000)
    monkeypatch.setattr(cache, "add", lambda *_args: True)  # said to be there, and gone before it is counted up
    assert tries("c", 3, most=1) == [0, 60, 60]
