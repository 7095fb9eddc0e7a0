"""Teams that never meet, asked move by move: would somebody who comes to a place meet people of another team there?"""

from collections import Counter, defaultdict

from ..meetings import Slot, meetings, standing
from ..parts import DAY, Apart
from ..problem import Problem, Roster

At = tuple[str, str | None]  # team, place
There = dict[tuple[int, str], Counter[At]]  # (day, shift) -> how many of each team stand at each place


class Distance:
    """The rules of a problem on who is kept apart, by what comes too near what."""

    def __init__(self, problem: Problem) -> None:
        self.problem = problem
        self.near = [(rule, _near(problem, rule)) for rule in problem.apart]

    def there(self, roster: Roster) -> There:
        """Return who stands where, the days before the horizon counted in."""
        found: There = defaultdict(Counter)
        for slot, people in standing(self.problem, roster).items():
            found[slot.day, slot.shift][slot.team, slot.place] += len(people)
        return found

    def place(self, who: str, post: str) -> At:
        """Return how somebody is counted at a post."""
        return self.problem.person[who].team, self.problem.post[post].place

    def meets(self, there: There, day: int, shift: str, at: At) -> bool:
        """Say whether somebody of a team would meet another one there."""
        team, place = at
        for rule, near in self.near:
            if team not in rule.teams:
                continue
            for later, following in near[shift]:
                for (other, elsewhere), number in there.get((day + later, following), {}).items():
                    together = not rule.same_place or None in (place, elsewhere) or place == elsewhere
                    if number > 0 and other != team and other in rule.teams and together:
                        return True
        return False


def _near(problem: Problem, rule: Apart) -> dict[str, set[tuple[int, str]]]:
    """Return {shift: {(days later, or earlier below 0, shift)}} of what comes too near."""
    found: dict[str, set[tuple[int, str]]] = defaultdict(set)
    slots = [
        Slot(team, day, shift.id, None)
        for team in sorted(rule.teams)[:2]
        for day in range(3 + rule.gap // DAY)
        for shift in problem.shifts
    ]
    for first, then in meetings(problem, rule, slots):
        found[first.shift].add((then.day - first.day, then.shift))
        found[then.shift].add((first.day - then.day, first.shift))
    return found
