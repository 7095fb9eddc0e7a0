"""A personal address, and the report that comes by one, as they come from outside."""

from django import forms
from django.utils.translation import gettext_lazy as _

from .checkins import CheckInForm, Shared
from .styled import Styled


class LinkForm(Styled, forms.Form):
    days = forms.TypedChoiceField(
        label=_("Valid for"), coerce=int, choices=[(1, _("one day")), (3, _("three days")), (7, _("seven days")), (14, _("fourteen days"))],
    )  # fmt: skip


class LinkReportForm(CheckInForm):
    """A report by an address: of whom, by his place in the household. The slot is the one that is asked."""

    slot = whereabouts = None
    who = forms.TypedChoiceField(label=_("Who"), coerce=int, choices=[], widget=forms.RadioSelect)

    field_order = ("uid", "day", "who", "temperature", "place", "symptoms", "symptom_note")

    def __init__(self, *args, people, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["who"].choices = people


assert not isinstance(LinkReportForm.base_fields, Shared)  # its choices differ from address to address
