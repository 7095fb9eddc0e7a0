"""Limits of work, the waivers of them, and who is above which."""

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.db.models import Q
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from diba.core.errors import BadInput
from diba.plant import actions as plant
from diba.plant.models import Person, Role

from .. import actions
from ..fatigue_sheet import fatigue_xlsx
from ..forms import LimitForm, WaiverForm
from ..models import Limit, Rule
from . import READERS
from .refused import put_on

FILLED_IN = ("rule", "value", "level", "starts_on", "first_day", "last_day")  # what a link may fill into a form


def _filled_in(query, form):
    """Return {field: value} of what an address fills into a form: what the field itself would accept."""
    found = {}
    for name in FILLED_IN:
        if name in query and name in form.fields:
            try:
                found[name] = form.fields[name].clean(query[name])
            except ValidationError:
                continue
    return found


@plant.allow(*READERS, whole_to_write=True)
@require_http_methods(["GET", "POST"])
def limits(request):
    initial = {"starts_on": plant.today(), "kind": Limit.Kind.PLANT, **_filled_in(request.GET, LimitForm())}
    form = LimitForm(request.POST or None, initial=initial)
    if request.method == "POST" and form.is_valid():
        try:
            actions.set_limit(**form.cleaned_data, by=request.user)
        except BadInput as error:
            put_on(form, error, request)
        else:
            messages.success(request, _("Entered; it counts from its first day on."))
            return redirect("rosters:limits")
    found = actions.limits_on(plant.today(), actions.level_now())
    context = {
        "may_enter": plant.whole_plant(request.user, *READERS), "form": form, "in_force": [found[rule] for rule in Rule.values if rule in found],
        "all": Limit.objects.select_related("by__person").order_by("-at", "-id")[:100],
    }  # fmt: skip
    return render(request, "rosters/limits.html", context)


@plant.allow(*plant.EVERYONE)
@require_http_methods(["GET", "POST"])
def waivers(request):
    officer = plant.has_role(request.user, Role.DUTY_OFFICER)
    of_all = plant.whole_plant(request.user, Role.DUTY_OFFICER)
    people = _signed_for(request.user) if officer else None
    initial = {"first_day": plant.today(), "rule": request.GET.get("rule", ""), "person": request.GET.get("person", "")}
    in_force = actions.limits_on(plant.today(), actions.level_now())
    rules = {rule: in_force.get(rule) for rule in actions.OF_WORK}
    initial |= _filled_in(request.GET, WaiverForm(people, rules, everybody=of_all))
    form = WaiverForm(people, rules, request.POST or None, initial=initial, everybody=of_all)
    if request.method == "POST" and form.is_valid():
        data = form.cleaned_data
        person = data.pop("person", None) if officer else request.user.person
        try:
            if person is None and not officer:
                raise BadInput("no_person", "name")
            actions.sign_waiver(person, **data, by=request.user)
        except BadInput as error:
            put_on(form, error, request)
        else:
            messages.success(request, _("Signed."))
            return redirect("rosters:waivers")
    load = (
        actions.loads(people={request.user.person_id}).get(request.user.person_id) if request.user.person_id else None
    )
    context = {"form": form, "rows": actions.waivers_visible_to(request.user)[:100], "load": load, "today": plant.today(),
               "officer": officer, "tab": "waivers", "least": actions.LEAST}  # fmt: skip
    return render(request, "rosters/waivers.html", context)


def _signed_for(account):
    """Return the people for whom a duty officer may sign: whom his role reaches, and himself."""
    reached = plant.people_of(account, Role.DUTY_OFFICER).values("pk")
    return actions.rostered().filter(Q(pk__in=reached) | Q(pk=account.person_id))


@plant.allow(*plant.EVERYONE)
@require_POST
def waiver_end(request, pk):
    row = get_object_or_404(actions.waivers_visible_to(request.user), pk=pk)
    try:
        if actions.end_waiver(row, by=request.user):
            messages.success(request, _("Taken back: the limit counts again."))
    except BadInput:
        messages.error(request, _("Only who signed it, the person it is for, or the duty officer can take it back."))
    return redirect("rosters:waivers")


# What the page of fatigue is sorted by; a figure is sorted from the greatest, the rest from the least.
SORTS = {
    "name": lambda row: row[0].name, "now": lambda row: row[1].run_now, "run": lambda row: row[1].longest_run,
    "nights": lambda row: row[1].nights_in_row, "rest": lambda row: row[1].least_rest, "week": lambda row: row[1].week,
    "month": lambda row: row[1].month, "overtime": lambda row: row[1].overtime,
}  # fmt: skip


def _heads():
    """Return [(what a column is sorted by first, then by a second click, its words)]."""
    return [
        ("name", "-name", _("Person")), ("-now", "now", _("Days in a row now")), ("-run", "run", _("Longest run")),
        ("-nights", "nights", _("Nights in a row")), ("rest", "-rest", _("Least rest, h")), ("-week", "week", _("Hours a week")),
        ("-month", "month", _("Hours this month")), ("-overtime", "overtime", _("Overtime, h")),
    ]  # fmt: skip


@plant.allow(*READERS)
@require_GET
def fatigue(request):
    found = actions.loads()
    people = Person.objects.in_bulk(found)
    rows = sorted(
        ((people[pk], load) for pk, load in found.items()),
        key=lambda row: (-len(row[1].open), -len(row[1].above), -row[1].longest_run, -row[1].month, row[0].pk),
    )
    everybody = rows
    if wanted := request.GET.get("q", "").strip()[:40]:
        rows = [row for row in rows if wanted in row[0].name or wanted == row[0].staff_no]
    sort = request.GET.get("sort", "")
    if key := SORTS.get(sort.lstrip("-")):
        # Who has no figure stands last, whichever way the others are sorted.
        rows = sorted((row for row in rows if key(row) is not None), key=key, reverse=sort.startswith("-")) + [row for row in rows if key(row) is None]  # fmt: skip
    plant.note(request.user, "fatigue.read", detail=f"people={len(rows)}")
    if request.GET.get("format") == "xlsx":
        name = "fatigue.xlsx"
        mime = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
        return HttpResponse(
            fatigue_xlsx(rows), content_type=mime, headers={"Content-Disposition": f'attachment; filename="{name}"'}
        )
    context = {
        "rows": rows, "everybody": len(everybody), "above": [row for row in everybody if row[1].open],
        "waived": sum(bool(row[1].above) and not row[1].open for row in everybody), "heads": _heads(), "sort": sort, "wanted": wanted,
        "limits": actions.limits_on(plant.today(), actions.level_now()), "tab": "fatigue",
    }  # fmt: skip
    return render(request, "rosters/fatigue.html", context)
