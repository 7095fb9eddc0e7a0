"""Contacts and their follow-up as they come from outside."""

from django import forms
from django.utils.translation import gettext_lazy as _

from ..models import Outcome
from .cases import ANY, REASON
from .styled import Day, OnePerson, Styled


class DecideForm(Styled, forms.Form):
    """Which contacts, taken up or put aside, and why."""

    contacts = forms.TypedMultipleChoiceField(coerce=int, widget=forms.CheckboxSelectMultiple, required=False)
    accepted = forms.ChoiceField(choices=[("yes", _("Follow up")), ("no", _("Not a contact"))])
    reason = forms.CharField(label=_("Reason"), **REASON)

    def __init__(self, rows, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["contacts"].choices = [(row.pk, row.pk) for row in rows]


class AgainForm(Styled, forms.Form):
    day = Day(**ANY, label=_("Exposed again on"))
    reason = forms.CharField(label=_("Reason"), **REASON)


class LostForm(Styled, forms.Form):
    lost_reason = forms.CharField(label=_("How he was looked for"), **REASON)


class VisitForm(forms.Form):
    uid = forms.UUIDField()
    outcome = forms.ChoiceField(choices=Outcome)
    note = forms.CharField(max_length=300, required=False)


class HandOverForm(Styled, forms.Form):
    """Which contacts are handed to whom; nobody: back to their leads."""

    contacts = forms.TypedMultipleChoiceField(coerce=int, widget=forms.CheckboxSelectMultiple, required=False)
    follower = OnePerson(label=_("Who looks after them"), required=False, help_text=_("Staff number or name."))

    def __init__(self, ids, people, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["contacts"].choices = [(pk, pk) for pk in ids]
        self.fields["follower"].people = people
