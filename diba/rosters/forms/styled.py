"""The house's look for the controls of this desk."""

from datetime import date, datetime

from django import forms
from django.core.validators import MaxValueValidator, MinValueValidator
from django.utils.timezone import get_default_timezone

FIRST_DAY, LAST_DAY = date(2000, 1, 1), date(2100, 12, 31)  # no roster lies outside


class Styled:
    """Give every control its class, and dates and times their native pickers and their sane range."""

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        for field in self.fields.values():
            widget = field.widget
            if not isinstance(widget, (forms.CheckboxInput, forms.RadioSelect, forms.HiddenInput)):
                widget.attrs.setdefault("class", "db-in")
            if isinstance(field, forms.DateTimeField):
                moments = (
                    datetime(day.year, day.month, day.day, tzinfo=get_default_timezone())
                    for day in (FIRST_DAY, LAST_DAY)
                )
                field.validators += [
                    check(moment) for check, moment in zip((MinValueValidator, MaxValueValidator), moments, strict=True)
                ]
                widget.input_type, widget.format = "datetime-local", "%Y-%m-%dT%H:%M"
            elif isinstance(field, forms.DateField):
                field.validators += [MinValueValidator(FIRST_DAY), MaxValueValidator(LAST_DAY)]
                widget.input_type, widget.format = "date", "%Y-%m-%d"
