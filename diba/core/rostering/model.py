"""The rules as one CP-SAT model. Groups of rules can be left out by name: that is how a clash is explained."""

from collections import defaultdict
from collections.abc import Iterable
from typing import Any

from .meetings import Slot, meetings, stood_before
from .problem import Cover, Person, Problem

# Every group of hard rules, in the order in which a planner would give way.
GROUPS = ("cover", "longest_run", "rest", "most_nights_in_row", "most_weekends", "minutes", "most_of", "shortest_run",
          "shortest_break", "most", "crews", "places", "most_in_week", "longest_stay", "apart")  # fmt: skip


class Model:
    """Variables and constraints of one problem. `cell[p, d, s, q]` is 1 when person p stands at post q on shift s of
    day d; `at[p, d, s]` and `works[p, d]` sum it up.
    """

    def __init__(self, problem: Problem, without: Iterable[str] = (), soft: int | None = None) -> None:
        """Build the model. without: rule groups left out, "cover:POST" for one post's; soft: what each one missing of a
        hard minimum costs (it may then be missed), None: hard stays hard.
        """
        from ortools.sat.python import cp_model

        self.problem, self.without, self.soft = problem, frozenset(without), soft
        self.cp = cp_model.CpModel()
        self.cell: dict[tuple[str, int, str, str], Any] = {}
        self.at: dict[tuple[str, int, str], Any] = {}
        self.works: dict[tuple[str, int], Any] = {}
        self.cost: list[Any] = []
        self.constant = 0
        for person in problem.people:
            self._person(person)
        self._cover()
        self._crews()
        if problem.apart and self._on("apart"):
            self._apart()
        self._fairness()
        self.cp.minimize(sum(self.cost) + self.constant)

    def _on(self, group: str) -> bool:
        return group not in self.without

    def _person(self, person: Person) -> None:
        self._cells(person)
        if self._on("rest"):
            self._successions(person)
        if self._on("places") and self.problem.between_places and len(self.problem.places) > 1:
            self._places(person)
        self._longest(person)
        self._shortest(person)
        self._totals(person)
        self._weeks(person)
        self._stays(person)
        self._requests(person)

    def _cells(self, person: Person) -> None:
        """One cell a day at most; a cell that nobody could want is not made."""
        problem, cp = self.problem, self.cp
        wanted = {(cell.day, cell.shift, cell.post) for cell in problem.cover} | {
            (day, *pin) for day, pin in person.pins.items() if pin
        }
        for day in range(problem.days):
            today = []
            for shift in problem.shifts:
                cells = []
                for post in problem.posts:
                    useful = not problem.cover or (day, shift.id, post.id) in wanted
                    if useful and problem.may(person, day, shift.id, post.id):
                        name = cp.new_bool_var(f"{person.id}/{day}/{shift.id}/{post.id}")
                        self.cell[person.id, day, shift.id, post.id] = name
                        cells.append(name)
                if cells:
                    self.at[person.id, day, shift.id] = cells[0] if len(cells) == 1 else sum(cells)
                    today += cells
            pin = person.pins.get(day)
            if pin is not None and (person.id, day, *pin) in self.cell:
                cp.add(self.cell[(person.id, day, *pin)] == 1)
            elif pin is not None:
                cp.add_bool_or([])  # pinned to where he may not stand: the explanation names it
            if len(today) > 1:
                works = cp.new_bool_var(f"{person.id}/{day}")
                cp.add(sum(today) == works)
                self.works[person.id, day] = works
            else:
                self.works[person.id, day] = today[0] if today else 0

    def _successions(self, person: Person) -> None:
        gap, days = self.problem.gap, self.problem.days
        for apart in range(1, min(self.problem.longest_gap, days)):
            following: dict[str, list[str]] = defaultdict(list)
            for (first, then), least in sorted(gap.items()):
                if least > apart:
                    following[first].append(then)
            for day in range(days - apart):
                for first, thens in following.items():
                    here = self.at.get((person.id, day, first))
                    then_at = ((person.id, day + apart, then) for then in thens)
                    later = [self.at[key] for key in then_at if key in self.at]
                    if here is not None and later:
                        self.cp.add(here + sum(later) <= 1)

    def _places(self, person: Person) -> None:
        """Nobody stands in two places with too few days between."""
        problem = self.problem
        here: dict[tuple[int, str], list[Any]] = defaultdict(list)
        for day in range(problem.days):
            for shift in problem.shifts:
                for post in problem.posts:
                    if (cell := self.cell.get((person.id, day, shift.id, post.id))) is not None:
                        here[day, post.place].append(cell)
        for (day, place), cells in list(here.items()):
            for later in range(day + 1, min(day + problem.between_places + 1, problem.days)):
                elsewhere = [cell for other in problem.places - {place} for cell in here.get((later, other), ())]
                if elsewhere:
                    self.cp.add(sum(cells) + sum(elsewhere) <= 1)

    def _longest(self, person: Person) -> None:
        days = range(self.problem.days)
        past = [int(bool(shift)) for shift in person.before]
        if person.longest_run is not None and self._on("longest_run"):
            self._window([*past, *(self.works[person.id, day] for day in days)], person.longest_run, len(past))
        if person.most_nights_in_row is not None and self._on("most_nights_in_row"):
            night = {shift.id for shift in self.problem.shifts if shift.night}
            before = [int(shift in night) for shift in person.before]
            nights = [sum(self.at.get((person.id, day, shift), 0) for shift in sorted(night)) for day in days]
            self._window([*before, *nights], person.most_nights_in_row, len(before))

    def _window(self, marks: list[Any], most: int, past: int) -> None:
        for start in range(max(0, past - most), len(marks) - most):
            window = marks[start : start + most + 1]
            if any(not isinstance(mark, int) for mark in window):
                self.cp.add(sum(window) <= most)

    def _shortest(self, person: Person) -> None:
        """Forbid a run that begins and ends inside the horizon (history counts) and is too short."""
        marks = [int(bool(shift)) for shift in person.before]
        past = len(marks)
        marks += [self.works[person.id, day] for day in range(self.problem.days)]
        for length in range(1, person.shortest_run if self._on("shortest_run") else 1):
            for start in range(max(1, past - length), len(marks) - length):
                inside = marks[start : start + length]
                self._not_all([(marks[start - 1], 0), *((mark, 1) for mark in inside), (marks[start + length], 0)])
        for length in range(1, person.shortest_break if self._on("shortest_break") else 1):
            for start in range(max(1, past - length), len(marks) - length):
                inside = marks[start : start + length]
                self._not_all([(marks[start - 1], 1), *((mark, 0) for mark in inside), (marks[start + length], 1)])

    def _not_all(self, wanted: list[tuple[Any, int]]) -> None:
        literals = []
        for mark, value in wanted:
            if isinstance(mark, int):
                if mark != value:
                    return
                continue
            literals.append(~mark if value else mark)
        self.cp.add_bool_or(literals)

    def _totals(self, person: Person) -> None:
        problem = self.problem
        if self._on("most_of"):
            for shift, most in person.most_of.items():
                self.cp.add(sum(self.at.get((person.id, day, shift), 0) for day in range(problem.days)) <= most)
        if self._on("minutes") and (person.least_minutes is not None or person.most_minutes is not None):
            minutes = sum(
                problem.shift[shift].minutes * at for (who, _, shift), at in self.at.items() if who == person.id
            )
            most = problem.days * 24 * 60 if person.most_minutes is None else person.most_minutes
            self.cp.add_linear_constraint(minutes + person.credited_minutes, person.least_minutes or 0, most)
        if person.most_weekends is not None and self._on("most_weekends"):
            worked = []
            for weekend in problem.weekends():
                mark = self.cp.new_bool_var("")
                for day in weekend:
                    self.cp.add(self.works[person.id, day] <= mark)
                worked.append(mark)
            self.cp.add(sum(worked) <= person.most_weekends)

    def _weeks(self, person: Person) -> None:
        """No more duties in any seven days than allowed; what was stood before day 0 leaves less for its first week."""
        if person.most_in_week is None or not self._on("most_in_week"):
            return
        past = [int(bool(shift)) for shift in person.before]
        marks = [*past, *(self.works[person.id, day] for day in range(self.problem.days))]
        for end in range(len(past), len(marks)):
            before, within = marks[max(0, end - 6) : len(past)], marks[max(len(past), end - 6) : end + 1]
            self.cp.add(sum(within) <= max(0, person.most_in_week - sum(before)))

    def _stays(self, person: Person) -> None:
        """Mark the days inside; no duty comes when every one of the days before it, as many as a stay may last, is one."""
        if person.longest_stay is None or not self._on("longest_stay"):
            return
        works: list[Any] = [int(bool(shift)) for shift in person.before]
        past = len(works)
        works += [self.works[person.id, day] for day in range(self.problem.days)]
        inside: list[Any] = []
        for at, work in enumerate(works):
            recent = works[max(0, at - person.stay_break + 1) : at]
            if at < past:
                inside.append(int(bool(work or (at and inside[-1] and any(recent)))))
                continue
            mark = self.cp.new_bool_var("")
            self.cp.add(work <= mark)
            for earlier in recent if at else ():
                self.cp.add(inside[-1] + earlier - 1 <= mark)
            inside.append(mark)
            if at >= person.longest_stay:
                self.cp.add(work + sum(inside[at - person.longest_stay : at]) <= person.longest_stay)

    def _requests(self, person: Person) -> None:
        deviation = self.problem.deviation
        for day, shift in enumerate(person.base if deviation else ()):
            at = self.at.get((person.id, day, shift), 0)
            self.cost.append(deviation * (1 - at) if shift else deviation * self.works[person.id, day])
        for request in person.requests:
            at = self.at.get((person.id, request.day, request.shift), 0)
            self.cost.append(request.weight * (1 - at) if request.wanted else request.weight * at)

    def _cover(self) -> None:
        standing: dict[tuple[int, str, str], list[Any]] = defaultdict(list)
        for (_, day, shift, post), cell in self.cell.items():
            standing[day, shift, post].append(cell)
        for cell in self.problem.cover:
            here = standing[cell.day, cell.shift, cell.post]
            self._cover_cell(cell, here)

    def _cover_cell(self, cell: Cover, here: list[Any]) -> None:
        if cell.under and cell.over and cell.needed:
            missing = self.cp.new_int_var(0, cell.needed, "")
            beyond = self.cp.new_int_var(0, len(here), "")
            self.cp.add(sum(here) + missing - beyond == cell.needed)
            self.cost += [cell.under * missing, cell.over * beyond]
        else:
            self._at_least(here, cell.needed, cell.under or 0)
            self._at_most(here, cell.needed, cell.over)
        if self._on("cover") and self._on(f"cover:{cell.post}"):
            self._at_least(here, cell.minimum, self.soft)
        if cell.most is not None and self._on("most"):
            self._at_most(here, cell.most, self.soft)

    def _crews(self) -> None:
        marks = {person.id: person.marks for person in self.problem.people if person.marks}
        standing: dict[int, list[tuple[str, str, str, Any]]] = defaultdict(list)
        for (who, day, shift, post), cell in self.cell.items() if self.problem.crews else ():
            if who in marks:
                standing[day].append((who, shift, post, cell))
        for crew in self.problem.crews:
            here = [cell for who, shift, post, cell in standing[crew.day] if crew.counts(marks[who], shift, post)]
            hard = self.soft if self._on("crews") else 0
            self._at_least(here, crew.least, hard if crew.under is None else crew.under)
            if crew.most is not None:
                self._at_most(here, crew.most, hard if crew.over is None else crew.over)

    def _apart(self) -> None:
        """A team is at a slot when one of it stands there; no two teams are where they would meet."""
        problem = self.problem
        there: dict[Slot, Any] = {}
        for (who, day, shift, post), cell in self.cell.items():
            slot = Slot(problem.person[who].team, day, shift, problem.post[post].place)
            if slot not in there:
                there[slot] = self.cp.new_bool_var("")
            self.cp.add_implication(cell, there[slot])
        for rule in problem.apart:
            for first, then in meetings(problem, rule, [*there, *stood_before(problem)]):
                closed = [~there[slot] for slot in (first, then) if slot in there]
                if closed:
                    self.cp.add_bool_or(closed)

    def _at_least(self, here: list[Any], number: int, price: int | None) -> None:
        """Want so many to stand here; each one missing costs the price, or None may be missing."""
        if price is None and len(here) < number:
            self.cp.add_bool_or([])
        elif price is None and number > 0:
            self.cp.add(sum(here) >= number)
        elif price and number > 0:
            missing = self.cp.new_int_var(0, number, "")
            self.cp.add(sum(here) + missing >= number)
            self.cost.append(price * missing)

    def _at_most(self, here: list[Any], number: int, price: int | None) -> None:
        """Want no more than so many to stand here; each one more costs the price, or None may be too many."""
        if price == 0 or len(here) <= number:
            return
        if price is None:
            self.cp.add(sum(here) <= number)
        else:
            beyond = self.cp.new_int_var(0, len(here), "")
            self.cp.add(sum(here) - beyond <= number)
            self.cost.append(price * beyond)

    def _fairness(self) -> None:
        problem = self.problem
        by_person: dict[str, list[tuple[int, str, Any]]] = defaultdict(list)
        for (who, day, shift), at in self.at.items() if problem.burdens else ():
            by_person[who].append((day, shift, at))
        for burden in problem.burdens:
            for members in problem.teams.values():
                carried = [person.carried.get(burden.kind, 0) for person in members]
                most = self.cp.new_int_var(0, problem.days + max(carried), "")
                least = self.cp.new_int_var(0, problem.days + min(carried), "")
                for person, base in zip(members, carried, strict=True):
                    count = sum(at for day, shift, at in by_person[person.id] if burden.counts(day, shift))
                    self.cp.add(base + count <= most)
                    self.cp.add(base + count >= least)
                self.cost.append(burden.weight * (most - least))
