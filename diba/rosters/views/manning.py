"""The manning board: which post breaks first, who is lost and why, who could stand in, and the repair in two clicks."""

from datetime import timedelta
from typing import NamedTuple

from django.contrib import messages
from django.http import Http404
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.cache import patch_cache_control
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.views.decorators.http import condition, require_GET, require_POST

from diba.core.errors import BadInput
from diba.plant import actions as plant
from diba.plant.actions.table_files import file_answer
from diba.plant.models import Person, Post, Role
from diba.plant.models.posts import Tier

from .. import actions
from ..actions import reasons, sweeping, training, ways
from ..actions.reach import board_for, within
from ..actions.stamp import stamp
from ..models import Sweep, TeamName
from . import READERS

FILTERS = ("post", "tier", "team")


@plant.allow(*READERS)
@require_GET
def manning(request):
    window = actions.window_of(ways.WINDOW, drafts=ways.open_drafts())
    board = board_for(request.user, actions.manning(ways.WINDOW, window.now, window=window))
    if (kind := request.GET.get("format")) in ("xlsx", "csv"):
        plant.note(request.user, "manning.exported", detail=kind)
        return file_answer(kind, f"manning-{board.now:%Y%m%d}", {_("Manning"): _lines(board)})
    cell = ways.cell_named(board, request.GET.get("hole", ""))
    return render(request, "rosters/manning.html", {
        **_page(request, board), **(_hole(request, board, cell) if cell else {}), "before": actions.figures(board),
        "silent": actions.unconfirmed() if plant.whole_plant(request.user, Role.PLANNER) else (), "tiers": Tier.choices, "team_choices": TeamName.choices,
        **({"proposals": actions.open_ways(window), **_losses(window)} if board.seen is None else {}),
    })  # fmt: skip


@plant.allow(*READERS)
@require_GET
@condition(etag_func=lambda request: stamp())
def live(request):
    answer = render(request, "rosters/manning_live.html", _page(request, board_for(request.user, actions.manning(14))))
    patch_cache_control(answer, no_cache=True, private=True)
    return answer


@plant.allow(*READERS)
@require_GET
def hole(request):
    board = board_for(request.user, actions.manning(14))
    cell = ways.cell_named(board, request.GET.get("hole", ""))
    if cell is None:
        raise Http404
    return render(request, "rosters/hole.html", _hole(request, board, cell))


@plant.allow(Role.PLANNER, whole=True)
@require_POST
def take(request):
    cell = ways.cell_named(actions.manning(14), request.POST.get("hole", ""))
    number = request.POST.get("person", "")
    if cell is None or not number.isascii() or not number.isdecimal() or len(number) > 15:
        messages.error(request, _("This watch is over, or the roster has changed: look again."))
        return redirect("rosters:manning")
    person = get_object_or_404(Person, pk=int(number))
    try:
        draft = ways.take(cell, person, by=request.user)
    except BadInput as error:
        if error.reason == "no_roster":
            messages.error(request, _("This watch is over, or the roster has changed: look again."))
            return redirect("rosters:manning")
        messages.error(request, _("%(name)s cannot stand there: the certificate is missing.") % {"name": person.name})
        return redirect(f"{reverse('rosters:manning')}?hole={cell.key}")
    messages.success(request, _("A draft with %(name)s on this watch: look at it and publish.") % {"name": person.name})
    return redirect(f"{reverse('rosters:manning')}#way-{draft.pk}")


@plant.allow(Role.PLANNER, whole=True)
@require_POST
def repair(request):
    roster, found = actions.find_ways(by=request.user)
    if roster is None:
        messages.error(request, _("No roster is in force, so there is nothing to repair: ask for one."))
        return redirect("rosters:ask")
    until = f"{roster.first_day + timedelta(days=roster.days - 1):%m-%d}"
    if found:
        messages.success(
            request,
            _("%(count)s ways found, the mildest first; looked at until %(until)s.") % {"count": found, "until": until},
        )
    else:
        messages.info(
            request,
            _(
                "Nothing needs repair until %(until)s, or nobody qualified is left: the depth below names who could be trained."
            )
            % {"until": until},
        )
    return redirect("rosters:manning")


def _page(request, board):
    """Return what the part of the page that refreshes itself shows."""
    chosen = {name: request.GET.get(name, "")[:32] for name in FILTERS}
    unheard = board.not_heard_from()
    whole, lines = actions.post_lines(board)
    shown = {post.pk for post in board.posts}
    lines = [line for line in lines if line.post.pk in shown]
    # What would raise the depth names people of the whole plant.
    raising = training.raising({line.post.code for line in lines}, board.window.posts) if board.seen is None else {}
    first = board.first_breach()
    short = board.short_cells()
    return {
        "board": board, "rows": list(_rows(board, chosen)), "chosen": chosen, "first": first, "whole": whole, "lines": [(line, raising.get(line.post.code, [])[:2]) for line in lines],
        "hours": next((line.hours for line in lines if first and line.post == first.post), None),
        "short": [(cell, actions.hours_until(cell.starts_at, board.now), [lost.person for lost in cell.lost]) for cell in short[:12]],
        "short_count": len(short), "lost": reasons.reasons_of(_once(first.lost if first else ())),
        "unheard": len(unheard), "known": len(board.people) - len(unheard), "people": len(board.people),
        "may_plan": plant.whole_plant(request.user, Role.PLANNER), "query": request.GET.urlencode(), "has_ways": actions.has_open_ways(),
    }  # fmt: skip


