"""What a role given for one unit reaches on the boards: the posts of the unit or manned by its people; of people only its own."""

from dataclasses import replace

from diba.plant import actions as plant
from diba.plant.models import Post, Role

BOARDS = (Role.PLANNER, Role.DUTY_OFFICER)


def people_reached(account, *roles):
    """Return the ids of the people whom the account's roles reach, or None for everybody."""
    if plant.whole_plant(account, *roles):
        return None
    return frozenset(plant.people_of(account, *roles).values_list("pk", flat=True))


def within(rows, people, person=lambda row: row.person_id):
    """Return those rows whose person is reached; all when everybody is."""
    return list(rows) if people is None else [row for row in rows if person(row) in people]


def board_for(account, board):
    """Return the board as an account may see it.

    A role for the plant sees all of it. One for a unit sees the posts that belong to the unit and those at which somebody
    of the unit is planned, with their true figures; the names and reasons of others are left out and counted.
    """
    people = people_reached(account, *BOARDS)
    if people is None:
        return board
    posts = set(Post.objects.filter(plant.under(plant.units_of(account, *BOARDS), "unit")).values_list("pk", flat=True))
    for cell in board.cells.values():
        if any(duty.person_id in people for duty in _planned(cell)):
            posts.add(cell.post.pk)
    cells = {key: _hidden(cell, people) for key, cell in board.cells.items() if cell.post.pk in posts}
    breach = {post: _hidden(cell, people) for post, cell in board.breach.items() if post in posts}
    shown = [post for post in board.posts if post.pk in posts]
    return replace(board, posts=shown, cells=cells, breach=breach, people=board.people & people, seen=people)


def _planned(cell):
    return [*cell.there, *(lost.duty for lost in cell.lost)]


def _hidden(cell, people):
    there = tuple(duty for duty in cell.there if duty.person_id in people)
    lost = tuple(each for each in cell.lost if each.duty.person_id in people)
    return replace(cell, there=there, lost=lost, others=len(_planned(cell)) - len(there) - len(lost))
