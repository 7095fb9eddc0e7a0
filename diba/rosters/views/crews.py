"""Rules on who stands together and on groups kept apart: looked at, entered, ended, saved as a file."""

from django.contrib import messages
from django.http import Http404
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from diba.core.errors import BadInput
from diba.plant import actions as plant

from .. import actions
from ..export import file_answer
from ..forms import ApartRuleForm, CrewRuleForm
from ..models import ApartRule, CrewRule
from . import READERS
from .refused import put_on

KINDS = {"crew": CrewRule, "apart": ApartRule}


@plant.allow(*READERS)
@require_http_methods(["GET", "POST"])
def crews(request):
    if (kind := request.GET.get("format")) in ("xlsx", "csv"):
        plant.note(request.user, "crew_rules.exported")
        return file_answer(kind, "crew-rules", {_("Rules"): [[_("Rule"), _("What it asks"), _("From"), _("Until"), _("Entered by"), _("Ended")], *([row.name, words, row.first_day, row.last_day, str(row.by or ""), row.ended_at and row.ended_at.date()] for _kind, row, words in _rows())]})  # fmt: skip
    sent = request.POST.get("kind") if request.method == "POST" else None
    day = {"first_day": plant.today()}
    forms = {
        "crew": CrewRuleForm(request.POST if sent == "crew" else None, initial=day, prefix="crew"),
        "apart": ApartRuleForm(
            actions.group_choices(), request.POST if sent == "apart" else None, initial=day, prefix="apart"
        ),
    }
    if sent in KINDS and forms[sent].is_valid() and _entered(request, sent, forms[sent]):
        return redirect("rosters:crews")
    rows = _rows()
    context = {
        "forms": forms, "rows": rows, "open": [row for row in rows if not row[1].ended_at],
        "people": plant.active().exclude(kind="family").values_list("staff_no", "name"),
    }  # fmt: skip
    return render(request, "rosters/crews.html", context)


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


@plant.allow(*READERS)
@require_POST
def crew_end(request, kind, pk):
    if kind not in KINDS:
        raise Http404(kind)
    rule = get_object_or_404(KINDS[kind], pk=pk)
    if actions.end_crew_rule(KINDS[kind], rule.pk, by=request.user):
        messages.success(request, _("Ended; no roster asks for it any more."))
    return redirect("rosters:crews")
