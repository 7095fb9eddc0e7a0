"""What a workbook of questions is refused for, in words."""

from django.utils.translation import gettext_lazy as _

WORDS = {
    "no_survey": _("there is no sheet named survey"), "no_column": _("this column is missing"), "missing": _("something is missing here"),
    "no_question": _("there is no question"), "too_many": _("more than 200 questions"), "name_twice": _("this name stands twice"),
    "not_a_name": _("not a name: letters, digits and _, beginning with a letter"), "space_in_name": _("a name has no spaces"),
    "unknown_kind": _("this kind of question is not taken"), "unknown_list": _("there is no list of choices of this name"),
    "no_list": _("a choice without its list"), "no_label": _("the words to be shown are missing"), "too_long": _("too long"),
    "no_range_here": _("this kind has no bounds"), "not_a_bound": _("not a bound of this kind"), "high_below_low": _("the upper bound is below the lower"),
    "no_choices": _("there is nothing to choose from"), "too_many_choices": _("more than 100 choices"), "choice_twice": _("this choice stands twice"),
    "unknown_question": _("there is no question of this name"), "circle": _("it hangs on itself"), "asked_later": _("it hangs on a question that comes later"),
    "never_answered": _("it hangs on something that is not answered"), "unsupported_relevance": _("this condition is not understood"),
    "unknown_choice": _("this is none of the choices"), "end_without_begin": _("an end without its beginning"),
    "group_not_ended": _("this group is not ended"), "loop": _("repeats are not taken"), "unsupported_column": _("this column changes what is asked and is not taken"),
    "unsupported_constraint": _("this constraint is not understood"), "too_many_rows": _("more than 5,000 rows"),
    "uncalculated": _("a formula that was never calculated: save the workbook in Excel and send that"),
    "broken_formula": _("a formula that failed: put the value in its place"),
}  # fmt: skip


def rows_of(refusals):
    """Return [(refusal, why in words)]."""
    return [(row, WORDS.get(row.reason, row.reason)) for row in refusals]
