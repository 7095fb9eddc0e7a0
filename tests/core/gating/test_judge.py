"""One rule, two homes: every case of the shared table judged here and by the guard's page, and thousands of made-up ones."""

import itertools
import json
import os
import random
import shutil
import subprocess
from pathlib import Path

import pytest
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey

from diba.core import gating
from diba.core.errors import BadInput
from diba.core.gating.facts import HEALTHS, HOLDS, KINDS, PASSES, VISITS, flags_of

ROOT = Path(__file__).resolve().parents[3]
TABLE = json.loads((Path(__file__).parent / "cases.json").read_text())
CASES = TABLE["cases"]
NOW = 1_581_640_800  # 2020-02-14 08:40 in Gansu
PLANT = b"LJX1"


def told(case):
    """Return the facts of a case: its base with its changes, one level deep."""
    facts = {**TABLE["bases"][case["base"]]}
    for name, value in case["change"].items():
        facts[name] = {**(facts.get(name) or {}), **value} if isinstance(value, dict) else value
    return facts


def verdict(facts, rules=gating.TABLE):
    return {**vars(gating.judge(gating.facts_from(facts), rules))} | {
        "warnings": list(gating.judge(gating.facts_from(facts), rules).warnings)
    }


@pytest.mark.parametrize("case", CASES, ids=[case["name"] for case in CASES])
def test_each_case_gets_its_verdict(case):
    assert verdict(told(case)) == case["expect"]


def test_the_shared_table_is_long_and_every_rule_decides_in_it():
    assert len(CASES) >= 200
    decided = {(case["expect"]["verdict"], case["expect"]["reason"]) for case in CASES}
    assert {(rule.verdict, rule.reason) for rule in gating.TABLE if not rule.warn} == decided
    assert {rule.warn for rule in gating.TABLE if rule.warn} == {
        w for case in CASES for w in case["expect"]["warnings"]
    }


def made_up(count):
    """Yield facts at random, near every boundary."""
    die = random.Random(14)
    near = (-86_400 * 8, -86_401, -86_400, -43_201, -601, -600, -1, 0, 1, 300, 3_600, 86_400)
    for _ in range(count):
        facts = {
            "at": NOW, "direction": die.choice(("in", "in", "out")), "kind": die.choice(KINDS),
            "zone": die.choice(("", "a", "b")), "passed": die.choice(("ok", "ok", *PASSES)), "lists_at": NOW + die.choice(near),
            "drift": die.choice((0, 0, 300, 301, -5000)), "inside": die.choice(("yes", "no", "unknown")), "ways": die.choice(("both", "both", "both", "in", "out")),
            "evacuation": die.random() < 0.05,
            "temperature": {"first": die.choice((0, 365, 373, 374, 390)), "at": NOW + die.choice(near)},
            "limits": {"inclusive": die.random() < 0.5, "threshold": die.choice((370, 373))},
        }  # fmt: skip
        if facts["temperature"]["first"] and die.random() < 0.5:
            facts["temperature"]["second"] = die.choice((365, 373, 374))
        if die.random() < 0.7:
            far = (*near, 14 * 86_400, 14 * 86_400 + 1, -60 * 86_400, 1 - 60 * 86_400)
            turns = [[NOW + die.choice(far), NOW + die.choice(far)] for _ in range(die.randrange(3))]
            facts["person"] = {
                "zones": die.sample(["a", "b"], die.randrange(3)), "hold": die.choice(("none", "none", *HOLDS)), "hold_until": die.choice((0, NOW, NOW + 1, NOW - 1)),
                "health": die.choice(("ok", *HEALTHS)), "health_until": NOW + die.choice(near), "turns": turns, "left": die.random() < 0.1,
            }  # fmt: skip
        if die.random() < 0.4:
            facts["visit"] = {"state": die.choice(VISITS), "begins": NOW + die.choice(near), "ends": NOW + die.choice(near), "declared": die.random() < 0.5}  # fmt: skip
        if die.random() < 0.4:
            facts["vehicle"] = {"plate": die.random() < 0.8, "begins": NOW + die.choice(near), "ends": NOW + die.choice(near), "disinfected": die.choice((0, NOW - 86_400, NOW - 86_399)), "driver": die.random() < 0.5}  # fmt: skip
        yield facts


