"""Why a question for a roster is no question at all: the core's reasons in words, none of them shown as a key."""

from django.utils.translation import gettext as _

from .lacking import lacking_words


def problem_words(reason, field="", value=None):
    """Return the sentence of a reason that the core refuses a problem for."""
    if reason == "none_given" and (words := lacking_words(field)):
        return words
    kind = "unknown" if reason.startswith("unknown_") and reason not in SENTENCES else reason
    sentence = SENTENCES.get(kind, lambda: _("The question contradicts itself; tell the administrator."))()
    if isinstance(value, int | str) and str(value) and not isinstance(value, bool):
        return _("%(sentence)s It says: %(value)s.") % {"sentence": sentence, "value": value}
    return sentence


SENTENCES = {
    "none_given": lambda: _("A list that is needed is empty."),
    "given_twice": lambda: _("Something is given twice under one name."),
    "no_name": lambda: _("Something has no name."),
    "too_long": lambda: _("A name is too long."),
    "not_a_name": lambda: _("Something that should be a name is none."),
    "not_yes_or_no": lambda: _("Something that should be yes or no is neither."),
    "not_a_whole_number": lambda: _("Something that should be a whole number is none."),
    "not_a_date": lambda: _("Something that should be a date is none."),
    "not_a_list": lambda: _("Something that should be a list is none."),
    "out_of_range": lambda: _("A number is outside what makes sense."),
    "too_large": lambda: _("There are more people and days than one search can take: ask for fewer days."),
    "least_above_needed": lambda: _("A post's least number of people is above the number it needs."),
    "most_below_needed": lambda: _("A post's most people are fewer than it needs."),
    "most_below_least": lambda: _("A rule allows fewer people than it asks for."),
    "shortest_above_longest": lambda: _("The shortest run of days is longer than the longest."),
    "least_above_most": lambda: _("The least hours are above the most hours."),
    "credited_above_most": lambda: _("The hours already counted are above the most hours."),
    "too_few_teams": lambda: _("Teams kept apart are at least two."),
    "wrong_number_of_teams": lambda: _("The rotation has another number of crews than were chosen."),
    "no_shift_for_watch": lambda: _("The rotation has a watch that the pattern has not."),
    "not_every_day": lambda: _("The base plan does not name every day."),
    "nobody_has": lambda: _("A rule on who stands together counts people of whom there are none."),
    "not_in_the_problem": lambda: _("Somebody is named who is not among those to be rostered."),
    "two_shifts_a_day": lambda: _("Somebody has two watches on one day."),
    "no_post": lambda: _("A duty names no post."),
    "no_section": lambda: _("A section of the file is missing."),
    "too_few_columns": lambda: _("A line of the file has too few columns."),
    "not_json": lambda: _("The file cannot be read."),
    "not_a_problem_file": lambda: _("The file holds no question for a roster."),
    "not_understood": lambda: _("A line of the file cannot be understood."),
    "not_a_certificate": lambda: _("The file is no certificate of a roster."),
    "no_witness": lambda: _("A certificate lacks the roster that would prove it."),
    "unknown": lambda: _("Something is named that does not exist here."),
    "unknown_kind": lambda: _("A kind is named that does not exist."),
    "unknown_schema": lambda: _("The file is of another version."),
}
