"""Volunteers at the gates: the list, calling up, answers on the phone, duties, and who came."""

from datetime import timedelta
from itertools import groupby

from django.contrib import messages
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.html import format_html
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from diba.core.errors import BadInput
from diba.plant import actions as plant
from diba.plant.actions.table_files import file_answer
from diba.plant.models import Role

from ..actions import gate_duties, gate_hours, gate_marks, volunteers
from ..models import CallUp, GateDuty, GateSwap, Skill, Volunteer
from ..register_forms import AttendanceForm, CallForm, VolunteerForm
from . import READERS

MARKERS = (Role.PLANNER, Role.DUTY_OFFICER, Role.GUARD)
CALL_REFUSALS = {
    "is_over": lambda: _("This day is over."),
    "nobody": lambda: _("No volunteer has valid training and insurance in these days."),
    "no_watches": lambda: _("This pattern has no watches of that kind."),
}


@plant.allow(*READERS, whole_to_write=True)
@require_http_methods(["GET", "POST"])
def roll(request):
    may_plan = plant.whole_plant(request.user, Role.PLANNER)
    form = VolunteerForm(request.POST or None)
    if request.method == "POST" and may_plan and form.is_valid():
        data = form.cleaned_data
        volunteers.enlist(data.pop("who"), by=request.user, **data)
        messages.success(request, _("Entered."))
        return redirect("rosters:volunteers")
    rows, today = volunteers.roll(), plant.today()
    if (kind := request.GET.get("format")) in ("xlsx", "csv"):
        plant.note(request.user, "volunteers.exported")
        return file_answer(kind, "volunteers", {_("Volunteers"): _lines(rows)})
    words = dict(Skill.choices)
    calls = CallUp.objects.exclude(state=CallUp.State.DROPPED)[:20]
    return render(request, "rosters/volunteers.html", {
        "rows": [(*row, row[0].may_stand_on(today), [words.get(skill, skill) for skill in row[0].skills]) for row in rows],
        "fit": sum(row[0].may_stand_on(today) for row in rows), "form": form, "calls": calls, "may_plan": may_plan,
        "waiting": sum(call.state == CallUp.State.OPEN for call in calls), "people": plant.active().values_list("staff_no", "name"), "today": today,
    })  # fmt: skip


@plant.allow(Role.PLANNER, whole=True)
@require_POST
def discharge(request, pk):
    row = get_object_or_404(Volunteer.objects.select_related("person"), pk=pk)
    if volunteers.discharge(row, by=request.user):
        messages.success(request, _("%(name)s is off the list; the hours stay written.") % {"name": row.person.name})
    return redirect("rosters:volunteers")


@plant.allow(Role.PLANNER, whole=True)
@require_http_methods(["GET", "POST"])
def call_new(request):
    form = CallForm(request.POST or None, initial={"first_day": plant.today() + timedelta(days=2), "by_day_only": True})
    form.fields["gates"].queryset = form.fields["gates"].queryset.filter(manning=None)
    if request.method == "POST" and form.is_valid():
        try:
            call = volunteers.call_up(by=request.user, **form.cleaned_data)
        except BadInput as error:
            form.add_error(
                error.field, _called(error.value) if error.reason == "called" else CALL_REFUSALS[error.reason]()
            )
        else:
            messages.success(request, _("Called; the answers come in below."))
            return redirect("rosters:call", call.pk)
    return render(request, "rosters/call_new.html", {"form": form})


def _called(pk):
    said = _("These gates are called for on these days already, and the answers come in: nobody is asked twice.")
    return format_html('{} <a href="{}">{}</a>', said, reverse("rosters:call", args=[pk]), _("To that call"))


