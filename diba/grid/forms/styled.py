"""What the forms of the desk's registers share: the house's controls, a day that is not far away, one person by number or name."""

from datetime import timedelta

from django import forms
from django.utils.translation import gettext_lazy as _

from diba.plant import actions as plant


class Styled:
    """Give every control the house's class."""

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        for field in self.fields.values():
            if not isinstance(field.widget, (forms.CheckboxInput, forms.CheckboxSelectMultiple)):
                field.widget.attrs.setdefault("class", "db-in")
                field.widget.attrs.setdefault("autocomplete", "off")


class Day(forms.DateField):
    """A day: at most so many days before and after today."""

    def __init__(self, *, back=90, ahead=0, **kwargs):
        self.back, self.ahead = back, ahead
        super().__init__(widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"), **kwargs)

    def clean(self, value):
        day = super().clean(value)
        first, last = plant.today() - timedelta(self.back), plant.today() + timedelta(self.ahead)
        if day is not None and not first <= day <= last:
            raise forms.ValidationError(
                _("This day is too far away: between %(first)s and %(last)s, please."),
                params={"first": f"{first:%Y-%m-%d}", "last": f"{last:%Y-%m-%d}"},
            )
        return day


class OnePerson(forms.CharField):
    """One person by staff number or name, among `people`; cleaned to the person. An unknown or double name is named."""

    def __init__(self, **kwargs):
        super().__init__(max_length=80, **kwargs)
        self.people = None
        self.widget.attrs.update({"list": "people", "autocomplete": "off"})

    def clean(self, value):
        text = super().clean(value)
        if not text:
            return None
        words = text.split()
        found = list(self.people.filter(staff_no__in=words)[:2]) or list(self.people.filter(name__in=words)[:2])
        if not found:
            raise forms.ValidationError(
                _("Nobody you may see is called “%(word)s”, nor is it a staff number."), params={"word": text[:40]}
            )
        if len(found) > 1:
            raise forms.ValidationError(
                _("Several people are called “%(word)s”: give the staff number."), params={"word": text[:40]}
            )
        return found[0]
