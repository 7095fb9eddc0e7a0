"""One reading judged by one policy and one disease's profile: the same rule at home and for a guard at a gate."""

from dataclasses import dataclass, field
from decimal import Decimal

from .errors import BadInput

# °C. Outside this range a thermometer or a thumb is wrong, not a person: 34.0 is below a living adult's skin reading
# indoors, 43.0 above what is survived. A guard against typing, not medicine.
LOWEST, HIGHEST = Decimal("34.0"), Decimal("43.0")
# Codes of the symptoms asked for where no profile is in force, after the national plan's case definition (fever is the
# temperature's own matter).
SYMPTOMS = ("cough", "fatigue", "sore_throat", "breathless", "diarrhoea", "smell_loss", "other")
# Where a temperature is taken. A policy's threshold is meant for the armpit; a profile says what is added elsewhere.
PLACES = ("armpit", "forehead", "ear", "mouth")


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

    def is_fever(self, temperature: Decimal, added: Decimal = Decimal(0)) -> bool:
        """Say whether a temperature is a fever. added: °C above the threshold that the measuring place allows."""
        threshold = self.threshold + added
        return temperature > threshold or (self.comparator == ">=" and temperature == threshold)


@dataclass(frozen=True)
class Profile:
    """Which symptoms one disease is asked by, and which of them make a suspicion.

    alone: codes of which each makes one; others: codes of which `together` make one (0: they never do, and are only
    kept); added: °C by measuring place, 0 to 1.
    """

    alone: tuple[str, ...]
    others: tuple[str, ...] = ()
    together: int = 0
    added: tuple[tuple[str, Decimal], ...] = ((PLACES[0], Decimal(0)),)

    def __post_init__(self) -> None:
        codes = self.alone + self.others
        if not codes:
            raise BadInput("no_symptoms", "symptoms")
        if len(set(codes)) < len(codes):
            raise BadInput("symptom_twice", "symptoms")
        if self.together < 0 or self.together > len(self.others):
            raise BadInput("too_many_together", "together", value=str(self.together))
        for place, added in self.added:
            if place not in PLACES:
                raise BadInput("unknown_place", "added", value=place)
            if not 0 <= added <= 1:
                raise BadInput("out_of_range", "added", value=str(added))


PLAIN = Profile(SYMPTOMS)  # where no profile is in force every symptom makes a suspicion


@dataclass(frozen=True)
class Reading:
    """What was measured and said. temperature in °C with one decimal, None when it was not taken; place: where, of PLACES."""

    temperature: Decimal | None = None
    symptoms: tuple[str, ...] = ()
    place: str = PLACES[0]

    def __post_init__(self) -> None:
        if self.temperature is not None and not (
            self.temperature.is_finite() and LOWEST <= self.temperature <= HIGHEST
        ):
            raise BadInput("out_of_range", "temperature", value=str(self.temperature))


@dataclass(frozen=True)
class Verdict:
    """Whether a reading is abnormal, and every reason why, as (code, number or word)."""

    abnormal: bool
    reasons: tuple[tuple[str, str], ...] = field(default=())


def judge(reading: Reading, policy: Policy, profile: Profile = PLAIN) -> Verdict:
    """Judge a reading. No temperature is not a normal temperature: it is no reason either, but the caller's unknown.

    Reasons: ("fever", °C), ("symptom", code) for each that makes a suspicion alone, ("together", codes with commas) when
    enough of the others come together. Raises BadInput for a symptom or place that the profile does not have.
    """
    for symptom in reading.symptoms:
        if symptom not in profile.alone and symptom not in profile.others:
            raise BadInput("unknown_symptom", "symptoms", value=symptom)
    added = dict(profile.added)
    if reading.place not in added:
        raise BadInput("unknown_place", "place", value=reading.place)
    reasons = [("symptom", symptom) for symptom in reading.symptoms if symptom in profile.alone]
    others = [symptom for symptom in reading.symptoms if symptom in profile.others]
    if profile.together and len(set(others)) >= profile.together:
        reasons.append(("together", ",".join(others)))
    if reading.temperature is not None and policy.is_fever(reading.temperature, added[reading.place]):
        reasons.insert(0, ("fever", str(reading.temperature)))
    return Verdict(bool(reasons), tuple(reasons))
