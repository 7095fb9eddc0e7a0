"""Take the manual's pictures from a fresh demo plant: `.venv/bin/python tools/pictures.py`. Needs Chromium; ends by itself."""

import os
import re
import shutil
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from urllib.request import urlopen

from playwright.sync_api import sync_playwright

sys.path.insert(0, str(Path(__file__).parent))
import test as tools

ROOT = Path(__file__).resolve().parent.parent
FOLDER = ROOT / "docs" / "pictures"
DESK, PHONE = (1440, 900), (390, 844)
# name: (role as the demo prints it, address, size)
PICTURES = {
    "board": ("值班", "/board/", DESK),
    "gates": ("值班", "/gates/", DESK),
    "manning": ("排班员", "/rosters/", DESK),
    "teams": ("排班员", "/rosters/teams/1/", DESK),
    "ask": ("排班员", "/rosters/ask/", DESK),
    "roster": ("排班员", "/rosters/1/", DESK),
    "n-1": ("排班员", "/rosters/n-1/", DESK),
    "living-in": ("排班员", "/rosters/living-in/", DESK),
    "training": ("排班员", "/rosters/training/", DESK),
    "volunteers": ("排班员", "/rosters/volunteers/", DESK),
    "register": ("排班员", "/register/people/", DESK),
    "import": ("排班员", "/register/import/", DESK),
    "todo": ("防控办", "/todo/", DESK),
    "record": ("审计", "/office/record/", DESK),
    "cell": ("网格长", "/grid/cell/", PHONE),
    "tubes": ("防控办", "/grid/screening/rounds/1/tubes/?q=DMH0001", DESK),
    "my-duties": ("职工", "/rosters/mine/", PHONE),
    "check-in": ("职工", "/grid/checkin/", PHONE),
}


def main():
    FOLDER.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(prefix="diba-pictures-") as home:
        port = str(tools._free_port())
        env = {**os.environ, "DIBA_HOME": home, "DIBA_PORT": port, "DIBA_DEMO_PASSWORD": "pictures-2020"}
        command = [sys.executable, "-m", "diba", "demo"]
        with subprocess.Popen(command, cwd=ROOT, env=env, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL) as server:
            try:
                _take(f"http://127.0.0.1:{port}", _logins(server.stdout))
            finally:
                server.terminate()


def _logins(printed):
    """Return {role: staff number} from what the demo prints, once the server answers."""
    found = {}
    for line in printed:
        if match := re.match(r"\s+(\d+)\s+(\S+)\s+\S+\s*$", line.decode()):
            found[match[2]] = match[1]
        if line.startswith(b"stop with"):
            return found
    raise RuntimeError("the demo did not start")


def _take(address, logins):
    for _ in range(100):
        try:
            urlopen(f"{address}/healthz", timeout=2).close()
            break
        except OSError:
            time.sleep(0.3)
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(
            executable_path=shutil.which("chromium") or shutil.which("google-chrome"), args=["--no-sandbox"]
        )
        for name, (role, path, size) in PICTURES.items():
            page = _signed_in(browser, address, logins[role], size)
            page.goto(address + path)
            page.wait_for_load_state("networkidle")
            _keep(page, name)
            page.context.close()
        _guard(browser, address, logins)


def _signed_in(browser, address, login, size):
    page = _page(browser, size)
    page.goto(f"{address}/accounts/login/")
    page.fill("[name=login]", login)
    page.fill("[name=password]", "pictures-2020")
    page.press("[name=password]", "Enter")
    page.wait_for_load_state("networkidle")
    return page


def _page(browser, size):
    width, height = size
    return browser.new_page(viewport={"width": width, "height": height}, locale="zh-CN")


def _keep(page, name):
    page.wait_for_timeout(600)
    page.screenshot(path=FOLDER / f"{name}.png")
    print(f"{name}.png  {page.title()}", flush=True)


def _guard(browser, address, logins):
    """Enrol a phone at the first gate and take the guard's page: waiting for a pass, somebody to be measured, the reading, let in."""
    office, phone = _signed_in(browser, address, logins["值班"], DESK), _page(browser, PHONE)
    office.goto(f"{address}/gates/devices/")
    form = office.locator("form.db-form").filter(has=office.get_by_role("button", name="生成登记码")).first
    form.locator("select").first.select_option(index=1)
    form.get_by_role("button", name="生成登记码").click()
    code = office.locator("input[readonly]").first.input_value()
    phone.goto(f"{address}/gates/post/#enrol={code}")
    phone.get_by_role("button", name="登记").click()
    phone.locator(".net.ok[data-online=true]").wait_for()
    _keep(phone, "guard-scan")
    phone.get_by_role("button", name="改为出门").click()
    _scan(phone, logins["防控办"])
    phone.get_by_role("button", name="放行出门").click()
    phone.get_by_role("button", name="改为进门").click()
    _scan(phone, logins["防控办"])
    _keep(phone, "guard-verdict")
    phone.get_by_role("button", name="量体温").click()
    for digit in "364":
        phone.locator(f"[data-k='{digit}']").click()
    _keep(phone, "guard-reading")


def _scan(phone, number):
    phone.keyboard.type(number)
    phone.keyboard.press("Enter")
    phone.locator(".vd").wait_for()


if __name__ == "__main__":
    main()
