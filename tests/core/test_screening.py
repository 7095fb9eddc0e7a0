"""One reading, one policy, one verdict."""

from decimal import Decimal

import pytest

from diba.core.errors import BadInput
from diba.core.screening import PLAIN, Policy, Profile, Reading, judge


@pytest.mark.parametrize(
    ("comparator", "reading", "abnormal"),
    [(">", "37.3", False), (">", "37.4", True), (">=", "37.3", True), (">=", "37.2", False)],
)
def test_the_comparator_decides_at_the_threshold(comparator, reading, abnormal):
    verdict = judge(Reading(Decimal(reading)), Policy(Decimal("37.3"), comparator))
    assert verdict.abnormal is abnormal
    assert (("fever", reading) in verdict.reasons) is abnormal


def test_a_symptom_alone_is_abnormal_and_no_temperature_is_no_reason():
    policy = Policy(Decimal("37.3"))
    assert judge(Reading(None, ("cough",)), policy).reasons == (("symptom", "cough"),)
    assert not judge(Reading(None), policy).abnormal


@pytest.mark.parametrize("value", ["52", "33.9", "43.1", "NaN", "Infinity"])
def test_an_impossible_temperature_is_refused(value):
    with pytest.raises(BadInput) as error:
        Reading(Decimal(value))
    assert error.value.field == "temperature"


def test_an_unknown_symptom_and_comparator_are_refused():
    with pytest.raises(BadInput):
        judge(Reading(None, ("happiness",)), Policy(Decimal("37.3")))
    with pytest.raises(BadInput):
        Policy(Decimal("37.3"), "=")


FLU = Profile(("breathless",), ("cough", "sore_throat", "aching"), 2, (("armpit", Decimal(0)), ("ear", Decimal("0.3"))))


@pytest.mark.parametrize(
    ("symptoms", "reasons"),
    [
        (("cough",), ()),
        (("cough", "cough"), ()),
        (("cough", "aching"), (("together", "cough,aching"),)),
        (("breathless", "cough"), (("symptom", "breathless"),)),
    ],
)
def test_some_symptoms_make_a_suspicion_only_together(symptoms, reasons):
    verdict = judge(Reading(Decimal("36.5"), symptoms), Policy(Decimal("37.3")), FLU)
    assert (verdict.abnormal, verdict.reasons) == (bool(reasons), reasons)


def test_a_symptom_that_never_makes_a_suspicion_is_no_reason():
    profile = Profile(("cough",), ("fatigue",), 0)
    assert not judge(Reading(None, ("fatigue",)), Policy(Decimal("37.3")), profile).abnormal


@pytest.mark.parametrize(
    ("place", "reading", "fever"), [("ear", "37.6", False), ("ear", "37.7", True), ("armpit", "37.6", True)]
)
def test_where_the_temperature_was_taken_moves_the_threshold(place, reading, fever):
    assert judge(Reading(Decimal(reading), (), place), Policy(Decimal("37.3")), FLU).abnormal is fever


def test_at_or_above_counts_with_the_place_as_well():
    assert judge(Reading(Decimal("37.6"), (), "ear"), Policy(Decimal("37.3"), ">="), FLU).abnormal


@pytest.mark.parametrize("reading", [Reading(None, ("smell_loss",)), Reading(Decimal("36.5"), (), "mouth")])
def test_what_a_profile_does_not_have_is_refused(reading):
    with pytest.raises(BadInput):
        judge(reading, Policy(Decimal("37.3")), FLU)


@pytest.mark.parametrize(
    ("values", "reason"),
    [
        (((),), "no_symptoms"),
        ((("cough",), ("cough",)), "symptom_twice"),
        ((("cough",), ("fatigue",), 2), "too_many_together"),
        ((("cough",), (), -1), "too_many_together"),
        ((("cough",), (), 0, (("toe", Decimal(0)),)), "unknown_place"),
        ((("cough",), (), 0, (("ear", Decimal("1.1")),)), "out_of_range"),
    ],
)
def test_a_profile_that_cannot_be_is_refused(values, reason):
    with pytest.raises(BadInput) as error:
        Profile(*values)
    assert error.value.reason == reason


def test_without_a_profile_every_symptom_makes_a_suspicion():
    for symptom in PLAIN.alone:
        assert judge(Reading(None, (symptom,)), Policy(Decimal("37.3"))).abnormal
