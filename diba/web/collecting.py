"""When Python looks for cycles: between two answers, not in the middle of a page.

Measured with the collector's own times: a page of 2,000 people made it pass several times, the longest pass of 50 ms in one page of nine;
every page's p95 was a third above its median.
"""

import gc

from django.core.signals import request_finished

SOON, LATE = (
    20_000,
    200_000,
)  # objects made and not freed: collected after an answer; collected at once, as in a long search
FULL = 20  # each so-manieth time all that lives is looked through

_passes = 0


def between_answers():
    """From now on collect after an answer; what lives now, the modules, lives as long as the process and is left alone."""
    gc.collect()
    gc.freeze()
    gc.set_threshold(LATE, 10, 10)
    request_finished.connect(_after_an_answer, dispatch_uid="diba.web.collecting")


def _after_an_answer(**_):
    global _passes
    if gc.get_count()[0] < SOON:
        return
    _passes += 1
    gc.collect(1 if _passes % FULL else 2)
