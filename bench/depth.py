"""How fast depth, N-1, training and teams are, each beside a ceiling in the same run.

python bench/depth.py [SECONDS]     SECONDS: the limit of the sweep, 60 when none is said
"""

import os
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
    bottleneck,
    depth_by_day,
    hard_to_replace,
    losses,
    solve,
    split,
    sweep,
    training,
    without,
)

SHIFTS = (Shift("E", 360, 480), Shift("L", 840, 480), Shift("N", 1320, 480, night=True))


def plant(people=300, days=28, posts=20, seed=1, need_of=None):
    """Return a plant of 20 posts in five departments: ladders of four posts, some people of two departments.

    At 300 people 165 are needed a day: 55 % of the days are worked; fewer people with the same need are `tight`.
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
    needed = {name: (2, 3, 3, 3)[index % 4] * (need_of or people) // 300 or 1 for index, name in enumerate(names)}
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


def timed(work):
    """Return (what it gives, wall s, CPU s of this process and its children)."""
    wall, cpu = time.perf_counter(), sum(os.times()[:4])
    found = work()
    return found, time.perf_counter() - wall, sum(os.times()[:4]) - cpu


def row(name, wall, cpu, ceiling, said):
    print(f"{name:<44} {wall:8.2f} {cpu:8.2f}   {ceiling:<34} {said}", flush=True)


def depth_rows():
    for posts, way in ((16, "subsets"), (20, "flows")):
        problem = plant(400, 1, posts)
        need = {cell.post: 0 for cell in problem.cover}
        for cell in problem.cover:
            need[cell.post] += cell.needed
        able = {person.id: frozenset(person.posts) for person in problem.people}
        found, wall, cpu = timed(lambda need=need, able=able: (bottleneck(need, able), hard_to_replace(need, able)))
        lost, slow, _ = timed(lambda need=need, able=able: [
            bottleneck(need, {**able, who: ()}).depth for who in list(able)[:20]
        ])  # fmt: skip
        assert min(lost) >= found[0].depth - 1
        said = f"depth {found[0].depth}, {len(found[1])} hard to replace"
        row(f"depth, 400 people x {posts} posts, {way}", wall, cpu, f"one by one {slow * 20:.1f} s; bar 1 s", said)
        lessons, wall, cpu = timed(lambda need=need, able=able: training(need, able))
        row(f"training, 400 people x {posts} posts", wall, cpu, "", f"{len(lessons)} ways")


def sweep_rows(seconds):
    for people in (300, 225):
        problem = plant(people, need_of=300)
        roster = solve(problem, seconds=30, engine="cp-sat").roster
        _, wall, cpu = timed(lambda problem=problem, roster=roster: depth_by_day(problem, roster))
        row(f"depth of 28 days as the roster stands, {people}", wall, cpu, "", "")
        tried = losses(problem, ["person"], 5)
        found, wall, cpu = timed(lambda p=problem, r=roster, t=tried: sweep(p, r, t, seconds=seconds))
        plain = again(problem, roster, tried)
        settled = sum(one.proven for one in found)
        said = f"{sum(one.survives for one in found)} survive, {settled} of {len(found)} settled"
        row(
            f"N-1, {people} people x 28 days, each 14 days",
            wall,
            cpu,
            f"plain CP-SAT again {plain:.0f} s; bar 60 s",
            said,
        )


def again(problem, roster, tried, sample=3):
    """Return how long a plain CP-SAT model of the whole would take for all: a few solved afresh, two workers."""

    def fresh():
        for loss in tried[:: len(tried) // sample][:sample]:
            solve(without(problem, loss, loss.first), seconds=60, engine="cp-sat", hint=roster)

    return timed(fresh)[1] / sample * len(tried)


def team_rows():
    need = {post.id: {"a": 4, "b": 8, "c": 8, "d": 8}[post.id[1]] for post in plant().posts}
    for teams in (2, 3):
        asked = need if teams == 2 else {post: number * 2 // 3 for post, number in need.items()}
        found, wall, cpu = timed(lambda asked=asked, teams=teams: split(staff(), asked, teams=teams))
        apart = max(
            max(found.posts[team][post] for team in "ABC"[:teams]) - min(found.posts[team][post] for team in "ABC"[:teams])
            for post in asked
        )  # fmt: skip
        said = f"smallest depth {found.smallest} of at most {found.most}, posts differ by {apart}, {len(found.links)} links"
        row(f"teams, 400 people into {teams}", wall, cpu, "bar 10 s", said)


def main():
    print(f"{'what':<44} {'wall s':>8} {'CPU s':>8}   {'ceiling':<34} found")
    depth_rows()
    team_rows()
    sweep_rows(float(sys.argv[1]) if len(sys.argv) > 1 else 60)


if __name__ == "__main__":
    main()
