"""Limits of work and waivers as they are entered."""

from django import forms
from django.utils.translation import gettext_lazy as _

from diba.plant.models import Level, Person

from ..models import Limit, Rule
from .styled import Styled


class LimitForm(Styled, forms.Form):
    """One limit from a day on."""

    rule = forms.ChoiceField(label=_("Rule"), choices=Rule)
    value = forms.IntegerField(label=_("Value (empty: no limit)"), min_value=0, max_value=9999, required=False)
    level = forms.TypedChoiceField(label=_("At which response level"), coerce=int, empty_value=None, required=False)
    hard = forms.BooleanField(label=_("May not be exceeded without a waiver"), required=False, initial=True)
    kind = forms.ChoiceField(label=_("Kind"), choices=Limit.Kind)
    source = forms.CharField(label=_("Source: article, paragraph, document number"), max_length=200)
    verified = forms.BooleanField(label=_("I have read the source"), required=False)
    starts_on = forms.DateField(label=_("In force from"))

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["level"].choices = [("", _("every level")), *Level.choices]


class WaiverForm(Styled, forms.Form):
    """That one may be above a limit, up to what and until when; signed by name."""

    person = forms.ModelChoiceField(None, label=_("For whom"), required=False, empty_label=_("everybody"))
    rule = forms.ChoiceField(label=_("Which limit"))
    value = forms.IntegerField(label=_("Up to"), min_value=0, max_value=9999)
    first_day = forms.DateField(label=_("From"))
    last_day = forms.DateField(label=_("Until, inclusive"))
    reason = forms.CharField(label=_("Reason"), max_length=200)
    name = forms.CharField(label=_("Signature: your name in full"), max_length=60)

    def __init__(self, people, limits, *args, everybody=True, **kwargs):
        """limits: {rule of work: its Limit in force, or None}, so that who signs sees what he is asked to ease.

        everybody: whether an empty person stands for all of the plant; else one of the people must be chosen.
        """
        super().__init__(*args, **kwargs)
        self.fields["rule"].choices = [
            (rule.value, rule.label if limit is None or limit.value is None else _("%(rule)s: limit %(value)s") % {"rule": rule.label, "value": limit.value})
            for rule, limit in limits.items()
        ]  # fmt: skip
        if people is None:
            del self.fields["person"]
        else:
            self.fields["person"].queryset = people.select_related("unit")
            if not everybody:
                self.fields["person"].required, self.fields["person"].empty_label = True, "—"
            self.fields["person"].label_from_instance = Person.in_full
