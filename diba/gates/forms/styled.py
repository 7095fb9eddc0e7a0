"""What the desk's forms share: the house's controls, one person by number or name, a moment."""

from datetime import timedelta

from django import forms
from django.utils.translation import gettext_lazy as _

from diba.plant import actions as plant
from diba.plant.models import Person

REFUSALS = {
    "code_taken": _("This code is taken."),
    "too_many_zones": _("A pass has room for sixteen zones."),
    "zone_in_itself": _("A zone lies neither in itself nor in what lies in it."),
    "out_of_range": _("Outside what can be."),
    "nobody": _("Nobody of them is at the plant now."),
    "ends_before": _("It ends before it begins."),
    "required": _("Say in words what was done."),
    "no_device_file": _("This is no file that a guard's page saved. Nothing was read."),
    "guards": _("On watch at a gate nobody says yes to his own visitor: before or after the watch, or another host."),
    "too_large": _("This file is larger than 20 MB: no guard's page saves so much."),
    "whose": _("The file does not say which device it is of: choose it."),
    "other_device": _("The file says that it is of another device."),
    "key_changed": _("Another key is in use by now: look again before you change it."),
}


def refusal(error):
    """Return what to tell a person about a BadInput of the gates."""
    return REFUSALS.get(error.reason, _("This cannot be saved as it is."))


def put_on(form, error):
    """Put a refusal beside its field."""
    form.add_error(error.field if error.field in form.fields else None, refusal(error))


class Styled:
    """Give every control the house's class."""

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        for field in self.fields.values():
            if not isinstance(field.widget, (forms.CheckboxInput, forms.CheckboxSelectMultiple)):
                field.widget.attrs.setdefault("class", "db-in")
                field.widget.attrs.setdefault("autocomplete", "off")


class Moment(forms.DateTimeField):
    """A moment at most 400 days away."""

    def __init__(self, **kwargs):
        widget = forms.DateTimeInput(attrs={"type": "datetime-local"}, format="%Y-%m-%dT%H:%M")
        super().__init__(widget=widget, input_formats=["%Y-%m-%dT%H:%M", "%Y-%m-%d %H:%M"], **kwargs)

    def clean(self, value):
        moment = super().clean(value)
        if moment is not None and abs(moment - plant.now()) > timedelta(days=400):
            raise forms.ValidationError(_("This moment is too far away."))
        return moment


class OnePerson(forms.CharField):
    """One active person by staff number or name; cleaned to the person."""

    def __init__(self, **kwargs):
        super().__init__(max_length=80, **kwargs)

    def clean(self, value):
        words = super().clean(value).split()
        if not words:
            return None
        people = plant.active(Person.objects.all())
        found = list(people.filter(staff_no__in=words)[:2]) or list(people.filter(name__in=words)[:2])
        if not found:
            raise forms.ValidationError(_("Nobody is called so, nor is it a staff number."))
        if len(found) > 1:
            raise forms.ValidationError(_("Several people are called so: give the staff number."))
        return found[0]
