"""The responses: begun, ended, exercises apart; and the destruction of their personal data with its certificate."""

from django import forms
from django.conf import settings
from django.contrib import messages
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_GET, require_POST

from .. import actions
from ..actions import deeds, purging
from ..forms import Styled
from ..models import KeptCount, Purge, Response, Role

READERS = (Role.DUTY_OFFICER, Role.HEALTH_OFFICER, Role.AUDITOR)
OFFICERS = (Role.DUTY_OFFICER, Role.HEALTH_OFFICER)
HOW = {"deleted": gettext_lazy("deleted"), "emptied": gettext_lazy("emptied"), "kept": gettext_lazy("kept")}


class ResponseForm(Styled, forms.Form):
    name = forms.CharField(label=gettext_lazy("What is it called?"), max_length=80)
    drill = forms.BooleanField(label=gettext_lazy("It is an exercise"), required=False)


class ExceptionForm(Styled, forms.Form):
    """One table that is kept, and the reason; both or neither."""

    table = forms.ChoiceField(label=gettext_lazy("Keep one table, if the law asks for it"), required=False)
    reason = forms.CharField(label=gettext_lazy("Reason of the exception"), max_length=300, required=False)

    def __init__(self, tables, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["table"].choices = [("", _("nothing is kept")), *tables]

    def clean(self):
        data = super().clean()
        if data.get("table") and not data.get("reason"):
            self.add_error("reason", _("Say why it is kept, with the law that asks for it."))
        return data


@actions.allow(*READERS)
@require_GET
def responses(request):
    return _list(request, ResponseForm())


def _list(request, form, status=200):
    rows = list(Response.objects.select_related("begun_by__person", "ended_by__person"))
    in_force = actions.response()
    context = {
        "in_force": in_force, "form": form, "may": actions.whole_plant(request.user, *OFFICERS), "running": actions.running_drill(),
        "real": [row for row in rows if not row.drill], "drills": [row for row in rows if row.drill],
    }  # fmt: skip
    return render(request, "plant/responses.html", context, status=status)


@actions.allow(*OFFICERS, whole=True)
@require_POST
def response_begin(request):
    form = ResponseForm(request.POST)
    if form.is_valid():
        try:
            row = actions.begin_response(form.cleaned_data["name"], by=request.user, drill=form.cleaned_data["drill"])
        except actions.ResponseRuns as error:
            form.add_error("name", str(error))
        else:
            messages.success(request, _("%(name)s has begun, with a key of its own.") % {"name": row.name})
            return redirect("plant:response", row.pk)
    return _list(request, form, status=400)


@actions.allow(*OFFICERS, whole=True)
@require_POST
def response_end(request, pk):
    row = get_object_or_404(Response, pk=pk)
    if actions.end_response(row, by=request.user):
        messages.success(request, _("Ended. Its data stay readable until two people have them destroyed."))
        actions.response()  # with the standing one closed, the next stands behind at once
    return redirect("plant:response", pk)


@actions.allow(*READERS)
@require_GET
def response(request, pk):
    return _one(
        request, get_object_or_404(Response.objects.select_related("begun_by__person", "ended_by__person"), pk=pk)
    )


def _one(request, row, form=None, status=200):
    purge = purging.purges_of(row).first()
    found = [] if purge else purging.dry_run(row)
    tables = [(item["label"], item["words"]) for item in found]
    context = {
        "row": row, "purge": purge, "may": actions.whole_plant(request.user, *OFFICERS), "form": form or ExceptionForm(tables),
        "found": [item | {"how": HOW[item["how"]]} for item in found],
        "total": sum(item["rows"] for item in found), "obstacles": [] if purge else purging.obstacles(row, found),
        "second": purge and purge.by_id != request.user.pk, "shown": purge and _tables(purge),
        "log_days": settings.LOG_DAYS, "share": round(100 * (purge.job.progress or {}).get("share", 0)) if purge and purge.job else 0,
    }  # fmt: skip
    return render(request, "plant/response.html", context, status=status)


def _tables(purge):
    """Return the tables of a destruction in words: (what, how, rows)."""
    return [(deeds.table_words(label), HOW[how], rows) for label, how, rows, _kept in purge.tables]


@actions.allow(*OFFICERS, whole=True)
@require_POST
def purge_propose(request, pk):
    row = get_object_or_404(Response, pk=pk)
    tables = [(item["label"], item["words"]) for item in purging.dry_run(row)]
    form = ExceptionForm(tables, request.POST)
    if not form.is_valid():
        return _one(request, row, form, status=400)
    kept = [(form.cleaned_data["table"], form.cleaned_data["reason"])] if form.cleaned_data["table"] else []
    try:
        purging.propose(row, by=request.user, exceptions=kept)
    except purging.CannotPurge as error:
        messages.error(request, str(error))
    else:
        messages.success(request, _("Proposed: a second person has to agree before anything is destroyed."))
    return redirect("plant:response", pk)


@actions.allow(*OFFICERS, whole=True)
@require_POST
def purge_step(request, pk):
    """Agree to a destruction, withdraw it, or go on with one that broke off."""
    row = get_object_or_404(Purge, pk=pk)
    try:
        match request.POST.get("step"):
            case "approve":
                purging.approve(row, by=request.user)
                messages.success(request, _("It has begun; you may leave this page."))
            case "withdraw":
                purging.withdraw(row, by=request.user)
            case "carry_on":
                purging.carry_on(row, by=request.user)
    except purging.CannotPurge as error:
        messages.error(request, str(error))
    return redirect("plant:response", row.response_id)


@actions.allow(*READERS)
@require_GET
def purge_certificate(request, pk):
    """The certificate on one sheet of A4, to be signed and filed."""
    row = get_object_or_404(
        Purge.objects.select_related("response", "by__person", "approved_by__person"), pk=pk, state=Purge.State.DONE
    )
    context = {
        "row": row, "tables": _tables(row), "total": sum(rows for _label, _how, rows, _kept in row.tables),
        "exceptions": [(deeds.table_words(label), reason) for label, reason in row.exceptions], "true": purging.is_true(row),
        "stays": _stays(),
        "counts": KeptCount.objects.filter(response=row.response).count(),
    }  # fmt: skip
    return render(request, "plant/certificate.html", context)


def _stays():
    """Return what no destruction touches, as (why, tables in words)."""
    why: dict = {_("sick leave without its words, the register and the record: wages and law"): []}
    for row in purging.answers()[1]:
        why.setdefault(str(row.why), []).append(deeds.table_words(row.model._meta.label_lower))
    return [(reason, sorted(set(tables))) for reason, tables in why.items()]
