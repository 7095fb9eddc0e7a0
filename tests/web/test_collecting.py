import gc

import pytest
from django.core.signals import request_finished

from diba.web import collecting


@pytest.fixture(autouse=True)
def as_before(db):  # the end of an answer looks at the connections that tests before have opened
    thresholds = gc.get_threshold()
    yield
    request_finished.disconnect(dispatch_uid="diba.web.collecting")
    gc.set_threshold(*thresholds)  # what was frozen stays so, as it is in every test


class Ring:
    """One cycle: counting references never frees it."""

    alive = 0

    def __init__(self):
        self.me = self
        Ring.alive += 1

    def __del__(self):
        Ring.alive -= 1


def test_cycles_wait_for_the_end_of_the_answer_and_go_then():
    collecting.between_answers()
    for _ in range(collecting.SOON + 100):
        Ring()
    assert Ring.alive >= collecting.SOON  # no pass in the middle of the page
    request_finished.send(sender=None)
    assert Ring.alive == 0


def test_a_small_answer_is_not_followed_by_a_pass():
    collecting.between_answers()
    Ring()
    request_finished.send(sender=None)
    assert Ring.alive == 1


def test_a_long_search_without_answers_is_collected_all_the_same():
    collecting.between_answers()
    for _ in range(collecting.LATE + 10_000):
        Ring()
    assert Ring.alive < collecting.LATE
