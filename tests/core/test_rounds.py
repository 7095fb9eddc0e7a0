"""Rounds of a day: at every moment each is in one state, at most one may be done, and what is missed stays missed."""

from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from hypothesis import given
from hypothesis import strategies as st

from diba.core import rounds

DAY, ZONE = date(2020, 2, 14), ZoneInfo("Asia/Shanghai")
HOUR = timedelta(hours=1)
times = st.lists(st.integers(0, 1439).map(lambda n: time(n // 60, n % 60)), min_size=1, max_size=6)
moments = st.integers(0, 1439).map(lambda n: datetime(2020, 2, 14, n // 60, n % 60, tzinfo=ZONE))


def states(now, done=None, due=(time(8), time(14), time(20))):
    return [each.state for each in rounds.rounds_of(DAY, due, done or {}, now, HOUR, HOUR / 2)]


def at(hour, minute=0):
    return datetime(2020, 2, 14, hour, minute, tzinfo=ZONE)


def test_a_round_is_ahead_due_overdue_and_then_missed():
    seen = [states(at(*moment))[0] for moment in ((6, 59), (7, 0), (8, 30), (8, 31), (12, 59), (13, 0))]
    assert seen == ["ahead", "due", "due", "overdue", "overdue", "missed"]
    assert states(at(23, 59))[2] == "overdue"
    assert states(datetime(2020, 2, 15, tzinfo=ZONE)) == ["missed"] * 3


def test_a_round_done_in_time_or_late_stays_so():
    done = {time(8): at(8, 30), time(14): at(14, 31)}
    assert states(at(15), done) == ["done", "late", "ahead"]


@given(due=times, now=moments, early=st.integers(0, 300), grace=st.integers(0, 300))
def test_at_most_one_round_is_open_and_none_is_open_again_once_missed(due, now, early, grace):
    def look(moment):
        return rounds.rounds_of(DAY, due, {}, moment, timedelta(minutes=early), timedelta(minutes=grace))

    found = look(now)
    assert [each.due for each in found] == sorted(set(due))
    assert sum(each.state in ("due", "overdue") for each in found) <= 1
    later = look(now + timedelta(minutes=7))
    assert all(after.state == "missed" for before, after in zip(found, later, strict=True) if before.state == "missed")
    assert all(each.state == "missed" for each in look(datetime(2020, 2, 15, tzinfo=ZONE)))
