"""What the roster desk accepts from outside."""

from django import forms
from django.utils.translation import gettext_lazy as _

from diba.plant.fields import Several

from ..models import RotationKey, Split
from .styled import Styled


class Question(Styled, forms.Form):
    """A planner's question for a roster, in words."""

    name = forms.CharField(label=_("Name of the roster"), max_length=80, required=False)
    pattern = forms.ModelChoiceField(None, label=_("Watch pattern"), empty_label=None)
    split = forms.ModelChoiceField(
        Split.objects.exclude(adopted_at=None),
        label=_("Teams"),
        required=False,
        empty_label=_("no teams: everybody who is qualified"),
    )
    first_day = forms.DateField(label=_("First day"))
    days = forms.IntegerField(label=_("Days"), min_value=1, max_value=92, initial=28)
    block = forms.IntegerField(
        label=_("Days a team stays on site before the other comes (0: no exchange)"),
        min_value=0,
        max_value=60,
        initial=6,
    )
    rest_hours = forms.IntegerField(label=_("Least rest between watches, h"), min_value=0, max_value=48, initial=11)
    longest_run = forms.IntegerField(label=_("Longest run of days"), min_value=1, max_value=60, initial=6)
    most_nights_in_row = forms.IntegerField(label=_("Most nights in a row"), min_value=1, max_value=60, initial=6)
    rotation = forms.ChoiceField(
        label=_("Rotation as the base plan"), required=False, choices=[("", _("none")), *RotationKey.choices]
    )
    crews = Several(
        None, label=_("Crews of the rotation, in the order of their codes"), required=False,
        widget=forms.CheckboxSelectMultiple,
    )  # fmt: skip
    rotation_first = forms.DateField(label=_("First day of the rotation (empty: of the roster)"), required=False)
    rotation_strict = forms.BooleanField(label=_("Nobody works beside the rotation"), required=False)
    seconds = forms.IntegerField(label=_("Search, s"), min_value=1, max_value=600, initial=20)
    with_holes = forms.BooleanField(label=_("If it cannot be, show a roster with what stays open"), required=False)

    def __init__(self, patterns, crews, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["pattern"].queryset = patterns
        self.fields["crews"].queryset = crews

    def rules(self):
        """Return the rules asked for, as the action takes them."""
        data = self.cleaned_data
        names = ("block", "rest_hours", "longest_run", "most_nights_in_row", "seconds", "with_holes")
        found = {name: data[name] for name in names}
        if data["rotation"]:
            found |= {
                "rotation": data["rotation"], "crews": [unit.code for unit in data["crews"]],
                "rotation_first": (data["rotation_first"] or data["first_day"]).isoformat(), "rotation_strict": data["rotation_strict"],
            }  # fmt: skip
        return found


class Reason(forms.Form):
    """Why a roster is published although it breaks rules."""

    reason = forms.CharField(
        label=_("Reason, kept with your name"),
        max_length=300,
        widget=forms.Textarea(attrs={"rows": 3, "class": "db-in"}),
    )


class Division(forms.Form):
    """A planner's wish for a division into teams."""

    pattern = forms.ModelChoiceField(None, label=_("Watch pattern"), empty_label=None)
    crews = forms.FloatField(
        label=_("Crews a team needs for its days off (1: none off)"), min_value=1, max_value=3, initial=1
    )
    teams = forms.TypedChoiceField(
        label=_("Teams"), choices=[(2, _("two: A and B")), (3, _("three: A, B and C"))], coerce=int, initial=2,
        required=False, empty_value=2,
    )  # fmt: skip
    one_team = forms.BooleanField(label=_("One team only"), required=False)

    def __init__(self, patterns, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["pattern"].queryset = patterns
        for field in self.fields.values():
            if not isinstance(field.widget, forms.CheckboxInput):
                field.widget.attrs["class"] = "db-in"


class SheetFile(forms.Form):
    """A roster that the office edited in Excel."""

    file = forms.FileField(label=_("Edited roster (.xlsx or .csv)"), allow_empty_file=True)


class MoreSeconds(forms.Form):
    """How much longer a search goes on."""

    seconds = forms.IntegerField(
        label=_("Search on, s"),
        min_value=1,
        max_value=600,
        initial=60,
        widget=forms.NumberInput(attrs={"class": "db-in"}),
    )
