"""A guard's page on a real server under random faults: how many lines are lost, how many stand twice.

    python bench/gate_faults.py                 ten minutes; loopback only; ends by itself
    python bench/gate_faults.py --seconds 60 --seed 7

The same people, hands and server as tests/browser/test_gate_storm.py. Crossings go on all the time; between and in the middle
of them the page is reloaded, the browser killed and opened, the server killed and started, the network cut and mended,
requests torn, and all that waits is sent ten times in pieces by two tabs. A line counts as promised from the moment the page
says that it is kept. Lost: promised, and not in the ledger. Doubled: one event under two numbers.
"""

import argparse
import os
import random
import shutil
import sys
import tempfile
import time
from collections import Counter
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
sys.path[:0] = [str(ROOT)]

TORN = """async () => {
  const base = await new Promise((resolve) => { indexedDB.open("diba-gate", 1).onsuccess = (event) => resolve(event.target.result); });
  const read = base.transaction(["held", "queue"]);
  const [device, lines] = await Promise.all([read.objectStore("held").get("device"), read.objectStore("queue").getAll()].map((asked) => new Promise((resolve) => { asked.onsuccess = () => resolve(asked.result); })));
  base.close();
  for (let turn = 0; turn < 10; turn++) {
    const torn = new AbortController();
    const body = JSON.stringify({ sent_at: Math.floor(Date.now() / 1000), queue: 0, records: lines.map((line) => line.record) });
    const sent = fetch("/gates/api/crossings", { method: "POST", body, signal: torn.signal, headers: { Authorization: `Device ${device.token}` } });
    setTimeout(() => torn.abort(), Math.random() * 40);
    await sent.catch(() => undefined);
  }
}"""

RESCUED = """() => new Promise((resolve) => { indexedDB.open("diba-gate", 1).onsuccess = (event) => {
  const [base, asked] = [event.target.result, event.target.result.transaction("held").objectStore("held").get("rescued")];
  asked.onsuccess = () => { base.close(); resolve(asked.result ?? 0); };
}; })"""


def main():
    asked = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    asked.add_argument("--seconds", type=int, default=600)
    asked.add_argument("--seed", type=int, default=1)
    asked = asked.parse_args()
    with tempfile.TemporaryDirectory(prefix="diba-bench-") as folder:
        home = Path(folder) / "home"
        home.mkdir()
        os.environ |= {"DIBA_HOME": str(home), "DJANGO_SETTINGS_MODULE": "diba.web.settings", "DJANGO_ALLOW_ASYNC_UNSAFE": "true"}  # fmt: skip
        os.environ.pop("DIBA_DATABASE", None)
        import django
        from django.core.management import call_command

        django.setup()
        call_command("migrate", verbosity=0)
        from playwright.sync_api import sync_playwright

        from tests.browser import gate_real

        with sync_playwright() as playwright:
            Storm(playwright, gate_real, home, Path(folder) / "profile", asked.seed).play(asked.seconds)


