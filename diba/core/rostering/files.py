"""Problems and rosters as text: Diba's own JSON, the benchmark's .txt, rosters as CSV. Reading a path is the caller's."""

import csv
import io
import json
from collections.abc import Callable, Iterator, Mapping
from dataclasses import MISSING, fields, is_dataclass
from datetime import date
from typing import Any

from ..errors import BadInput
from .problem import NO_POST, Apart, Cover, Crew, Fairness, Person, Post, Problem, Request, Roster, Shift

SCHEMA = "diba-roster-problem/1"


def read_problem(text: str) -> Problem:
    """Return the problem in a text: JSON when it begins with a brace, else the benchmark's sections."""
    if text.lstrip("\ufeff \r\n\t").startswith("{"):
        return from_json(text)
    return from_benchmark(text)


# ---- the benchmark of Curtois & Qu (2014): sections, commas, # comments ----


def from_benchmark(text: str) -> Problem:
    """Return a benchmark instance as a problem. Raises BadInput with the section and line."""
    sections = _sections(text)
    for name in ("HORIZON", "SHIFTS", "STAFF", "COVER"):
        if not sections.get(name):
            raise BadInput("no_section", name)
    days = _number(sections["HORIZON"][0][1], 0, "HORIZON", sections["HORIZON"][0][0])
    shifts = tuple(_shift(row, line) for line, row in sections["SHIFTS"])
    off: dict[str, frozenset[int]] = {}
    for line, row in sections.get("DAYS_OFF", []):
        off[row[0]] = frozenset(_number(row, column, "DAYS_OFF", line) for column in range(1, len(row)))
    requests: dict[str, list[Request]] = {}
    for name, wanted in (("SHIFT_ON_REQUESTS", True), ("SHIFT_OFF_REQUESTS", False)):
        for line, row in sections.get(name, []):
            day, weight = _number(row, 1, name, line), _number(row, 3, name, line)
            requests.setdefault(row[0], []).append(Request(day, _cell(row, 2, name, line), wanted, weight))
    staff = [_staff(row, line) for line, row in sections["STAFF"]]
    known = {person["id"] for person in staff}
    for who in {*off, *requests} - known:
        raise BadInput("unknown_person", "DAYS_OFF or requests", value=who)
    people = tuple(
        Person(**person, days_off=off.get(person["id"], frozenset()), requests=tuple(requests.get(person["id"], ())))
        for person in staff
    )
    cover = tuple(
        Cover(
            _number(row, 0, "COVER", line), _cell(row, 1, "COVER", line), NO_POST, _number(row, 2, "COVER", line),
            _number(row, 3, "COVER", line), _number(row, 4, "COVER", line),
        )
        for line, row in sections["COVER"]
    )  # fmt: skip
    return Problem(days, shifts, people, cover)


def _sections(text: str) -> dict[str, list[tuple[int, list[str]]]]:
    found: dict[str, list[tuple[int, list[str]]]] = {}
    name = ""
    for number, line in enumerate(text.lstrip("\ufeff").splitlines(), 1):
        line = line.strip()
        if line.startswith("SECTION_"):
            name = line.removeprefix("SECTION_")
        elif line and not line.startswith("#"):
            found.setdefault(name, []).append((number, [part.strip() for part in line.split(",")]))
    if "" in found:
        number, row = found[""][0]
        raise BadInput("not_a_problem_file", "", number, ",".join(row)[:60])
    return found


def _cell(row: list[str], column: int, section: str, line: int) -> str:
    if column >= len(row):
        raise BadInput("too_few_columns", section, line, ",".join(row)[:60])
    return row[column]


def _number(row: list[str], column: int, section: str, line: int) -> int:
    text = _cell(row, column, section, line)
    try:
        return int(text)
    except ValueError:
        raise BadInput("not_a_whole_number", section, line, text[:40]) from None


def _shift(row: list[str], line: int) -> Shift:
    not_before = _cell(row, 2, "SHIFTS", line) if len(row) > 2 else ""
    following = frozenset(part for part in not_before.split("|") if part)
    return Shift(row[0], 0, _number(row, 1, "SHIFTS", line), False, following)


