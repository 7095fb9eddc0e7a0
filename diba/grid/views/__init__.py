"""The grid's pages, a file a subject."""

from .case_reports import case_report
from .cases import case, case_followed, case_new, cases
from .cells import cell, without_cell
from .checkin import checkin, correct
from .contact_orders import contact_orders, contact_orders_back
from .contacts import call_back, contact, undo_contact
from .copied import looked_at
from .disinfection import round_at, round_codes, round_places, rounds
from .drills import drill, drill_done, drill_end, drill_undo, drills
from .families import consent, families, family, family_report
from .follow_ups import follow_up, follow_ups
from .isolation import isolation, isolation_new, isolations
from .laboratory import lab, lab_new
from .links import link, personal
from .person import person
from .profiles import profile, profile_new, profile_use, profile_version, profiles
from .questionnaires import question_drawn, questionnaire, questionnaire_file, questionnaires
from .reminders import reminders
from .returns import return_new, return_one, returns, risk_areas
from .risks import risk, risk_new, risks
from .rules import rules
from .screening import screening_new, screening_one, screenings
from .screening_answers import screening_fill, screening_mine
from .supplies import supplies
from .tracing import contacts, traced
from .tree import tree
from .tubes import tube, tube_back, tubes, typed
from .zero import sign, zero, zero_days

__all__ = [
    "call_back",
    "case",
    "case_followed",
    "case_new",
    "case_report",
    "cases",
    "cell",
    "checkin",
    "consent",
    "contact",
    "contact_orders",
    "contact_orders_back",
    "contacts",
    "correct",
    "drill",
    "drill_done",
    "drill_end",
    "drill_undo",
    "drills",
    "families",
    "family",
    "family_report",
    "follow_up",
    "follow_ups",
    "isolation",
    "isolation_new",
    "isolations",
    "lab",
    "lab_new",
    "link",
    "looked_at",
    "person",
    "personal",
    "profile",
    "profile_new",
    "profile_use",
    "profile_version",
    "profiles",
    "question_drawn",
    "questionnaire",
    "questionnaire_file",
    "questionnaires",
    "reminders",
    "return_new",
    "return_one",
    "returns",
    "risk",
    "risk_areas",
    "risk_new",
    "risks",
    "round_at",
    "round_codes",
    "round_places",
    "rounds",
    "rules",
    "screening_fill",
    "screening_mine",
    "screening_new",
    "screening_one",
    "screenings",
    "sign",
    "supplies",
    "traced",
    "tree",
    "tube",
    "tube_back",
    "tubes",
    "typed",
    "undo_contact",
    "without_cell",
    "zero",
    "zero_days",
]  # fmt: skip
