"""Zones, gates, codes, keys and passes, as the office enters them."""

from datetime import timedelta

from django import forms
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from diba.plant import actions as plant
from diba.plant.fields import Several
from diba.plant.models import Post, Unit, UnitKind, WatchPattern

from ..models import Device, Gate, Revocation, Scope, Way, Zone
from .styled import OnePerson, Styled

LONGEST = 400  # days a pass may be good, and so those of an old key


class ZoneForm(Styled, forms.Form):
    code = forms.SlugField(label=_("Code"), max_length=20)
    name = forms.CharField(label=pgettext_lazy("thing", "Name"), max_length=60)
    within = forms.ModelChoiceField(
        label=_("Lies in"), queryset=Zone.objects.none(), required=False, empty_label=_("no other zone"),
        help_text=_("Whoever goes out of it is then in the zone around it, and whoever comes in from there comes in once."),
    )  # fmt: skip
    units = Several(
        label=_("open to"), queryset=Unit.objects.none(), required=False, help_text=_("None chosen: open to everybody of the plant."),
        widget=forms.SelectMultiple(attrs={"size": 8}),
    )  # fmt: skip

    def __init__(self, *args, barred=(), **kwargs):
        """barred: ids of the zones that it cannot lie in, itself and what lies in it: not offered, and refused with its words."""
        super().__init__(*args, **kwargs)
        within = self.fields["within"]
        within.queryset = Zone.objects.all()
        within.choices = [each for each in within.choices if not each[0] or each[0].value not in barred]
        self.fields["units"].queryset = Unit.objects.filter(kind__in=[UnitKind.DEPARTMENT, UnitKind.TEAM]).order_by(
            "path"
        )


class GateForm(Styled, forms.Form):
    code = forms.SlugField(label=_("Code"), max_length=20)
    name = forms.CharField(label=pgettext_lazy("thing", "Name"), max_length=60)
    zone = forms.ModelChoiceField(label=_("Leads into"), queryset=Zone.objects.none(), empty_label=None)
    directions = forms.ChoiceField(label=_("Directions"), choices=Way)
    pattern = forms.ModelChoiceField(label=_("Watches"), queryset=WatchPattern.objects.none(), empty_label=None)
    post = forms.ModelChoiceField(
        label=_("Post in the rosters"), queryset=Post.objects.none(), required=False,
        help_text=_("Where its guards and volunteers stand; their watches show on the plan."),
    )  # fmt: skip
    place = forms.CharField(label=_("Place"), max_length=100, required=False)
    phone = forms.CharField(label=_("Phone"), max_length=32, required=False)
    active = forms.BooleanField(label=_("In use"), required=False, initial=True)

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["zone"].queryset = Zone.objects.all()
        self.fields["pattern"].queryset = WatchPattern.objects.order_by("-code")
        self.fields["post"].queryset = Post.objects.filter(active=True)


class CodeForm(Styled, forms.Form):
    gate = forms.ModelChoiceField(label=_("Gate"), queryset=Gate.objects.none(), empty_label=None)

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["gate"].queryset = Gate.objects.filter(active=True)


class BringForm(Styled, forms.Form):
    file = forms.FileField(label=_("File of the device (.json)"), allow_empty_file=True)
    device = forms.ModelChoiceField(
        label=_("Device"), queryset=Device.objects.none(), required=False, empty_label=_("as the file says"),
    )  # fmt: skip

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        # Those that fetch lists: neither what stands for paper nor a machine.
        self.fields["device"].queryset = (
            Device.objects.exclude(key=None).select_related("gate").order_by("gate__code", "id")
        )
        self.fields["device"].label_from_instance = lambda row: f"{row.gate} {row} #{row.pk}"


class MachineForm(Styled, forms.Form):
    """A machine that gets a token."""

    gate = forms.ModelChoiceField(label=_("Gate"), queryset=Gate.objects.none(), empty_label=None)
    name = forms.CharField(label=pgettext_lazy("thing", "Name"), max_length=60)
    scopes = forms.MultipleChoiceField(label=_("May"), choices=Scope, widget=forms.CheckboxSelectMultiple)
    a_minute = forms.IntegerField(label=_("requests a minute"), min_value=1, max_value=6000, initial=120)
    unmeasured = forms.BooleanField(
        label=_("turnstile without a thermometer"), required=False,
        help_text=_("Then it opens for whoever was not measured. Otherwise it stays shut until a reading is there."),
    )  # fmt: skip

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["gate"].queryset = Gate.objects.filter(active=True)


class GapForm(forms.Form):
    """Why a watch began without a hand-over; at: when it began, s since 1970."""

    gate = forms.ModelChoiceField(queryset=Gate.objects.all())
    at = forms.IntegerField(min_value=0, max_value=2**32)
    words = forms.CharField(max_length=300)


class RotateForm(Styled, forms.Form):
    """A new key to sign with; was: how the one begins that was seen in use."""

    was = forms.CharField(max_length=64, widget=forms.HiddenInput)
    until = forms.DateField(
        label=_("Passes of the old key are good to the end of"), required=False, widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
        help_text=_("Left empty: to this moment. Everybody then needs a new pass at once."),
    )  # fmt: skip

    def moment(self):
        """Return until when passes of the old key are good, None: they are not any more."""
        day = self.cleaned_data["until"]
        return plant.day_start(day + timedelta(days=1)) if day else None

    def clean_until(self):
        day = self.cleaned_data["until"]
        if day and not plant.today() <= day <= plant.today() + timedelta(days=LONGEST):
            raise forms.ValidationError(_("Between today and 400 days from now, please."))
        return day


class IssueForm(Styled, forms.Form):
    person = OnePerson(label=_("Person"), help_text=_("Name or staff number."))
    days = forms.IntegerField(label=_("Valid for, days"), min_value=1, max_value=400, initial=90)


class IssueAllForm(Styled, forms.Form):
    days = forms.IntegerField(label=_("Valid for, days"), min_value=1, max_value=400, initial=90)


class RevokeForm(Styled, forms.Form):
    why = forms.ChoiceField(label=_("Reason"), choices=Revocation.Why)
