"""The report of a case upwards: a text to print and send, and when it was sent."""

from django.core.exceptions import PermissionDenied
from django.shortcuts import get_object_or_404, redirect, render
from django.template.loader import render_to_string
from django.views.decorators.http import require_http_methods

from diba.core.errors import BadInput
from diba.plant import actions as plant
from diba.plant.models import Role

from ..actions import case_reports, line_list
from ..actions.cases import cases_visible_to
from ..actions.followed import REPORT_WORDS
from ..actions.policies import policy_on
from ..forms import SentForm, case_words
from ..models import CaseReport
from .cases import READERS


@plant.allow(*READERS)
@require_http_methods(["GET", "POST"])
def case_report(request, pk):
    cases = cases_visible_to(request.user)
    row = get_object_or_404(
        CaseReport.objects.select_related("case__person", "change", "sent_by__person"), pk=pk, case__in=cases
    )
    officer = plant.people_of(request.user, Role.HEALTH_OFFICER).filter(pk=row.case.person_id).exists()
    if request.method == "POST" and not officer:
        raise PermissionDenied
    text = row.text if row.sent_at else _text(row, cases)
    form = SentForm(request.POST or None) if officer and not row.sent_at and not row.dropped_at else None
    if request.method == "POST" and form is not None and form.is_valid():
        try:
            case_reports.sent(row, form.cleaned_data["method"], text, by=request.user, at=form.cleaned_data["at"])
        except BadInput as error:
            form.add_error(error.field, case_words(error))
        else:
            return redirect("grid:case_report", pk)
    elif request.method == "POST" and form is None:
        return redirect("grid:case_report", pk)
    plant.note(request.user, "case.read", row.case, people=[row.case.person_id])
    kind, code = case_reports.state_of(row)
    return render(request, "grid/case_report.html", {
        "report": row, "text": text, "form": form, "kind": kind, "word": REPORT_WORDS[code](), "code": code, "policy": policy_on(plant.today()),
    })  # fmt: skip


def _text(row, cases):
    """Return the report's text: one definition for the page, the print and what is kept as sent."""
    line = line_list.lines(cases.filter(pk=row.case_id))[0]
    return render_to_string("grid/case_report.txt", {"report": row, "line": line, "person": row.case.person, "site": plant.site(), "now": plant.now()}).strip()  # fmt: skip
