"""Where a roster's cost comes from, and why somebody does not stand at a place."""

from datetime import timedelta

from django.shortcuts import get_object_or_404, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET

from diba.plant import actions as plant
from diba.plant.actions.table_files import file_answer
from diba.plant.models import Person, Post, Watch

from .. import actions
from ..actions.reach import people_reached
from ..forms import WhyForm
from ..models import Roster
from . import READERS
from .editing import row_of

PARTS = ("rule", "person", "day")
PLANNED = (Roster.State.DRAFT, Roster.State.PUBLISHED, Roster.State.SUPERSEDED)


@plant.allow(*READERS)
@require_GET
def score(request, pk):
    row = get_object_or_404(Roster.objects.filter(state__in=PLANNED).select_related("pattern", "split"), pk=pk)
    found = actions.score_of(actions.hear(row))
    tables = {"rule": found.by_rule, "person": found.by_person, "day": found.by_day}
    heads = {"rule": _("Rule"), "person": _("Person"), "day": _("Day")}
    if (kind := request.GET.get("format")) in ("xlsx", "csv"):
        plant.note(request.user, "roster.exported", row, detail="score")
        lines = {heads[part]: [[heads[part], _("Cost"), _("of which")], *([what, points, _parts(rules)] for what, points, rules in tables[part])] for part in PARTS}  # fmt: skip
        return file_answer(kind, f"score-{row.pk}", lines)
    by = request.GET.get("by") if request.GET.get("by") in PARTS else "rule"
    rows = tables[by]
    if request.GET.get("sort") == "name":
        rows = sorted(rows, key=lambda line: str(line[0]))
    context = {"roster": row, "score": found, "by": by, "head": heads[by], "parts": [(part, heads[part]) for part in PARTS],
               "sort": request.GET.get("sort"), "rows": rows}  # fmt: skip
    return render(request, "rosters/score.html", context)


def _parts(rules):
    return "；".join(f"{rule} {points}" for rule, points in rules)


@plant.allow(*READERS)
@require_GET
def why(request, pk):
    row = row_of(pk)
    hearing = actions.hear(row) if row.state in PLANNED else None
    if hearing is None:
        return render(request, "rosters/why.html", {"roster": row})
    form = WhyForm(
        Person.objects.filter(pk__in=[int(one.id) for one in hearing.problem.people]).select_related("unit"),
        Watch.objects.filter(pattern=row.pattern), Post.objects.filter(pk__in=[post.pk for post in hearing.posts]),
        (row.first_day, row.first_day + timedelta(days=row.days - 1)), request.GET if "watch" in request.GET else None,
        initial={"person": request.GET.get("person", ""), "day": request.GET.get("day", "")},
    )  # fmt: skip
    context = {"roster": row, "form": form, "faulty": bool(hearing.report.violations)}
    if form.is_bound and form.is_valid():
        data = form.cleaned_data
        context |= {**data, "why": actions.why_not(hearing, data["person"], data["day"], data["watch"], data["post"], people_reached(request.user, *READERS))}  # fmt: skip
    return render(request, "rosters/why.html", context)