def signed(key, **changed):
    values = {"plant": PLANT, "kind": "person", "number": 7, "holder": 12, "begins": NOW - 60 * 60 - NOW % 60, "ends": NOW + 3600 - NOW % 60} | changed  # fmt: skip
    packed = gating.pack(gating.Pass(**values))
    return gating.text_of(packed, key.sign(packed))


def scans():
    """Return ({name: scan}, {name: state}) of passes good and bad."""
    key, other = (Ed25519PrivateKey.from_private_bytes(bytes([n]) * 32) for n in (1, 2))
    public = key.public_key().public_bytes_raw()
    good = signed(key)
    letters = "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567"
    swapped = lambda text, place: text[:place] + letters[(letters.index(text[place]) + 1) % 32] + text[place + 1 :]  # noqa: E731
    scan = {
        "good": (good, "ok"), "in small letters, with spaces": (f"  {good.lower()}\n", "ok"), "nothing": ("", "unreadable"), "a web address": ("https://example.org/x", "unreadable"),
        "torn": (good[:-9], "unreadable"), "longer": (good + "A", "unreadable"), "another head": ("DB2" + good[3:], "unreadable"), "not Base32": (good[:20] + "1" + good[21:], "unreadable"),
        "bits after the end": (swapped(good, len(good) - 1), "unreadable"), "forged by another key": (signed(other), "forged"), "another plant's": (signed(key, plant=b"XXXX"), "other_plant"),
        "another plant's, forged": (signed(other, plant=b"XXXX"), "other_plant"), "revoked": (signed(key, number=99), "revoked"), "ended now": (signed(key, ends=NOW - NOW % 60), "expired"),
        "begins later": (signed(key, begins=NOW - NOW % 60 + 60), "not_yet"), "used once": (signed(key, number=55, once=True), "used"), "once, not used": (signed(key, number=56, once=True), "ok"),
        "used, but good for many": (signed(key, number=55), "ok"), "a vehicle's": (signed(key, kind="vehicle", zones=0), "ok"), "the largest numbers": (signed(key, number=2**32 - 1, holder=2**32 - 1), "ok"),
        "end over end": (signed(key)[:3] + signed(key)[3:][::-1], None),
    }  # fmt: skip
    for place in range(4, 140, 3):  # altered anywhere: never good
        scan[f"altered at {place}"] = (swapped(good, place), None)
    more = {"at": NOW, "plant": PLANT.hex(), "keys": {public.hex(): 0}, "revoked": [99], "used": [55]}
    given = {name: {"text": text, **more} for name, (text, _state) in scan.items()}
    states = {name: state for name, (_text, state) in scan.items()}
    # A key that was replaced: what it signed is good until its moment, and then neither good nor forged.
    newer = Ed25519PrivateKey.from_private_bytes(bytes([3]) * 32).public_key().public_bytes_raw().hex()
    for name, until, number, state in (("its key ends now", NOW, 7, "expired"), ("its key ends later", NOW + 1, 7, "ok"), ("revoked, its key over", NOW - 9, 99, "revoked")):  # fmt: skip
        given[name] = {"text": signed(key, number=number), **more, "keys": {newer: 0, public.hex(): until}}
        states[name] = state
    given["its key not named any more"] = {"text": good, **more, "keys": {newer: 0}}
    return given, states | {"its key not named any more": "forged"}


def read(scan):
    def good_until(signature, packed):
        for key, until in scan["keys"].items():
            try:
                Ed25519PublicKey.from_public_bytes(bytes.fromhex(key)).verify(signature, packed)
            except InvalidSignature:
                continue
            return until
        return None

    state, said = gating.read(scan["text"], plant=bytes.fromhex(scan["plant"]), at=scan["at"], good_until=good_until, revoked=set(scan["revoked"]), used=set(scan["used"]))  # fmt: skip
    shown = said and {name: value for name, value in vars(said).items() if name != "plant"}
    return {"state": state, "pass": shown}


def test_passes_good_forged_altered_expired_revoked_and_used_are_told_apart():
    given, states = scans()
    for name, scan in given.items():
        found = read(scan)["state"]
        assert found == states[name] if states[name] else found in ("forged", "unreadable", "other_plant"), name