def _staff(row: list[str], line: int) -> dict[str, Any]:
    most = {}
    for part in filter(None, _cell(row, 1, "STAFF", line).split("|")):
        shift, _, number = part.partition("=")
        most[shift] = _number([number], 0, "STAFF", line)
    names = ("most_minutes", "least_minutes", "longest_run", "shortest_run", "shortest_break", "most_weekends")
    numbers = {name: _number(row, column, "STAFF", line) for column, name in enumerate(names, 2)}
    return {"id": row[0], "most_of": most, **numbers}


# ---- Diba's own file: docs/models/rostering.md ----


def to_json(problem: Problem) -> str:
    """Return a problem as Diba's own file; `from_json` gives the same problem back. What is at its default is left out."""
    return json.dumps({"schema": SCHEMA, **_shown(problem)}, ensure_ascii=False, indent=1)


def _shown(thing: Any) -> dict[str, Any]:
    """Return a part of a problem as plain data, without what is at its default."""
    found = {}
    for field in fields(thing):
        value = getattr(thing, field.name)
        default = field.default_factory() if field.default_factory is not MISSING else field.default
        if value != default:
            found[field.name] = _plain(field.name, value)
    return found


def _plain(name: str, value: Any) -> Any:
    if name == "pins":
        return [[day, *(pin or ())] for day, pin in sorted(value.items())]
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, frozenset):
        return sorted(list(entry) if isinstance(entry, tuple) else entry for entry in value)
    if isinstance(value, Mapping):
        return {key: list(entry) if isinstance(entry, tuple) else entry for key, entry in value.items()}
    if isinstance(value, tuple):
        return [_shown(entry) if is_dataclass(entry) else entry for entry in value]
    return _shown(value) if is_dataclass(value) else value


def from_json(text: str) -> Problem:
    """Return the problem in Diba's own file. Raises BadInput with the key and the entry."""
    try:
        data = json.loads(text.lstrip("\ufeff"))
    except (ValueError, RecursionError) as error:
        raise BadInput("not_json", value=str(error)[:100]) from None
    if not isinstance(data, dict) or data.get("schema") != SCHEMA:
        raise BadInput("unknown_schema", "schema", value=str(data.get("schema") if isinstance(data, dict) else "")[:60])
    problem = Problem(
        days=data.get("days", 0),
        shifts=tuple(
            _each(data, "shifts", lambda row: Shift(**{**row, "not_before": frozenset(row.get("not_before", ()))}))
        ),
        people=tuple(_each(data, "people", _person_in)),
        cover=tuple(_each(data, "cover", lambda row: Cover(**row))),
        crews=tuple(_each(data, "crews", _crew_in)),
        apart=tuple(_each(data, "apart", lambda row: Apart(**{**row, "teams": frozenset(row["teams"])}))),
        posts=tuple(_each(data, "posts", lambda row: Post(**row))) if "posts" in data else (Post(NO_POST),),
        rest=data.get("rest", 0),
        between_places=data.get("between_places", 0),
        deviation=data.get("deviation", 0),
        fairness=next(_each({"fairness": [data.get("fairness") or {}]}, "fairness", _fairness_in)),
        start=_date(data.get("start")),
        name=str(data.get("name") or "")[:200],
    )
    _somebodys(problem)
    return problem


def _somebodys(problem: Problem) -> None:
    """Raise BadInput for a mark or a team that nobody has: in a file that is a slip of the pen."""
    marks = {mark for person in problem.people for mark in person.marks}
    for row, crew in enumerate(problem.crews, 1):
        if crew.mark not in marks:
            raise BadInput("nobody_has", "crews", row, crew.mark)
    for row, rule in enumerate(problem.apart, 1):
        if strangers := rule.teams - set(problem.teams):
            raise BadInput("unknown_team", "apart", row, sorted(strangers)[0])


def _each(data: dict[str, Any], key: str, make: Callable[[dict[str, Any]], Any]) -> Iterator[Any]:
    rows = data.get(key, [])
    if not isinstance(rows, list):
        raise BadInput("not_a_list", key)
    for number, row in enumerate(rows, 1):
        try:
            made = make(row)
        except (TypeError, ValueError, KeyError, IndexError, AttributeError) as error:
            raise BadInput("not_understood", key, number, str(error)[:120]) from None
        yield made


