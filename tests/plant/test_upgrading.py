"""A new plant's tables are made at once; they are the ones that a plant has which came to them migration by migration."""

import json
import os
import subprocess
import sys
from contextlib import closing
from pathlib import Path

import psycopg
import pytest
from django.db import connection
from django.db.migrations.autodetector import MigrationAutodetector
from django.db.migrations.loader import MigrationLoader

from .upgrades import APPS, OneByOne

ROOT = Path(__file__).resolve().parents[2]


def test_what_stands_for_many_migrations_says_what_they_say():
    for app in APPS:
        loader = MigrationLoader(None)
        [(key, row)] = [(key, row) for key, row in loader.replacements.items() if key[0] == app]
        grown, made = OneByOne(None).project_state([row.replaces[-1]]), loader.project_state([key])
        assert MigrationAutodetector(grown, made).changes(graph=loader.graph) == {}


@pytest.fixture
def database(tmp_path, django_db_setup):
    """Return database(way): what is in a database of its own that was made that way."""

    def made(way):
        env = {name: value for name, value in os.environ.items() if not name.startswith("DIBA_")}
        env |= {
            "DIBA_HOME": str(tmp_path / way),
            "PYTHONPATH": str(ROOT),
            "DJANGO_SETTINGS_MODULE": "diba.web.settings",
        }
        if connection.vendor == "postgresql":
            env["DIBA_DATABASE"] = _empty(f"upgrade_{way}")
        command = [sys.executable, str(Path(__file__).parent / "upgrades.py"), way]
        done = subprocess.run(command, env=env, cwd=ROOT, capture_output=True, text=True, timeout=300)
        assert done.returncode == 0, done.stderr
        return json.loads(done.stdout)

    return made


def _empty(name):
    """Make an empty database beside the tests' own and return its address."""
    at = connection.settings_dict
    with closing(
        psycopg.connect(host=at["HOST"], port=at["PORT"], user=at["USER"], dbname="postgres", autocommit=True)
    ) as server:
        server.execute(f"DROP DATABASE IF EXISTS {name}")
        server.execute(f"CREATE DATABASE {name}")
    return f"postgresql://{at['USER']}@{at['HOST']}:{at['PORT']}/{name}"


@pytest.mark.upgrade
@pytest.mark.parametrize("way", ["one_by_one", "halfway"])
def test_an_old_plant_comes_to_the_tables_and_rows_of_a_new_one(database, way):
    new, old = database("squashed"), database(way)
    assert set(new) == set(old)
    assert {table: (new[table], old[table]) for table in new if new[table] != old[table]} == {}
    assert any(table["holds"] for table in new.values())
