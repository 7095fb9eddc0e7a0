"""The ledger of living in: who is inside since when, the next team's readiness, beds, meals for the kitchen, conflicts."""

from dataclasses import replace

from django.contrib import messages
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from diba.core.errors import BadInput
from diba.plant import actions as plant
from diba.plant.actions.table_files import file_answer
from diba.plant.models import Role

from ..actions import fitness, living_in, misfits
from ..actions.meals import DIETS, meals
from ..actions.reach import people_reached
from ..actions.teams import split_in_force
from ..models import Room, Sample, Stay, Turn
from ..register_forms import FindingForm, PreparationForm, RoomForm, StayForm, TurnForm

READERS = (Role.PLANNER, Role.DUTY_OFFICER, Role.HEALTH_OFFICER)
KEEPERS = (Role.PLANNER, Role.HEALTH_OFFICER)
DAYS = 14

REFUSALS = {
    "in_the_turn": lambda value: _("Is in this turn already."),
    "bed_taken": lambda value: _("This bed is %(name)s's in that time.") % {"name": value},
    "room_full": lambda value: _("Room %(room)s is full in that time.") % {"room": value},
    "not_yet": lambda value: _("This day is still to come."),
    "out_of_range": lambda value: _("This number is outside what makes sense."),
}


@plant.allow(*READERS)
@require_GET
def ledger(request):
    people = people_reached(request.user, *READERS)
    rows, days = living_in.inside(people), meals(DAYS)
    if (kind := request.GET.get("format")) in ("xlsx", "csv"):
        plant.note(request.user, "living_in.exported")
        return file_answer(kind, "living-in", {_("Meals"): _meal_lines(days), _("Inside"): _inside_lines(rows)})
    ahead = [_ahead(turn, people) for turn in living_in.turns_ahead()[:3]]
    turn, fit, expected, _lacking = next(
        (row for row in ahead if row[0].enters_on > plant.today()), ahead[0] if ahead else (None, 0, 0, ())
    )
    return render(request, "rosters/living_in.html", {
        "rows": rows, "over": sum(stayed > longest for _stay, stayed, longest in rows), "turn": turn, "fit": fit, "expected": expected, "turns_ahead": ahead,
        "meals": [_portions(day) for day in days[:7]],
        "beds": living_in.beds(people), "conflicts": [(_sentence(each), each) for each in _of(misfits.conflicts(), people)], "turns": Turn.objects.order_by("-enters_on")[:8],
        "may_keep": plant.whole_plant(request.user, *KEEPERS), "may_plan": plant.has_role(request.user, Role.PLANNER, Role.DUTY_OFFICER),
    })  # fmt: skip


def _ahead(turn, people):
    """Return (turn, how many are fit or inside, how many are to go in, [(stay, Fitness) of those who are late with something])."""
    ready = [(stay, row) for stay, row in living_in.readiness(turn, people) if not stay.left_at]
    done = sum(bool(row.fit or stay.entered_at) for stay, row in ready)
    return (
        turn,
        done,
        len(ready),
        [
            (stay, row)
            for stay, row in ready
            if not stay.entered_at and not row.fit and (not row.on_track or turn.enters_on <= plant.today())
        ],
    )


@plant.allow(*KEEPERS, whole=True)
@require_http_methods(["GET", "POST"])
def rooms(request):
    form = RoomForm(request.POST or None, initial={"in_use": True})
    if request.method == "POST" and form.is_valid():
        plant.note(request.user, "room.added", form.save())
        messages.success(request, _("Saved."))
        return redirect("rosters:rooms")
    return render(request, "rosters/rooms.html", {"form": form, "rows": Room.objects.all()})


@plant.allow(*KEEPERS, whole=True)
@require_http_methods(["GET", "POST"])
def open_turn(request):
    form = TurnForm(request.POST or None, initial={"longest": 14, "isolation_days": 14, "test_days": 3})
    if request.method == "POST" and form.is_valid():
        turn = living_in.open_turn(by=request.user, **form.cleaned_data)
        return redirect("rosters:turn", turn.pk)
    return render(request, "rosters/turn_new.html", {"form": form, "split": split_in_force()})


@plant.allow(*READERS)
@require_http_methods(["GET", "POST"])
def turn(request, pk):
    row, verb = get_object_or_404(Turn, pk=pk), request.POST.get("verb")
    may_keep, people = plant.has_role(request.user, *KEEPERS), people_reached(request.user, *READERS)
    stay_form = StayForm(request.POST if verb == "stay" and may_keep else None)
    prepare_form = PreparationForm(request.POST if verb == "prepare" and may_keep else None)
    if (
        stay_form.is_bound
        and stay_form.is_valid()
        and _reached(stay_form, "person", people)
        and _add(request, row, stay_form)
    ):
        return redirect("rosters:turn", pk)
    if (
        prepare_form.is_bound
        and prepare_form.is_valid()
        and _reached(prepare_form, "who", people)
        and _prepare(request, prepare_form)
    ):
        return redirect("rosters:turn", pk)
    ready = living_in.readiness(row, people)
    seen = set(
        plant.health_visible_to(request.user)
        .filter(pk__in=[stay.person_id for stay, _fit in ready])
        .values_list("pk", flat=True)
    )
    if seen:
        plant.note(request.user, "fitness.read", row, detail=f"people={len(seen)}", people=seen)
    return render(request, "rosters/turn.html", {
        "turn": row, "rows": [(stay, each, stay.person_id in seen) for stay, each in ready], "fit": sum(each.fit for _stay, each in ready),
        "expected": len(ready), "inside": sum(bool(stay.entered_at) and not stay.left_at for stay, _each in ready), "may_keep": may_keep,
        "may_find": plant.has_role(request.user, Role.HEALTH_OFFICER), "stay_form": stay_form, "prepare_form": prepare_form,
        "may_plan": plant.has_role(request.user, Role.PLANNER, Role.DUTY_OFFICER), "results": FindingForm().fields["result"].choices,
        "people": plant.active().filter(pk__in=plant.people_of(request.user, *READERS)).exclude(kind="family").values_list("staff_no", "name"), "today": plant.today(),
    })  # fmt: skip


