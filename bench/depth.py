"""How fast depth, N-1, training and teams are, each beside a ceiling in the same run.

python bench/depth.py [SECONDS]     SECONDS: the limit of the sweep, 60 when none is said
"""

import random
import sys
import time
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))

from diba.core.rostering import (  # noqa: E402
    Cover,
    Member,
    Person,
    Post,
    Problem,
    Shift,
    losses,
    solve,
    split,
    sweep,
)

SHIFTS = (Shift("E", 360, 480), Shift("L", 840, 480), Shift("N", 1320, 480, night=True))


def plant(people=300, days=28, posts=20, seed=1):
    """Return a plant of 20 posts in five departments: ladders of four posts, some people of two departments.

    Two of three in a post stand each watch; the need is set so that about two of three days are worked.
    """
    rng = random.Random(seed)
    names = [f"{post // 4}{'abcd'[post % 4]}" for post in range(posts)]
    crew = []
    for number in range(people):
        home = 4 * (number % (posts // 4))
        top = (0, 0, 1, 1, 1, 2, 2, 2, 3, 3)[number // (posts // 4) % 10]
        held = names[home + top : home + 4]
        if rng.random() < 0.1:
            held = [*held, rng.choice(names)]
        crew.append(Person(f"P{number:03}", dict.fromkeys(held, (0, days - 1)), longest_run=6, most_nights_in_row=4))
    needed = {name: (2, 3, 3, 3)[index % 4] * people // 300 or 1 for index, name in enumerate(names)}
    cover = tuple(
        Cover(day, shift.id, name, needed[name], None, 20) for day in range(days) for shift in SHIFTS for name in names
    )
    return Problem(days, SHIFTS, tuple(crew), cover, tuple(Post(name) for name in names), rest=660)


def staff(people=400, posts=20, seed=1):
    """Return members with households of two (one in seven), rooms of three, eight buses, ages, years and past nights."""
    rng = random.Random(seed)
    crew = plant(people, posts=posts, seed=seed).people
    members = []
    for number, person in enumerate(crew):
        bonds = {f"room:{number // 3}"} if number % 5 < 2 else set()
        if number % 7 < 2:
            bonds.add(f"household:{number // 7}")
        bonds.add(f"bus:{rng.randrange(8)}")
        members.append(
            Member(
                person.id, frozenset(person.posts), frozenset(bonds), seniority=rng.randrange(1, 35),
                age=rng.randrange(22, 60), nights=rng.randrange(0, 9), novice=rng.random() < 0.1,
            )
        )  # fmt: skip
    return members
