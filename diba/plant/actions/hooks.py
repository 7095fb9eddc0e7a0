"""Words the ground offers and the desks fill in: how a consequence crosses from one desk to another.

A desk's `apps.py` says `hooks.on(hooks.ABSENCES_CHANGED, answer)` in `ready()`. The answers run in the same transaction
as what fired them, in the order of INSTALLED_APPS; an answer that fails undoes the whole.
"""

ABSENCES_CHANGED = "absences_changed"  # answer(absences, by); many at once when a workbook brought them
HOLD_CHANGED = "hold_changed"  # answer(hold, by): a person may no longer pass the gates, or may again
# answer(person, state, source, by): a case was classified, or a classification undone. source: the case, such as "case:12",
# the same through all its changes; state: "suspected", "probable", "confirmed", "asymptomatic", "ruled_out", or "" when
# the case is undone. Fired after the person was taken out or brought back, in the same transaction.
CASE_CHANGED = "case_changed"
# answer(person ids, since, until) -> [plant.Exposure]: who was near whom, for those asked about; constant queries.
EXPOSURES = "exposures"
TAKEN_BACK = "taken_back"  # answer(people ids): drop what the desk wrote about them by itself, before they are deleted
PURGE = (
    "purge"  # answer() -> [plant.Clearing, plant.Kept]: what a desk destroys at the end of a response, a row a table
)
TICK = "tick"  # see jobs.every
NOT_HEARD_FROM = "not_heard_from"  # answer(people ids) -> those of them whose health of today nobody knows
COMING_DUTIES = "coming_duties"  # answer(person) -> his next duties, each with day, watch and post, soonest first
# answer(day, people ids or None) -> {person id: when the night watch ended that he stood into that day}; constant queries.
NIGHTS_STOOD = "nights_stood"
# What the gates ask of the desks; each answers for everybody at once, in a constant number of queries.
# answer(people ids or None for all, since, until) -> [(person id, at, until, "ok" or "abnormal")]: what was said of
# somebody's health at a moment of [since, until), and until when a "well" stands. Nothing of what was said.
HEALTH_SAID = "health_said"
FEVER_ABOVE = "fever_above"  # answer() -> (tenths of °C, whether the threshold itself counts) in force today
# answer(people ids or None, since, until) -> [(person id, begins, ends)]: when he lives in the plant with his team. The spans
# that touch [since, until], and those that ended before and still keep him out.
TURNS = "turns"
# answer() -> statements.Part: the same of one person, (id, since, until), as part of one statement; whoever answers the
# one should answer the other, or single crossings are judged the long way.
HEALTH_SAID_OF_ONE, TURNS_OF_ONE = "health_said_of_one", "turns_of_one"
ON_WATCH = "on_watch"  # answer(post ids, since, until) -> [(post id, begins, ends, person)]: who stands there
# answer(person, at, readings in tenths of °C, source): twice a fever at a gate. No check-in: a reading by somebody else.
GATE_FEVER = "gate_fever"
_answers: dict[str, list] = {}


def on(name, answer):
    """Have `answer` called whenever `name` is fired; once, however often it is said."""
    answers = _answers.setdefault(name, [])
    if answer not in answers:
        answers.append(answer)


def fire(name, *args, **kwargs):
    """Call every answer to `name`."""
    for answer in _answers.get(name, []):
        answer(*args, **kwargs)


def answered(name):
    """Return how many answer to `name`."""
    return len(_answers.get(name, ()))


def gather(name, *args):
    """Return what every answer to `name` gives: how a desk asks the others without knowing them."""
    return [answer(*args) for answer in _answers.get(name, [])]
