"""Random tiny problems for hypothesis: every rule there is, over month ends, midnights and leap days, with history."""

from dataclasses import replace
from datetime import date

from hypothesis import strategies as st

from diba.core.rostering import Apart, Cover, Crew, Fairness, Person, Post, Problem, Request, Shift

STARTS = (None, date(2020, 2, 27), date(2020, 2, 28), date(2021, 2, 26), date(2020, 12, 30), date(2020, 5, 29))
DAY, NIGHT, LONG = (
    Shift("D", 480, 480, kind="rare"),
    Shift("N", 1320, 480, True, kind="rare"),
    Shift("L", 1200, 720, True, kind="rare"),
)
PATTERNS = (
    (DAY,), (DAY, NIGHT), (DAY, replace(NIGHT, not_before=frozenset({"D"}))), (NIGHT, replace(LONG, not_before=frozenset({"N"}))),
)  # fmt: skip

POSTS = (
    (Post("p"), Post("q")),
    (Post("p", place="main"), Post("q", place="backup")),
    (Post("p"), Post("q", place="backup")),
)

APART = tuple((rule,) for rule in (
    Apart(frozenset("AB")), Apart(frozenset("AB"), 0), Apart(frozenset("AB"), 0, same_day=True),
    Apart(frozenset("AB"), 600, same_place=True),
))  # fmt: skip


def maybe(values, draw, share=3):
    """Draw one of the values, or None most of the time."""
    return draw(st.sampled_from(values)) if draw(st.integers(1, share)) == 1 else None


@st.composite
def problems(draw, people=2, days=3, posts=1):
    """A problem of so many people, days and posts at most, small enough to try every roster of."""
    horizon = draw(st.integers(2, days))
    shifts = draw(st.sampled_from(PATTERNS))
    places = (Post(""),) if posts == 1 else draw(st.sampled_from(POSTS))
    names = [shift.id for shift in shifts]
    crew = tuple(draw(persons(f"P{n}", horizon, names, places)) for n in range(people))
    small = st.integers(0, 2)
    cover = tuple(draw(covers(day, name, post.id)) for day in range(horizon) for name in names for post in places)
    crews = tuple(draw(st.lists(crew_rows(horizon, names, places), max_size=2)))
    fairness = Fairness(draw(small), draw(small), draw(small), draw(st.sampled_from([{}, {names[0]: 1}, {"rare": 2}])))
    rest = draw(st.sampled_from([0, 0, 660, 1440, 2000]))
    return Problem(
        horizon, shifts, crew, cover, places, rest, fairness, draw(st.sampled_from(STARTS)), crews=crews,
        between_places=draw(st.integers(0, 2)),
        deviation=draw(st.integers(0, 3)), apart=draw(st.sampled_from([(), (), *APART])),
    )  # fmt: skip


@st.composite
def covers(draw, day, shift, post):
    needed = draw(st.integers(0, 2))
    under = draw(st.sampled_from([None, 7, 7, 7, 30]))
    needed = min(needed, 1) if under is None else needed
    least = draw(st.integers(0, needed)) if draw(st.integers(1, 4)) == 1 else 0
    most = maybe([needed, needed + 1], draw)
    return Cover(day, shift, post, needed, under, draw(st.integers(0, 3)), least, most)


@st.composite
def crew_rows(draw, horizon, shifts, places):
    least = draw(st.integers(0, 2))
    return Crew(
        draw(st.integers(0, horizon - 1)), draw(st.sampled_from("mn")), draw(st.sampled_from(["", *shifts])),
        draw(st.sampled_from([None, frozenset({places[0].id})])), least, maybe([least, least + 1], draw, 2),
        draw(st.sampled_from([None, 4, 9])), draw(st.sampled_from([None, 5])),
    )  # fmt: skip


@st.composite
def persons(draw, name, horizon, shifts, places):
    """Somebody with three rules of his own at most: with more there is often nothing left that he may do."""
    days, some = st.integers(0, horizon - 1), st.sampled_from(shifts)
    rules = {
        "days_off": st.frozensets(days, min_size=1, max_size=1),
        "barred": st.frozensets(st.tuples(days, some), min_size=1, max_size=2),
        "barred_posts": st.frozensets(st.tuples(days, st.sampled_from([p.id for p in places])), min_size=1, max_size=2),
        "pins": st.dictionaries(days, st.sampled_from([None, *((shift, places[0].id) for shift in shifts)]), max_size=1),
        "posts": st.fixed_dictionaries({post.id: st.tuples(st.integers(0, 1), st.integers(1, horizon)) for post in places}),
        "most_of": st.dictionaries(some, st.integers(0, 2), min_size=1, max_size=1),
        "least_minutes": st.sampled_from([480, 960]),
        "most_minutes": st.sampled_from([960, 1200, 1440]),
        "longest_run": st.integers(2, 3),
        "shortest_run": st.integers(2, 2),
        "shortest_break": st.integers(2, 2),
        "most_weekends": st.integers(0, 1),
        "most_nights_in_row": st.integers(0, 2),
        "most_in_week": st.integers(1, 4),
        "longest_stay": st.integers(2, 4),
        "stay_break": st.integers(1, 3),
        "credited_minutes": st.sampled_from([240, 480]),
        "base": st.tuples(*[st.sampled_from(["", *shifts])] * horizon),
        "carried": st.dictionaries(st.sampled_from(["nights", "weekends", "duties", "rare"]), st.integers(1, 4), max_size=2),
        "requests": st.tuples(st.builds(Request, days, some, st.booleans(), st.integers(1, 5))),
    }  # fmt: skip
    chosen = draw(st.sets(st.sampled_from(sorted(rules)), max_size=3))
    before = st.one_of(st.just(()), st.tuples(*[st.sampled_from(["", *shifts])] * draw(st.integers(1, 9))))
    return Person(
        name, team=draw(st.sampled_from(["", "A", "B"])), place_before=draw(st.sampled_from([None, *(post.place for post in places)])), marks=draw(st.frozensets(st.sampled_from("mn"))), before=draw(before),
        **{rule: draw(rules[rule]) for rule in sorted(chosen)},
    )  # fmt: skip
