"""What the ledger is filtered by, and what closes an open item."""

from datetime import timedelta

from django import forms
from django.utils.translation import gettext_lazy as _

from diba.plant import actions as plant

from ..models import Crossing, Gate
from .styled import Styled

LONGEST = 31  # days shown at once


class LedgerFilter(Styled, forms.Form):
    """Everything may be left out; what cannot be falls back to today."""

    first = forms.DateField(
        label=_("From"), required=False, widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")
    )
    last = forms.DateField(
        label=_("Until"), required=False, widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")
    )
    gate = forms.ModelChoiceField(label=_("Gate"), queryset=Gate.objects.none(), required=False, empty_label=_("all"))
    direction = forms.ChoiceField(label=_("direction"), required=False)
    kind = forms.ChoiceField(label=_("kind"), required=False)
    state = forms.ChoiceField(label=_("Only"), required=False)
    q = forms.CharField(label=_("Find"), max_length=60, required=False)

    def __init__(self, asked):
        today = f"{plant.today():%Y-%m-%d}"
        super().__init__({"first": today, "last": today, **asked.dict()})
        every = [("", _("all"))]
        self.fields["gate"].queryset = Gate.objects.all()
        self.fields["direction"].choices = every + Crossing.Direction.choices
        self.fields["kind"].choices = every + Crossing.Kind.choices
        self.fields["state"].choices = [
            *every, ("refused", _("refused")), ("forced", _("let in against the verdict")), ("differs", _("the server would not have let pass")),
            ("fever", _("fever at the gate")), ("flagged", _("flagged")), ("late", _("arrived late")), ("notes", _("notes")),
        ]  # fmt: skip

    def asked(self):
        """Return what is asked for, with what cannot be left out."""
        self.is_valid()
        data, today = self.cleaned_data, plant.today()
        last = data.get("last") or today
        if abs((last - today).days) > 4000:
            last = today
        first = data.get("first") or last
        if not last - timedelta(days=LONGEST) < first <= last:
            first = last
        return {
            "first": first, "last": last, "gate": data.get("gate"), "wanted": data.get("q", "").strip(),
            **{name: data.get(name) or "" for name in ("direction", "kind", "state")},
        }  # fmt: skip


class ClosingForm(Styled, forms.Form):
    words = forms.CharField(label=_("What was done"), max_length=300)
