"""Divisions into teams: as deep as trying every division, bonds kept, evenly, and what they share all the same."""

import random
from itertools import product

import pytest

from diba.core.errors import BadInput, NoSolution
from diba.core.rostering import Member, bottleneck, describe, links, split, team_names


def staff(seed, people=7):
    rng = random.Random(seed)
    members = []
    for number in range(people):
        bonds = {f"household:{rng.randrange(4)}"} if rng.random() < 0.5 else set()
        bonds |= {f"room:{rng.randrange(3)}"} if rng.random() < 0.3 else set()
        posts = frozenset(rng.sample(["gate", "relay"], rng.choice([1, 1, 2])))
        fixed = rng.choice(["R", "A", "", "", "", "", ""])
        members.append(Member(f"P{number}", posts, frozenset(bonds), seniority=rng.randrange(30), fixed=fixed))
    return members, {"gate": 1, "relay": 1}


def kept_together(members, team_of):
    """Say whether nobody who is not away shares a household or room with somebody of another team."""
    free = [member for member in members if member.fixed != "R"]
    return all(team_of[a.id] == team_of[b.id] for a in free for b in free if a.bonds & b.bonds)


def smallest(members, need, team_of, names):
    return min(bottleneck(need, {m.id: m.posts for m in members if team_of[m.id] == name}).depth for name in names)


def best_by_trying(members, need, names):
    best = -1
    for choice in product([*names, "R"], repeat=len(members)):
        team_of = {member.id: team for member, team in zip(members, choice, strict=True)}
        if all(m.fixed in ("", team_of[m.id]) for m in members) and kept_together(members, team_of):
            best = max(best, smallest(members, need, team_of, names))
    return best


@pytest.mark.parametrize("seed", range(25))
def test_no_division_has_a_deeper_smallest_team(seed):
    members, need = staff(seed)
    best = best_by_trying(members, need, "AB")
    try:
        found = split(members, need, seconds=5, workers=1)
    except NoSolution:
        assert best < 0
        return
    assert found.proven and found.smallest == best == found.most
    assert kept_together(members, found.team_of)
    assert {who.id: who.fixed for who in members if who.fixed}.items() <= found.team_of.items()


def test_one_team_and_three_are_divisions_too():
    members = [Member(f"P{n}", frozenset(["gate"]), seniority=n) for n in range(9)]
    assert split(members, {"gate": 2}, teams=1).size == {"A": 9, "R": 0}
    three = split(members, {"gate": 2}, teams=3)
    assert three.size == {"A": 3, "B": 3, "C": 3, "R": 0}
    assert three.smallest == 1 and three.proven
    with pytest.raises(NoSolution) as error:
        split(members, {"gate": 2}, teams=5)
    assert error.value.clash[0] == {"rule": "teams", "posts": ["gate"], "needed": 10, "teams": 5, "a_team": 2,
                                    "available": 9, "short": 1}  # fmt: skip


def test_heads_novices_years_and_past_nights_lie_evenly():
    rng = random.Random(3)
    members = [
        Member(
            f"P{n}", frozenset(rng.sample(["gate", "relay", "water"], 2)), seniority=rng.randrange(30), nights=n % 7,
            age=20 + n % 40, novice=n < 6,
        )
        for n in range(40)
    ]  # fmt: skip
    found = split(members, {"gate": 2, "relay": 2, "water": 2}, seconds=5)
    assert found.novices["A"] == found.novices["B"] == 3
    assert abs(found.size["A"] - found.size["B"]) <= 1
    assert all(abs(found.posts["A"][post] - found.posts["B"][post]) <= 1 for post in ("gate", "relay", "water"))
    assert abs(found.nights["A"] - found.nights["B"]) < 0.5
    assert abs(found.seniority["A"] - found.seniority["B"]) < 2 and abs(found.age["A"] - found.age["B"]) < 3
    assert found.least_uneven <= found.uneven


def test_a_soft_bond_gives_way_where_depth_asks_for_it_and_is_listed():
    members = [Member(f"P{n}", frozenset(["gate"]), frozenset(["bus:3"])) for n in range(4)]
    found = split(members, {"gate": 2}, soft={"bus": 5})
    assert found.size == {"A": 2, "B": 2, "R": 0}
    (link,) = found.links
    assert (link.kind, link.key, link.teams) == ("bus", "3", ("A", "B"))
    with pytest.raises(NoSolution) as error:
        split(members, {"gate": 2}, soft={})
    assert error.value.clash[0]["rule"] == "bonds" and error.value.clash[0]["largest"] == 4


def test_links_name_what_two_teams_share_and_whom_they_met():
    members = [
        Member("马", frozenset(), frozenset(["household:马家", "bus:1"])),
        Member("高", frozenset(), frozenset(["household:马家"])),
        Member("任", frozenset(), frozenset(["bus:1"])),
        Member("白", frozenset()),
    ]
    found = links(
        members, {"马": "A", "高": "B", "任": "A", "白": "R"}, contacts=[("白", "高"), ("高", "白"), ("马", "任")]
    )
    assert [(link.kind, link.key, dict(link.people)) for link in found] == [
        ("contact", "白 高", {"B": ("高",), "R": ("白",)}),
        ("household", "马家", {"A": ("马",), "B": ("高",)}),
    ]


@pytest.mark.parametrize("teams", [0, 26, True, 1.5])
def test_a_number_of_teams_that_is_none_is_refused(teams):
    with pytest.raises(BadInput):
        team_names(teams)


def test_unknown_years_of_service_are_no_zero():
    members = [Member(f"P{n}", frozenset(["gate"]), seniority=[10, None, 20][n]) for n in range(3)]
    found = describe(members, {"gate": 1}, {"P0": "A", "P1": "A", "P2": "B"})
    assert found.seniority == {"A": 10.0, "B": 20.0, "R": None}, "the mean is of those known"
    members = [Member(f"P{n}", frozenset(["gate"]), seniority=None) for n in range(4)]
    assert split(members, {"gate": 1}).seniority == {"A": None, "B": None, "R": None}


def test_a_given_division_has_its_figures():
    members = [Member("马", frozenset(["gate"]), seniority=4), Member("高", frozenset(["gate"]), seniority=7)]
    found = describe(members, {"gate": 1}, {"马": "A", "高": "A"})
    assert found.depth == {"A": 1, "B": -1, "R": -1} and found.seniority["A"] == 5.5
    assert not found.proven and found.uneven is None