class Storm:
    """The page, the server, what the page promised, and what was done to them."""

    def __init__(self, playwright, real, home, profile, seed):
        self.playwright, self.real, self.profile, self.die = playwright, real, profile, random.Random(seed)
        self.held, self.serving = real.furnish(), real.Serving(home)
        self.story, self.promised, self.faults = real.Story(self.held["passes"], seed), [], Counter()
        self.begun = self.broken = self.most = 0
        self.rescued = {0}
        self.context = self.page = self.other = None

    def play(self, seconds):
        """Play for so many seconds, let everything arrive, and print the table."""
        self.serving.start()
        try:
            self.open(f"/gates/post/#enrol={self.held['code']}")
            self.page.get_by_role("button", name="登记").click()
            self.page.wait_for_selector(".net.ok[data-online=true]", timeout=60_000)  # its lists are there too
            self.page.wait_for_function("navigator.serviceWorker.controller !== null")
            started = time.monotonic()
            while time.monotonic() - started < seconds:
                self.some_crossings()
                print(
                    f"\r{time.monotonic() - started:5.0f} s, {self.begun} crossings begun",
                    end="",
                    file=sys.stderr,
                    flush=True,
                )
            print(file=sys.stderr)
            self.arrive()
            self.show(time.monotonic() - started)
        finally:
            self.context.close()
            self.serving.kill()

    def open(self, path="/gates/post/"):
        """Open the browser over its profile."""
        from playwright.sync_api import Error

        for attempt in range(3):
            try:
                self.context = self.playwright.chromium.launch_persistent_context(
                    str(self.profile), executable_path=shutil.which("chromium") or shutil.which("google-chrome"), locale="zh-CN",
                    args=["--no-sandbox", "--disable-background-networking"], base_url=self.serving.url, viewport={"width": 390, "height": 844},
                )  # fmt: skip
                break
            except Error:  # the killed one still holds its profile for a moment
                if attempt == 2:
                    raise
                time.sleep(1)
        self.context.add_init_script(path=str(self.real.DRIVER))
        self.context.expose_binding("promised", lambda _source, number: self.promised.append(number))
        self.page, self.other = self.context.new_page(), None
        self.page.goto(path)

    def some_crossings(self):
        """Let some people come, and have something break before they are through, more often than not."""
        from playwright.sync_api import Error

        people = [next(self.story) for _ in range(self.die.randrange(1, 12))]
        self.begun += len(people)
        fault = self.die.choice((None, self.reload, self.kill_browser, self.kill_server, self.network, self.network, self.torn, self.ten_times))  # fmt: skip
        try:
            self.page.evaluate("(list) => { window.through = hands.each(list).then(() => '', (error) => error.message); }", people)  # fmt: skip
            if fault:
                self.faults[fault.__name__.replace("_", " ")] += 1
                self.page.wait_for_timeout(self.die.randrange(0, 900))
                if fault():  # the people at the gate saw it too: who was not yet kept comes no more
                    self.broken += 1
                    return
            if said := self.page.evaluate("window.through"):
                self.broken += 1
                print(said, file=sys.stderr)
                self.reload()
            self.most = max(self.most, int(self.page.get_attribute(".net", "data-queue") or 0))
        except Error as error:
            self.broken += 1
            print(f"begun anew: {str(error)[:300]}", file=sys.stderr)
            self.kill_browser()

    def reload(self):
        self.page.reload()
        return True

    def kill_browser(self):
        self.real.end(self.real.browser_of(self.profile))
        self.open()
        self.page.wait_for_selector(".net[data-queue]")
        self.rescued.add(self.page.evaluate(RESCUED))
        return True

    def kill_server(self):
        self.serving.kill()
        self.page.wait_for_timeout(self.die.randrange(0, 3000))
        self.serving.start(wait=False)

    def network(self):
        for there in (False, True) * self.die.randrange(1, 4):
            self.context.set_offline(not there)
            self.page.wait_for_timeout(self.die.randrange(0, 1500))

    def torn(self):
        self.page.evaluate(TORN)

    def ten_times(self):
        if self.other is None:
            self.other = self.context.new_page()
            self.other.goto("/gates/post/")
        for place, tab in enumerate((self.page, self.other)):
            tab.evaluate(f"(from) => {{ window.sent = ({self.real.TEN_TIMES})(from).catch(() => []); }}", place)
        for tab in (self.page, self.other):
            tab.evaluate("window.sent")

    def arrive(self):
        """Mend everything and wait until nothing waits on the device."""
        if not self.serving.answers():
            self.serving.kill()
            self.serving.start()
        self.page.wait_for_selector(".net[data-queue='0']", timeout=180_000)

    def show(self, seconds):
        rows = self.serving.rows()
        numbers, device = {row["uid"] for row in rows}, set(self.page.evaluate("hands.numbers()"))
        # Who, where and when make the digest. Two bad passes in one second look alike: nobody knows whose they are.
        known = Counter(row["digest"] for row in rows if row["kind"] != "unknown" or row["passed"] == "none")
        for row in rows:
            if known[row["digest"]] > 1:
                print({name: row[name] for name in row if name != "said"}, file=sys.stderr)
        doubled = sum(count - 1 for count in known.values()) + max(0, len(rows) - self.begun)
        against = sum(bool(row["went"] and row["judged"] != "pass" and row["fever"] != "fever") for row in rows)
        fevers = sum(row["fever"] == "fever" for row in rows)
        items = Counter(row["item"] for row in rows)
        lines = [
            ("seconds", f"{seconds:.0f}"), ("crossings begun", self.begun), ("cut off by a fault before they were kept", self.begun - len(rows)),
            *((f"fault: {name}", count) for name, count in sorted(self.faults.items())), ("most lines waiting on the device", self.most),
            ("promised to the guard", len(self.promised)), ("in the ledger", len(rows)), ("databases that the browser gave up", len(self.rescued) - 1), ("lost", len(set(self.promised) - numbers)),
            ("on the device, not in the ledger", len(device - numbers)), ("doubled", doubled), ("judged again", sum(bool(row["judged"]) for row in rows)),
            ("open items: passed against the server's word", f"{items['refused']} of {against}"), ("open items: fevers", f"{items['fever']} of {fevers}"),
        ]  # fmt: skip
        for name, value in lines:
            print(f"{name:46} {value:>10}", flush=True)
        if doubled or set(self.promised) - numbers or device - numbers:
            sys.exit("lines were lost or doubled")


if __name__ == "__main__":
    main()
