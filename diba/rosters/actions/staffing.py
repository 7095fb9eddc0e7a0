"""Each post's staff of a day: who is qualified, who of them is there, how many absences the post survives."""

from collections import Counter
from dataclasses import dataclass

from diba.core import rostering
from diba.plant import actions as plant

from ..models import Roster
from .manning import breach_clock, window_of
from .teams import needed_of, operators


@dataclass(frozen=True)
class PostLine:
    """One post: holders of its qualifications, those of them available, needed a day, depth, hours to its first hole."""

    post: object
    holders: int
    available: int
    needed: int
    depth: int
    hours: int | None
    cell: object


def pattern_in_force():
    """Return the watch pattern of the newest published roster, or None."""
    latest = (
        Roster.objects.filter(state=Roster.State.PUBLISHED).order_by("-published_at").select_related("pattern").first()
    )
    return latest.pattern if latest else None


def available(day=None, gone=(), window=None):
    """Return ({post code: people a day needs there}, {person id as text: post codes}, every holder's) of a day.

    gone: ids of people supposed to be away as well. The middle one leaves out who is away on the day. window: facts
    that are known already: posts, level and demand.
    """
    day, window = day or plant.today(), window or window_of(1)
    pattern = pattern_in_force()
    if pattern is None:
        return {}, {}, {}
    away = window.away_on(day) | set(gone)
    holders = {str(pk): posts for pk, posts in operators(day, posts=window.posts).items()}
    able = {pk: posts for pk, posts in holders.items() if int(pk) not in away}
    return needed_of(window.posts, window.demand(pattern.pk, window.level)), able, holders


def depth(day=None, gone=()):
    """Return (whole, rows, people hard to replace) of the staff available on a day: how many absences each post survives."""
    need, able, _holders = available(day, gone)
    if not need:
        return None, [], {}
    names = {post.code: post for post in plant.posts()}
    rows = [(names[row.place], row) for row in rostering.place_depths(need, able)]
    return rostering.bottleneck(need, able), rows, rostering.hard_to_replace(need, able)


def post_lines(board, day=None, gone=()):
    """Return (depth of the whole, [PostLine]), the post that breaks first on top, then the thinnest."""
    need, able, holders = available(day, gone, board.window)
    if not need:
        return None, []
    number = Counter(post for posts in holders.values() for post in posts)
    first = {post.pk: (hours, cell) for post, hours, cell in breach_clock(board)}
    names = {post.code: post for post in board.window.posts}
    lines = [
        PostLine(names[row.place], number[row.place], row.able, row.needed, row.depth, *first.get(names[row.place].pk, (None, None)))
        for row in rostering.place_depths(need, able)
    ]  # fmt: skip
    return rostering.bottleneck(need, able), sorted(
        lines, key=lambda line: (line.hours is None, line.hours or 0, line.depth, line.post.tier, line.post.code)
    )
