"""Rosters: asked for, searched, looked at, published, dropped."""

from django.contrib import messages
from django.db.models import Count
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from diba.core.errors import BadInput
from diba.plant import actions as plant
from diba.plant.models import Role, WatchPattern

from .. import actions
from ..actions.reach import people_reached
from ..editor import refusal_words
from ..forms import Question, Reason
from ..models import Roster
from ..sheets import roster_csv, roster_xlsx
from . import READERS
from .editing import row_of
from .looking import page, searching
from .ways_out import asked_before, ways_out


@plant.allow(*READERS)
@require_GET
def rosters(request):
    rows = Roster.objects.exclude(state=Roster.State.DROPPED).select_related(
        "pattern", "asked_by__person", "published_by__person", "revises", "superseded_by", "job"
    )
    return render(
        request, "rosters/list.html", {"rows": rows[:60], "may_plan": plant.whole_plant(request.user, Role.PLANNER)}
    )


@plant.allow(Role.PLANNER, whole=True)
@require_http_methods(["GET", "POST"])
def ask(request):
    current = actions.split_in_force()
    first_day = actions.next_free_day()
    pattern = current.pattern if current else _usual_pattern()
    initial = {"first_day": first_day, "split": current, "pattern": pattern, **actions.defaults_on(first_day)}
    initial |= asked_before(request.GET)
    form = Question(WatchPattern.objects.all(), actions.crews_choice(), request.POST or None, initial=initial)
    if "words" in request.GET and request.method == "POST":
        return render(request, "rosters/asked.html", {"asked": _asked(form)})
    if request.method == "POST" and form.is_valid() and _within_limits(form):
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
            if error.reason != "none_given":
                form.add_error(
                    error.field if error.field in form.fields else None, _("This number is outside what makes sense.")
                )
        else:
            return redirect("rosters:roster", roster.pk)
    lacking = actions.lacking_words(actions.lacking(*_begins(form, pattern, first_day)))
    context = {"form": form, "current": current, "asked": _asked(form, initial), "lacking": lacking}
    return render(request, "rosters/ask.html", context)


def _usual_pattern():
    """Return the pattern that was asked for last, else the one with most watches; None when there is none."""
    last = Roster.objects.select_related("pattern").first()
    return last.pattern if last else WatchPattern.objects.annotate(n=Count("watches")).order_by("-n", "code").first()


def _begins(form, pattern, first_day):
    """Return the (pattern, first day) that a question asks for as far as it can be read."""
    data = getattr(form, "cleaned_data", {})
    return data.get("pattern") or pattern, data.get("first_day") or first_day


def _within_limits(form):
    """Put what may not be asked beside its field: a day that is past, a limit exceeded; say whether there was none."""
    data, today = form.cleaned_data, plant.today()
    if not today <= data["first_day"] <= today + actions.LATEST:
        past = _("%(day)s is past: a roster begins on %(today)s or later")
        far = _("%(day)s is too far away: a roster begins by %(last)s")
        values = {"day": data["first_day"], "today": today, "last": today + actions.LATEST}
        form.add_error("first_day", (past if data["first_day"] < today else far) % values)
        return False
    over = [row for row in actions.exceeded(form.rules(), data["first_day"], data["days"]) if row.hard]
    for row in over:
        form.add_error(row.rule, str(row))
    return not over and _can_rotate(form, data)


def _can_rotate(form, data):
    """Put what a rotation cannot have beside its field; say whether there was nothing."""
    rules = form.rules()
    if "rotation" not in rules:
        return True
    faults = actions.rotation_faults(rules["rotation"], rules["crews"], data["pattern"], data["split"], data["first_day"])  # fmt: skip
    for field, reason in faults.items():
        form.add_error(field, actions.refusal_words(BadInput(reason, field)))
    return not faults


def _asked(form, initial=None):
    """Return the question in words as the form stands, or nothing when it cannot be read yet."""
    if form.is_bound:
        if not form.is_valid():
            return []
        data, rules = form.cleaned_data, form.rules()
    else:
        data = {**{name: field.initial for name, field in form.fields.items()}, **initial}
        rules = {**data, "crews": [unit.code for unit in data["crews"] or ()]}
    if data["pattern"] is None:
        return []
    return actions.asked_words(data["pattern"], data["split"], data["first_day"], data["days"], rules)


