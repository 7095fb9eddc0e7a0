"""Returns from elsewhere and the list of risk areas as they come from outside, and the words for what is refused."""

from django import forms
from django.utils.translation import gettext_lazy as _

from diba.core.isolation import LONGEST

from ..models import IsolationKind, Return, RiskLevel
from .isolation import REFUSALS as BEFORE
from .styled import Day, OnePerson, Styled

REFUSALS = BEFORE | {
    "returned_already": _("This return is entered already and not cleared yet."),
    "too_long_back": _("Who came back more than 60 days ago is no returnee any more."),
    "no_origin": _("Say where from."),
    "cleared_already": _("Somebody cleared this person a moment ago."),
    "own_return": _("Nobody decides about himself."),
    "own_declaration": _("You entered this return: another officer clears it."),
    "return_lacks": _("Something is still lacking; it stands beside the return."),
    "ends_before_start": _("It ends before it begins."),
    "no_heads": _("No sheet with the headings 地区, 风险等级 and 开始日期 was found."),
    "no_area": _("Give the place, 2 to 80 characters."),
    "no_level": _("The level is 高, 中 or 低."),
    "no_day": _("This is no date such as 2020-02-14."),
    "begins_in_the_past": _("Rules begin today or later: who came before was treated by the rules of then."),
    "rule_there": _("There is a rule for this level and day already; choose another day."),
    "twice": _("The same place and day stand in the file twice."),
}
FIELD_WORDS = {
    "area": _("area"),
    "level": _("risk level"),
    "starts_on": _("from"),
    "ends_on": _("until"),
    "source": _("source"),
}


def refusal(error):
    """Return what to tell a person about a BadInput of the returns."""
    return REFUSALS.get(error.reason, _("This cannot be saved as it is."))


class ReturnForm(Styled, forms.Form):
    """A return; without `people` it is one's own."""

    uid = forms.UUIDField(widget=forms.HiddenInput)
    person = OnePerson(label=_("Person"), help_text=_("Staff number or name."))
    origin = forms.CharField(
        label=_("Where from"), max_length=120, help_text=_("Province, city and district, such as 湖北省武汉市江夏区.")
    )
    arrived_on = Day(label=_("Arrived on"), back=60)
    means = forms.ChoiceField(label=_("Means of travel"), choices=Return.Means)
    vehicle = forms.CharField(label=_("Train, flight or plate number"), max_length=60, required=False)
    note = forms.CharField(label=_("Note"), max_length=200, required=False)

    def __init__(self, *args, people=None, **kwargs):
        super().__init__(*args, **kwargs)
        if people is None:
            del self.fields["person"]
        else:
            self.fields["person"].people = people


class JudgeForm(Styled, forms.Form):
    level = forms.ChoiceField(label=_("Risk level"), choices=[("", "—"), *RiskLevel.choices])
    reason = forms.CharField(label=_("Reason"), max_length=200)


class AreaForm(Styled, forms.Form):
    area = forms.CharField(label=_("Area"), min_length=2, max_length=80)
    level = forms.ChoiceField(label=_("Risk level"), choices=[("", "—"), *RiskLevel.choices])
    starts_on = Day(label=_("From"), back=1500, ahead=60)
    ends_on = Day(label=_("Until"), back=1500, ahead=400, required=False)
    source = forms.CharField(label=_("Source"), max_length=200)


class RuleForm(Styled, forms.Form):
    starts_on = Day(label=_("In force from"), back=0, ahead=400)
    level = forms.ChoiceField(label=_("Risk level"), choices=[("", "—"), *RiskLevel.choices])
    days = forms.IntegerField(label=_("Isolation, days"), min_value=0, max_value=LONGEST)
    kind = forms.ChoiceField(label=_("Kind"), choices=IsolationKind)
    tests = forms.IntegerField(label=_("Negative tests"), min_value=0, max_value=9)
    source = forms.CharField(label=_("Source"), max_length=200)


class AreaFile(Styled, forms.Form):
    file = forms.FileField(label=_("Workbook or CSV"))
