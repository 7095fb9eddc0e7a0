"""`diba roster solve` and `diba roster check`: files in, a roster and an exit status out."""

import json
from pathlib import Path

import pytest
from django.core.management import call_command

BENCHMARK = """SECTION_HORIZON
14

SECTION_SHIFTS
D,480,

SECTION_STAFF
A,D=14,4320,3360,5,2,2,1
B,D=14,4320,3360,5,2,2,1

SECTION_DAYS_OFF
A,0

SECTION_SHIFT_ON_REQUESTS
A,2,D,2

SECTION_SHIFT_OFF_REQUESTS
B,4,D,3

SECTION_COVER
""" + "\n".join(f"{day},D,1,100,1" for day in range(14))


@pytest.fixture
def files(tmp_path):
    (tmp_path / "p.txt").write_text(BENCHMARK)
    return tmp_path


def run(capsys, *arguments, **options):
    code = 0
    try:
        call_command("roster", *map(str, arguments), **options)
    except SystemExit as end:
        code = end.code
    return code, capsys.readouterr().out


def test_what_is_solved_is_legal_when_checked_again(files, capsys):
    out = files / "r.csv"
    code, told = run(capsys, "solve", files / "p.txt", "--seconds", 5, "--out", out, "--json")
    solved = json.loads(told)
    assert (code, solved["violations"], solved["proven"]) == (0, [], True)
    assert out.read_text().splitlines()[0] == "employee,day,shift"
    code, told = run(capsys, "check", files / "p.txt", out, "--json")
    checked = json.loads(told)
    assert (code, checked["legal"], checked["objective"]) == (0, True, solved["objective"])


def test_a_roster_that_breaks_a_rule_is_named_and_exits_with_1(files, capsys):
    out = files / "r.csv"
    out.write_text("employee,day,shift\n" + "".join(f"A,{day},D\n" for day in range(14)))
    code, told = run(capsys, "check", files / "p.txt", out)
    assert code == 1
    assert "A" in told and "violations 0" not in told


@pytest.mark.parametrize(
    ("name", "text", "words"),
    [
        ("absent.txt", None, "No such file"),
        ("empty.txt", "", "cannot be read"),
        ("words.txt", "SECTION_HORIZON\nvierzehn\n", "cannot be read"),
        ("binary.txt", b"\xff\xfe\x00", "cannot be read"),
        ("cut.txt", BENCHMARK[:120], "cannot be read"),
    ],
)
def test_a_bad_problem_is_refused_in_words_and_exits_with_2(files, capsys, name, text, words):
    path = files / name
    if text is not None:
        path.write_bytes(text if isinstance(text, bytes) else text.encode())
    code, told = run(capsys, "solve", path, "--seconds", 1, "--out", files / "r.csv")
    assert (code, words in told) == (2, True), told
    assert not (files / "r.csv").exists()


@pytest.mark.parametrize(
    "text", ["", "employee,day,shift\nZ,0,D\n", "employee,day,shift\nA,99,D\n", "employee,day,shift\nA,0,X\n", "a;b\n"]
)
def test_a_bad_roster_file_is_refused_in_words(files, capsys, text):
    (files / "r.csv").write_text(text)
    code, told = run(capsys, "check", files / "p.txt", files / "r.csv")
    assert code in (1, 2)
    assert told.strip()
    assert "Traceback" not in told


def test_why_there_is_no_roster_is_said_in_sentences(files, capsys):
    problem = json.loads((Path(__file__).parents[2] / "examples" / "gansu-2020.json").read_text())
    ghost = {"day": 3, "shift": "night", "post": "ghost", "needed": 1}
    nobody = {**problem, "posts": [*problem["posts"], {"id": "ghost", "tier": 1}], "cover": [*problem["cover"], ghost]}
    lapse = {
        **problem,
        "people": [{**one, "posts": {post: [0, 10] for post in one["posts"]}} for one in problem["people"]],
    }
    for asked, words in (
        (nobody, ["On 02-04 ghost", "0 can stand there"]),
        (lapse, ["On 02-12 chief", "G01、G06", "until 02-11"]),
    ):
        (files / "p.json").write_text(json.dumps(asked))
        code, told = run(capsys, "solve", files / "p.json", "--seconds", 2, "--out", files / "r.csv")
        assert code == 1 and "{" not in told and all(part in told for part in words), told
    assert not (files / "r.csv").exists()
