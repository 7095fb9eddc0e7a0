"""Questionnaires: made on a page or read from an XLSForm, versioned, frozen once a campaign with one has begun."""

from django.db import transaction
from django.db.models import Case, Count, Q, Value, When

from diba.core import questions
from diba.core.errors import BadInput
from diba.plant import actions as plant
from diba.plant.actions import importing

from ...models import Questionnaire, QuestionnaireStep

State, Verb = Questionnaire.State, QuestionnaireStep.Verb
SORTS = {"new": ("-at", "-id"), "title": ("title", "-version"), "used": ("-asked", "-at", "-id")}
RETIRED = Q(retired_at__isnull=False) | Q(followed_by__frozen_at__isnull=False)


def questionnaires(q="", state="", sort=""):
    """Return the questionnaires with `standing` and `asked` (how many screenings have it). sort: a key of SORTS; one query."""
    standing = Case(When(RETIRED, then=Value(State.RETIRED)), When(frozen_at=None, then=Value(State.DRAFT)), default=Value(State.IN_USE))  # fmt: skip
    rows = Questionnaire.objects.annotate(standing=standing, asked=Count("campaigns")).select_related("by__person")
    if q:
        rows = rows.filter(title__icontains=q)
    if state in State.values:
        rows = rows.filter(standing=state)
    return rows.order_by(*SORTS.get(sort, SORTS["new"]))


def on_offer():
    """Return the questionnaires that a new screening may ask: neither retired nor replaced by a version in use."""
    return Questionnaire.objects.exclude(RETIRED)


@transaction.atomic
def new_questionnaire(title, items=(), *, source="", by=None):
    """Begin a questionnaire and return it; it need not be complete yet."""
    if not (title := title.strip()[:100]):
        raise BadInput("no_title", "title")
    row = Questionnaire.objects.create(
        title=title, items=questions.as_items(items), source=source[:200], by=by, at=plant.now()
    )
    remember(row, Verb.BEGUN, by=by)
    plant.note(by, "questionnaire.made", row, detail=f"questions={len(items)}")
    return row


def remember(row, verb, about="", *, by=None):
    """Write down a questionnaire as it is now and return the step."""
    return QuestionnaireStep.objects.create(
        questionnaire=row, verb=verb, about=about[:300], title=row.title, items=row.items, by=by, at=plant.now()
    )


def from_workbook(data, name, *, by=None):
    """Return (questionnaire or None, refusals) of an XLSForm: taken whole or not at all. Raises FileRefused in words."""
    sheets = importing.sheets_of(data, name)
    found, refusals = questions.from_sheets(sheets)
    if refusals := [*_formulas(sheets), *refusals]:
        return None, refusals
    title = found["title"] or name.rpartition(".")[0] or name
    return new_questionnaire(title, found["items"], source=name, by=by), []


def _formulas(sheets):
    """Return the refusals of cells of a questionnaire that hold a formula without its value: nobody knows what they ask."""
    found = []
    for sheet, rows in sheets:
        heads = rows[0][1] if rows and sheet.strip().lower() in questions.SHEETS else ()
        for number, cells in rows:
            for head, cell in zip(heads, cells, strict=False):
                try:
                    importing.READ["computed"](cell)
                except importing.Unreadable as error:
                    found.append(questions.Refusal(sheet, number, importing.READ["text"](head), error.reason))
    return found


def duplicate(questionnaire, title, *, by=None):
    """Begin another questionnaire with the same questions and return it; it has versions of its own."""
    return new_questionnaire(title, questionnaire.items, by=by)


@transaction.atomic
def copy_of(questionnaire, *, by=None):
    """Return the version after a frozen one, to be changed; made when it is not there."""
    row = Questionnaire.objects.select_for_update().get(pk=questionnaire.pk)
    there = Questionnaire.objects.filter(follows=row).first()
    if there:
        return there
    made = Questionnaire.objects.create(
        title=row.title, version=row.version + 1, follows=row, items=row.items, by=by, at=plant.now()
    )
    remember(made, Verb.BEGUN, by=by)
    plant.note(by, "questionnaire.made", made, detail=f"version={made.version}")
    return made


def retire(questionnaire, *, by=None):
    """Offer a questionnaire to no new screening any more; those that ask it go on. Say whether this call did."""
    return _retired(questionnaire, {"retired_at": None}, {"retired_at": plant.now(), "retired_by": by}, "retired", by)


def bring_back(questionnaire, *, by=None):
    """Offer a retired questionnaire again; say whether this call did."""
    return _retired(
        questionnaire, {"retired_at__isnull": False}, {"retired_at": None, "retired_by": None}, "brought_back", by
    )


def _retired(questionnaire, before, after, verb, by):
    done = Questionnaire.objects.filter(pk=questionnaire.pk, **before).update(**after)
    if done:
        plant.note(by, f"questionnaire.{verb}", questionnaire)
    return bool(done)
