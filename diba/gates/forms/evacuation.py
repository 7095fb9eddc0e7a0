"""What is accepted when an evacuation is begun."""

from django import forms
from django.utils.translation import gettext_lazy as _

from .styled import Styled


class EvacuationForm(Styled, forms.Form):
    why = forms.CharField(label=_("Why"), max_length=200)
    drill = forms.BooleanField(label=_("This is an exercise"), required=False)
