"""Why something that people asked for cannot be, in their words: the reason of a BadInput and the field it belongs to."""

from django.utils.translation import gettext as _

from .broken import broken_words


def refusal_words(error, me=None):
    """Return the sentences of a BadInput that the verbs of swaps, wishes, feeds and waivers raise. me: called "you"."""
    if error.reason == "broken":
        return [words for words, _hard in broken_words(error.value, me)]
    sentence = SENTENCES.get((error.reason, error.field)) or SENTENCES.get(error.reason)
    shown = error.value if isinstance(error.value, int | str) else ""
    values = error.value if isinstance(error.value, dict) else {"value": shown}
    return [(sentence() if sentence else _("This cannot be.")) % values]


SENTENCES = {
    ("out_of_range", "deadline"): lambda: _("The deadline lies between now and the first day."),
    ("out_of_range", "last_day"): lambda: _("The last day lies before the first, in the past, or too far away."),
    ("out_of_range", "value"): lambda: _("This number is outside what makes sense."),
    ("no_duty", "back"): lambda: _("There is no duty on the day in return."),
    ("given_twice", "name"): lambda: _(
        "A rule of this name is in force already: end it first, or choose another name."
    ),
    ("contradicts", "count"): lambda: _(
        "This contradicts %(value)s, which is in force: no roster can keep both. End that one, or tick “Enter it all the same”."
    ),
    ("too_few_there", "count"): lambda: _(
        "A day needs %(needed)s such people, and %(there)s can stand at these posts: no roster can keep this. Ask for fewer, or tick “Enter it all the same”."
    ),
    ("too_few_teams", "groups"): lambda: _("Choose two groups at least."),
    "rotation_and_teams": lambda: _("A rotation runs through crews: choose “no teams” with it."),
    "other_watches": lambda: _("This rotation needs a pattern of as many watches as it has."),
    "wrong_number_of_teams": lambda: _("Choose exactly as many crews as the rotation has."),
    "empty_crew": lambda: _("Nobody of one of these crews can stand at a post."),
    "no_duty": lambda: _("There is no duty on this day."),
    "no_roster": lambda: _("No roster is in force on this day."),
    "in_a_swap": lambda: _("One of the duties is already in an open swap: withdraw that first."),
    "same_person": lambda: _("Choose somebody else."),
    "too_late": lambda: _(
        "A swap is asked at least %(value)s h before the duty. In an emergency, somebody can take it over."
    ),
    "not_urgent": lambda: _(
        "Only a duty that is under way or begins within 24 h can be taken over; else ask for a swap."
    ),
    "not_yours": lambda: _("This is not yours to do."),
    "your_own": lambda: _("You are part of this swap: somebody else must decide."),
    "no_reason": lambda: _("Say why."),
    "no_source": lambda: _("Say where it stands."),
    "no_person": lambda: _("Nobody of the register stands behind this account."),
    "state": lambda: _("Somebody was faster: this swap is no longer open."),
    "past": lambda: _("Wishes are for days to come."),
    "too_far": lambda: _("That is more than a year away."),
    "published": lambda: _("The roster of this day is published already: ask for a swap instead."),
    "closed": lambda: _("Wishes for this day are closed."),
    "month_spent": lambda: _("Not enough points for this month: %(value)s left."),
    "year_spent": lambda: _("Not enough points for this year: %(value)s left."),
    "there": lambda: _("There is a wish for this day already."),
    "too_many": lambda: _("There are %(value)s addresses already: revoke one first."),
    "eases_nothing": lambda: _("The limit is %(value)s already: a waiver eases it, so more is needed (of rest, less)."),
    "not_your_name": lambda: _("Sign with your own name, as it stands in the register."),
}
