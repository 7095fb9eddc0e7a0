"""Cases: the line list, one case with its clock and history, and what a judgement set off."""

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.core.paginator import Paginator
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods

from diba.core.errors import BadInput
from diba.plant import actions as plant
from diba.plant.actions.table_files import XLSX
from diba.plant.models import Role

from ..actions import case_facts, followed, judgements, line_list, tracing
from ..actions.cases import cases_visible_to, judge_case, suspect, undo_judgement
from ..actions.officers import judges
from ..actions.policies import policy_on
from ..forms import CaseForm, FactsForm, SuspectForm, TestForm, UndoForm, case_words
from ..line_sheet import line_xlsx
from ..models import CaseState
from ..models.cases import JUDGED

READERS = (Role.HEALTH_OFFICER, Role.DUTY_OFFICER)
PAGE = 50


@plant.allow(*READERS)
@require_GET
def cases(request):
    rows = line_list.lines(cases_visible_to(request.user))
    wanted, state, sort = (request.GET.get(name, "")[:60] for name in ("q", "state", "sort"))
    shown = line_list.searched(rows, wanted, state, sort)
    if request.GET.get("format") == "xlsx":
        plant.note(request.user, "cases.exported", detail=f"rows={len(shown)}", people=_people(shown))
        headers = {"Content-Disposition": 'attachment; filename="line-list.xlsx"'}
        return HttpResponse(line_xlsx(shown), content_type=XLSX, headers=headers)
    plant.note(request.user, "cases.read", detail=f"rows={len(shown)}", people=_people(shown))
    counts = {code: sum(row.state == code for row in rows) for code in CaseState.values}
    return render(request, "grid/cases.html", {
        "page": Paginator(shown, PAGE).get_page(request.GET.get("page")), "wanted": wanted, "state": state, "sort": sort,
        "states": JUDGED, "counts": counts, "overdue": sum(row.report_state[1] == "overdue" for row in rows),
        "suspected": counts["suspected"] + counts["probable"], "confirmed": counts["confirmed"] + counts["asymptomatic"],
        "all": len(rows), "may_judge": plant.has_role(request.user, Role.HEALTH_OFFICER),
    })  # fmt: skip


@plant.allow(Role.HEALTH_OFFICER)
@require_http_methods(["GET", "POST"])
def case_new(request):
    people = plant.active(plant.people_of(request.user, Role.HEALTH_OFFICER))
    form = SuspectForm(people, request.POST or None, initial={"person": request.GET.get("person", "")[:60]})
    if request.method == "POST" and form.is_valid():
        try:
            case = suspect(form.cleaned_data["person"], form.cleaned_data["reason"], by=request.user)
        except BadInput as error:
            form.add_error(error.field, case_words(error))
        else:
            return redirect("grid:case_followed", case.pk)
    names = people.exclude(staff_no=None).values_list("staff_no", "name")
    return render(request, "grid/case_new.html", {"form": form, "people": names})


def _case_of(request, pk):
    return get_object_or_404(cases_visible_to(request.user).select_related("person__unit", "person__cell"), pk=pk)


@plant.allow(*READERS)
@require_http_methods(["GET", "POST"])
def case(request, pk):
    row = _case_of(request, pk)
    officer = judges(request.user, row.person)
    if request.method == "POST" and not officer:
        raise PermissionDenied
    forms = _forms(request, row)
    verb = request.POST.get("verb")
    if verb in forms and forms[verb].is_valid() and (done := _do(request, row, verb, forms[verb])):
        return done
    plant.note(request.user, "case.read", row, people=[row.person_id])
    changes, today = judgements.changes_of(row), plant.today()
    anchor, what = tracing.anchor(row)
    return render(request, "grid/case.html", {
        "case": row, "someone": row.person, "changes": changes[::-1], "line": line_list.lines(cases_visible_to(request.user).filter(pk=pk))[0],
        "forms": forms if officer else None, "undoable": judgements.undoable(changes), "policy": policy_on(today),
        "anchor": anchor, "anchor_is": what, "runs": judgements.runs(judgements.in_force(changes)),
        "facts": row.facts.select_related("by__person").order_by("-id"),
        "tests": row.tests.select_related("by__person", "corrected_by").order_by("-id"),
    })  # fmt: skip


def _forms(request, row):
    """Return the forms of a case's page by verb; the one that was sent is bound, so that nothing typed is lost."""
    verb, post = request.POST.get("verb"), request.POST
    newest = row.changes.order_by("-id").first()
    seen, facts = {"seen": newest and newest.pk}, case_facts.newest_facts(row)
    known = {name: getattr(facts, name) for name in case_facts.FIELDS} if facts else {}
    return {
        "judge": CaseForm(post if verb == "judge" else None, initial={**seen, "state": newest and newest.state}),
        "undo": UndoForm(post if verb == "undo" else None, initial=seen),
        "facts": FactsForm(post if verb == "facts" else None, initial=known),
        "test": TestForm(
            case_facts.tests_of(row), post if verb == "test" else None, initial={"sampled": plant.today()}
        ),
    }


def _do(request, row, verb, form):
    """Do what a form of the case's page asks and return where to go, or None with the error beside its field."""
    data, by = form.cleaned_data, request.user
    try:
        if verb == "judge":
            judge_case(row, data["state"], data["reason"], by=by, seen=data["seen"])
            return redirect("grid:case_followed", row.pk)
        if verb == "undo":
            undo_judgement(row, data["undo_reason"], by=by, seen=data["seen"])
            return redirect("grid:case_followed", row.pk)
        if verb == "facts":
            case_facts.enter_facts(row, by=by, **data)
        else:
            case_facts.enter_test(row, by=by, **data)
    except BadInput as error:
        form.add_error(error.field if error.field in form.fields else None, case_words(error))
        return None
    messages.success(request, _("Saved; what stood before stays on record."))
    return redirect("grid:case", row.pk)


@plant.allow(*READERS)
@require_GET
def case_followed(request, pk):
    row = _case_of(request, pk)
    plant.note(request.user, "case.read", row, people=[row.person_id])
    runs, rows = followed.what_followed(row)
    changes = judgements.changes_of(row)
    return render(request, "grid/case_followed.html", {
        "case": row, "rows": rows, "runs": runs, "last": changes[-1], "unjudged": judgements.unjudged(judgements.in_force(changes)),
        "open": sum(each.kind in ("doing", "now") for each in rows),
    })  # fmt: skip


def _people(lines):
    return {line.case.person_id for line in lines}
