"""What counting says of the duties somebody may do is never less than what he can do, and no more than his rules allow."""

from hypothesis import given, settings
from hypothesis import strategies as st

from diba.core.rostering import Cover, Person, Post, Problem, Shift, check, losses, solve, sweep, without
from diba.core.rostering.depth.counts import most_duties

DAYS = 7
ALONE = Problem(DAYS, (Shift("D"),), (Person("P"),), (), (Post(""),))


def by_trying(person, row, first):
    """Return for each last day the most duties since `first` of any legal row that begins as `row` does."""
    best = [0] * (DAYS - first)
    for mask in range(1 << (DAYS - first)):
        cells = {**row, **{first + n: ("D", "") for n in range(DAYS - first) if mask >> n & 1}}
        problem = Problem(DAYS, ALONE.shifts, (person,), (), ALONE.posts)
        if check(problem, {(person.id, day): cell for day, cell in cells.items()}).legal:
            for last in range(DAYS - first):
                best[last] = max(best[last], bin(mask & ((2 << last) - 1)).count("1"))
    return best


@settings(max_examples=150, deadline=None)
@given(
    st.integers(1, 4), st.integers(1, 3), st.frozensets(st.integers(0, DAYS - 1), max_size=3), st.integers(0, 3),
    st.lists(st.sampled_from(["", "D"]), max_size=3), st.frozensets(st.integers(0, 2)),
)  # fmt: skip
def test_the_duties_counted_are_those_that_trying_every_row_finds(longest, shortest, off, first, before, worked):
    person = Person("P", longest_run=longest, shortest_break=shortest, days_off=off, before=tuple(before))
    row = {day: ("D", "") for day in worked if day < first}
    problem = Problem(DAYS, ALONE.shifts, (person,), (), ALONE.posts)
    tried = by_trying(person, row, first)
    counted = most_duties(person, row, first, DAYS)
    assert all(bound >= best for bound, best in zip(counted, tried, strict=True))
    if check(problem, {("P", day): cell for day, cell in row.items()}).legal and not off:
        assert counted == tried


@settings(max_examples=40, deadline=None)
@given(st.integers(0, 10_000), st.integers(4, 7), st.integers(1, 2), st.integers(0, 6))
def test_no_witness_breaks_a_rule_touches_a_pin_or_changes_the_past(seed, people, needed, first):
    posts = ("gate", "relay")
    crew = tuple(
        Person(
            f"P{n}", dict.fromkeys(posts[: 1 + (seed >> n & 1)], (0, 6)), longest_run=4, most_nights_in_row=3,
            pins={5: None} if n == seed % people else {},
        )
        for n in range(people)
    )  # fmt: skip
    shifts = (Shift("D", 480, 720), Shift("N", 1200, 720, night=True))
    cover = tuple(
        Cover(day, shift.id, "gate", needed if shift.id == "D" else 1) for day in range(7) for shift in shifts
    )
    problem = Problem(7, shifts, crew, cover, tuple(map(Post, posts)), rest=660)
    roster = solve(problem, seconds=2, workers=1, soft=1000, engine="cp-sat").roster
    held = check(problem, roster)
    for outcome in sweep(problem, roster, losses(problem, ["person"], first, 3), seconds=10, workers=1):
        left = without(problem, outcome.loss, first)
        if outcome.survives:
            after = check(left, outcome.roster)
            assert {v.rule for v in after.violations} <= {"cover"} and after.missing <= held.missing
            assert all(
                outcome.roster.get(key) == roster.get(key) for key in {*roster, *outcome.roster} if key[1] < first
            )
            pinned = f"P{seed % people}"
            assert pinned in outcome.loss.people or (pinned, 5) not in outcome.roster