@plant.allow(*MARKERS)
@require_GET
def call(request, pk):
    row = get_object_or_404(CallUp.objects.select_related("pattern", "job", "by__person"), pk=pk)
    duties = list(row.duties.select_related("person", "watch", "post").prefetch_related("attendances"))
    if (kind := request.GET.get("format")) in ("xlsx", "csv"):
        plant.note(request.user, "call.exported", row)
        return file_answer(kind, f"volunteers-{row.pk}", {_("Watches"): _duty_lines(duties)})
    said = volunteers.answers(row)
    days = [row.first_day + timedelta(days=offset) for offset in range(row.days)]
    return render(request, "rosters/call.html", {
        "call": row, "days": days, "said": sorted(said, key=lambda each: ("none", "yes", "no").index(each.state)), "grid": _grid(row, duties, days),
        "yes": sum(each.state == "yes" for each in said), "no": sum(each.state == "no" for each in said), "silent": sum(each.state == "none" for each in said),
        "marks": _marks(duties) if row.state == CallUp.State.PUBLISHED else [],
        "may_plan": plant.whole_plant(request.user, Role.PLANNER), "may_mark": gate_marks.may_mark(request.user, duties), "people": len({duty.person_id for duty in duties}),
        "swaps": GateSwap.objects.filter(duty__call=row).select_related("giver", "taker"), **_shared(row, duties, said), "against": _against(row, said),
        "running": bool(row.job and not row.job.ended_at), "share": round(100 * (row.job.progress.get("share", 0) if row.job else 0)),
    })  # fmt: skip


AGAINST = {
    "list": lambda: _("%(names)s (not on the list any more, or without the skill)"),
    "days": lambda: _("%(names)s (no day offered on which training and insurance are valid)"),
    "limit": lambda: _("%(names)s (own limit reached, watches of other calls counted)"),
    "busy": lambda: _("%(names)s (own watches, their rest, or an absence)"),
    "rules": lambda: _("%(names)s (nights or days in a row)"),
}
NAMED = 8  # people by name for each reason; of more, how many


def _against(call, said):
    """Return, in words, what stood against each who said yes when nobody could be placed; "" otherwise."""
    people = {each.invitation.person_id: each.invitation.person.name for each in said}
    names = {why: [people[who] for who, reason in call.result.get("barred", ()) if reason == why and who in people] for why in AGAINST}  # fmt: skip
    return "；".join(AGAINST[why]() % {"names": _listed(some)} for why, some in names.items() if some)


def _listed(names):
    some, more = "、".join(names[:NAMED]), len(names) - NAMED
    return _("%(names)s and %(n)s more people") % {"names": some, "n": more} if more > 0 else some


def _shared(call, duties, said):
    """Return how the watches are shared out: who has how many, and how many people have so many."""
    if not duties:
        return {}
    rows, spread = gate_hours.shares(call, duties, said)
    hours = [row.minutes / 60 for row in rows]
    return {
        "shares": rows, "spread_rows": spread, "spread": {"x": [f"{n}" for n, _people in spread], "y": [people for _n, people in spread], "unit": _("people")},
        "spread_heads": [_("Watches"), _("people")], "least_hours": min(hours), "most_hours": max(hours),
        "mean_hours": sum(hours) / len(hours), "double": sum(row.nights > 1 for row in rows),
    }  # fmt: skip


@plant.allow(*READERS)
@require_GET
def call_live(request, pk):
    row = get_object_or_404(CallUp.objects.select_related("job"), pk=pk)
    answer = render(
        request,
        "rosters/call_live.html",
        {"call": row, "share": round(100 * (row.job.progress.get("share", 0) if row.job else 0))},
    )
    if not row.job or row.job.ended_at:
        answer["HX-Refresh"] = "true"
    return answer


@plant.allow(Role.PLANNER, whole=True)
@require_POST
def call_step(request, pk):
    """Draft, publish or drop a call."""
    row, verb = get_object_or_404(CallUp, pk=pk), request.POST.get("verb")
    try:
        if verb == "draft":
            gate_duties.ask_for_duties(row, by=request.user)
        elif verb == "publish":
            told = volunteers.publish_call(row, by=request.user)
            messages.success(request, _("Published; %(count)s volunteers have been told.") % {"count": told})
        elif verb == "drop" and volunteers.drop_call(row, by=request.user):
            messages.success(request, _("Dropped."))
            return redirect("rosters:volunteers")
        else:
            messages.error(request, _("This does not follow from the state it is in: look again."))
    except BadInput as error:
        if error.reason == "cannot_stand":
            names = "；".join(WHY[why]() % {"name": name, "day": f"{day:%m-%d}"} for name, why, day in error.value)
            messages.error(request, _("Not published: %(names)s. Draft the watches again.") % {"names": names})
        else:
            messages.error(request, _("This does not follow from the state it is in: look again."))
    return redirect("rosters:call", pk)


WHY = {
    "said_no": lambda: _("%(name)s has said no since"),
    "other_days": lambda: _("%(name)s can come on other days only, not on %(day)s"),
    "left": lambda: _("%(name)s is not on the list any more"),
    "other_call": lambda: _("%(name)s has watches of another call by now that leave no room on %(day)s"),
    "lapsed": lambda: _("%(name)s: training or insurance does not reach %(day)s"),
}


