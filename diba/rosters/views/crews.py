"""Rules on who stands together and on groups kept apart: looked at, entered, ended, saved as a file."""

from django.contrib import messages
from django.http import Http404
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from diba.core.errors import BadInput
from diba.plant import actions as plant
from diba.plant.actions.table_files import file_answer

from .. import actions
from ..forms import ApartRuleForm, CrewRuleForm
from ..models import ApartRule, CrewRule
from . import READERS
from .refused import put_on

KINDS = {"crew": CrewRule, "apart": ApartRule}
FORMS = {"crew": CrewRuleForm, "apart": ApartRuleForm}


@plant.allow(*READERS, whole_to_write=True)
@require_http_methods(["GET", "POST"])
def crews(request):
    if (kind := request.GET.get("format")) in ("xlsx", "csv"):
        plant.note(request.user, "crew_rules.exported")
        return file_answer(kind, "crew-rules", {_("Rules"): [[_("Rule"), _("What it asks"), _("From"), _("Until"), _("Entered by"), _("Ended")], *([row.name, words, row.first_day, row.last_day, str(row.by or ""), row.ended_at and row.ended_at.date()] for _kind, row, words in _rows())]})  # fmt: skip
    sent = request.POST.get("kind") if request.method == "POST" else None
    changed, day = _changed(request.GET), {"first_day": plant.today()}
    begin = {kind: FORMS[kind].filled(changed) if isinstance(changed, KINDS[kind]) else day for kind in KINDS}
    data = {kind: request.POST if sent == kind else None for kind in KINDS}
    forms = {
        "crew": CrewRuleForm(data["crew"], initial=begin["crew"], prefix="crew"),
        "apart": ApartRuleForm(actions.group_choices(), data["apart"], initial=begin["apart"], prefix="apart"),
    }
    if sent in KINDS and forms[sent].is_valid() and _entered(request, sent, forms[sent]):
        return redirect("rosters:crews")
    rows = _rows()
    context = {
        "may_enter": plant.whole_plant(request.user, *READERS), "forms": forms, "rows": rows, "open": [row for row in rows if not row[1].ended_at],
        "changed": changed, "open_form": sent or (changed and next(kind for kind in KINDS if isinstance(changed, KINDS[kind]))),
        "people": plant.active().exclude(kind="family").values_list("staff_no", "name"),
    }  # fmt: skip
    return render(request, "rosters/crews.html", context)


def _changed(query):
    """Return the open rule that the address asks to change ("crew-3"), or None."""
    kind, _dash, pk = query.get("change", "").partition("-")
    if kind not in KINDS or not pk.isdecimal() or len(pk) > 18:
        return None
    return KINDS[kind].objects.filter(pk=pk, ended_at=None).first()


def _entered(request, kind, form):
    enter = actions.enter_crew_rule if kind == "crew" else actions.enter_apart_rule
    try:
        enter(**form.cleaned_data, by=request.user)
    except BadInput as error:
        put_on(form, error, request)
        if error.reason in ("contradicts", "too_few_there"):
            form.ask_despite()
        return False
    messages.success(
        request,
        _(
            "Entered; every roster asked for from now on keeps it. A published one stays as it is and names what breaks it."
        ),
    )
    return True


def _rows():
    """Return [(kind, rule, its sentence)]: the open ones first, the newest first."""
    groups = actions.group_words()
    crews = CrewRule.objects.select_related("qualification", "by__person").prefetch_related("people", "posts")[:100]
    found = [("crew", row, actions.crew_sentence(row)) for row in crews]
    found += [("apart", row, actions.apart_sentence(row, groups)) for row in ApartRule.objects.select_related("by__person")[:100]]  # fmt: skip
    return sorted(found, key=lambda row: row[1].ended_at is not None)


@plant.allow(*READERS, whole=True)
@require_POST
def crew_end(request, kind, pk):
    if kind not in KINDS:
        raise Http404(kind)
    rule = get_object_or_404(KINDS[kind], pk=pk)
    if actions.end_crew_rule(KINDS[kind], rule.pk, by=request.user):
        words = _("“%(rule)s” has ended; no roster asks for it any more.") % {"rule": rule}
        messages.success(request, words, extra_tags=f"undo:{reverse('rosters:crew_back', args=[kind, pk])}")
    return redirect("rosters:crews")


@plant.allow(*READERS, whole=True)
@require_POST
def crew_back(request, kind, pk):
    if kind not in KINDS:
        raise Http404(kind)
    rule = get_object_or_404(KINDS[kind], pk=pk)
    try:
        if actions.reopen_crew_rule(KINDS[kind], rule.pk, by=request.user):
            messages.success(request, _("“%(rule)s” is in force again.") % {"rule": rule})
    except BadInput as error:
        for words in actions.refusal_words(error):
            messages.error(request, words)
    return redirect("rosters:crews")