def _person_in(row: dict[str, Any]) -> Person:
    posts = row.get("posts")
    return Person(
        **{
            **row,
            "posts": None if posts is None else {post: (int(span[0]), int(span[1])) for post, span in posts.items()},
            "marks": frozenset(row.get("marks", ())),
            "days_off": frozenset(row.get("days_off", ())),
            "barred": frozenset((int(day), str(shift)) for day, shift in row.get("barred", ())),
            "barred_posts": frozenset((int(day), str(post)) for day, post in row.get("barred_posts", ())),
            "pins": {int(pin[0]): (str(pin[1]), str(pin[2])) if len(pin) > 1 else None for pin in row.get("pins", ())},
            "most_of": dict(row.get("most_of", {})),
            "requests": tuple(Request(**request) for request in row.get("requests", ())),
            "before": tuple(row.get("before", ())),
            "base": tuple(row.get("base", ())),
            "carried": dict(row.get("carried", {})),
        }
    )


def _fairness_in(row: dict[str, Any]) -> Fairness:
    return Fairness(**{**row, "kinds": dict(row.get("kinds", {}))})


def _crew_in(row: dict[str, Any]) -> Crew:
    posts = row.get("posts")
    return Crew(**{**row, "posts": None if posts is None else frozenset(posts)})


def _date(text: object) -> date | None:
    if text is None:
        return None
    try:
        return date.fromisoformat(str(text))
    except ValueError:
        raise BadInput("not_a_date", "start", value=str(text)[:40]) from None


# ---- rosters: employee,day,shift and, where there are posts, post ----


def write_roster(problem: Problem, roster: Roster) -> str:
    """Return a roster as CSV, by person and day; the column `post` only when the problem has posts."""
    with_posts = any(post.id for post in problem.posts)
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\n")
    writer.writerow(["employee", "day", "shift", *(["post"] if with_posts else [])])
    order = {person.id: index for index, person in enumerate(problem.people)}
    for (person, day), (shift, post) in sorted(
        roster.items(), key=lambda item: (order.get(item[0][0], -1), item[0][1])
    ):
        writer.writerow([person, day, shift, *([post] if with_posts else [])])
    return out.getvalue()


def read_roster(problem: Problem, text: str) -> dict[tuple[str, int], tuple[str, str]]:
    """Return the roster in a CSV. Raises BadInput with the row; whether it keeps the rules is the referee's business."""
    rows = csv.reader(io.StringIO(text.lstrip("\ufeff")))
    header = [name.strip().lower() for name in next(rows, [])]
    if header[:3] != ["employee", "day", "shift"]:
        raise BadInput("unknown_columns", "employee,day,shift", 1, ",".join(header)[:60])
    only = problem.posts[0].id if len(problem.posts) == 1 else None
    roster: dict[tuple[str, int], tuple[str, str]] = {}
    for number, row in enumerate(rows, 2):
        if not any(part.strip() for part in row):
            continue
        person, day, shift, post = _roster_row(problem, [part.strip() for part in row], number, only)
        if (person, day) in roster:
            raise BadInput("two_shifts_a_day", "employee", number, f"{person} {day}")
        roster[person, day] = (shift, post)
    return roster


def _roster_row(problem: Problem, row: list[str], number: int, only: str | None) -> tuple[str, int, str, str]:
    if len(row) < 3:
        raise BadInput("too_few_columns", "employee,day,shift", number, ",".join(row)[:60])
    post = row[3] if len(row) > 3 and row[3] else only
    _in(problem.person, row[0], "employee", number)
    _in(problem.shift, row[2], "shift", number)
    if post is None:
        raise BadInput("no_post", "post", number)
    _in(problem.post, post, "post", number)
    day = _number(row, 1, "day", number)
    if not 0 <= day < problem.days:
        raise BadInput("out_of_range", "day", number, day)
    return row[0], day, row[2], post


def _in(known: Mapping[str, object], key: str, field: str, number: int) -> None:
    if key not in known:
        raise BadInput(f"unknown_{field}", field, number, key[:40])
