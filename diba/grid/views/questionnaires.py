"""Questionnaires: which there are, and one on its page, where it is built question by question."""

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.core.paginator import Paginator
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.http import urlencode
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from diba.core import questions
from diba.core.errors import BadInput
from diba.plant import actions as plant
from diba.plant.actions import importing
from diba.plant.actions.table_files import file_answer
from diba.plant.models import Role

from ..actions import screening
from ..export import text_workbook
from ..forms.question_words import drawn, lines_of
from ..forms.questions import KINDS, QuestionForm, one_line, refusal
from ..forms.xlsform import rows_of
from ..models import Questionnaire
from .screening_answers import answers_in

READERS = (Role.HEALTH_OFFICER, Role.DUTY_OFFICER)
PAGE = 50


def maker(account):
    """Say whether an account makes questionnaires: the health officer of the whole plant."""
    return plant.whole_plant(account, Role.HEALTH_OFFICER)


@plant.allow(*READERS)
@require_http_methods(["GET", "POST"])
def questionnaires(request):
    refusals = []
    if request.method == "POST":
        if not maker(request.user):
            raise PermissionDenied
        row, refusals = _begun(request)
        if row:
            return redirect("grid:questionnaire", row.pk)
    given = {name: one_line(request.GET.get(name, ""), 60) for name in ("q", "state", "sort")}
    rows = screening.questionnaires(**given)
    if (kind := request.GET.get("format")) in ("xlsx", "csv"):
        return file_answer(kind, "questionnaires", {_("Questionnaires"): _sheet(rows)})
    return render(request, "grid/questionnaires.html", {
        "page": Paginator(rows, PAGE).get_page(request.GET.get("page")), **given, "states": Questionnaire.State.choices,
        "maker": maker(request.user), "refusals": rows_of(refusals), "in_use": screening.questionnaires(state="in_use").count(),
        "typed": one_line(request.POST.get("title", ""), 100),
    })  # fmt: skip


def _begun(request):
    """Return (questionnaire or None, refusals of a workbook): from a file, else empty under a title."""
    file = request.FILES.get("file")
    try:
        if file is not None:
            return screening.from_workbook(importing.bytes_of(file), file.name, by=request.user)
        return screening.new_questionnaire(one_line(request.POST.get("title", ""), 100), by=request.user), []
    except importing.FileRefused as error:
        messages.error(request, str(error))
    except BadInput as error:
        messages.error(request, refusal(error))
    return None, []


def _sheet(rows):
    yield [_("Title"), _("Version"), _("State"), _("Questions"), _("Screenings"), _("Made from"), _("By"), _("Made at")]
    words = dict(Questionnaire.State.choices)
    for row in rows:
        yield [row.title, row.version, words[row.standing], len(row.items), row.asked, row.source, row.by, f"{timezone.localtime(row.at):%Y-%m-%d %H:%M}"]  # fmt: skip


@plant.allow(*READERS)
@require_http_methods(["GET", "POST"])
def questionnaire(request, pk):
    row = get_object_or_404(screening.questionnaires(), pk=pk)
    may_change = maker(request.user) and row.standing == Questionnaire.State.DRAFT
    form = None
    if request.method == "POST":
        if not maker(request.user):
            raise PermissionDenied
        form = _step(request, row)
        if not isinstance(form, QuestionForm):
            return form
        row = get_object_or_404(screening.questionnaires(), pk=pk)
    elif may_change:
        form = _chosen(request, row)
    items = questions.as_items(row.items)
    last = screening.last_step(row)
    undoable, redoable = screening.steps_around(row) if may_change else (None, None)
    depths = questions.depth_of(items)
    lines = [(item, when, bounds, depths[item["name"]]) for item, when, bounds in lines_of(items)]
    return render(request, "grid/questionnaire.html", {
        "row": row, "lines": lines, "may_change": may_change, "maker": maker(request.user), "form": form, "seen": last and last.pk,
        "kinds": KINDS.items(), "kind_words": KINDS, "undoable": undoable, "redoable": redoable, "faults": _faults(items), "most": questions.MOST,
        "pressed": one_line(request.GET.get("did", ""), 10), "at": one_line(request.GET.get("at", ""), 64),
        "asked": sum(item["kind"] not in questions.SILENT for item in items),
        "newer": Questionnaire.objects.filter(follows=row).first(), **preview_of(items, {}),
    })  # fmt: skip


def _faults(items):
    found = questions.faults_of(items)
    return rows_of([fault for fault in found if fault.reason != "no_question"]) if items else []


def _chosen(request, row):
    """Return the form of the question that is looked at, or of a new one."""
    name, after = one_line(request.GET.get("at", ""), 64), one_line(request.GET.get("after", ""), 64)
    if kind := request.GET.get("add", "" if row.items else "text"):
        return QuestionForm(items=row.items, after=after, kind=kind if kind in KINDS else "text")
    return QuestionForm(items=row.items, name=name) if any(item["name"] == name for item in row.items) else None


