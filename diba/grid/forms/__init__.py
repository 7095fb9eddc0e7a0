"""What the grid accepts from outside, a file a subject."""

from .cases import CaseForm
from .checkins import SYMPTOM_WORDS, USUAL, CheckInForm, CorrectionForm, Temperature, words
from .contacts import ContactForm

__all__ = [
    "SYMPTOM_WORDS",
    "USUAL",
    "CaseForm",
    "CheckInForm",
    "ContactForm",
    "CorrectionForm",
    "Temperature",
    "words",
]  # fmt: skip
