"""A check-in as it comes from outside, and the words for what is refused."""

from decimal import Decimal
from functools import lru_cache

from django import forms
from django.utils.functional import lazy
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from diba.core.screening import HIGHEST, LOWEST, PLAIN

from ..models import PLACE_WORDS, PLAIN_WORDS, Slot

# What a thumb hits in two taps; anything else is typed on the page for changes.
USUAL = [Decimal(n) / 10 for n in range(360, 371)]
REASONS = {
    "in_the_future": _("This day has not come yet; report it on the day."),
    "too_long_ago": _("Only the last three days can still be reported; tell your cell lead."),
    "not_asked_twice": _("Only who is in isolation reports in the evening too; yours of this morning counts."),
    "not_evening_yet": _("The evening's report is asked for later today."),
    "has_left": _("This person has left the plant."),
    "only_today": _("By this address only today is reported."),
    "no_guardian_consent": _(
        "Nothing is taken of a child under 14 before a guardian agreed: the employee does so under “Family”, or signs on paper with the cell lead."
        " An isolation order and a case are written down all the same, as the law obliges."
    ),
    "no_policy": _("No health rules are in force on this day; tell the health officer."),
    "uid_taken": _("This report's number belongs to another report. Load the page again."),
    "no_reason": _("Say why it is corrected."),
    "corrected_since": _(
        "It has been corrected since, and nothing was written: look at the newest report, and correct that one."
    ),
    "out_of_range": _("The temperature is outside 34.0 to 43.0 °C. Measure again."),
    "unknown_symptom": _("This symptom is not asked for by the profile in force."),
    "unknown_place": _("This measuring place is not among those of the profile in force."),
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
    """A report by the plain list of symptoms; `asked_by` makes it one by a version of a profile."""

    uid = forms.UUIDField(widget=forms.HiddenInput)
    day = forms.DateField(widget=forms.HiddenInput)
    slot = forms.ChoiceField(choices=Slot, widget=forms.HiddenInput, required=False)
    temperature = Temperature(required=True)
    place = forms.ChoiceField(
        label=_("Measured at"), choices=[("armpit", PLACE_WORDS["armpit"])], required=False,
        widget=forms.Select(attrs={"class": "db-in"}),
    )  # fmt: skip
    symptoms = forms.MultipleChoiceField(
        label=_("Symptoms"), choices=list(PLAIN_WORDS.items()), required=False, widget=forms.CheckboxSelectMultiple
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


def asked_by(form, version):
    """Return a form's class with the symptoms, and the measuring places it has, of a version; None: the plain list."""
    if version is None:
        return form
    return _asked_by(form, tuple(map(tuple, version.symptoms)), tuple(place for place, _added in version.places))


@lru_cache(maxsize=64)
def _asked_by(form, symptoms, places):
    fields = {"symptoms": [(code, _word(zh, en)) for code, zh, en, _alone in symptoms]}
    if "place" in form.base_fields:
        fields["place"] = [(place, PLACE_WORDS[place]) for place in places]
    made = type(
        form.__name__, (form,), {name: _with(form.base_fields[name], choices) for name, choices in fields.items()}
    )
    if isinstance(form.base_fields, Shared):
        made.base_fields = Shared(made.base_fields)
    return made


def _with(field, choices):
    return type(field)(
        label=field.label, choices=choices, required=field.required, widget=type(field.widget)(field.widget.attrs)
    )


_word = lazy(lambda zh, en: en if (get_language() or "zh").startswith("en") else zh, str)


def words(error):
    """Return what to tell a person about a BadInput of the core."""
    return REASONS.get(error.reason, _("This cannot be saved as it is."))


assert set(PLAIN_WORDS) == set(PLAIN.alone)  # one list, two sides of the door
