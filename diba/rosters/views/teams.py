"""Dividing the staff into teams."""

from django.contrib import messages
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from diba.core.errors import BadInput, NoSolution
from diba.plant import actions as plant
from diba.plant.models import Role, WatchPattern

from .. import actions
from ..forms import Division
from ..models import Split


@plant.allow(Role.PLANNER, whole=True)
@require_http_methods(["GET", "POST"])
def teams(request):
    patterns = WatchPattern.objects.all()
    form = Division(patterns, request.POST or None)
    refusal = []
    if request.method == "POST" and form.is_valid():
        data = form.cleaned_data
        try:
            split = actions.split_staff(
                data["pattern"], by=request.user, crews=data["crews"], one_team=data["one_team"], teams=data["teams"]
            )
        except NoSolution as error:
            refusal = actions.clash_words(error.clash)
        except BadInput as error:
            if error.reason != "none_given":
                raise
            # What is lacking stands above the page, with the way to bring it in.
        else:
            messages.success(request, _("A division is made; look at it, then put it into force."))
            return redirect("rosters:split", split.pk)
    chosen = form.cleaned_data.get("pattern") if form.is_bound and form.is_valid() else patterns.first()
    splits = Split.objects.select_related("by__person")[:20]
    return render(
        request,
        "rosters/teams.html",
        {
            "form": form,
            "splits": splits,
            "refusal": refusal,
            "current": actions.split_in_force(),
            "lacking": actions.lacking_words(actions.lacking(chosen, plant.today())),
        },
    )


@plant.allow(Role.PLANNER, whole=True)
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
    # A team that was not asked for has nobody and is not shown.
    teams = [team for team in row.figures.get("teams", ("A", "B")) if row.figures["size"].get(team)]
    # A division of before may hold 0.0 where nobody's day of joining is on the register: that is unknown, not zero.
    known = {team for team, people in names.items() if any(person.joined for person in people)}
    years = {team: mean for team, mean in row.figures["seniority"].items() if mean or team in known}
    groups = [(team, names.get(team, []), row.figures["size"].get(team, 0), row.figures["depth"].get(team), years.get(team),
               "、".join(posts.get(code, code) for code in row.figures["tightest"].get(team, []))) for team in (*teams, "R")]  # fmt: skip
    shown = {"split": row, "one_team": teams == ["A"], "groups": groups, "links": _links(row, names)}
    return render(request, "rosters/split.html", shown)


def _links(row, names):
    """Return [(what is shared, which, [(team, names)])] of the links between the teams of a split."""
    words = {
        "household": _("household"),
        "room": _("dormitory room"),
        "bus": _("commuter bus"),
        "contact": _("contact"),
    }
    name = {str(person.pk): person.name for people in names.values() for person in people}
    return [
        (
            words.get(link["kind"], link["kind"]), link["key"] if link["kind"] in ("room", "bus") else "",
            [(team, [name.get(who, who) for who in people]) for team, people in link["people"].items()],
        )
        for link in row.figures.get("links", ())
    ]  # fmt: skip