def _losses(window):
    """Return the worst findings of the newest sweep, and whether they still hold."""
    row = (
        Sweep.objects.filter(state__in=[Sweep.State.DONE, Sweep.State.STOPPED])
        .defer("problem", "plan", "certificate")
        .first()
    )
    if row is None:
        return {"sweep": None}
    worst = [line for line in sweeping.worst_first(row) if not line["survives"]][:5]
    names = sweeping.names_of(worst)
    posts = dict(Post.objects.values_list("code", "name"))
    return {
        "sweep": row, "sweep_stale": sweeping.is_stale(row, window), "sweep_total": len(row.outcomes),
        "losses": [
            (*names[line["kind"], line["id"]], line["open"], line["proven"], [posts.get(code, code) for code in line["posts"]]) for line in worst
        ],
    }  # fmt: skip


def _once(lost):
    """Return each person's first loss only."""
    return list({each.person.pk: each for each in reversed(lost)}.values())


def _rows(board, chosen):
    """Yield (post, watch, is the post's first row, [a Mark or None for each day]) of what the filters leave."""
    days = [date_format(day, "m-d") for day in board.days]
    for post in board.posts:
        if chosen["post"] not in ("", post.code) or chosen["tier"] not in ("", str(post.tier)):
            continue
        first = True
        for watch in board.watches:
            cells = [_shown(board, board.cells.get((post.pk, watch.pk, day)), chosen["team"]) for day in board.days]
            if any(cells):
                yield post, watch, first, [cell and _mark(cell, words) for cell, words in zip(cells, days, strict=True)]
                first = False


class Mark(NamedTuple):
    """A cell of the table as the page writes it: all of it words, for the table is long and a template slow."""

    key: str
    look: str
    label: str
    big: str
    small: str


def _mark(cell, day):
    """Return the Mark of a cell; day: the words for it."""
    place = f"{cell.post.name} {day} {cell.watch.name}"
    if cell.margin is None:
        return Mark(cell.key, "u", f"{place}: {_('no roster')}", "", "?")
    words = _("%(n)s of %(needed)s") % {"n": cell.standing, "needed": cell.needed}
    look = "neg" if cell.margin < 0 else str(min(cell.margin, 2))
    big = _("short %(n)s") % {"n": cell.short} if cell.short else str(cell.margin)
    return Mark(cell.key, look, f"{place}: {words}", big, f"{cell.standing}/{cell.needed}")


def _shown(board, cell, team):
    """Return the cell unless a team is asked for that is not planned there."""
    if cell is None or not team:
        return cell
    planned = [*(duty.person_id for duty in cell.there), *(lost.duty.person_id for lost in cell.lost)]
    return cell if any(board.teams.get(person, "") == team for person in planned) else None


def _hole(request, board, cell):
    """Return what the panel of one cell shows: who stands, who is lost and why, who could stand in."""
    unheard = board.not_heard_from()
    names = dict(TeamName.choices)
    candidates = actions.substitutes_for(cell.day, cell.watch, cell.post) if cell.standing is not None else []
    candidates = within(candidates, board.seen, lambda each: int(each.person))
    people = Person.objects.in_bulk([int(each.person) for each in candidates])
    words = actions.candidate_words(candidates, cell.day, cell.watch.pattern_id)
    return {
        "cell": cell, "begins_in": actions.hours_until(cell.starts_at, board.now), "planned": len(cell.there) + len(cell.lost) + cell.others,
        "there": [(duty.person, names.get(board.teams.get(duty.person_id), ""), duty.person_id in unheard) for duty in cell.there],
        "may_take_out": plant.whole_plant(request.user, Role.PLANNER, Role.DUTY_OFFICER),
        "back": f"{reverse('rosters:manning')}?hole={cell.key}",
        "gone": reasons.reasons_of(cell.lost), "may_plan": plant.whole_plant(request.user, Role.PLANNER),
        "candidates": [
            (people[int(each.person)], names.get(board.teams.get(int(each.person)), ""), each, broken, notes)
            for each, (broken, notes) in zip(candidates, words, strict=True)
        ],
    }  # fmt: skip


def _lines(board):
    """Yield the board as a table: a line a post, watch and day."""
    yield [_("Post"), _("Watch"), _("Day"), _("Needed"), _("Standing"), _("Margin"), _("Lost and why")]
    why = {}
    for reason in reasons.reasons_of(lost for cell in board.cells.values() for lost in cell.lost):
        why[reason.duty.pk] = f"{reason.duty.person.name}：{reason.kind}（{reason.source}）"
    for cell in sorted(board.cells.values(), key=lambda cell: (cell.post.tier, cell.post.code, cell.starts_at)):
        lost = "；".join(why[each.duty.pk] for each in cell.lost)
        yield [cell.post.name, cell.watch.name, f"{cell.day:%Y-%m-%d}", cell.needed, cell.standing, cell.margin, lost]