@plant.allow(*READERS)
@require_GET
def roster(request, pk):
    row = row_of(pk)
    if (kind := request.GET.get("format")) in ("xlsx", "csv"):
        return _file(request, row, kind)
    may_plan = plant.whole_plant(request.user, Role.PLANNER)
    context = {"roster": row, "may_plan": may_plan, "may_edit": may_plan and row.state == Roster.State.DRAFT}
    if row.state == Roster.State.ASKED and not row.broke_off:
        context |= searching(row)
    elif row.state == Roster.State.IMPOSSIBLE:
        context["clash"] = actions.clash_words(row.result.get("clash", []), row.first_day, row.pattern_id)
        context["advice"] = ways_out(row)
        context["expired"] = any(part.get("expired") for part in row.result.get("clash", []))
        # Not found in time is not proven impossible: what helps is more time.
        context["late"] = [part["rule"] for part in row.result.get("clash", [])] == ["time"]
        context["longer"] = min(600, max(60, 3 * row.rules["seconds"]))
    elif row.state not in (Roster.State.ASKED, Roster.State.DROPPED):
        context |= page(row, request.GET, people_reached(request.user, *READERS))
        if row.state == Roster.State.DRAFT:
            context["changes"] = sorted(actions.changes_to(row).items(), key=lambda item: item[1][0][0])
            context["replaced"] = "、".join(str(other) for other in actions.replaced_by(row))
    return render(request, "rosters/roster.html", context)


def _file(request, row, kind):
    plant.note(request.user, "roster.exported", row)
    body, mime = (
        (roster_xlsx(row), "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet")
        if kind == "xlsx"
        else (roster_csv(row), "text/csv; charset=utf-8")
    )
    return HttpResponse(
        body, content_type=mime, headers={"Content-Disposition": f'attachment; filename="roster-{row.pk}.{kind}"'}
    )


@plant.allow(*READERS)
@require_GET
def progress(request, pk):
    row = row_of(pk)
    response = render(request, "rosters/progress.html", {"roster": row, **searching(row)})
    if row.state != Roster.State.ASKED or row.broke_off:
        response["HX-Refresh"] = "true"
    return response


@plant.allow(Role.PLANNER, whole=True)
@require_POST
def publish(request, pk):
    row = row_of(pk)
    if "carry" in request.POST:
        return _carry(request, row)
    form = Reason(request.POST if "reason" in request.POST else None)
    try:
        told = actions.sign_off(row, by=request.user, reason=form.cleaned_data["reason"] if form.is_valid() else "")
    except actions.Disputed as disputed:
        return render(
            request, "rosters/publish.html",
            {
                "roster": row, "form": form, "conflicts": disputed.conflicts, "impossible": disputed.impossible,
                "overtaken": [conflict for conflict in disputed.conflicts if conflict.rule == "overtaken"],
            },
        )  # fmt: skip
    except BadInput as error:
        if error.reason == "is_over":
            messages.error(request, _("All its days are over and were stood under another roster: drop it."))
        else:
            messages.error(request, _("Only a draft can be published; look at what became of this one."))
        return redirect("rosters:roster", pk)
    messages.success(request, _("Published; %(count)s people whose duties change have been told.") % {"count": told})
    if (first := row_of(pk).first_day) != row.first_day:
        messages.info(request, _("It counts from %(day)s on; the days before stay as they were stood.") % {"day": f"{first:%m-%d}"})  # fmt: skip
    return redirect("rosters:manning") if row.repairs_id else redirect("rosters:roster", pk)


def _carry(request, row):
    """Bring a draft up to date with what was changed in force since it was made."""
    try:
        count = actions.carry_over(row, by=request.user)
    except BadInput as error:
        messages.error(request, refusal_words(error))
    else:
        words = ngettext(
            "%(n)s day was taken over as it stands: look, then publish.",
            "%(n)s days were taken over as they stand: look, then publish.",
            count,
        )
        messages.success(request, words % {"n": count})
    return redirect("rosters:roster", row.pk)


@plant.allow(Role.PLANNER, whole=True)
@require_POST
def drop(request, pk):
    row = row_of(pk)
    if actions.drop(row, by=request.user):
        messages.success(request, _("Dropped; the roster in force stays as it is."))
    else:
        messages.error(request, _("This roster cannot be dropped: it is published or was superseded."))
    return redirect("rosters:list")


@plant.allow(Role.PLANNER, whole=True)
@require_POST
def ask_again(request, pk):
    if not actions.ask_again(row_of(pk), by=request.user):
        messages.error(request, _("This search has not broken off; look at what became of it."))
    return redirect("rosters:roster", pk)


@plant.allow(Role.PLANNER, whole=True)
@require_POST
def cancel(request, pk):
    row = row_of(pk)
    if actions.stop_search(row, by=request.user) and not row_of(pk).broke_off:
        messages.info(request, _("The search is asked to stop; the best roster found so far will be kept as a draft."))
    return redirect("rosters:roster", pk)
