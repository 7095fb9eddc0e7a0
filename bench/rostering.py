"""How good and how fast the roster engine is: the plant's own sizes, and the public benchmark where its data are.

    python bench/rostering.py                     60 s an instance, the plain CP-SAT model 60 s beside it
    python bench/rostering.py --seconds 600 --only 18,20,22
    python bench/rostering.py --seeds 3 --only 5,6,7,8,14

`at 10 s`, `at 60 s`, `at 600 s`: the objective that stood then. `plain` is one CP-SAT model of the same rules with the same
workers and at most as long, in the same run. Every roster is written to a file and counted again by `diba roster check`.
The data folder is DIBA_BENCH_DATA or ../shared/data/rosters. Best known values: public tables of schedulingbenchmarks.org;
published: the integer programme with variable neighbourhood search of 2017, ten minutes with a commercial solver.
"""

import argparse
import json
import os
import resource
import subprocess
import sys
import tempfile
import time
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))

from diba.core.errors import NoSolution  # noqa: E402
from diba.core.rostering import (  # noqa: E402  # noqa: E402
    Cover,
    Fairness,
    Person,
    Post,
    Problem,
    Shift,
    check,
    read_problem,
    solve,
    to_json,
    write_roster,
)

BEST = {1: 607, 2: 828, 3: 1001, 4: 1716, 5: 1143, 6: 1950, 7: 1056, 8: 1300, 9: 439, 10: 4631, 11: 3443, 12: 4040, 13: 1348,
        14: 1278, 15: 3829, 16: 3225, 17: 5746, 18: 4459, 19: 3149, 20: 4769, 21: 21133, 22: 30240}  # fmt: skip
PUBLISHED = {1: 607, 2: 828, 3: 1001, 4: 1716, 5: 1143, 6: 1950, 7: 1056, 8: 1364, 9: 439, 10: 4631, 11: 3443, 12: 4042,
             13: 3109, 14: 1281, 15: 4144, 16: 3306, 17: 5760, 18: 5049, 19: 3974}  # fmt: skip
USUAL = "1,2,3,4,5,6,7,8,10,12,14,16"
DATA = Path(os.environ.get("DIBA_BENCH_DATA", ROOT.parent / "shared" / "data" / "rosters"))
HEAD = ("problem", "seed", "first s", "at 10 s", "at 60 s", "at 600 s", "bound", "gap", "best", "over", "published", "plain",
        "its bound", "wall s", "CPU s", "plain CPU", "MB")  # fmt: skip
WIDE = (14, 4, 7, 8, 8, 8, 8, 7, 6, 7, 9, 7, 9, 7, 7, 9, 5)


