"""One reading, one policy, one verdict."""

from decimal import Decimal

import pytest

from diba.core.errors import BadInput
from diba.core.screening import Policy, Reading, judge


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
        Reading(None, ("happiness",))
    with pytest.raises(BadInput):
        Policy(Decimal("37.3"), "=")