ATTENDANCE_REFUSALS = {
    "came": lambda: _(
        "%(name)s, %(day)s %(watch)s, “came”: say whether the volunteer came or did not. Nothing was saved."
    ),
    "hours": lambda: _("%(name)s, %(day)s %(watch)s, “hours”: a number from 0 to 24, please. Nothing was saved."),
}


@plant.allow(*MARKERS, whole=True)
@require_POST
def attend(request, pk):
    duty, form = (
        get_object_or_404(GateDuty.objects.select_related("call", "watch", "person"), pk=pk),
        AttendanceForm(request.POST),
    )
    if duty.pk not in gate_marks.may_mark(request.user, [duty]):
        messages.error(request, _("A guard notes who came at the gate where he stands himself within a day, and not himself. Planners and duty officers note the others."))  # fmt: skip
    elif form.is_valid():
        hours = form.cleaned_data["hours"]
        minutes = duty.watch.minutes if hours is None else round(hours * 60)
        try:
            volunteers.attend(duty, form.cleaned_data["came"], minutes, by=request.user)
        except BadInput as error:
            if error.reason == "too_long":
                said = _(
                    "%(name)s, %(day)s %(watch)s: a watch of %(length)s h with a late relief is at most %(most)s h; %(hours)s h was not saved."
                )
                length, most = (f"{each / 60:g}" for each in (duty.watch.minutes, error.value))
                messages.error(request, said % {"name": duty.person.name, "day": f"{duty.day:%m-%d}", "watch": duty.watch.name, "length": length, "most": most, "hours": f"{minutes / 60:g}"})  # fmt: skip
            else:
                messages.error(request, _("This watch has not begun, or is not published."))
    else:
        about = {"name": duty.person.name, "day": f"{duty.day:%m-%d}", "watch": duty.watch.name}
        for field in form.errors:
            messages.error(request, ATTENDANCE_REFUSALS[field]() % about)
    return redirect("rosters:call", duty.call_id)


def _grid(call, duties, days):
    """Return [(post, watch, [(day, names, how many are missing)])]."""
    there = {}
    for duty in duties:
        there.setdefault((duty.post_id, duty.watch_id, duty.day), []).append(duty.person.name)
    return [
        (
            need.post,
            need.watch,
            [
                (day, names := there.get((need.post_id, need.watch_id, day), []), max(0, need.needed - len(names)))
                for day in days
            ],
        )
        for need in call.needs.select_related("post", "watch")
    ]


def _marks(duties):
    """Return [(day, [(duty, whether he came)], how many came, did not, are not noted)] of the days begun, the newest first."""
    begun = sorted((duty for duty in duties if duty.day <= plant.today()), key=lambda duty: duty.day, reverse=True)
    for duty in begun:
        duty.most_hours = f"{gate_marks.most_minutes(duty.watch) / 60:g}"
    found = []
    for day, same in groupby(begun, key=lambda duty: duty.day):
        rows = [(duty, _mark(duty)) for duty in same]
        came = sum(mark is not None and mark.came for _duty, mark in rows)
        unknown = sum(mark is None for _duty, mark in rows)
        found.append((day, rows, came, len(rows) - came - unknown, unknown))
    return found


def _mark(duty):
    return max(duty.attendances.all(), key=lambda row: row.pk, default=None)


def _lines(rows):
    yield [
        _("Person"),
        _("Department or team"),
        _("Training valid until"),
        _("Insured until"),
        _("Hours stood"),
        _("Watches stood"),
        _("Did not come"),
    ]
    for row, minutes, stood, missed in rows:
        yield [
            row.person.name,
            str(row.person.unit or ""),
            row.trained_until,
            row.insured_until,
            round(minutes / 60, 1),
            stood,
            missed,
        ]


def _duty_lines(duties):
    yield [_("Day"), _("Watch"), _("Gate"), _("Person"), _("Came"), _("Hours")]
    for duty in duties:
        mark = _mark(duty)
        came = "" if mark is None else _("yes") if mark.came else _("no")
        yield [
            str(duty.day),
            duty.watch.name,
            duty.post.name,
            duty.person.name,
            came,
            round(mark.minutes / 60, 1) if mark else "",
        ]
