"""`diba staff` on a terminal: one language in all it says, the one the terminal asks for."""

import json
import re

import pytest
from django.core.management import CommandError, call_command

from diba.plant.models import Import, Person

from .books import xlsx

CHINESE = re.compile(r"[\u3400-\u9fff，。：；]")


@pytest.fixture
def terminal(monkeypatch):
    def speak(language):
        for name in ("LC_ALL", "LC_MESSAGES", "LANG"):
            monkeypatch.delenv(name, raising=False)
        if language:
            monkeypatch.setenv("LANG", language)

    return speak


@pytest.fixture
def book(tmp_path):
    """A workbook of which one row is new, one is refused, one sheet and one column are not understood."""
    path = tmp_path / "staff.xlsx"
    head = ["Staff no", "Name", "Phone", "Department", "Shoe size"]
    rows = [head, ["9", "Li Si", "12", "D1", "40"], ["10", "Wang Wu", "13800000000", "D1", "41"]]
    path.write_bytes(xlsx({"staff": rows, "menu": [["soup"], ["rice"]]}))
    return path


def staff(capsys, *words):
    try:
        call_command("staff", *map(str, words))
    except CommandError as error:
        return str(error)
    return capsys.readouterr().out


@pytest.mark.parametrize("language", ["en_GB.UTF-8", "C.UTF-8"])
def test_on_an_english_terminal_nothing_is_said_in_chinese(empty, terminal, capsys, book, language):
    terminal(language)
    said = staff(capsys, "import", book, "--yes")
    assert Person.objects.get().name == "Wang Wu"
    for words in ("added ", "refused: staff row 2 Phone “12”", "not understood: sheet menu", "written: "):
        assert words in said
    assert not CHINESE.search(said), said
    assert "there is no import 99" in staff(capsys, "undo", 99)
    assert "unknown field" in staff(capsys, "import", book, "--map", "Shoe size=shoes")
    assert "already" in staff(capsys, "import", book, "--yes")


@pytest.mark.parametrize("language", ["zh_CN.UTF-8", ""])
def test_on_a_chinese_terminal_and_where_none_is_named_all_is_said_in_chinese(empty, terminal, capsys, book, language):
    terminal(language)
    said = staff(capsys, "import", book, "--yes")
    for words in ("新增 ", "退回：staff 第 2 行 Phone", "看不懂：工作表 menu", "已写入："):
        assert words in said
    assert not re.search(r"added|refused|unchanged|written|understood", said), said
    assert "没有第 99 次导入" in staff(capsys, "undo", 99)
    assert "已撤回" in staff(capsys, "undo", Import.objects.get().pk) and not Person.objects.exists()


def test_reasons_for_a_program_follow_the_terminal_as_well(empty, terminal, capsys, book):
    reasons = []
    for language in ("en_US", "zh_CN"):
        terminal(language)
        [refused] = json.loads(staff(capsys, "import", book, "--dry-run", "--json"))["refused"]
        reasons.append(refused["reason"])
    assert reasons == ["is not a phone number", "不是电话号码"]
