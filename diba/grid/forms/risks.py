"""What people say of risk areas and contacts, and what is decided, as they come from outside; the words for what is refused."""

import uuid

from django import forms
from django.utils.translation import gettext_lazy as _

from ..models import RiskJudgement, RiskKind
from .isolation import REFUSALS as BEFORE
from .styled import Day, OnePerson, Styled

REFUSALS = BEFORE | {
    "unknown_kind": _("Choose what it was."),
    "ends_before_start": _("It ends before it begins."),
    "before_incubation": _("This lies before the longest incubation: nothing follows from it any more."),
    "no_area": _("Choose the area from the list."),
    "area_not_then": _("This area was not on the list on those days."),
    "no_who": _("Say with whom; a name, or what you know of the person."),
    "unknown_measure": _("This measure is not known."),
    "own_risk": _("Nobody decides about himself."),
    "met_himself": _("He cannot have met himself."),
    "uid_taken": _("This report's number belongs to another report. Load the page again."),
}


def refusal(error):
    """Return what to tell a person about a BadInput of what was said."""
    return REFUSALS.get(error.reason, _("This cannot be saved as it is."))


class RiskForm(Styled, forms.Form):
    """One thing said; without `people` it is one's own. areas: `RiskArea`s to choose from; optional: an empty kind says nothing."""

    uid = forms.UUIDField(widget=forms.HiddenInput)
    person = OnePerson(label=_("Person"), help_text=_("Staff number or name."))
    kind = forms.ChoiceField(label=_("What was it?"), choices=[("", "—"), *RiskKind.choices])
    area = forms.ChoiceField(
        label=_("Risk area"), required=False, help_text=_("Of the list; needed when you were in one.")
    )
    first = Day(label=_("First day"), back=60, required=False)
    last = Day(label=_("Last day"), back=60, required=False, help_text=_("The same day when left empty."))
    who = forms.CharField(
        label=_("With whom"), max_length=80, required=False,
        help_text=_("Name and staff number if you know them, else what you know; needed for a contact."),
    )  # fmt: skip
    where = forms.CharField(label=_("Where"), max_length=120, required=False)

    def __init__(self, *args, areas, people=None, optional=False, **kwargs):
        kwargs["initial"] = {"uid": uuid.uuid4()} | kwargs.get("initial", {})
        super().__init__(*args, **kwargs)
        if people is None:
            del self.fields["person"]
        else:
            self.fields["person"].people = people
        self.fields["kind"].required = not optional
        self.areas = {str(area.pk): area for area in areas}
        self.fields["area"].choices = [("", "—"), *((pk, f"{area.area} · {area.get_level_display()}") for pk, area in self.areas.items())]  # fmt: skip

    def clean_area(self):
        return self.areas.get(self.cleaned_data["area"])

    def clean(self):
        data = super().clean()
        kind, lacking = data.get("kind"), []
        if kind:
            lacking.append(("first", _("Say on which day.")))
            lacking.append(("area", REFUSALS["no_area"]) if kind == RiskKind.AREA else ("who", REFUSALS["no_who"]))
        for name, words in lacking:  # all at once; the action asks the same
            if not data.get(name) and name not in self.errors:
                self.add_error(name, words)
        return data


class RiskJudgeForm(Styled, forms.Form):
    measure = forms.ChoiceField(label=_("Decision"), choices=[("", "—"), *RiskJudgement.Measure.choices])
    met = OnePerson(
        label=_("Whom of the register he was near"), required=False,
        help_text=_("Staff number or name. When that one has a case, this person is listed among its contacts."),
    )  # fmt: skip
    reason = forms.CharField(label=_("Reason"), max_length=300)

    def __init__(self, *args, people, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["met"].people = people
