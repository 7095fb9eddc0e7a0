"""Every word of the guard's page stands in Chinese and in English, and every word of the table of rules is among them."""

import re
from pathlib import Path

import pytest

from diba.core.gating.table import NEXTS, TABLE, WARNINGS

SOURCES = Path(__file__).resolve().parents[2] / "frontend" / "src" / "gate"
PAIRS = re.findall(r'(\w+): \["([^"]*)", "([^"]*)"\]', (SOURCES / "words.ts").read_text())
WORDS = {name: (chinese, english) for name, chinese, english in PAIRS}
HAN = re.compile(r"[一-鿿]")


def test_each_word_is_said_once():
    assert len(PAIRS) == len(WORDS) > 150


@pytest.mark.parametrize("name", WORDS)
def test_each_word_is_whole_in_both_languages(name):
    chinese, english = WORDS[name]
    switch = name == "language"  # says the other language's name
    assert bool(HAN.search(chinese)) != switch or re.fullmatch(r"[\d.– ≥{}\w]+", chinese)
    assert english.strip() and bool(HAN.search(english)) == switch
    assert set(re.findall(r"\{\w+\}", chinese)) == set(re.findall(r"\{\w+\}", english))


def test_every_reason_next_step_and_warning_of_the_rules_has_its_words():
    needed = {f"r_{rule.reason}" for rule in TABLE if not rule.warn} | {f"n_{name}" for name in NEXTS} | {f"w_{name}" for name in WARNINGS}  # fmt: skip
    assert needed <= WORDS.keys()


def test_no_view_writes_a_word_of_its_own():
    for file in [*SOURCES.glob("*.ts"), *SOURCES.glob("views/*.ts")]:
        if file.name not in ("words.ts", "plate.ts"):
            lines = [re.sub(r"//.*$", "", line) for line in file.read_text().splitlines()]
            assert not [line for line in lines if re.search(r'"[^"]*[一-鿿]{2,}[^"]*"', line)], file.name
