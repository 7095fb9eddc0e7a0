"""An exercise as it comes from outside."""

from django import forms
from django.utils.translation import gettext_lazy as _

from .cases import SuspectForm
from .styled import Styled


class DrillForm(Styled, forms.Form):
    name = forms.CharField(label=_("Name of the exercise"), max_length=80)


class PlayForm(SuspectForm):
    """Whose suspicion is played, and the story of it."""

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["reason"].label = _("What is played")
        self.fields["reason"].required = False
