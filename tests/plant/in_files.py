"""Run by test_purge.py in a process of its own: a response of a plant on the disk is filled, ended and destroyed.

Prints, as JSON, which planted words stood in the bytes of any file below DIBA_HOME before and after; the connection is open
both times, so the write-ahead log is read too.
"""

import json

import django

django.setup()

from django.conf import settings  # noqa: E402
from django.core.management import call_command  # noqa: E402
from django.db import connection  # noqa: E402

from diba.plant import actions  # noqa: E402
from tests.conftest import NOW, small_plant  # noqa: E402
from tests.plant.responses import PLANTED, ended, purged  # noqa: E402

LONG = [word for word in PLANTED if len(word.encode()) >= 9]  # shorter ones stand in any file by chance


def found():
    """Return the words that stand in any file, as text or as JSON writes it."""
    files = [file.read_bytes() for file in settings.HOME.rglob("*") if file.is_file()]
    shapes = {word: (word.encode(), json.dumps(word).strip('"').encode()) for word in LONG}
    return [word for word, said in shapes.items() if any(shape in file for file in files for shape in said)]


call_command("migrate", verbosity=0)
with actions.clock.at(NOW):
    plant = small_plant()
    with ended(plant) as real:
        before = found()
        assert connection.vendor == "sqlite"
        purged(plant, real)
        print(json.dumps([before, found()]))
