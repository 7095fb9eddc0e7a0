"""A check-in as it comes from outside, and the words for what is refused."""

from decimal import Decimal

from django import forms
from django.utils.translation import gettext_lazy as _

from diba.core.screening import HIGHEST, LOWEST, SYMPTOMS

from ..models import Slot

SYMPTOM_WORDS = {
    "cough": _("cough"), "fatigue": _("fatigue"), "sore_throat": _("sore throat"), "breathless": _("short of breath"),
    "diarrhoea": _("diarrhoea"), "smell_loss": _("loss of smell"), "other": _("something else"),
}  # fmt: skip
# What a thumb hits in two taps; anything else is typed on the page for changes.
USUAL = [Decimal(n) / 10 for n in range(360, 371)]
REASONS = {
    "in_the_future": _("This day has not come yet; report it on the day."),
    "too_long_ago": _("Only the last three days can still be reported; tell your cell lead."),
    "not_asked_twice": _("Only who is in isolation reports in the evening too; yours of this morning counts."),
    "not_evening_yet": _("The evening's report is asked for later today."),
    "has_left": _("This person has left the plant."),
    "no_policy": _("No health rules are in force on this day; tell the health officer."),
    "uid_taken": _("This report's number belongs to another report. Load the page again."),
    "no_reason": _("Say why it is corrected."),
    "out_of_range": _("The temperature is outside 34.0 to 43.0 °C. Measure again."),
    "unknown_symptom": _("This symptom is not known."),
    "what_is_wrong": _("Say what is wrong: a symptom or a temperature."),
    "unknown_method": _("This way of reaching somebody is not known."),
    "not_drawn": _("This report was not drawn for a call-back."),
    "figures_changed": _(
        "Something changed while you read: the sentence below is the new one. Read it and sign again."
    ),
    "day_cannot_be_signed": _("Only today and the three days before can be signed."),
    "nobody_here": _("Nobody belongs to this cell: there is nothing to sign."),
    "signed_already": _("Signed already, with just these figures."),
    "no_cell": _("This is not a cell."),
    "unknown_outcome": _("This outcome is not known."),
}


class Temperature(forms.DecimalField):
    """A body temperature in °C; a slip of the comma is pointed out, not corrected in silence."""

    def __init__(self, **kwargs):
        widget = forms.TextInput(attrs={"inputmode": "decimal", "class": "db-in", "autocomplete": "off"})
        super().__init__(max_digits=5, decimal_places=1, widget=widget, label=_("Temperature, °C"), **kwargs)

    def to_python(self, value):
        return super().to_python(
            str(value).translate(str.maketrans("０１２３４５６７８９．，,", "0123456789...")) if value else value
        )

    def validate(self, value):
        super().validate(value)
        if value is None or LOWEST <= value <= HIGHEST:
            return
        text = str(value)
        swapped = f"{text[1]}{text[0]}{text[2:]}" if len(text) >= 4 and text[2] == "." else ""
        words = _("%(value)s is outside %(low)s to %(high)s °C.")
        if swapped and LOWEST <= Decimal(swapped) <= HIGHEST:
            words = _("%(value)s is outside %(low)s to %(high)s °C. Did you mean %(swapped)s?")
        values = {"value": text, "low": LOWEST, "high": HIGHEST, "swapped": swapped}
        raise forms.ValidationError(words, params=values)


class Shared(dict):
    """A form's fields that its instances share: copying them anew took a tenth of a check-in. No instance changes them."""

    def __deepcopy__(self, memo):
        return self


class CheckInForm(forms.Form):
    uid = forms.UUIDField(widget=forms.HiddenInput)
    day = forms.DateField(widget=forms.HiddenInput)
    slot = forms.ChoiceField(choices=Slot, widget=forms.HiddenInput, required=False)
    temperature = Temperature(required=True)
    symptoms = forms.MultipleChoiceField(
        label=_("Symptoms"), choices=list(SYMPTOM_WORDS.items()), required=False, widget=forms.CheckboxSelectMultiple
    )
    symptom_note = forms.CharField(
        label=_("In your own words"), max_length=200, required=False, widget=forms.TextInput(attrs={"class": "db-in"})
    )
    whereabouts = forms.CharField(
        label=_("Where you were, whom you met"), max_length=200, required=False,
        widget=forms.TextInput(attrs={"class": "db-in"}),
    )  # fmt: skip

    def clean_slot(self):
        return self.cleaned_data["slot"] or Slot.MORNING


CheckInForm.base_fields = Shared(CheckInForm.base_fields)


class CorrectionForm(CheckInForm):
    reason = forms.CharField(
        label=_("Why it is corrected"), max_length=200, widget=forms.TextInput(attrs={"class": "db-in"})
    )


def words(error):
    """Return what to tell a person about a BadInput of the core."""
    return REASONS.get(error.reason, _("This cannot be saved as it is."))


assert set(SYMPTOM_WORDS) == set(SYMPTOMS)  # one list, two sides of the door
