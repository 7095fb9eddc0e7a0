"""How often something was tried from one side: counted in short windows, so that nobody tries on and on."""

import time

from django.core.cache import cache

WINDOW = 60  # s


def wait_after(key, most):
    """Count one more try under a key and return the seconds to wait, 0 while no more than `most` came in this window.

    A window has a key of its own, so no count outlives it; each process counts for itself, which bounds guesses all the same.
    """
    window, gone = divmod(int(time.time()), WINDOW)
    key = f"{key}:{window}"
    cache.add(key, 0, 2 * WINDOW)
    try:
        count = cache.incr(key)
    except ValueError:  # thrown out meanwhile to make room: counted from one again
        cache.set(key, count := 1, 2 * WINDOW)
    return WINDOW - gone if count > most else 0