@pytest.fixture(scope="module")
def page(tmp_path_factory):
    """Return page(given): what the guard's page says of rules, facts and scans."""
    node = shutil.which("node", path=f"{ROOT / '.venv' / 'bin'}{os.pathsep}{os.environ['PATH']}")
    bundler = ROOT / "frontend" / "node_modules" / ".bin" / "rolldown"
    assert node and bundler.exists(), "set-up brings both: make test"
    script = tmp_path_factory.mktemp("page") / "cases.mjs"
    path = f"{Path(node).parent}{os.pathsep}{os.environ['PATH']}"
    command = [bundler, ROOT / "frontend/src/gate/cases.ts", "-f", "esm", "--platform", "node", "-o", script]
    subprocess.run(command, check=True, capture_output=True, env={**os.environ, "PATH": path})

    def ask(given):
        answer = subprocess.run([node, script], input=json.dumps(given), check=True, capture_output=True, text=True)
        return json.loads(answer.stdout)

    return ask


def test_the_guards_page_judges_every_case_as_the_server_does(page):
    facts = [told(case) for case in CASES] + list(made_up(5_000))
    given, _states = scans()
    answer = page({"rules": gating.as_data(), "facts": facts, "scans": list(given.values())})
    wrong = [
        (one, ours, theirs)
        for one, theirs in zip(facts, answer["verdicts"], strict=True)
        if (ours := verdict(one)) != theirs
    ]
    assert wrong[:3] == []
    assert answer["scans"] == [read(scan) for scan in given.values()]


def test_a_page_judges_by_the_older_lists_that_it_still_holds(page):
    """Lists of before named why somebody is held; the words stand in their own rules."""
    older = {"held": ["suspected", "confirmed", "contact"], "barred": ["returnee", "other"]}
    rules = gating.as_data()
    for rule in rules:
        if "hold" in rule["when"]:
            rule["when"]["hold"] = [word for one in rule["when"]["hold"] for word in older[one]]
    base = {"at": NOW, "kind": "person", "passed": "ok", "lists_at": NOW, "inside": "unknown", "temperature": {"first": 365, "at": NOW}}  # fmt: skip
    for word, words in older.items():
        for direction in ("in", "out"):
            person = {"health": "ok", "health_until": NOW + 60}
            facts = [{**base, "direction": direction, "person": {**person, "hold": one}} for one in words]
            now = verdict({**base, "direction": direction, "person": {**person, "hold": word}})
            assert page({"rules": rules, "facts": facts, "scans": []})["verdicts"] == [now] * len(words)
            assert (now["reason"] == "held") == ((word, direction) != ("barred", "out"))


NAMES = [
    ["发热客甲", "发热客 甲", " 发热客\u3000甲", "发热客·甲", "发热客•甲\u200b", "发热客-甲", "发热客（甲）"],
    ["Anna Müller", "ANNA MU\u0308LLER", "anna  müller", "Ａｎｎａ　Müller"],
    ["阿依古丽·买买提", "阿依古丽买买提", "阿依古丽•买买提", "阿依古丽・买买提"],
    ["Straße", "STRASSE"], ["Σίσυφος", "ΣΊΣΥΦΟΣ"], ["发热客乙"], ["", " ", "—"],
]  # fmt: skip


def test_a_name_is_known_again_however_it_is_written_on_both_sides(page):
    keys = [{gating.name_key(name) for name in names} for names in NAMES]
    assert [len(each) for each in keys] == [1] * len(NAMES) and len(set.union(*keys)) == len(NAMES)
    assert keys[-1] == {""}
    written = [name for names in NAMES for name in names]
    there = page({"rules": gating.as_data(), "facts": [], "scans": [], "names": written})["names"]
    assert there == [gating.name_key(name) for name in written]


