"""Which edits could still be part of a better mix: all of them are brought in, whatever the pricing made of its caps before."""

import random

import numpy as np
import pytest

from diba.core.rostering import Cover, Person, Problem, Shift
from diba.core.rostering.columns.compiling import tables
from diba.core.rostering.columns.pricing import Pricer
from diba.core.rostering.edits import Edits, Prices

DAYS = 6


def capped(seed):
    """Return the tables of one person who may stand each of three watches twice, at random costs."""
    rng = random.Random(seed)
    shifts = tuple(Shift(name, 480 * n, 480) for n, name in enumerate("EDN"))
    person = Person("a", most_of=dict.fromkeys("EDN", 2))
    cover = tuple(Cover(day, shift.id, "", 1, 50, 0) for day in range(DAYS) for shift in shifts)
    built, _codec = tables(Problem(DAYS, shifts, (person,), cover))
    built.cell[:, :, 1:] = np.array([[[rng.randint(-30, 10) for _ in "EDN"] for _day in range(DAYS)]])
    return built


@pytest.mark.parametrize("seed", range(40))
def test_no_edit_of_a_mix_that_is_cheap_enough_is_left_out(seed):
    built = capped(seed)
    start = np.zeros((1, DAYS), np.int16)
    rows = len(built.rows.need)
    prices = Prices(np.zeros(rows), np.zeros(rows))
    everything = Pricer(built).within(0, built.cell[0], 1e6, 10**6)
    days = np.arange(DAYS)
    costs = sorted({float(built.cell[0, days, schedule].sum()) for schedule in everything})
    pricer = Pricer(built, room=0)  # too little room to compile a cap in: a multiplier stands for it
    for worth in costs[:12]:
        edits = Edits(built, prices, start, start, [0])
        dual = np.zeros(1)
        edits.price(pricer, dual)
        assert edits.enumerate(pricer, dual, worth, 10**6, lambda: False)
        found = {schedule.tobytes() for _person, schedule in edits.columns}
        cheap = [s for s in everything if s.any() and built.cell[0, days, s].sum() <= worth]
        assert all(schedule.tobytes() in found for schedule in cheap)
