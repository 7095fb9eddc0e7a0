"""One reading judged by one policy: the same rule for a check-in at home and for a guard at a gate."""

from dataclasses import dataclass, field
from decimal import Decimal

from .errors import BadInput

# °C. Outside this range a thermometer or a thumb is wrong, not a person: 34.0 is below a living adult's skin reading
# indoors, 43.0 above what is survived. A guard against typing, not medicine.
LOWEST, HIGHEST = Decimal("34.0"), Decimal("43.0")
# Codes of the symptoms asked for, after the national plan's case definition (fever is the temperature's own matter).
SYMPTOMS = ("cough", "fatigue", "sore_throat", "breathless", "diarrhoea", "smell_loss", "other")


@dataclass(frozen=True)
class Policy:
    """When a temperature is abnormal: `above` it for ">", at or above it for ">="."""

    threshold: Decimal
    comparator: str = ">"

    def __post_init__(self) -> None:
        if self.comparator not in (">", ">="):
            raise BadInput("unknown_comparator", "comparator", value=self.comparator)
        if not LOWEST <= self.threshold <= HIGHEST:
            raise BadInput("out_of_range", "threshold", value=str(self.threshold))

    def is_fever(self, temperature: Decimal) -> bool:
        return temperature > self.threshold or (self.comparator == ">=" and temperature == self.threshold)


@dataclass(frozen=True)
class Reading:
    """What was measured and said. temperature in °C with one decimal, None when it was not taken."""

    temperature: Decimal | None = None
    symptoms: tuple[str, ...] = ()

    def __post_init__(self) -> None:
        if self.temperature is not None and not (
            self.temperature.is_finite() and LOWEST <= self.temperature <= HIGHEST
        ):
            raise BadInput("out_of_range", "temperature", value=str(self.temperature))
        for symptom in self.symptoms:
            if symptom not in SYMPTOMS:
                raise BadInput("unknown_symptom", "symptoms", value=symptom)


@dataclass(frozen=True)
class Verdict:
    """Whether a reading is abnormal, and every reason why, as (code, number or word)."""

    abnormal: bool
    reasons: tuple[tuple[str, str], ...] = field(default=())


def judge(reading: Reading, policy: Policy) -> Verdict:
    """Judge a reading. No temperature is not a normal temperature: it is no reason either, but the caller's unknown."""
    reasons = [("symptom", symptom) for symptom in reading.symptoms]
    if reading.temperature is not None and policy.is_fever(reading.temperature):
        reasons.insert(0, ("fever", str(reading.temperature)))
    return Verdict(bool(reasons), tuple(reasons))
