"""A new version of a disease profile as it comes from outside, and the words for what is refused."""

from decimal import Decimal

from django import forms
from django.core.validators import RegexValidator
from django.utils.translation import gettext_lazy as _

from ..models import PLACE_WORDS, DiseaseProfile
from .styled import Day, Styled

BLANK = 4  # empty lines under the symptoms for new ones
REFUSALS = {
    "no_symptoms": _("Name at least one symptom."),
    "symptom_twice": _("The same code stands in two lines."),
    "too_many_together": _("More are asked for together than there are symptoms that make no suspicion alone."),
    "no_source": _("Say where this comes from; say unverified when nobody has read the document."),
    "shortest_above_longest": _("The shortest incubation is longer than the longest."),
    "nothing_new": _("This version says the same as the newest: nothing to enter."),
    "begins_in_the_past": _("A version begins today or later: the days before were judged by the version of then."),
    "in_force_already": _("This version is in force on that day already."),
    "profile_there": _("There is a profile with this code already: enter a new version of it."),
}


def refusal(error):
    """Return what to tell a person about a BadInput of the profiles."""
    return REFUSALS.get(error.reason, _("This cannot be saved as it is."))


class SymptomForm(Styled, forms.Form):
    """One line of the symptoms; an empty one is left out."""

    code = forms.CharField(
        label=_("Code"), max_length=30, required=False,
        validators=[RegexValidator(r"^[a-z][a-z0-9_]*$", _("Small letters, digits and _, such as sore_throat."))],
    )  # fmt: skip
    zh = forms.CharField(label=_("Chinese"), max_length=30, required=False)
    en = forms.CharField(label=_("English"), max_length=40, required=False)
    alone = forms.BooleanField(label=_("Makes a suspicion alone"), required=False)

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        for field in self.fields.values():
            field.widget.attrs["aria-label"] = field.label

    def clean(self):
        data = super().clean()
        if any(data.get(name) for name in ("code", "zh", "en")):
            for name in ("code", "zh", "en"):
                if not data.get(name) and name not in self.errors:
                    self.add_error(name, _("Fill the whole line, or leave it empty."))
        return data


SymptomLines = forms.formset_factory(SymptomForm, extra=BLANK, max_num=60, absolute_max=60, validate_max=True)


class VersionForm(Styled, forms.Form):
    together = forms.IntegerField(
        label=_("Of the symptoms that make no suspicion alone, so many together make one"), min_value=0, max_value=60,
        help_text=_("0: they are only kept, and never make one."),
    )  # fmt: skip
    shortest = forms.IntegerField(label=_("Shortest incubation, days"), min_value=0, max_value=60)
    longest = forms.IntegerField(label=_("Longest incubation, days"), min_value=1, max_value=60)
    usual = forms.CharField(label=_("Usual incubation, days"), max_length=20, required=False)
    source = forms.CharField(
        label=_("Source"), max_length=600, widget=forms.Textarea(attrs={"rows": 3}),
        help_text=_("Document, edition and day; say unverified when nobody has read it."),
    )  # fmt: skip
    starts_on = Day(
        label=_("In force from"), back=0, ahead=400, required=False,
        help_text=_("Leave empty to keep it for later; it can be put in force at any time."),
    )  # fmt: skip

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        for place, word in PLACE_WORDS.items():
            self.fields[f"place_{place}"] = forms.DecimalField(
                label=word, required=False, min_value=0, max_value=1, max_digits=2, decimal_places=1,
                widget=forms.TextInput(attrs={"class": "db-in", "inputmode": "decimal", "autocomplete": "off"}),
            )  # fmt: skip

    @property
    def place_fields(self):
        return [self[name] for name in self.fields if name.startswith("place_")]

    @property
    def other_fields(self):
        return [self[name] for name in self.fields if not name.startswith("place_")]

    def places(self):
        """Return [(place, °C added)] of the places that were given a number, the usual one first; the armpit when none was."""
        given = [(place, self.cleaned_data.get(f"place_{place}")) for place in PLACE_WORDS]
        found = [(place, added) for place, added in given if added is not None]
        return found or [("armpit", Decimal("0.0"))]

    @staticmethod
    def initial_of(version):
        """Return what the form shows before anything is typed: the version that is to be changed."""
        places = {f"place_{place}": added for place, added in version.places}
        names = ("together", "shortest", "longest", "usual", "source")
        return {name: getattr(version, name) for name in names} | places


class DiseaseForm(Styled, forms.ModelForm):
    class Meta:
        model = DiseaseProfile
        fields = ["code", "name", "name_en"]


class InForceForm(Styled, forms.Form):
    starts_on = Day(label=_("In force from"), back=0, ahead=400)
