"""NYISO and Gansu 2020 as the examples give them: the engine's files solved and certified, the workbooks brought in."""

import itertools
import json
from datetime import date
from io import StringIO

import pytest
from django.core.management import call_command

from diba.core.rostering import check, read_problem, write_roster
from diba.core.rostering import solve as search
from diba.plant.models import Person, WatchPattern
from diba.rosters import actions as rosters
from diba.rosters.models import Roster

from .test_haibowan import EXAMPLES, bring

CASES = {"nyiso-2020": 37, "gansu-2020": 30}


@pytest.fixture(scope="module", params=CASES)
def solved(request, tmp_path_factory):
    """One case, solved: its name, its problem, and the path of the roster."""
    problem = read_problem((EXAMPLES / f"{request.param}.json").read_text("utf-8"))
    roster = search(problem, seconds=3, soft=None, deterministic=True).roster  # as much work, however slow the machine
    path = tmp_path_factory.mktemp("cases") / "roster.csv"
    path.write_text(write_roster(problem, roster))
    return request.param, problem, roster, path


def said(*words):
    """Return what the command says as figures, and its exit status."""
    out, status = StringIO(), 0
    try:
        call_command("roster", *map(str, words), "--json", stdout=out, stderr=StringIO())
    except SystemExit as end:
        status = end.code
    return json.loads(out.getvalue()), status


def test_every_post_is_manned_by_the_rules_and_crews_do_not_meet(solved):
    name, problem, roster, _ = solved
    report = check(problem, roster)
    assert report.legal and len(problem.people) == CASES[name]
    place = {post.id: post.place for post in problem.posts}
    if name == "nyiso-2020":
        # Seven on duty at any time; day and night people stand at two sites.
        sites = {shift: {place[post] for s, post in roster.values() if s == shift} for shift in ("day", "night")}
        assert sites["day"].isdisjoint(sites["night"])
        vital = [key for key, (_, post) in roster.items() if post.partition("/")[0] in ("manager", "desk")]
        assert len(vital) == problem.days * 2 * 7
        return
    # Who takes over stands in the other room than who hands over.
    room = {(day, shift): place[post] for (_, day), (shift, post) in roster.items()}
    order = [room[day, shift] for day in range(problem.days) for shift in ("night", "early", "late")]
    assert all(one != other for one, other in itertools.pairwise(order))


def test_depth_names_the_thin_post_and_who_should_learn_it(solved):
    name, problem, _, path = solved
    whole, status = said("depth", EXAMPLES / f"{name}.json")
    assert status == 0 and whole["depth"] == 3
    thin = {post.partition("/")[0] for _, post in whole["places"]}
    assert thin == {"manager" if name == "nyiso-2020" else "chief"}
    assert whole["training"][0]["after"] == 4
    assert len(whole["training"][0]["lessons"]) == (2 if name == "nyiso-2020" else 1)
    standing, _ = said("depth", EXAMPLES / f"{name}.json", path)
    assert len(standing["days"]) == problem.days
    assert standing["depth"] <= whole["depth"]


def test_any_one_persons_loss_is_survived_and_the_certificate_confirmed(solved, tmp_path):
    name, _, _, path = solved
    certificate = tmp_path / "certificate.json"
    files = (EXAMPLES / f"{name}.json", path)
    found, status = said("survive", *files, "--days", 14, "--from", 3, "--seconds", 30, "--certificate", certificate)
    assert status == 0 and found["survived"] == found["tried"] == {"person": CASES[name]}
    assert said("confirm", certificate, *files) == ({"confirmed": True, "survived": found["survived"], "faults": []}, 0)
    forged = json.loads(certificate.read_text("utf-8"))
    next(one for one in forged["witnesses"] if one["changed"])["changed"] = []
    certificate.write_text(json.dumps(forged), "utf-8")
    refused, status = said("confirm", certificate, *files)
    assert status == 1 and refused["faults"][0]["reason"] == "still_on_duty"


def test_a_lost_crew_is_survived_in_gansu_and_proven_too_much_for_nyiso(solved):
    name, _, _, path = solved
    crews = EXAMPLES / f"{name}-crews.csv"
    found, status = said("survive", EXAMPLES / f"{name}.json", path, "--kind", "crew", "--groups", crews, "--from", 3)
    assert all(one["proven"] for one in found["outcomes"])
    assert found["survived"].get("crew", 0) == (0 if name == "nyiso-2020" else 6)
    assert status == (1 if name == "nyiso-2020" else 0)


@pytest.mark.parametrize(
    ("words", "field"),
    [
        (("--kind", "crew"), "--groups"),
        (("--from", "99"), "first"),
        (("--days", "0"), "days"),
        (("--seconds", "0"), "--seconds or --workers"),
        (("--kind", "random", "--k", "0"), "k"),
    ],
)
def test_a_wrong_question_about_losses_is_refused_by_name(solved, words, field):
    name, _, _, path = solved
    refused, status = said("survive", EXAMPLES / f"{name}.json", path, *words)
    assert status == 2 and refused["field"] == field


def test_groups_that_name_a_stranger_are_refused_with_the_row(solved, tmp_path):
    name, _, _, path = solved
    groups = tmp_path / "crews.csv"
    groups.write_text("group,employee\n甲,N01\n甲,nobody\n" if name == "nyiso-2020" else "group,employee\n甲,nobody\n")
    refused, status = said("survive", EXAMPLES / f"{name}.json", path, "--kind", "crew", "--groups", groups)
    assert (status, refused["field"]) == (2, "employee") and refused["row"] in (2, 3)


@pytest.mark.parametrize(("name", "pattern", "standing"), [("nyiso-2020", "2x12", 14), ("gansu-2020", "3x8", 12)])
def test_the_plant_takes_the_workbook_and_gets_a_roster(db, name, pattern, standing):
    bring(f"{name}.xlsx")
    assert Person.objects.count() == CASES[name]
    pattern = WatchPattern.objects.get(code=pattern)
    made = rosters.ask_now(pattern, date(2020, 3, 23), 7, by=None, rules={"block": 0, "seconds": 5}, deterministic=True)
    assert made.state == Roster.State.DRAFT, made.result
    assert made.duties.count() == 7 * standing


def test_gansu_divides_into_two_teams_that_man_every_watch_alone(db):
    bring("gansu-2020.xlsx")
    split = rosters.split_staff(WatchPattern.objects.get(code="3x8"), by=None)
    assert split.figures["proven"] and split.figures["depth"]["A"] == split.figures["depth"]["B"] == 0
    assert {"room"}.isdisjoint(link["kind"] for link in split.figures["links"])
