"""N-1: which losses the roster in force survives, which break it, and what would raise it."""

import json
from datetime import date

from django.contrib import messages
from django.http import JsonResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from diba.core.errors import BadInput
from diba.plant import actions as plant
from diba.plant.actions.table_files import file_answer
from diba.plant.models import Post, Role, Watch

from ..actions import sweeping, training
from ..models import Sweep
from ..register_forms import SweepForm
from . import READERS

SHOWN = 200  # outcomes on the page; the file has all


@plant.allow(*READERS, whole=True)
@require_http_methods(["GET", "POST"])
def sweeps(request):
    """Show the newest finished sweep, those before, and the form that asks for another."""
    may_plan = plant.has_role(request.user, Role.PLANNER)
    form = SweepForm(request.POST or None, initial=SweepForm.FIRST)
    if request.method == "POST" and may_plan and form.is_valid():
        try:
            row = sweeping.ask_sweep(by=request.user, **form.cleaned_data)
        except BadInput:
            form.add_error(None, _("No roster is in force, so there is nothing to try: ask for one."))
        else:
            return redirect("rosters:sweep", row.pk)
    rows = list(
        Sweep.objects.defer("problem", "plan", "certificate").select_related("roster", "asked_by__person", "job")[:20]
    )
    newest = next((row for row in rows if row.state in (Sweep.State.DONE, Sweep.State.STOPPED)), None)
    return render(
        request,
        "rosters/sweep.html",
        {"form": form, "rows": rows, "may_plan": may_plan, **(_seen(newest) if newest else {"row": None})},
    )


@plant.allow(*READERS, whole=True)
@require_GET
def one(request, pk):
    row = get_object_or_404(Sweep.objects.select_related("roster", "asked_by__person", "job"), pk=pk)
    if (kind := request.GET.get("format")) in ("xlsx", "csv"):
        plant.note(request.user, "sweep.exported", row)
        return file_answer(kind, f"n-1-{row.pk}", {_("N-1"): _lines(row)})
    if kind == "certificate" and row.certificate:
        plant.note(request.user, "sweep.exported", row)
        body = {"certificate": json.loads(row.certificate), "problem": json.loads(row.problem), "roster": row.plan}
        return JsonResponse(body, headers={"Content-Disposition": f'attachment; filename="n-1-{row.pk}.json"'})
    form = SweepForm(initial={name: getattr(row, name) for name in SweepForm.FIRST})
    rows = Sweep.objects.defer("problem", "plan", "certificate").select_related("roster", "asked_by__person")[:20]
    return render(
        request,
        "rosters/sweep.html",
        {"form": form, "rows": rows, "may_plan": plant.has_role(request.user, Role.PLANNER), **_seen(row)},
    )


@plant.allow(*READERS, whole=True)
@require_GET
def live(request, pk):
    row = get_object_or_404(Sweep.objects.select_related("job"), pk=pk)
    answer = render(request, "rosters/sweep_live.html", {"row": row, "share": _share(row)})
    if row.state != Sweep.State.ASKED or row.broke_off:
        answer["HX-Refresh"] = "true"
    return answer


@plant.allow(Role.PLANNER, whole=True)
@require_POST
def cancel(request, pk):
    if sweeping.cancel_sweep(get_object_or_404(Sweep.objects.select_related("job"), pk=pk)):
        messages.info(request, _("The sweep stops; what it found so far is kept."))
    return redirect("rosters:sweep", pk)


@plant.allow(*READERS, whole=True)
@require_POST
def check(request, pk):
    """Check a certificate: each witness by the referee alone, and whether it rests on the roster and absences of now."""
    row = get_object_or_404(Sweep, pk=pk)
    plant.note(request.user, "sweep.checked", row)
    if not row.certificate:
        messages.error(request, _("This sweep found nothing that could be checked."))
    elif faults := sweeping.faults_of(row):
        messages.error(
            request,
            _("The certificate is wrong at %(count)s places, first at %(loss)s: sweep again.")
            % {"count": len(faults), "loss": faults[0].loss or faults[0].reason},
        )
    elif sweeping.is_stale(row):
        messages.error(
            request,
            _(
                "Roster, absences, certificates, demand or rules have changed since: the certificate no longer holds. Sweep again."
            ),
        )
    else:
        messages.success(
            request,
            _(
                "Checked: every mended roster was judged anew by the rules, and roster, absences, certificates, demand and rules are those the sweep saw. The certificate holds."
            ),
        )
    return redirect("rosters:sweep", pk)


def _share(row):
    return round(100 * (row.job.progress.get("share", 0) if row.job else 0))


def _seen(row):
    """Return what the page shows of one sweep."""
    lines = sweeping.worst_first(row)[:SHOWN]
    names = sweeping.names_of(lines)
    posts, watches = dict(Post.objects.values_list("code", "name")), dict(Watch.objects.values_list("code", "name"))
    raising = training.raising({post for line in lines if not line["survives"] for post in line["posts"]})
    return {
        "row": row, "share": _share(row), "stale": sweeping.is_stale(row), "certificate": sweeping.tally(row), "total": len(row.outcomes),
        "kind_words": dict(SweepForm.KINDS), "survived": sum(line["survives"] for line in row.outcomes), "broken": sum(not line["survives"] and line["proven"] for line in row.outcomes),
        "settled": sum(line["survives"] or line["proven"] for line in row.outcomes), "unsure": sum(not line["survives"] and not line["proven"] for line in row.outcomes),
        "lines": [
            {**line, "head": names[line["kind"], line["id"]][0], "who": names[line["kind"], line["id"]][1], "posts": [posts.get(code, code) for code in line["posts"]],
             "first": _first(line["holes"], watches), "raise": [hint for code in line["posts"] for hint in raising.get(code, ())][:2]}
            for line in lines
        ],
    }  # fmt: skip


def _first(holes, watches):
    if not holes:
        return None
    hole = min(holes, key=lambda hole: hole["day"])
    return (
        date.fromisoformat(hole["day"]),
        watches.get(hole["shift"], hole["shift"]),
        len({each["day"] for each in holes}),
    )


def _lines(row):
    words = dict(SweepForm.KINDS)
    posts = dict(Post.objects.values_list("code", "name"))
    names = sweeping.names_of(row.outcomes)
    yield [
        _("Kind"),
        _("Lost"),
        _("People"),
        _("Survived"),
        _("Proven"),
        _("Changes"),
        _("Open places"),
        _("Posts that break"),
        _("First hole"),
    ]
    for line in sweeping.worst_first(row):
        head, who = names[line["kind"], line["id"]]
        first = min((hole["day"] for hole in line["holes"]), default="")
        yield [words[line["kind"]], head or "、".join(who), len(who), _("yes") if line["survives"] else _("no"), _("yes") if line["proven"] else _("no"),
               line["changes"], line["open"], "、".join(posts.get(code, code) for code in line["posts"]), first]  # fmt: skip
