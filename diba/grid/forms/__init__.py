"""What the grid accepts from outside, a file a subject."""

from .cases import CaseForm, FactsForm, SentForm, SuspectForm, TestForm, UndoForm, case_words
from .checkins import USUAL, CheckInForm, CorrectionForm, Temperature, asked_by, words
from .contacts import ContactForm
from .drills import DrillForm, PlayForm
from .rules import RulesForm
from .tracing import AgainForm, DecideForm, HandOverForm, LostForm, VisitForm
from .zero import CallBackForm, PlaceForm, SignForm

__all__ = [
    "USUAL",
    "AgainForm",
    "CallBackForm",
    "CaseForm",
    "CheckInForm",
    "ContactForm",
    "CorrectionForm",
    "DecideForm",
    "DrillForm",
    "FactsForm",
    "HandOverForm",
    "LostForm",
    "PlaceForm",
    "PlayForm",
    "RulesForm",
    "SentForm",
    "SignForm",
    "SuspectForm",
    "Temperature",
    "TestForm",
    "UndoForm",
    "VisitForm",
    "asked_by",
    "case_words",
    "words",
]  # fmt: skip
