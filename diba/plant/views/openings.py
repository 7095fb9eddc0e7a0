"""The health of somebody no role reaches: opened with a reason, and looked through afterwards."""

from django import forms
from django.conf import settings
from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_GET, require_POST

from .. import actions
from ..actions import openings as opening
from ..actions.table_files import XLSX
from ..forms import Styled
from ..models import BreakGlass, Person, Role
from ..tables import workbook

REVIEWERS = (Role.AUDITOR, Role.HEALTH_OFFICER)
REFUSED = {
    "no_reason": gettext_lazy("Say why you must see it now."),
    "own_opening": gettext_lazy("Somebody else reviews what you opened."),
    "no_note": gettext_lazy("Say why it was not justified."),
}


class ReasonForm(Styled, forms.Form):
    reason = forms.CharField(
        label=gettext_lazy("Why must you see it now?"), max_length=300, required=False, widget=forms.Textarea(attrs={"rows": 3})
    )  # fmt: skip


class ReviewForm(Styled, forms.Form):
    justified = forms.ChoiceField(
        choices=[("yes", ""), ("no", "")], widget=forms.HiddenInput
    )  # the button that is pressed
    note = forms.CharField(label=gettext_lazy("Note"), max_length=300, required=False)


def closed(request, person, form=None, status=403):
    """Return the page that refuses a person's health and offers to open it."""
    context = {"someone": person, "form": form or ReasonForm(), "minutes": settings.OPENING_MINUTES}
    return render(request, "plant/closed.html", context, status=status)


@actions.allow(*opening.OPENERS)
@require_POST
def open_health(request, pk):
    person, form = get_object_or_404(Person, pk=pk), ReasonForm(request.POST)
    if not form.is_valid():
        return closed(request, person, form, status=400)
    try:
        row = opening.open_health(person, form.cleaned_data["reason"], by=request.user)
    except opening.CannotOpen as error:
        form.add_error(error.field, REFUSED[error.reason])
        return closed(request, person, form, status=400)
    until = timezone.localtime(row.ends_at)
    messages.success(request, _("Open until %(until)s; the health officer and the lead have been told.") % {"until": f"{until:%H:%M}"})  # fmt: skip
    return redirect("grid:person", pk)


@actions.allow(*opening.OPENERS)
@require_POST
def close_health(request, pk):
    row = get_object_or_404(BreakGlass, pk=pk, account=request.user)
    if opening.close_opening(row, by=request.user):
        messages.success(request, _("Closed again."))
    return redirect("plant:home")


@actions.allow(*REVIEWERS)
@require_GET
def openings(request):
    return _list(request)


def _list(request, refused=None, status=200):
    rows, moment = list(opening.openings_to_review(request.user)), actions.now()
    lines = [{"row": row, "last": next(iter(row.reviews.all()), None), "open": row.closed_at is None and row.ends_at > moment,
              "own": row.account_id == request.user.pk} for row in rows]  # fmt: skip
    waiting = sum(line["last"] is None for line in lines)
    wanted, state = request.GET.get("q", "").replace("\0", "").strip()[:60], request.GET.get("state", "")
    tests = {"waiting": None, "justified": True, "unjustified": False}
    shown = [
        line for line in lines if not wanted or wanted in line["row"].person.name or wanted in str(line["row"].account)
    ]
    if state in tests:
        shown = [line for line in shown if (line["last"] and line["last"].justified) is tests[state]]
    people = [line["row"].person_id for line in shown]
    if request.GET.get("format") == "xlsx":
        actions.note(request.user, "opening.exported", detail=f"rows={len(shown)}", people=people)
        headers = {"Content-Disposition": 'attachment; filename="openings.xlsx"'}
        return HttpResponse(_book(shown), content_type=XLSX, headers=headers)
    page = Paginator(shown, 50).get_page(request.GET.get("page"))
    if shown:
        actions.note(
            request.user,
            "opening.list_read",
            detail=f"rows={len(page)}",
            people=[line["row"].person_id for line in page],
        )
    pk, form = refused or (None, None)
    context = {
        "page": page,
        "waiting": waiting,
        "all": len(lines),
        "q": wanted,
        "state": state,
        "refused": pk,
        "form": form or ReviewForm(),
    }
    return render(request, "plant/openings.html", context, status=status)


def _book(lines):
    heads = [
        _("Opened at"),
        _("Ends at"),
        _("Opened by"),
        _("Person"),
        _("Reason"),
        _("Reviewed"),
        _("Note"),
        _("Reviewed by"),
    ]
    words = {None: _("not yet"), True: _("justified"), False: _("not justified")}
    rows = []
    for line in lines:
        row, last = line["row"], line["last"]
        ends = row.closed_at or row.ends_at
        rows.append([f"{timezone.localtime(row.at):%Y-%m-%d %H:%M}", f"{timezone.localtime(ends):%Y-%m-%d %H:%M}", str(row.account), row.person.name,
                     str(row.reason), words[last and last.justified], str(last.note) if last else "", str(last.by) if last else ""])  # fmt: skip
    return workbook(_("Openings"), heads, rows)


@actions.allow(*REVIEWERS)
@require_POST
def opening_review(request, pk):
    row, form = get_object_or_404(opening.openings_to_review(request.user), pk=pk), ReviewForm(request.POST)
    if form.is_valid():
        try:
            opening.review(row, form.cleaned_data["justified"] == "yes", form.cleaned_data["note"], by=request.user)
        except opening.CannotOpen as error:
            form.add_error(error.field, REFUSED[error.reason])
        else:
            messages.success(request, _("Written down; what was said before stays."))
            return redirect("plant:openings")
    return _list(request, (row.pk, form), status=400)
