"""The classification of a case, as it comes from outside."""

from django import forms
from django.utils.translation import gettext_lazy as _

from ..models import CaseState


class CaseForm(forms.Form):
    state = forms.ChoiceField(
        label=_("Classification"), choices=CaseState, widget=forms.Select(attrs={"class": "db-in"})
    )
    reason = forms.CharField(
        label=_("Reason"), max_length=300, widget=forms.TextInput(attrs={"class": "db-in", "autocomplete": "off"})
    )
