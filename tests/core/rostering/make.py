"""Small problems for the tests."""

import random

from diba.core.rostering import Cover, Fairness, Person, Post, Problem, Request, Shift

WATCHES = (Shift("E", 360, 480), Shift("L", 840, 480), Shift("N", 1320, 480, night=True))


def plain(people=4, days=7, needed=1, **rules):
    """One post, three watches, everybody may do everything."""
    cover = tuple(Cover(day, shift.id, "p", needed, None, 10) for day in range(days) for shift in WATCHES)
    crew = tuple(Person(f"P{n}", {"p": (0, days - 1)}, **rules) for n in range(people))
    return Problem(days, WATCHES, crew, cover, (Post("p"),), rest=11 * 60)


def tiny(seed):
    """A random problem small enough to try every roster of."""
    rng = random.Random(seed)
    shifts = (Shift("D", 480, 480, not_before=frozenset()), Shift("N", 1320, 480, True, frozenset({"D"})))
    days = 3
    people = []
    for n in range(3):
        people.append(
            Person(
                f"P{n}",
                most_of={"N": rng.randint(0, 2)},
                least_minutes=rng.choice([0, 480]),
                most_minutes=rng.choice([960, 1440]),
                longest_run=(longest := rng.choice([1, 2, 3])),
                shortest_run=min(longest, rng.choice([1, 2])),
                shortest_break=rng.choice([1, 2]),
                most_nights_in_row=rng.choice([None, 1]),
                days_off=frozenset(rng.sample(range(days), rng.choice([0, 0, 1]))),
                requests=tuple(
                    Request(rng.randrange(days), rng.choice("DN"), rng.random() < 0.5, rng.randint(1, 5))
                    for _ in range(2)
                ),
                before=rng.choice([(), ("N",), ("D", "D"), ("", "N"), ("D", "")]),
            )
        )
    cover = tuple(
        Cover(day, shift, "", rng.randint(0, 2), rng.choice([None, 20, 20]) if seed % 3 == 0 else 20, rng.randint(0, 3))
        for day in range(days)
        for shift in "DN"
    )
    return Problem(days, shifts, tuple(people), cover, fairness=Fairness(nights=seed % 2))
