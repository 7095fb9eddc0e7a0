"""That a lead tried to reach somebody, as it comes from outside."""

from django import forms

from ..models import Outcome
from .checkins import SYMPTOM_WORDS, Temperature


class ContactForm(forms.Form):
    uid = forms.UUIDField()
    outcome = forms.ChoiceField(choices=Outcome)
    temperature = Temperature(required=False)
    symptoms = forms.MultipleChoiceField(choices=list(SYMPTOM_WORDS.items()), required=False)
    note = forms.CharField(max_length=200, required=False)
