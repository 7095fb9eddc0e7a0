"""A tube and its result as they are typed or scanned."""

from django import forms
from django.utils.translation import gettext_lazy as _

from diba.plant import actions as plant

from ..models import Finding, SampleKind
from .styled import Day, OnePerson, Styled


class TubeForm(Styled, forms.Form):
    """One tube of one person; kind and who takes it stay for the next, and so does a mixed tube."""

    person = OnePerson(label=_("Staff number or name"))
    tube = forms.CharField(label=_("Tube number"), max_length=40, required=False)
    kind = forms.ChoiceField(label=_("Kind"), choices=SampleKind)
    pooled = forms.BooleanField(label=_("Mixed tube: several people in one, at most ten"), required=False)
    taken_at = forms.DateTimeField(
        label=_("Taken at"), required=False, help_text=_("Empty: now."),
        widget=forms.DateTimeInput(attrs={"type": "datetime-local"}, format="%Y-%m-%dT%H:%M"),
    )  # fmt: skip
    taken_by = forms.CharField(label=_("Taken by"), max_length=40, required=False)

    def __init__(self, *args, people, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["person"].people = people
        del self.fields["person"].widget.attrs["list"]

    def focused(self, name):
        """Lead the hand, and the scanner, to a field."""
        self.fields[name].widget.attrs["autofocus"] = True
        return self


class TypedForm(Styled, forms.Form):
    """What the laboratory's paper says of a tube."""

    outcome = forms.ChoiceField(label=_("Result"), choices=[("", "—"), *Finding.choices])  # never preselected
    tested_on = Day(label=_("Tested on"), back=40)
    reason = forms.CharField(label=_("Why it is corrected"), max_length=300, required=False)

    def __init__(self, *args, correction, **kwargs):
        super().__init__(*args, initial={"tested_on": plant.today()}, **kwargs)
        if not correction:
            del self.fields["reason"]
