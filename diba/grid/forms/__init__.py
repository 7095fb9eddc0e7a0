"""What the grid accepts from outside, a file a subject."""

from .cases import CaseForm
from .checkins import SYMPTOM_WORDS, USUAL, CheckInForm, CorrectionForm, Temperature, words
from .contacts import ContactForm
from .rules import RulesForm
from .zero import CallBackForm, PlaceForm, SignForm

__all__ = [
    "SYMPTOM_WORDS",
    "USUAL",
    "CallBackForm",
    "CaseForm",
    "CheckInForm",
    "ContactForm",
    "CorrectionForm",
    "PlaceForm",
    "RulesForm",
    "SignForm",
    "Temperature",
    "words",
]  # fmt: skip
