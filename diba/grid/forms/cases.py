"""A case as it comes from outside: classification, its undoing, facts, tests, the report; and the words for what is refused."""

from django import forms
from django.utils.translation import gettext_lazy as _

from ..models import CaseFacts, CaseTest
from ..models.cases import JUDGED
from .checkins import words
from .styled import Day, OnePerson, Styled

ANY = {"back": 400, "ahead": 400}  # the actions say in words of their own what is wrong with a day
REASON = {"max_length": 300, "widget": forms.TextInput(attrs={"autocomplete": "off"})}
CASE_REASONS = {
    "no_reason": _("Say why."),
    "judged_meanwhile": _("Somebody else classified this case in the meantime. Look at what stands now, then decide again."),
    "unknown_state": _("This classification is not known."),
    "own_case": _("Nobody judges his own case: another health officer does, or the duty officer."),
    "own_visit": _("Nobody looks after himself: the lead or another of those who look after contacts does, or a health or duty officer."),
    "has_a_case": _("This person has an open case already."),
    "nothing_to_undo": _("There is nothing to take back: a suspicion that a report opened is judged, not undone."),
    "in_the_future": _("This day has not come yet."),
    "too_long_ago": _("This is more than 90 days before the case was opened. Check the year."),
    "after_the_report": _("The case was reported on %(value)s; symptoms cannot have begun after the report. Was it without symptoms? Then classify it as asymptomatic first."),
    "outcome_and_day": _("An outcome and its day belong together: give both or none."),
    "outcome_before_onset": _("The outcome lies before the first symptoms."),
    "corrected_meanwhile": _("This test has been corrected already. Load the page again."),
    "report_closed": _("This report is closed already."),
    "no_method": _("Say how it was sent, such as by telephone to whom, or by the direct reporting network."),
    "before_the_clock": _("This is before the clock began."),
    "case_over": _("The case is over or was taken back; its contacts are no longer judged."),
    "nobody_chosen": _("Choose at least one contact that is not decided so already."),
    "no_place": _("Where? Name the place."), "unknown_kind": _("This kind of isolation is not known."),
    "isolated_already": _("This person is isolated already: change that order."), "no_policy": _("No health rules are in force today."),
    "own_release": _("Nobody decides about his own release."), "too_late_to_withdraw": _("An order can be taken back as a mistake for one hour; afterwards it is released by its rule."),
    "may_not_follow": _("%(value)s has no role that looks after contacts: cell lead, health officer or duty officer."),
    "own_follow_up": _("%(value)s is among those chosen: nobody looks after himself."),
    "not_later": _("This is not later than the last exposure, %(value)s."),
    "not_followed": _("This contact is not followed up on this day: not accepted, ended, lost or taken back."),
    "no_name": _("Give the exercise a name."),
    "drill_over": _("This exercise is over."),
}  # fmt: skip


def case_words(error):
    """Return what to tell about a BadInput of a case, a contact or an exercise."""
    text = CASE_REASONS.get(error.reason)
    if text is None:
        return words(error)
    return text % {"value": error.value} if "%(" in str(text) else text


class CaseForm(Styled, forms.Form):
    state = forms.ChoiceField(label=_("Classification"), choices=JUDGED)
    reason = forms.CharField(label=_("Reason"), **REASON)
    seen = forms.IntegerField(widget=forms.HiddenInput, required=False)


class UndoForm(Styled, forms.Form):
    undo_reason = forms.CharField(label=_("Why it is taken back"), **REASON)
    seen = forms.IntegerField(widget=forms.HiddenInput, required=False)


class SuspectForm(Styled, forms.Form):
    person = OnePerson(label=_("Person"), help_text=_("Staff number, or the full name."))
    reason = forms.CharField(label=_("Reason"), **REASON)

    def __init__(self, people, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["person"].people = people


class FactsForm(Styled, forms.Form):
    onset = Day(**ANY, label=_("First symptoms on"), required=False, help_text=_("Empty: none, or not known."))
    isolated = Day(**ANY, label=_("Isolated on"), required=False)
    hospital = Day(**ANY, label=_("Taken to hospital on"), required=False)
    outcome = forms.ChoiceField(label=_("Outcome"), choices=CaseFacts.Outcome, required=False)
    outcome_on = Day(**ANY, label=_("Outcome on"), required=False)
    contact = forms.ChoiceField(label=_("Contact with a case"), choices=CaseFacts.Known, required=False)
    travel = forms.CharField(label=_("Where from, where to in the last 14 days"), max_length=300, required=False)
    note = forms.CharField(label=_("Note"), max_length=1000, required=False, widget=forms.Textarea(attrs={"rows": 2}))
    reason = forms.CharField(label=_("Why it is changed"), **REASON)


class TestForm(Styled, forms.Form):
    kind = forms.ChoiceField(label=_("Kind"), choices=CaseTest.Kind)
    sampled = Day(**ANY, label=_("Sampled on"))
    result = forms.ChoiceField(label=_("Result"), choices=CaseTest.Result)
    corrects = forms.ModelChoiceField(label=_("Newer result of"), queryset=CaseTest.objects.none(), required=False, empty_label=_("a new test"))  # fmt: skip
    reason = forms.CharField(label=_("Why it is changed"), required=False, **REASON)

    def __init__(self, tests, *args, **kwargs):
        super().__init__(*args, **kwargs)
        field = self.fields["corrects"]
        field.queryset = CaseTest.objects.filter(pk__in=[test.pk for test in tests])
        field.label_from_instance = lambda row: f"{row.get_kind_display()} {row.sampled}"


class SentForm(Styled, forms.Form):
    method = forms.CharField(label=_("How it was sent, to whom"), max_length=60)
    at = forms.DateTimeField(
        label=_("Sent at"),
        required=False,
        widget=forms.DateTimeInput(attrs={"type": "datetime-local"}, format="%Y-%m-%dT%H:%M"),
        help_text=_("Empty: now."),
    )
