"""Isolation orders as they come from outside, and the words for what is refused."""

from django import forms
from django.utils.translation import gettext_lazy as _

from diba.core.isolation import LONGEST

from ..models import PLAIN_WORDS, Cause, IsolationKind, Method, Outcome, PersonTest
from .checkins import REASONS, Temperature
from .styled import Day, OnePerson, Styled

REFUSALS = REASONS | {
    "uid_taken": _("This report's number belongs to another report. Load the page again."),
    "isolated_already": _("This person is isolated already: change that order."),
    "in_the_future": _("This day has not come yet."),
    "too_many_days": _("An isolation lasts at most 60 days; order it again then."),
    "released_already": _("Somebody released this person a moment ago."),
    "written_already": _("The written order was handed over already."),
    "no_number": _("Give the number of the written order."),
    "no_words": _("Say what is needed."),
    "proposed_already": _("The release is proposed already; another officer decides."),
    "not_proposed": _("Nobody has proposed the release, or something changed since: propose it first."),
    "own_proposal": _("You proposed this release yourself: another officer approves it."),
    "own_release": _("Nobody decides about his own release."),
    "own_follow_up": _("Nobody follows up himself."),
    "too_late_to_withdraw": _(
        "An order can be taken back as a mistake for one hour; afterwards it is released by its rule."
    ),
    "lacking": _("Something is still lacking for the release; it stands beside the order."),
    "follow_up_ended": _("The follow-up has ended; prolong the isolation if the person must be met further."),
    "too_old": _("A sample as old as this says nothing about today."),
    "unknown_result": _("This result is not known."),
    "corrected_already": _("Somebody corrected this result a moment ago: load the page again."),
    "unknown_method": _("This way of contact is not known."),
}


def refusal(error):
    """Return what to tell a person about a BadInput of the measures."""
    return REFUSALS.get(error.reason, _("This cannot be saved as it is."))


class IsolationForm(Styled, forms.Form):
    uid = forms.UUIDField(widget=forms.HiddenInput)
    person = OnePerson(label=_("Person"), help_text=_("Staff number or name."))
    cause = forms.ChoiceField(label=_("Cause"), choices=Cause)
    kind = forms.ChoiceField(label=_("Kind"), choices=IsolationKind)
    place = forms.CharField(label=_("Place"), max_length=200)
    counted_from = Day(label=_("Last exposure or arrival"), help_text=_("The days are counted from here."))
    written_no = forms.CharField(
        label=_("Number of the written order"), max_length=60, required=False,
        help_text=_("Leave empty when it was only spoken; then the written one has to follow."),
    )  # fmt: skip
    needs = forms.CharField(label=_("What is needed"), max_length=200, required=False)
    reason = forms.CharField(label=_("Remark"), max_length=300, required=False)

    def __init__(self, *args, people, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["person"].people = people


class FollowForm(Styled, forms.Form):
    uid = forms.UUIDField(widget=forms.HiddenInput)
    outcome = forms.ChoiceField(label=_("Outcome"), choices=[("", "—"), *Outcome.choices])  # never preselected
    method = forms.ChoiceField(label=_("How"), choices=Method)
    temperature = Temperature(required=False)
    symptoms = forms.MultipleChoiceField(
        label=_("Symptoms"), choices=list(PLAIN_WORDS.items()), required=False, widget=forms.CheckboxSelectMultiple
    )
    note = forms.CharField(label=_("Note"), max_length=200, required=False)


class WrittenForm(Styled, forms.Form):
    number = forms.CharField(label=_("Number of the written order"), max_length=60)


class MoveForm(Styled, forms.Form):
    kind = forms.ChoiceField(label=_("Kind"), choices=IsolationKind)
    place = forms.CharField(label=_("Place"), max_length=200)
    reason = forms.CharField(label=_("Reason"), max_length=300)


class RestartForm(Styled, forms.Form):
    counted_from = Day(label=_("Exposed again on"))
    days = forms.IntegerField(label=_("Days from then"), min_value=1, max_value=LONGEST)
    reason = forms.CharField(label=_("Reason"), max_length=300)


class NeedForm(Styled, forms.Form):
    what = forms.CharField(label=_("What is needed"), max_length=200)


class PersonTestForm(Styled, forms.Form):
    uid = forms.UUIDField(widget=forms.HiddenInput)
    corrects = forms.IntegerField(widget=forms.HiddenInput, required=False, min_value=1, max_value=2**31)
    taken_on = Day(label=_("Sample taken on"), back=60)
    result = forms.ChoiceField(label=_("Result"), choices=PersonTest.Result)


class ProposeForm(Styled, forms.Form):
    reason = forms.CharField(label=_("Remark"), max_length=300, required=False)


class RefuseForm(Styled, forms.Form):
    reason = forms.CharField(label=_("Reason"), max_length=300)
