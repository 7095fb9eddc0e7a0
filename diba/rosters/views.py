"""The roster desk: manning board, teams, drafts, the time line, publishing, repairs; and one's own duties."""

from datetime import timedelta

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from diba.core.errors import BadInput, NoSolution
from diba.plant import actions as plant
from diba.plant.actions import jobs
from diba.plant.models import Role, WatchPattern

from . import actions
from .actions import repairing
from .forms import Division, Question
from .models import Roster, Split
from .sheets import roster_csv, roster_xlsx
from .timeline import time_line

READERS = (Role.PLANNER, Role.DUTY_OFFICER)


@plant.allow(*READERS)
@require_GET
def manning(request):
    board = actions.manning(14)
    clock = actions.breach_clock(board)
    whole, depths, _hard = actions.depth()
    rows = [(post, [(day, board.worst(post, day)) for day in board.days]) for post in board.posts]
    proposals = Roster.objects.filter(state=Roster.State.DRAFT).exclude(repairs=None).order_by("-id")[:3]
    return render(request, "rosters/manning.html", {
        "board": board, "clock": clock, "first": clock[0] if clock and clock[0][2] else None, "rows": rows, "whole": whole,
        "depths": depths, "proposals": proposals, "may_plan": plant.has_role(request.user, Role.PLANNER),
        "lost": sorted({duty.person.name for cell in board.cells.values() for duty in cell.lost}),
    })  # fmt: skip


@plant.allow(Role.PLANNER)
@require_http_methods(["GET", "POST"])
def teams(request):
    patterns = WatchPattern.objects.all()
    form = Division(patterns, request.POST or None)
    refusal = []
    if request.method == "POST" and form.is_valid():
        data = form.cleaned_data
        try:
            split = actions.split_staff(
                data["pattern"], by=request.user, crews=data["crews"], one_team=data["one_team"]
            )
        except NoSolution as error:
            refusal = actions.clash_words(error.clash)
        else:
            messages.success(request, _("A division is made; look at it, then put it into force."))
            return redirect("rosters:split", split.pk)
    splits = Split.objects.select_related("by__person")[:20]
    return render(
        request,
        "rosters/teams.html",
        {"form": form, "splits": splits, "refusal": refusal, "current": actions.split_in_force()},
    )


@plant.allow(Role.PLANNER)
@require_http_methods(["GET", "POST"])
def split(request, pk):
    row = get_object_or_404(Split.objects.select_related("pattern"), pk=pk)
    if request.method == "POST":
        actions.adopt(row, by=request.user)
        messages.success(request, _("The teams are in force; rosters asked for from now on use them."))
        return redirect("rosters:ask")
    names = {}
    posts = {post.code: post.name for post in plant.posts()}
    for member in row.memberships.select_related("person__unit"):
        names.setdefault(member.team, []).append(member.person)
    groups = [(team, names.get(team, []), row.figures["size"].get(team, 0), row.figures["depth"].get(team), row.figures["seniority"].get(team),
               "、".join(posts.get(code, code) for code in row.figures["tightest"].get(team, []))) for team in ("A", "B", "R")]  # fmt: skip
    return render(request, "rosters/split.html", {"split": row, "groups": groups})


@plant.allow(*READERS)
@require_GET
def rosters(request):
    rows = Roster.objects.exclude(state=Roster.State.DROPPED).select_related(
        "pattern", "asked_by__person", "published_by__person"
    )
    return render(
        request, "rosters/list.html", {"rows": rows[:60], "may_plan": plant.has_role(request.user, Role.PLANNER)}
    )


@plant.allow(Role.PLANNER)
@require_http_methods(["GET", "POST"])
def ask(request):
    current = actions.split_in_force()
    initial = {"first_day": actions.next_free_day(), "split": current, "pattern": current.pattern if current else None}
    form = Question(WatchPattern.objects.all(), request.POST or None, initial=initial)
    if request.method == "POST" and form.is_valid():
        data = form.cleaned_data
        try:
            roster = actions.ask(
                data["pattern"],
                data["first_day"],
                data["days"],
                by=request.user,
                split=data["split"],
                rules=form.rules(),
                name=data["name"],
            )
        except BadInput as error:
            form.add_error(
                error.field if error.field in form.fields else None, _("This number is outside what makes sense.")
            )
        else:
            return redirect("rosters:roster", roster.pk)
    return render(request, "rosters/ask.html", {"form": form, "current": current})