def _step(request, row):
    """Do what a button says; return where to go on, or the form with what is wrong with it."""
    do, by, name = request.POST.get("do", ""), request.user, one_line(request.POST.get("question", ""), 64)
    number = request.POST.get("seen", "")
    seen = int(number) if number.isdecimal() and len(number) < 18 else 0
    if do in ("put", "next"):
        return _put(request, row, name, seen)
    try:
        if do in ("up", "down"):
            screening.move(row, name, -1 if do == "up" else 1, seen=seen, by=by)
            return _back(row, at=name, did=do)
        if do == "double":
            screening.double(row, name, seen=seen, by=by)
        elif do == "remove":
            screening.remove(row, name, seen=seen, by=by)
            messages.success(request, _("Taken out. “Undo” brings it back."))
        elif do in ("undo", "redo"):
            getattr(screening, do)(row, seen=seen, by=by)
        elif do == "rename":
            screening.rename(row, one_line(request.POST.get("title", ""), 100), seen=seen, by=by)
        else:
            return _life(request, row, do)
    except BadInput as error:
        messages.error(request, refusal(error, row.items))
        return _back(row, at=name)
    return _back(row, at=name if do == "double" else "")


def _life(request, row, do):
    if do == "version":
        return _back(screening.copy_of(row, by=request.user))
    if do == "copy":
        title = _("%(title)s (copy)") % {"title": row.title[:90]}
        return _back(screening.duplicate(row, title, by=request.user))
    if do not in ("retire", "back"):
        raise PermissionDenied
    (screening.retire if do == "retire" else screening.bring_back)(row, by=request.user)
    messages.success(request, _("Saved."))
    return _back(row)


def _back(row, **query):
    address = reverse("grid:questionnaire", args=[row.pk])
    query = {key: value for key, value in query.items() if value}
    # "#" is no place in the page: the button that was pressed has the focus again.
    return redirect(f"{address}?{urlencode(query)}#" if query else address)


def _put(request, row, name, seen):
    after = one_line(request.POST.get("after", ""), 64)
    form = QuestionForm(request.POST, items=row.items, name=name, after=after)
    if not form.is_valid() or any(form.beside.values()):
        return form
    item = form.typed()
    try:
        screening.put(row, item, name=name, after=after, seen=seen, by=request.user)
    except BadInput as error:
        form.add_error(None, refusal(error, row.items))
        return form
    if request.POST.get("do") == "next":
        return _back(row, add=item["kind"], after=item["name"])
    messages.success(request, _("Saved."))
    return _back(row, at=item["name"])


@plant.allow(*READERS)
@require_POST
def question_drawn(request, pk):
    """Draw the question being typed and its preview again, without saving anything."""
    row = get_object_or_404(Questionnaire, pk=pk)
    if "kind" not in request.POST:  # nothing is being typed: the questions as they are
        return _previewed(request, row, questions.as_items(row.items))
    name, after = (one_line(request.POST.get(key, ""), 64) for key in ("question", "after"))
    form = QuestionForm(request.POST, items=row.items, name=name, after=after)
    try:
        items = questions.put(row.items, _sound(form.typed()), name=name, after=after)
    except BadInput:  # taken out meanwhile, or one too many: the form says so when it is saved
        items = questions.as_items(row.items)
    if request.GET.get("part") == "preview":
        return _previewed(request, row, items)
    form.quiet()
    number, shown = request.POST.get("seen", ""), preview_of(items, answers_in(request.POST, items))
    more = {"row": row, "form": form, "seen": number if number.isdecimal() else ""}
    return render(request, "grid/question_drawn.html", {**more, **shown})


def _previewed(request, row, items):
    shown = preview_of(items, answers_in(request.POST, items))
    return render(request, "grid/question_preview.html", {"row": row, **shown})


def _sound(item):
    """Return an item being typed with what cannot be tried out left away: bounds that are none, choices without words."""
    choices = [choice for choice in item["choices"] if choice["zh"] or choice["en"]]
    bounds = {key: "" if questions.bound(item["kind"], item[key]) is None else item[key] for key in ("low", "high")}
    return {**item, **(bounds if item["kind"] in questions.BOUNDED else {}), "choices": choices}


def preview_of(items, given):
    """Return what the phone shows: the questions asked after these answers, and how many wait behind them."""
    answers, wrong = questions.checked(items, given)
    by_name = {item["name"]: item for item in items}
    asked = [item for item in items if questions.is_asked(item, by_name, answers)]
    tried = {name: reason for name, reason in wrong.items() if given.get(name)}
    return {"asked_lines": drawn(asked, given, tried), "hidden": len(items) - len(asked)}


@plant.allow(*READERS)
@require_GET
def questionnaire_file(request, pk):
    """Save a questionnaire as an XLSForm."""
    row = get_object_or_404(Questionnaire, pk=pk)
    return text_workbook(f"questionnaire-{row.pk}-v{row.version}", questions.as_sheets(row.items, row.title, row.version))  # fmt: skip