def test_nobody_comes_in_by_a_forged_expired_revoked_altered_or_replayed_pass_on_either_side(page):
    """The holder is in order in every other way: what is wrong with the pass alone keeps him out, here and there."""
    given, _states = scans()
    good = {name for name, scan in given.items() if read(scan)["state"] == "ok"}
    bad = {name: scan for name, scan in given.items() if name not in good}
    assert {"good", "in small letters, with spaces", "once, not used"} <= good
    assert {
        "forged by another key",
        "ended now",
        "revoked",
        "used once",
        "altered at 40",
        "altered at 100",
    } <= bad.keys()
    base = {"at": NOW, "direction": "in", "kind": "person", "lists_at": NOW, "temperature": {"first": 365, "at": NOW}, "person": {"health": "ok", "health_until": NOW + 60}}  # fmt: skip
    facts = [{**base, "passed": read(scan)["state"]} for scan in bad.values()]
    answer = page({"rules": gating.as_data(), "facts": [{**base, "passed": "ok"}, *facts], "scans": list(bad.values())})
    assert answer["verdicts"][0]["reason"] == "enters"
    for name, one, there, state in zip(bad, facts, answer["verdicts"][1:], answer["scans"], strict=True):
        assert state["state"] == one["passed"], name
        assert there == verdict(one) and there["verdict"] != "pass", name
    wanted = {"forged": "stop", "revoked": "stop", "expired": "stop", "used": "stop", "unreadable": "wait"}
    assert {one["passed"]: there["verdict"] for one, there in zip(facts, answer["verdicts"][1:], strict=True)}.items() >= wanted.items()  # fmt: skip


def test_rules_travel_as_data_and_come_back_the_same():
    assert gating.rules_from(json.loads(json.dumps(gating.as_data()))) == gating.TABLE


@pytest.mark.parametrize(
    ("row", "reason", "field"),
    [
        ({"when": {"mood": ["good"]}}, "unknown_flag", "when"),
        ({"when": {"hold": ["mad"]}}, "unknown_word", "hold"),
        ({"verdict": "perhaps"}, "unknown_word", "verdict"),
        ({"next": "dance"}, "unknown_word", "next"),
        ({"until": "never"}, "unknown_word", "until"),
        ({"when": None}, "unreadable", "rules"),
    ],
)
def test_a_table_with_a_fault_is_refused_by_its_row(row, reason, field):
    data = gating.as_data()
    data[4] |= row
    with pytest.raises(BadInput) as error:
        gating.rules_from(data)
    assert (error.value.reason, error.value.field, error.value.row) == (reason, field, 5)


def test_a_table_must_end_with_what_fits_everything():
    for data in ([], gating.as_data()[:-1]):
        with pytest.raises(BadInput) as error:
            gating.rules_from(data)
        assert error.value.reason == "no_last_rule"


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"direction": "up"}, "direction"), ({"kind": "dog"}, "kind"), ({"passed": "x"}, "passed"), ({"inside": "maybe"}, "inside"), ({"person": {"hold": "x"}}, "hold"),
        ({"person": {"age": 3}}, "person"), ({"person": 3}, "person"), ({"temperature": {"first": 737}}, "first"), ({"temperature": {"first": 339}}, "first"),
        ({"temperature": {"second": 365}}, "second"), ({"limits": {"threshold": 500}}, "threshold"), ({"limits": {"fresh": 9, "stale": 8}}, "fresh"), ({"limits": {"rest": -1}}, "rest"),
        ({"visit": {"state": "x"}}, "state"), ({"nonsense": 1}, "facts"),
    ],
)  # fmt: skip
def test_facts_that_cannot_be_are_refused_by_their_field(change, field):
    with pytest.raises(BadInput) as error:
        gating.facts_from({"at": NOW, "direction": "in", "kind": "person", **change})
    assert error.value.field == field


def test_no_verdict_lets_in_whom_the_lists_hold_or_a_fever_stops():
    """Whatever else is true: held, feverish twice, revoked or forged never comes in."""
    base = told(CASES[0])
    for kind, inside, lists, passed in itertools.product(KINDS, ("yes", "no", "unknown"), (NOW, NOW - 8 * 86_400), ("ok", "none", "expired")):  # fmt: skip
        facts = {**base, "kind": kind, "inside": inside, "lists_at": lists, "passed": passed}
        for change in (
            {"person": {**base["person"], "hold": "held"}},
            {"temperature": {"first": 380, "second": 380, "at": NOW - 900}},
            {"passed": "forged"},
            {"passed": "revoked"},
        ):
            assert verdict({**facts, **change})["verdict"] == "stop"


def test_what_was_found_once_for_the_same_words_is_what_the_table_says():
    for case in CASES:
        facts = gating.facts_from(told(case))
        assert list(flags_of(facts)) == list(gating.FLAGS)
        assert gating.judge(facts) == gating.judge(facts) == gating.judge(facts, list(gating.TABLE))
