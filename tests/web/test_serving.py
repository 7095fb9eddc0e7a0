"""The server as it runs: one process with the worker inside, healthy, quiet about people, ending when told to."""

import contextlib
import http.client
import json
import os
import shutil
import signal
import socket
import subprocess
import sys
import time
import urllib.request
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]


def free_port():
    with socket.socket() as found:
        found.bind(("127.0.0.1", 0))
        return found.getsockname()[1]


def answer(port, path):
    try:
        with urllib.request.urlopen(f"http://127.0.0.1:{port}{path}", timeout=5) as response:
            return response.status, response.read().decode()
    except urllib.error.HTTPError as error:
        return error.code, error.read().decode()
    except OSError:
        return 0, ""


def diba(home, *verb, **more):
    """Run one command of Diba to its end on a home of its own."""
    env = {**os.environ, "DIBA_HOME": str(home), **more}
    if "DIBA_DATABASE" not in more:
        env.pop("DIBA_DATABASE", None)
    command = [sys.executable, "-m", "diba", *verb]
    return subprocess.run(command, env=env, capture_output=True, text=True, timeout=90, cwd=ROOT)


@pytest.fixture
def served(tmp_path):
    port = free_port()
    env = {**os.environ, "DIBA_HOME": str(tmp_path), "DIBA_PORT": str(port)}
    env.pop("DIBA_DATABASE", None)
    with (tmp_path / "log").open("w") as log:
        process = subprocess.Popen([sys.executable, "-m", "diba", "serve", "--worker"], env=env, stdout=log, stderr=log)
    try:
        end = time.monotonic() + 60
        while time.monotonic() < end and answer(port, "/healthz")[0] != 200:
            time.sleep(0.3)
        yield port, process, tmp_path
    finally:
        process.kill()
        process.wait()


def test_the_server_is_healthy_quiet_and_ends_when_told(served):
    port, process, home = served
    status, body = answer(port, "/healthz")
    assert (status, json.loads(body)) == (200, {"database": True, "worker": True})
    assert answer(port, "/livez") == (200, "ok")
    assert answer(port, "/search/?q=%E9%99%88%E7%AB%8B13893211234")[0] == 200  # the sign-in page
    assert answer(port, "/nowhere/")[0] == 404
    raw = http.client.HTTPConnection("127.0.0.1", port, timeout=5)
    with contextlib.closing(raw):
        raw.request(
            "POST",
            "/accounts/login/",
            "login=1000&password=geheim",
            {"Content-Type": "application/x-www-form-urlencoded"},
        )
        assert raw.getresponse().status == 403  # no CSRF token
    process.send_signal(signal.SIGTERM)
    assert process.wait(timeout=20) in (0, -signal.SIGTERM)
    lines = (home / "log").read_text().splitlines()
    assert any(json.loads(line).get("path") == "/search/" for line in lines if line.startswith("{"))
    whole = "\n".join(lines)
    for secret in ("陈立", "%E9%99%88", "13893211234", "geheim", "1000&"):
        assert secret not in whole
    for key in home.glob("*.key"):
        assert key.stat().st_mode & 0o077 == 0
        assert key.read_text() not in whole


def test_a_port_that_is_no_number_is_refused_with_a_sentence(tmp_path):
    done = diba(tmp_path, "serve", DIBA_PORT="acht")
    assert done.returncode != 0
    assert "DIBA_PORT must be a number" in done.stderr
    assert "Traceback" not in done.stderr


@pytest.mark.parametrize("verb", [["serve"], ["demo"]])
def test_a_port_that_another_diba_serves_is_not_shared(tmp_path, verb):
    """The server's own socket shares its port: without a look first two plants would answer by turns."""
    with socket.socket() as other:
        other.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEPORT, 1)
        other.bind(("127.0.0.1", 0))
        other.listen(1)
        port = str(other.getsockname()[1])
        done = diba(tmp_path, *verb, DIBA_PORT=port)
    assert done.returncode != 0
    assert port in done.stderr and "DIBA_PORT" in done.stderr
    assert "Traceback" not in done.stderr and "http://" not in done.stdout


@pytest.mark.slow
def test_the_first_commands_of_the_documents_work_on_an_empty_home(tmp_path):
    """As docs/running.md, docs/examples.md and README.zh-CN.md have them, before any server has run."""
    opened = ["account", "open", "10001", "--name", "王建国", "--role", "administrator", "--site", "某水电站"]
    assert diba(tmp_path / "a", *opened, DIBA_PASSWORD="huanghe-2020-x").returncode == 0
    for more in ("--dry-run", "--yes"):  # what is tried first leaves nothing in the way of what is done then
        done = diba(tmp_path / "b", "staff", "import", "examples/haibowan-2020.xlsx", more)
        assert (done.returncode, done.stderr) == (0, "")
    assert diba(tmp_path / "b", "staff", "undo", "1").returncode == 0
    waits = diba(tmp_path / "c", "work")
    assert waits.returncode != 0 and "diba serve" in waits.stderr and "Traceback" not in waits.stderr


def test_commands_that_cannot_do_it_say_why_in_a_sentence(tmp_path):
    home = tmp_path / "a"
    if begun := os.environ.get("DIBA_TEST_BEGUN"):  # what they say of an empty home is asked above
        home.mkdir()
        shutil.copy(begun, home / "diba.sqlite3")
    nowhere = str(tmp_path / "nowhere" / "template.xlsx")
    for words, said in (
        (["account", "open", "10001", "--name", "王建国"], "set DIBA_PASSWORD"),
        (["staff", "template", nowhere], "No such file or directory"),
        (["staff", "export", nowhere], "No such file or directory"),
    ):
        done = diba(home, *words)
        assert done.returncode != 0 and said in done.stderr and "Traceback" not in done.stderr


def test_a_database_that_does_not_answer_is_named_in_a_sentence(tmp_path):
    done = diba(tmp_path, "staff", "undo", "1", DIBA_DATABASE=f"sqlite:///{tmp_path}/nowhere/diba.sqlite3")
    assert done.returncode != 0
    assert "does not answer" in done.stderr and "Traceback" not in done.stderr
