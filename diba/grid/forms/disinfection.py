"""Rounds of disinfection, places and agents as they come from outside, and the words for what is refused."""

import re
from datetime import time

from django import forms
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from ..models import Agent
from .styled import Styled

REFUSALS = {
    "nothing_due": _("No round is due here now: somebody did it a moment ago, or it is too early."),
    "too_weak_or_strong": _("Outside the range of this agent: mix it anew."),
    "not_in_use": _("This is not in use any more."),
    "uid_taken": _("This report's number belongs to another report. Load the page again."),
    "how_many_rounds": _("One to twelve rounds a day."),
    "code_taken": _("This code belongs to another place."),
    "lowest_above_highest": _("The highest concentration is below the lowest."),
}


def refusal(error):
    """Return what to tell a person about a BadInput of the rounds."""
    return REFUSALS.get(error.reason, _("This cannot be saved as it is."))


class Times(forms.CharField):
    """Times of day, such as "8:00, 14:00"; cleaned to a list of times."""

    def clean(self, value):
        words = [word for word in re.split(r"[\s,，、;；]+", super().clean(value)) if word]
        found = []
        for word in words:
            parts = re.fullmatch(r"(\d{1,2})[:：](\d{2})", word)
            if not parts or int(parts[1]) > 23 or int(parts[2]) > 59:
                raise forms.ValidationError(
                    _("“%(word)s” is no time of day such as 08:00."), params={"word": word[:20]}
                )
            found.append(time(int(parts[1]), int(parts[2])))
        return found


class RoundForm(Styled, forms.Form):
    uid = forms.UUIDField(widget=forms.HiddenInput)
    agent = forms.ModelChoiceField(label=_("Agent"), queryset=Agent.objects.none(), empty_label=None)
    concentration = forms.IntegerField(label=_("Concentration"), min_value=1, max_value=100_000)
    note = forms.CharField(label=_("Note"), max_length=200, required=False)

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["agent"].queryset = Agent.objects.filter(active=True)
        self.fields["concentration"].widget.attrs["inputmode"] = "numeric"


class PlaceForm(Styled, forms.Form):
    code = forms.CharField(label=_("Code"), max_length=20)
    name = forms.CharField(label=pgettext_lazy("thing", "Name"), max_length=60)
    times = Times(label=_("Rounds by"), max_length=120, help_text=_("Times of day, such as 08:00 14:00 20:00."))
    agent = forms.ModelChoiceField(label=_("Usual agent"), queryset=Agent.objects.none(), empty_label=None)
    early = forms.IntegerField(label=_("May be done before its time, min"), min_value=0, max_value=600, initial=60)
    grace = forms.IntegerField(label=_("Late after, min"), min_value=0, max_value=600, initial=60)
    active = forms.BooleanField(label=_("In use"), required=False, initial=True)

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["agent"].queryset = Agent.objects.filter(active=True)


class AgentForm(Styled, forms.Form):
    name = forms.CharField(label=pgettext_lazy("thing", "Name"), max_length=60)
    unit = forms.ChoiceField(label=pgettext_lazy("measure", "Unit"), choices=Agent.Unit)
    lowest = forms.IntegerField(label=_("Lowest concentration"), min_value=1, max_value=100_000)
    highest = forms.IntegerField(label=_("Highest concentration"), min_value=1, max_value=100_000)
    minutes = forms.IntegerField(label=_("Acts for at least, min"), min_value=0, max_value=600)
    source = forms.CharField(label=_("Source"), max_length=200)
    active = forms.BooleanField(label=_("In use"), required=False, initial=True)
