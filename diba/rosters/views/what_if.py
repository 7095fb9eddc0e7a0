"""What if: suppose people gone or another level, see what breaks and the best repair. Kept apart from the plan."""

from datetime import date

from django.contrib import messages
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from diba.core.errors import BadInput
from diba.plant import actions as plant
from diba.plant.models import Person, Post, Watch

from .. import actions
from ..actions import reasons, what_if
from ..actions.groups import groups
from ..models import WhatIf
from ..register_forms import GoneForm, LevelForm, WhatIfName
from . import READERS


@plant.allow(*READERS, whole=True)
@require_http_methods(["GET", "POST"])
def what_ifs(request):
    form = WhatIfName(request.POST or None)
    if request.method == "POST" and form.is_valid():
        return redirect("rosters:what_if", what_if.start_what_if(form.cleaned_data["name"], by=request.user).pk)
    return render(
        request,
        "rosters/what_ifs.html",
        {"rows": WhatIf.objects.select_related("asked_by__person")[:100], "form": form},
    )


@plant.allow(*READERS, whole=True)
@require_http_methods(["GET", "POST"])
def one(request, pk):
    row = get_object_or_404(WhatIf.objects.select_related("job"), pk=pk)
    known, verb = groups(), request.POST.get("verb")
    choices = [(key, words) for key, (words, _ids) in known.items()]
    gone = GoneForm(choices, request.POST if verb == "gone" else None, initial={"first": plant.today()})
    level = LevelForm(
        request.POST if verb == "level" else None, initial={"level": row.level, "level_from": row.level_from}
    )
    if verb == "gone" and gone.is_valid() and _suppose(request, row, gone, known):
        return redirect("rosters:what_if", pk)
    if verb == "level" and level.is_valid():
        what_if.suppose_level(row, level.cleaned_data["level"], level.cleaned_data["level_from"], by=request.user)
        return redirect("rosters:what_if", pk)
    return render(request, "rosters/what_if.html", {"row": row, "gone_form": gone, "level_form": level, **_seen(row)})


def _suppose(request, row, form, known):
    """Add what the form names; say whether it could be, else put the error beside the field."""
    data = form.cleaned_data
    ids = [person.pk for person in data["who"] or ()] + list(known.get(data["group"], ("", ()))[1])
    try:
        what_if.suppose_gone(row, list(dict.fromkeys(ids)), data["first"], data["last"], by=request.user)
    except BadInput:
        form.add_error("who", _("Too many people at once."))
        return False
    return True


@plant.allow(*READERS, whole=True)
@require_POST
def back(request, pk, person):
    row = get_object_or_404(WhatIf, pk=pk)
    what_if.suppose_back(row, person, by=request.user)
    return redirect("rosters:what_if", pk)


@plant.allow(*READERS, whole=True)
@require_POST
def mend(request, pk):
    what_if.ask_for_way(get_object_or_404(WhatIf, pk=pk), by=request.user)
    return redirect("rosters:what_if", pk)


@plant.allow(*READERS, whole=True)
@require_GET
def live(request, pk):
    row = get_object_or_404(WhatIf.objects.select_related("job"), pk=pk)
    answer = render(request, "rosters/what_if_live.html", {"row": row})
    if not row.job or row.job.ended_at:
        answer["HX-Refresh"] = "true"
    return answer


@plant.allow(*READERS, whole=True)
@require_POST
def forget(request, pk):
    what_if.forget_what_if(get_object_or_404(WhatIf, pk=pk), by=request.user)
    messages.success(request, _("Deleted; the roster never knew of it."))
    return redirect("rosters:what_ifs")


def _seen(row):
    """Return what the page shows: boards and depth as they are and as supposed, the people, the best repair."""
    supposition = what_if.supposed(row)
    now, then = actions.manning(14), actions.manning(14, supposed=supposition)
    day = max([plant.today(), *(date.fromisoformat(entry["first"]) for entry in row.gone)])
    gone = {entry["person"] for entry in row.gone if not entry["last"] or date.fromisoformat(entry["last"]) >= day}
    _whole, before = actions.post_lines(now, day)
    _whole, after = actions.post_lines(then, day, gone)
    later = {line.post.pk: line for line in after}
    people = Person.objects.select_related("unit").in_bulk([entry["person"] for entry in row.gone])
    first, was = then.first_breach(), now.first_breach()
    return {
        "now_board": now, "first": first, "hours": first and actions.hours_until(first.starts_at, then.now), "was": was,
        "was_hours": was and actions.hours_until(was.starts_at, now.now), "days": then.days, "day": day,
        "rows": [(post, [(each, now.worst(post, each), then.worst(post, each)) for each in then.days]) for post in then.posts],
        "lines": [(line, later[line.post.pk]) for line in before if line.post.pk in later],
        "before": actions.figures(now), "after": actions.figures(then),
        "gone": [
            (people[entry["person"]], date.fromisoformat(entry["first"]), entry["last"] and date.fromisoformat(entry["last"]))
            for entry in row.gone if entry["person"] in people
        ],
        "people": plant.active().exclude(kind="family").values_list("staff_no", "name"), "way": _way(row.result),
    }  # fmt: skip


def _way(result):
    """Return the stored repair with people, posts and watches by name."""
    if not result or "none" in result:
        return result
    people = Person.objects.in_bulk([change["person"] for change in result["changes"]])
    posts = dict(Post.objects.values_list("code", "name"))
    watches = dict(Watch.objects.values_list("code", "name"))

    def place(cell):
        return f"{watches.get(cell[0], cell[0])} {posts.get(cell[1], cell[1])}" if cell else _("off")

    return {
        **result,
        "until": date.fromisoformat(result["until"]) if "until" in result else None,
        "changes": [
            (date.fromisoformat(change["day"]), people.get(change["person"]), place(change["before"]), place(change["after"]))
            for change in result["changes"]
        ],
        "holes": [
            (date.fromisoformat(hole["day"]), watches.get(hole["shift"], hole["shift"]), posts.get(hole["post"], hole["post"]), hole["needed"] - hole["found"])
            for hole in result["holes"]
        ],
        "eased": reasons.rule_words(result["eased"]),
    }  # fmt: skip
