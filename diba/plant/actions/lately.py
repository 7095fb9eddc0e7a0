"""What changes seldom and is asked all the time: asked of the database once in a while."""

import time

from django.db import connection, transaction

_NOTHING = (None, 0.0, None)  # the answer, until when (monotonic seconds), the mark of the transaction it was learnt in


class Lately:
    """An answer that may be some seconds old. Each thread keeps its own, with its connection.

    ask: takes what it is asked about, mostly nothing, and asks the database. seconds: so long may another thread or process go
    on with the answer before. None is not kept: what is not there may come at any moment, and guesses have no end.
    Whoever changes what the answer is made of calls `forget`.
    """

    def __init__(self, ask, seconds):
        self.ask, self.seconds = ask, seconds

    def __call__(self, *about):
        answer, until, mark = _kept().get((self, *about), _NOTHING)
        # What was learnt inside a transaction may be undone with it: its mark is dropped with what waits for the commit.
        if time.monotonic() < until and (mark is None or any(mark is entry[1] for entry in connection.run_on_commit)):
            return answer
        answer = self.ask(*about)
        if answer is not None:
            self._keep((self, *about), answer, time.monotonic() + self.seconds)
        return answer

    def _keep(self, place, answer, until):
        kept = _kept()
        if not connection.in_atomic_block:
            kept[place] = answer, until, None
            return

        def mark():
            if kept.get(place, _NOTHING)[2] is mark:
                kept[place] = answer, until, None

        kept[place] = answer, until, mark
        transaction.on_commit(mark)

    def forget(self, *about):
        """Ask anew next time, in this thread."""
        _kept().pop((self, *about), None)


def _kept():
    try:
        return connection._diba_lately
    except AttributeError:
        connection._diba_lately = {}
        return connection._diba_lately
