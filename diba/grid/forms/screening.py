"""A screening as it comes from outside, and the words for what is refused."""

from django import forms
from django.utils.translation import gettext_lazy as _

from diba.plant import actions as plant
from diba.plant.actions import importing
from diba.plant.fields import Several
from diba.plant.models import PersonKind, Unit

from ..models import Questionnaire
from .checkins import REASONS
from .styled import Day, Styled

WORDS = {
    "asks_nothing": _("Choose a questionnaire, upload one, or take samples."), "nobody": _("Nobody belongs to this audience."),
    "rounds": _("Between 1 and 30 rounds, 1 to 30 days apart."), "in_the_past": _("This day is over."),
    "not_a_draft": _("This screening has begun already."), "questionnaire_faulty": _("The questionnaire has faults and cannot be asked."),
    "own_proposal": _("Who proposed it cannot approve it: somebody else must."), "unknown_reason": _("Choose one of the reasons."),
    "closed": _("This screening is not running."), "not_asked": _("This is not asked of this person."), "not_open": _("This round has not opened yet."),
    "uid_taken": _("This report's number belongs to another report. Load the page again."), "not_yours": _("You may not answer for this person."),
    "no_guardian_consent": REASONS["no_guardian_consent"],
    "no_reason": _("Say why, please."), "missing": _("Please answer this."), "too_long": _("Too long."),
    "unknown_choice": _("Choose one of the answers."), "not_a_date": _("Not a date."), "not_whole": _("A whole number, please."),
    "not_a_number": _("A number, please."), "out_of_range": _("Outside of what can be."),
    "no_samples_asked": _("This screening takes no samples."), "file_twice": _("This file was written already."),
    "no_lab_sheet": _("No sheet has a column for the result and one for the person or the tube."), "unknown_result": _("Choose one of the results."),
    "tube_taken": _("This tube belongs to somebody else."), "no_tube": _("The tube has no code."), "in_the_future": _("This time has not come yet."),
    "too_long_ago": _("This tube was taken more than 30 days ago."),
    "unknown_tube": _("nobody knows this tube"), "name_missing": _("the name is missing"), "number_missing": _("the staff number is missing"), "ambiguous": _("several people have this name"),
    "name_alone": _("a name alone says of nobody for certain"), "another_name": _("the name is another's"), "another_number": _("the staff number is another's"),
    "another_identity": _("the identity number is another's"), "other_round": _("the tube belongs to another round"),
    "before_sample": _("tested before the sample was taken"), "conflict": _("the file says two things of one sample"),
    "own_entry": _("You typed this one yourself: somebody else types it a second time."),
    "disagrees": _("This is not what was typed first. Look at the laboratory's paper, both of you; until then neither counts."),
    "typed_already": _("A result of this tube waits for its second hand already."), "said_before": _("This result stands already."),
    "decided_already": _("Somebody has decided this a moment ago."), "withdrawn": _("This tube was taken back."),
    "changed_meanwhile": _("This tube has another result meanwhile: take the entry back and look again."),
    "pool_full": _("This mixed tube holds ten people already: take another."), "not_in_tube": _("this person is not in the mixed tube"),
    "has_result": _("This tube has a result, or one is being typed: it stays."),
    "conflict_earlier": _("an earlier file says something else"), "two_results": _("two columns of this row say two things"),
    "other_campaign": _("the tube belongs to another screening"), "no_rows": _("Below the headings of this file there is no row."),
    "tube_taken_now": _("A tube of this sheet was registered elsewhere a moment ago: send the sheet once more."),
}  # fmt: skip


def refusal(error):
    """Return what to tell a person about a BadInput of a screening."""
    return words_of(error.reason)


def words_of(reason):
    """Return what is wrong; a cell that no program can read is told of as in the register's own workbooks."""
    if reason in WORDS or reason not in importing.REASONS:
        return WORDS.get(reason, _("This cannot be saved as it is."))
    wrong, remedy = importing.refusal_words(reason)
    return _("%(wrong)s. %(remedy)s") % {"wrong": wrong, "remedy": remedy}


class CampaignForm(Styled, forms.Form):
    """A new screening: who is asked what, when, how often."""

    title = forms.CharField(label=_("Title"), max_length=100)
    kinds = forms.MultipleChoiceField(
        label=_("Who is asked"), choices=PersonKind.choices, widget=forms.CheckboxSelectMultiple
    )
    units = Several(
        label=_("Only these units"), queryset=Unit.objects.none(), required=False, widget=forms.SelectMultiple(attrs={"size": 12}),
        help_text=_("None chosen: the whole plant. Several: with Ctrl, on a phone by tapping."),
    )  # fmt: skip
    questionnaire = forms.ModelChoiceField(
        label=_("Questionnaire"), queryset=Questionnaire.objects.none(), required=False
    )
    file = forms.FileField(label=_("or an XLSForm"), required=False)
    samples = forms.BooleanField(label=_("Samples are taken"), required=False)
    first_day = Day(label=_("First day"), back=0, ahead=90)
    rounds = forms.IntegerField(label=_("Rounds"), min_value=1, max_value=30)
    every_days = forms.IntegerField(label=_("Days between rounds"), min_value=1, max_value=30)

    def __init__(self, *args, questionnaires, **kwargs):
        kwargs["initial"] = {"first_day": plant.today(), "rounds": 1, "every_days": 1, "kinds": ["employee"]}
        super().__init__(*args, **kwargs)
        self.fields["units"].queryset = Unit.objects.order_by("path")
        self.fields["units"].label_from_instance = lambda unit: "　" * (unit.depth - 1) + unit.name
        self.fields["questionnaire"].queryset = questionnaires
