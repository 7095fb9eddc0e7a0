"""Supplies as they come from outside, and the words for what is refused."""

from django import forms
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from diba.plant.models import Unit

from ..models import SupplyItem
from .styled import OnePerson, Styled


def refusal(error):
    """Return what to tell a person about a BadInput of the supplies."""
    words = {
        "how_many_pieces": _("At least 1 and at most a million pieces."), "nobody_there": _("Nobody belongs to this cell."),
        "not_enough": _("There are only %(n)s in stock."), "uid_taken": _("This report's number belongs to another report. Load the page again."),
        "taken_back_already": _("This was taken back already, or cannot be."), "counted_since": _("The stock was counted since: count again instead."),
        "name_taken": _("Another item has this name."),
    }  # fmt: skip
    return words[error.reason] % {"n": error.value} if error.reason in words else _("This cannot be saved as it is.")


class ItemChoice(Styled, forms.Form):
    batch = forms.UUIDField(widget=forms.HiddenInput)
    item = forms.ModelChoiceField(label=_("Item"), queryset=SupplyItem.objects.none(), empty_label=None)

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["item"].queryset = SupplyItem.objects.filter(active=True)


class ReceiptForm(ItemChoice):
    pieces = forms.IntegerField(label=_("How many"), min_value=1, max_value=1_000_000)
    note = forms.CharField(label=_("Note"), max_length=200, required=False)


class IssueForm(ItemChoice):
    cell = forms.ModelChoiceField(
        label=_("Everybody of the cell"), queryset=Unit.objects.none(), required=False, empty_label="—"
    )
    person = OnePerson(label=_("or one person"), required=False)
    pieces = forms.IntegerField(label=_("How many each"), min_value=1, max_value=1_000_000)
    note = forms.CharField(label=_("Note"), max_length=200, required=False)

    def __init__(self, *args, people, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["cell"].queryset = Unit.objects.filter(kind="cell").order_by("code")
        self.fields["person"].people = people

    def clean(self):
        data = super().clean()
        if not self.errors and bool(data.get("cell")) == bool(data.get("person")):
            raise forms.ValidationError(_("Choose a cell, or one person."))
        return data


class CountForm(ItemChoice):
    counted = forms.IntegerField(label=_("Counted"), min_value=0, max_value=1_000_000)
    note = forms.CharField(label=_("Note"), max_length=200, required=False)


class ItemForm(Styled, forms.Form):
    name = forms.CharField(label=pgettext_lazy("thing", "Name"), max_length=60)
    unit = forms.CharField(label=pgettext_lazy("measure", "Unit"), max_length=10)
    daily = forms.IntegerField(label=_("Planned use a day"), min_value=1, max_value=1_000_000, required=False)
    warn_days = forms.IntegerField(label=_("Warn below, days of cover"), min_value=1, max_value=365, initial=7)
    active = forms.BooleanField(label=_("In use"), required=False, initial=True)
