"""A visit or a vehicle that is announced."""

import re

from django import forms
from django.utils.translation import gettext_lazy as _

from diba.plant import actions as plant

from .styled import Moment, OnePerson, Styled

# A number plate of the mainland: 甘A12345, new energy 甘AD12345 (GA 36-2018), police 甘A1234警.
PLATE = re.compile(r"[\u4e00-\u9fff][A-Z][A-Z0-9]{4,5}[A-Z0-9\u4e00-\u9fff]\Z")


class Span:
    def clean(self):
        data = super().clean()
        begins, ends = data.get("begins_at"), data.get("ends_at")
        if begins and ends and ends <= begins:
            self.add_error("ends_at", _("It ends before it begins."))
        elif ends and ends <= plant.now():
            self.add_error("ends_at", _("It is over already."))
        return data


class VisitForm(Span, Styled, forms.Form):
    name = forms.CharField(label=_("Visitor"), max_length=60)
    phone = forms.CharField(label=_("Phone"), max_length=32, required=False)
    employer = forms.CharField(label=_("employer"), max_length=100, required=False)
    host = OnePerson(label=_("Host"), help_text=_("Name or staff number. The host is asked on his phone."))
    purpose = forms.CharField(label=_("Purpose"), max_length=200)
    begins_at = Moment(label=_("From"))
    ends_at = Moment(label=_("Until"))
    declared = forms.CharField(
        label=_("Declaration"), max_length=300, required=False,
        help_text=_("Where he was in the last 14 days, and whether he is well. May follow at the gate."),
    )  # fmt: skip


class VehicleForm(Span, Styled, forms.Form):
    plate = forms.CharField(label=_("Number plate"), max_length=12)
    owner = forms.CharField(label=_("Whose"), max_length=100, required=False)
    driver = forms.CharField(label=_("Driver"), max_length=60, required=False)
    begins_at = Moment(label=_("From"))
    ends_at = Moment(label=_("Until"))

    def clean_plate(self):
        plate = re.sub(r"[\s·.•-]", "", self.cleaned_data["plate"]).upper()
        if not PLATE.match(plate):
            raise forms.ValidationError(_("No number plate, such as 甘A12345 or 甘AD12345."))
        return plate