def plant_size(people=60, days=28):
    """Return the plant's own problem: six posts of six qualifications in a ladder and beside it, three watches of 8 h."""
    shifts = (Shift("E", 360, 480), Shift("L", 840, 480), Shift("N", 1320, 480, night=True))
    posts = tuple(Post(name) for name in ("chief", "main", "second", "gate", "relay", "water"))
    held = [("chief", "main", "second")] * 10 + [("main", "second")] * 12 + [("second",)] * 8
    held += [("gate",)] * 10 + [("relay",)] * 10 + [("water",)] * 10
    crew = tuple(
        Person(
            f"P{n}", dict.fromkeys(held[n % len(held)], (0, days - 1)), longest_run=6, most_nights_in_row=4, shortest_break=1
        )
        for n in range(people)
    )  # fmt: skip
    cover = tuple(
        Cover(day, shift.id, post.id, max(1, people // 60), None, 20)
        for day in range(days) for shift in shifts for post in posts
    )  # fmt: skip
    return Problem(days, shifts, crew, cover, posts, rest=660, fairness=Fairness(nights=10, weekends=5, duties=5))


def cpu():
    """Return the CPU seconds of this process and of those it has waited for."""
    return sum(
        use.ru_utime + use.ru_stime
        for use in map(resource.getrusage, (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN))
    )  # fmt: skip


def counted_again(problem, text, roster):
    """Return the objective that `diba roster check` counts for a roster file, in a process of its own."""
    with tempfile.TemporaryDirectory() as folder:
        given, made = Path(folder, "problem"), Path(folder, "roster.csv")
        given.write_text(text)
        made.write_text(write_roster(problem, roster))
        command = [sys.executable, "-m", "diba", "roster", "check", str(given), str(made), "--json"]
        found = subprocess.run(
            command, cwd=ROOT, capture_output=True, text=True, env={**os.environ, "DIBA_HOME": folder}
        )
    report = json.loads(found.stdout)
    assert report["legal"], report["violations"]
    return report["objective"]


def plain(problem, options):
    """Return what one CP-SAT model finds in the same time, its bound and its CPU seconds."""
    if not options.plain:
        return "-", "-", 0.0
    before = cpu()
    try:
        found = solve(problem, seconds=min(options.plain, options.seconds), workers=options.workers, engine="cp-sat")
    except NoSolution:
        return "none", "-", cpu() - before
    return found.objective, found.bound, cpu() - before


def row(name, problem, text, options, seed, best=None, published=None, beside=None):
    before, started = cpu(), time.perf_counter()
    try:
        solution = solve(problem, seconds=options.seconds, workers=options.workers, seed=seed)
    except NoSolution as error:
        print(f"{name:>14} {seed:>4} no roster: {error}", flush=True)
        return
    wall, used = time.perf_counter() - started, cpu() - before
    assert (
        counted_again(problem, text, solution.roster) == check(problem, solution.roster).objective == solution.objective
    )
    stood = [
        min((cost for at, cost, _ in solution.trace if at <= limit), default="-") if options.seconds >= limit or wall < limit
        else "-" for limit in (10, 60, 600)
    ]  # fmt: skip
    objective, bound, others = beside if beside is not None else plain(problem, options)
    figures = (
        name, seed, f"{solution.trace[0][0]:.1f}", *stood, solution.bound, "proven" if solution.proven else f"{solution.gap:.2%}",
        best or "-", f"{solution.objective / best - 1:.2%}" if best else "-", published or "-", objective, bound, f"{wall:.1f}",
        f"{used:.1f}", f"{others:.1f}", resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024,
    )  # fmt: skip
    print(" ".join(f"{figure:>{wide}}" for figure, wide in zip(figures, WIDE, strict=True)), flush=True)
    return objective, bound, 0.0


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--seconds", type=float, default=60)
    parser.add_argument("--plain", type=float, default=60, help="seconds at most for the plain model; 0 leaves it out")
    parser.add_argument("--workers", type=int, default=2)
    parser.add_argument("--seeds", type=int, default=1)
    parser.add_argument("--only", default=USUAL, help="instances, comma separated")
    parser.add_argument("--no-plant", action="store_true", help="leave out the plant's own sizes")
    options = parser.parse_args()
    print(" ".join(f"{word:>{wide}}" for word, wide in zip(HEAD, WIDE, strict=True)))
    for people in () if options.no_plant else (60, 300):
        problem = plant_size(people)
        row(f"{people}x28x6 posts", problem, to_json(problem), options, 1)
    if not DATA.is_dir():
        print(f"benchmark data not here: {DATA} (set DIBA_BENCH_DATA)")
        return
    for number in map(int, options.only.split(",")):
        file = DATA / f"Instance{number}.txt"
        if not file.exists():
            print(f"instance {number} is not in {DATA}")
            continue
        beside = None
        for seed in range(1, options.seeds + 1):
            text = file.read_text()
            beside = row(
                f"instance {number}", read_problem(text), text, options, seed, BEST.get(number), PUBLISHED.get(number), beside
            )  # fmt: skip


if __name__ == "__main__":
    main()
