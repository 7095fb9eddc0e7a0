"""The question why somebody does not stand at a place."""

from django import forms
from django.utils.translation import gettext_lazy as _

from diba.plant.models import Person

from .styled import Styled


class WhyForm(Styled, forms.Form):
    """Somebody and a place of one day of a roster."""

    person = forms.ModelChoiceField(None, label=_("Person"))
    day = forms.DateField(label=_("Day"))
    watch = forms.ModelChoiceField(None, label=_("Watch"), empty_label=None)
    post = forms.ModelChoiceField(None, label=_("Post"), empty_label=None)

    def __init__(self, people, watches, posts, span, *args, **kwargs):
        super().__init__(*args, **kwargs)
        for name, rows in (("person", people), ("watch", watches), ("post", posts)):
            self.fields[name].queryset = rows
        self.fields["person"].label_from_instance = Person.in_full
        self.span = span

    def clean_day(self):
        day = self.cleaned_data["day"]
        if not self.span[0] <= day <= self.span[1]:
            raise forms.ValidationError(_("This day is not in the roster."))
        return day