def _reachable(request, model, *roles):
    """Return the rows of a model about people whom the reader's role reaches."""
    return model.objects.filter(person__in=plant.people_of(request.user, *(roles or READERS))).select_related("person")


def _reached(form, name, people):
    """Say whether everybody a form names is reached, else put that beside the field."""
    named = form.cleaned_data[name]
    named = named if isinstance(named, (list, tuple)) or hasattr(named, "all") else [named]
    if people is not None and not {person.pk for person in named} <= people:
        form.add_error(name, _("Your role is given for a unit, and this is somebody of another one."))
        return False
    return True


def _of(conflicts, people):
    """Return the conflicts that somebody reached is part of, with the names of those alone."""
    if people is None:
        return conflicts
    named = [replace(each, people=tuple(p for p in each.people if p.pk in people)) for each in conflicts]
    return [each for each in named if each.people]


def _add(request, turn, form):
    try:
        living_in.add_stay(turn, by=request.user, **form.cleaned_data)
    except BadInput as error:
        form.add_error(error.field, REFUSALS[error.reason](error.value))
        return False
    return True


def _prepare(request, form):
    data = form.cleaned_data
    try:
        if data["first_day"]:
            fitness.isolate(data["who"], data["first_day"], data["last_day"], place=data["place"], by=request.user)
        if data["sampled_on"]:
            fitness.take_sample(data["who"], data["sampled_on"], by=request.user)
    except BadInput as error:
        form.add_error(error.field, REFUSALS[error.reason](error.value))
        return False
    count = len(data["who"])
    messages.success(request, ngettext("Entered for %(n)s person.", "Entered for %(n)s people.", count) % {"n": count})
    return True


@plant.allow(*READERS)
@require_POST
def stay(request, pk):
    row, verb = get_object_or_404(_reachable(request, Stay).select_related("turn"), pk=pk), request.POST.get("verb")
    try:
        if verb == "in" and living_in.go_in(row, by=request.user):
            messages.success(request, _("%(name)s went in.") % {"name": row.person.name})
        elif verb == "out" and living_in.come_out(row, by=request.user):
            messages.success(request, _("%(name)s came out.") % {"name": row.person.name})
        elif (
            verb == "cancel" and plant.has_role(request.user, *KEEPERS) and living_in.cancel_stay(row, by=request.user)
        ):
            messages.success(request, _("%(name)s is out of this turn.") % {"name": row.person.name})
        else:
            messages.error(request, _("This does not follow from the state it is in: look again."))
    except BadInput:
        messages.error(
            request,
            _("%(name)s may not go in: isolation and a negative test must both be done first.")
            % {"name": row.person.name},
        )
    return redirect("rosters:turn", row.turn_id)


@plant.allow(Role.HEALTH_OFFICER)
@require_POST
def finding(request, pk):
    sample, form = get_object_or_404(_reachable(request, Sample, Role.HEALTH_OFFICER), pk=pk), FindingForm(request.POST)
    if form.is_valid():
        fitness.find(sample, form.cleaned_data["result"], by=request.user)
        messages.success(request, _("Result of %(name)s entered.") % {"name": sample.person.name})
    else:
        messages.error(request, _("Choose a result."))
    there = Stay.objects.filter(person=sample.person, cancelled_at=None, left_at=None).order_by("-enters_on").first()
    return redirect("rosters:turn", there.turn_id) if there else redirect("rosters:living_in")


def _sentence(conflict):
    values = {
        "names": "、".join(person.name for person in conflict.people),
        "place": conflict.place,
        "days": conflict.days,
    }
    return {
        "double_bed": lambda: _("Bed %(place)s is given to two: %(names)s"),
        "no_bed": lambda: _("%(days)s people without a bed: %(names)s"),
        "not_fit": lambda: _("%(names)s went in without isolation or test being done"),
        "over_limit": lambda: _("%(names)s is %(days)s days over the longest stay"),
        "overdue": lambda: _("%(names)s should have come out %(days)s days ago"),
        "teams_meet": lambda: _("Two teams are inside at the same time: %(names)s"),
    }[conflict.kind]() % values


def _portions(day):
    """Return (day, [(all, halal) of each meal])."""
    return day.day, [(day.total(name), getattr(day, name)["halal"], getattr(day, name)["vegetarian"]) for name in MEALS]


MEALS = ("breakfast", "lunch", "dinner", "night")


def _meal_lines(days):
    words = {"breakfast": _("Breakfast"), "lunch": _("Lunch"), "dinner": _("Dinner"), "night": _("Night meal")}
    yield [_("Day"), *(f"{words[name]} {diet}" for name in MEALS for _key, diet in DIETS)]
    for day in days:
        yield [str(day.day), *(getattr(day, name)[key] for name in MEALS for key, _words in DIETS)]


def _inside_lines(rows):
    yield [
        _("Person"),
        _("Department or team"),
        _("Turn"),
        _("Room"),
        _("Bed"),
        _("Went in"),
        _("Days inside"),
        _("Longest"),
        _("Comes out on"),
    ]
    for row, stayed, longest in rows:
        yield [
            row.person.name,
            str(row.person.unit or ""),
            row.turn.name,
            str(row.room or ""),
            row.bed,
            f"{row.entered_at.astimezone():%Y-%m-%d %H:%M}",
            stayed,
            longest,
            str(row.leaves_on),
        ]
