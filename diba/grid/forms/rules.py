"""New health rules, as they come from outside."""

from django import forms
from django.core.validators import MaxValueValidator
from django.utils.translation import gettext_lazy as _

from diba.plant import actions as plant

from ..models import Policy
from ..models.cases import OPEN

MOST = 10_000  # of anything counted in minutes, hours, days or people: a slip of the finger, not a rule


class Codes(forms.MultipleChoiceField):
    """Some of a few codes, kept as one text with commas between."""

    def prepare_value(self, value):
        return value.split(",") if isinstance(value, str) else value

    def to_python(self, value):
        return [code for each in super().to_python(value) for code in each.split(",")]

    def clean(self, value):
        given = super().clean(value)
        return ",".join(code for code, _word in self.choices if code in given)


class RulesForm(forms.ModelForm):
    """Every rule of a policy, from a day on that has not passed: what was judged under older rules stays as it was judged."""

    field_order = ("starts_on", "source")

    class Meta:
        model = Policy
        fields = [field.name for field in Policy._meta.concrete_fields if not field.primary_key]

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        for field in self.fields.values():
            field.widget.attrs["class"] = "db-in"
            if isinstance(field, forms.IntegerField):
                field.validators.append(MaxValueValidator(MOST))
            if isinstance(field, forms.TimeField):
                field.widget = forms.TimeInput(format="%H:%M", attrs={"type": "time", "class": "db-in"})
        self.fields["report_states"] = Codes(
            label=self.fields["report_states"].label, choices=[(state, state.label) for state in OPEN],
            widget=forms.CheckboxSelectMultiple,
        )  # fmt: skip
        self.fields["starts_on"].widget = forms.DateInput(format="%Y-%m-%d", attrs={"type": "date", "class": "db-in"})

    def clean_starts_on(self):
        day = self.cleaned_data["starts_on"]
        if day < plant.today():
            raise forms.ValidationError(
                _("Rules begin today or later: the days before were judged by the rules of then.")
            )
        return day
