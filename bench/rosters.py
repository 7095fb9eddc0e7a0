"""How good and how fast the roster engine is: the plant's own size, and the public benchmark where its data are.

    python bench/rosters.py [SECONDS]     60 s an instance when none is said

The data folder is DIBA_BENCH_DATA or ../shared/data/rosters. Best known values: public tables of schedulingbenchmarks.org.
"""

import os
import sys
import time
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))

from diba.core.rostering import Cover, Fairness, Person, Post, Problem, Shift, check, read_problem, solve  # noqa: E402

BEST = {1: 607, 2: 828, 3: 1001, 4: 1716, 5: 1143, 6: 1950, 7: 1056, 8: 1300, 10: 4631, 12: 4040, 14: 1278}
PLAIN = {
    1: "607",
    2: "828",
    3: "1001",
    4: "1716",
    5: "1351",
    6: "2271",
    7: "1287",
    8: "1868",
    10: "4992",
    12: "6557",
    14: "1660",
}
DATA = Path(os.environ.get("DIBA_BENCH_DATA", ROOT.parent / "shared" / "data" / "rosters"))


def plant_size(people=60, days=28):
    """Return the plant's own problem: six posts of six qualifications in a ladder and beside it, three watches of 8 h."""
    shifts = (Shift("E", 360, 480), Shift("L", 840, 480), Shift("N", 1320, 480, night=True))
    posts = tuple(Post(name) for name in ("chief", "main", "second", "gate", "relay", "water"))
    held = [("chief", "main", "second")] * 10 + [("main", "second")] * 12 + [("second",)] * 8
    held += [("gate",)] * 10 + [("relay",)] * 10 + [("water",)] * 10
    crew = tuple(
        Person(
            f"P{n}",
            dict.fromkeys(held[n % len(held)], (0, days - 1)),
            longest_run=6,
            most_nights_in_row=4,
            shortest_break=1,
        )
        for n in range(people)
    )
    cover = tuple(
        Cover(day, shift.id, post.id, 1, None, 20) for day in range(days) for shift in shifts for post in posts
    )
    return Problem(days, shifts, crew, cover, posts, rest=660, fairness=Fairness(nights=10, weekends=5, duties=5))


def row(name, problem, seconds, best=None, plain=""):
    started, cpu = time.perf_counter(), time.process_time()
    solution = solve(problem, seconds=seconds, workers=2)
    wall, used = time.perf_counter() - started, time.process_time() - cpu
    assert check(problem, solution.roster).objective == solution.objective
    ratio = f"{solution.objective / best:6.3f}" if best else "     -"
    state = "proven" if solution.proven else f"{solution.gap:6.1%}"
    print(
        f"{name:>14} {solution.objective:>8} {solution.bound:>8} {state:>8} {best or '-':>8} {ratio} {plain:>8} {wall:7.1f} {used:7.1f}",
        flush=True,
    )


def main():
    seconds = float(sys.argv[1]) if len(sys.argv) > 1 else 60
    print(
        f"{'problem':>14} {'found':>8} {'bound':>8} {'gap':>8} {'best':>8} {'ratio':>6} {'plain':>8} {'wall s':>7} {'CPU s':>7}"
    )
    row("60x28x6 posts", plant_size(), 30)
    if not DATA.is_dir():
        print(f"benchmark data not here: {DATA} (set DIBA_BENCH_DATA)")
        return
    for number, best in BEST.items():
        row(
            f"instance {number}",
            read_problem((DATA / f"Instance{number}.txt").read_text()),
            seconds,
            best,
            PLAIN[number],
        )


if __name__ == "__main__":
    main()
