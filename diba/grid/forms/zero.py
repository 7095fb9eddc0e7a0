"""A signature under a day, a call-back, a place in a cell, as they come from outside."""

from django import forms

from ..models import Found


class SignForm(forms.Form):
    uid = forms.UUIDField()
    shown = forms.CharField(max_length=64)
    day = forms.DateField()


class CallBackForm(forms.Form):
    uid = forms.UUIDField()
    found = forms.ChoiceField(choices=Found)
    note = forms.CharField(max_length=200, required=False)


class PlaceForm(forms.Form):
    """Into which of the cells within reach a person goes. cells: a queryset of units."""

    person = forms.IntegerField(min_value=1, max_value=2**62)
    cell = forms.ModelChoiceField(queryset=None)

    def __init__(self, *args, cells, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["cell"].queryset = cells
