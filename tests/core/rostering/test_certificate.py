"""A certificate's claims, confirmed by trying every roster of small plants, and every forged line found."""

from dataclasses import replace

import pytest

from diba.core.errors import BadInput, NoSolution
from diba.core.rostering import (
    Loss,
    certify,
    check,
    confirm,
    losses,
    read_certificate,
    solve,
    sweep,
    without,
    write_certificate,
)

from .make import plain
from .test_contingency import can_be_held, small


@pytest.mark.parametrize("seed", range(0, 30, 2))
def test_what_a_certificate_claims_is_what_trying_all_rosters_says(seed):
    problem = small(seed)
    try:
        roster = solve(problem, seconds=1, workers=1).roster
    except NoSolution:
        assert not can_be_held(problem, {}, 0)
        return
    certificate = certify(problem, roster, sweep(problem, roster, losses(problem, ["person"], 0, days=3)))
    assert confirm(certificate, problem, roster) == []
    assert certificate.open == ()
    for witness in certificate.witnesses:
        assert can_be_held(without(problem, witness.loss, 0), roster, 0)
    for loss in certificate.refused:
        assert not can_be_held(without(problem, loss, 0), roster, 0)


@pytest.fixture
def plant():
    """Eight people on one post in three watches, two of them lost as a crew, and the certificate of it."""
    problem = plain(people=8, days=7, longest_run=5)
    roster = solve(problem, seconds=2).roster
    found = sweep(problem, roster, losses(problem, ["crew"], 2, 3, crews={"甲": ["P0", "P1"], "乙": ["P2", "P3"]}))
    return problem, roster, certify(problem, roster, found)


def test_a_certificate_says_what_was_tried_until_when(plant):
    problem, roster, certificate = plant
    assert certificate.tried == certificate.survived == {"crew": 2}
    assert certificate.holds_for("crew") and not certificate.holds_for("person")
    assert certificate.until == 6
    assert confirm(certificate, problem, roster) == []
    assert read_certificate(write_certificate(certificate)) == certificate


def forged(certificate, changed):
    witness = certificate.witnesses[0]
    return replace(certificate, witnesses=(replace(witness, changed=changed), *certificate.witnesses[1:]))


def test_another_roster_or_problem_is_not_what_was_certified(plant):
    problem, roster, certificate = plant
    fewer = dict(list(roster.items())[1:])
    assert [fault.reason for fault in confirm(certificate, problem, fewer)] == ["another_roster"]
    assert confirm(certificate, replace(problem, rest=0), roster)[0].reason == "another_problem"
    assert confirm(replace(certificate, survived={"crew": 3}), problem, roster)[0].reason == "miscounted"


def test_a_witness_in_which_the_lost_still_stand_is_refused(plant):
    problem, roster, certificate = plant
    reasons = {fault.reason for fault in confirm(forged(certificate, ()), problem, roster)}
    assert reasons == {"still_on_duty"}


def test_a_witness_that_leaves_a_post_open_is_refused(plant):
    problem, roster, certificate = plant
    only = tuple((key, None) for key, _ in certificate.witnesses[0].changed if key[0] in ("P0", "P1"))
    assert "opens_a_hole" in {fault.reason for fault in confirm(forged(certificate, only), problem, roster)}


def test_a_witness_that_breaks_a_rule_or_changes_what_is_done_is_refused(plant):
    problem, roster, certificate = plant
    kept = certificate.witnesses[0].changed
    tired = tuple((("P7", day), ("E", "p")) for day in range(7) if roster.get(("P7", day)) != ("E", "p"))
    found = confirm(forged(certificate, (*kept, *tired)), problem, roster)
    assert {"breaks_a_rule", "changes_the_past"} <= {fault.reason for fault in found}
    assert any("longest_run P7" in fault.detail for fault in found)


def test_no_claim_without_a_witness(plant):
    problem, roster, _ = plant
    (found,) = sweep(problem, roster, [Loss("person", "P0", frozenset({"P0"}), 0, 3)])
    assert found.survives and check(without(problem, found.loss, 0), found.roster).legal
    with pytest.raises(BadInput):
        certify(problem, roster, [replace(found, roster=None)])


@pytest.mark.parametrize("text", ["", "[]", "{}", '{"schema": "other"}', '{"schema": "diba-roster-certificate/1"}'])
def test_what_is_no_certificate_is_refused(text):
    with pytest.raises(BadInput):
        read_certificate(text)
