"""That a lead tried to reach somebody, as it comes from outside."""

from django import forms

from ..models import PLAIN_WORDS, Method, Outcome
from .checkins import Temperature


class ContactForm(forms.Form):
    uid = forms.UUIDField()
    outcome = forms.ChoiceField(choices=Outcome)
    method = forms.ChoiceField(choices=Method, required=False)
    temperature = Temperature(required=False)
    symptoms = forms.MultipleChoiceField(choices=list(PLAIN_WORDS.items()), required=False)
    note = forms.CharField(max_length=200, required=False)

    def clean_method(self):
        return self.cleaned_data["method"] or Method.PHONE