@plant.allow(*READERS)
@require_GET
def roster(request, pk):
    row = get_object_or_404(Roster.objects.select_related("pattern", "split", "repairs", "job"), pk=pk)
    if (kind := request.GET.get("format")) in ("xlsx", "csv"):
        plant.note(request.user, "roster.exported", row)
        body, mime = (
            (roster_xlsx(row), "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet")
            if kind == "xlsx"
            else (roster_csv(row), "text/csv; charset=utf-8")
        )
        return HttpResponse(
            body, content_type=mime, headers={"Content-Disposition": f'attachment; filename="roster-{row.pk}.{kind}"'}
        )
    context = {"roster": row, "may_plan": plant.has_role(request.user, Role.PLANNER)}
    if row.state == Roster.State.IMPOSSIBLE:
        context["clash"] = actions.clash_words(row.result.get("clash", []), row.first_day)
    elif row.state != Roster.State.ASKED:
        context |= time_line(row)
        if row.state == Roster.State.DRAFT:
            context["changes"] = sorted(actions.changes_to(row).items(), key=lambda item: item[1][0][0])
    return render(request, "rosters/roster.html", context)


@plant.allow(*READERS)
@require_GET
def progress(request, pk):
    row = get_object_or_404(Roster.objects.select_related("job"), pk=pk)
    response = render(
        request,
        "rosters/progress.html",
        {"roster": row, "job": row.job, "share": round(100 * (row.job.progress.get("share", 0) if row.job else 0))},
    )
    if row.state != Roster.State.ASKED:
        response["HX-Refresh"] = "true"
    return response


@plant.allow(Role.PLANNER)
@require_POST
def publish(request, pk):
    row = get_object_or_404(Roster, pk=pk)
    try:
        told = actions.publish(row, by=request.user)
    except BadInput:
        messages.error(request, _("Only a draft can be published; look at what became of this one."))
        return redirect("rosters:roster", pk)
    messages.success(request, _("Published; %(count)s people whose duties change have been told.") % {"count": told})
    return redirect("rosters:manning") if row.repairs_id else redirect("rosters:roster", pk)


@plant.allow(Role.PLANNER)
@require_POST
def drop(request, pk):
    row = get_object_or_404(Roster.objects.select_related("job"), pk=pk)
    if actions.drop(row, by=request.user):
        messages.success(request, _("Dropped; the roster in force stays as it is."))
    else:
        messages.error(request, _("This roster cannot be dropped: it is published or was superseded."))
    return redirect("rosters:list")


@plant.allow(Role.PLANNER)
@require_POST
def cancel(request, pk):
    row = get_object_or_404(Roster.objects.select_related("job"), pk=pk)
    if row.job and jobs.cancel(row.job):
        messages.info(request, _("The search stops; the best roster found so far is kept as a draft."))
    return redirect("rosters:roster", pk)


@plant.allow(Role.PLANNER)
@require_POST
def repair(request):
    base, ways = actions.repairs_for()
    if base is None:
        messages.error(request, _("No roster is in force, so there is nothing to repair: ask for one."))
        return redirect("rosters:ask")
    if not ways:
        messages.info(
            request, _("Nothing needs repair, or nobody qualified is left: the depth below names who could be trained.")
        )
        return redirect("rosters:manning")
    for old in Roster.objects.filter(state=Roster.State.DRAFT).exclude(repairs=None):
        actions.drop(old, by=request.user)
    for way in reversed(ways[:3]):
        repairing.keep(base, way, by=request.user)
    messages.success(request, _("%(count)s ways found, the mildest first.") % {"count": len(ways[:3])})
    return redirect("rosters:manning")


@plant.allow(*plant.EVERYONE)
@require_GET
def mine(request):
    today = plant.today()
    person = request.user.person_id
    duties = actions.duties_between(today - timedelta(days=7), today + timedelta(days=28), person) if person else []
    run = 0
    worked = {duty.day for duty in duties}
    while today - timedelta(days=run) in worked:
        run += 1
    coming = [duty for duty in duties if duty.day >= today]
    nights = sum(duty.watch.night for duty in coming)
    return render(request, "rosters/mine.html", {"coming": coming, "run": run, "nights": nights, "today": today})
