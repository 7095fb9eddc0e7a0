"""Several things done at the same moment, each in a thread with a connection of its own, on SQLite and on PostgreSQL."""

import sqlite3
import threading
from contextlib import closing

from django.db import close_old_connections, connection, connections

from diba.core.errors import BadInput
from diba.plant.actions import clock

from .conftest import NOW


def on_disk(path):
    """Let the threads to come open the test's database as a file: one that lies in memory belongs to one thread."""
    if connection.vendor != "sqlite":
        return dict(connections.settings["default"])
    with connection.cursor() as cursor:
        cursor.execute("VACUUM INTO %s", [str(path)])
    with closing(sqlite3.connect(path)) as file:  # of two who change the journal at once, the second is not let wait
        file.execute("PRAGMA journal_mode=WAL")
    return lying_at(path)


def lying_at(path):
    """Return the settings of the database that `on_disk` put there, for whoever looks into it once more."""
    settings = connections.settings["default"]
    return {**settings, "NAME": str(path)} if connection.vendor == "sqlite" else dict(settings)


def at_once(monkeypatch, database, acts, left=lambda: None, moment=NOW):
    """Do these at the same moment; return ([what each gave, or why it was refused], what `left` reads when all are done).

    database: `on_disk` or `lying_at` gives it. Everybody must read the same afterwards.
    """
    monkeypatch.setitem(connections.settings, "default", database)
    together, given, found = threading.Barrier(len(acts)), {}, []

    def work(number, act):
        close_old_connections()
        try:
            with clock.at(moment):
                together.wait(10)
                try:
                    given[number] = act()
                except BadInput as error:
                    given[number] = error.reason
                finally:
                    together.wait(30)
                found.append(left())
        finally:
            connection.close()

    threads = [threading.Thread(target=work, args=pair) for pair in enumerate(acts)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)
    assert len(found) == len(acts), given
    assert all(each == found[0] for each in found), found
    return [given[number] for number in range(len(acts))], found[0]


def done(act):
    """Return an act that does this and gives "done", whatever it made."""

    def do():
        act()
        return "done"

    return do
