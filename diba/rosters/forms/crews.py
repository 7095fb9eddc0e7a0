"""Rules on who stands together and on groups kept apart, as they are entered."""

from django import forms
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from diba.plant.fields import Several
from diba.plant.models import Post, Qualification

from ..models import CrewRule
from ..register_forms import Day, People
from .styled import Styled


class Dated(Styled, forms.Form):
    """The name and the days of a rule."""

    name = forms.CharField(label=pgettext_lazy("thing", "Name"), max_length=60)
    replaces = forms.IntegerField(
        min_value=1, max_value=2**31 - 1, required=False, widget=forms.HiddenInput
    )  # id of the open rule whose place this takes

    @classmethod
    def filled(cls, rule):
        """Return what the form begins with to change a rule."""
        names = (name for name in cls.base_fields if hasattr(rule, name))
        return {"replaces": rule.pk, **{name: getattr(rule, name) for name in names}}

    def clean(self):
        data = super().clean()
        if data.get("first_day") and data.get("last_day") and data["last_day"] < data["first_day"]:
            self.add_error("last_day", _("The end must not come before the start."))
        return data


class CrewRuleForm(Dated):
    """How many of whom stand together, where and when."""

    sense = forms.ChoiceField(label=_("How many"), choices=CrewRule.Sense)
    count = forms.IntegerField(label=_("number"), min_value=0, max_value=99, initial=1)
    whom = forms.ChoiceField(label=_("of whom"), choices=CrewRule.Whom)
    qualification = forms.ModelChoiceField(Qualification.objects.all(), label=_("Which certificate"), required=False)
    months = forms.IntegerField(label=_("Novice for, months"), min_value=1, max_value=120, required=False)
    people = People(label=_("People named"), required=False)
    stretch = forms.ChoiceField(label=_("Counted over"), choices=CrewRule.Stretch)
    posts = Several(
        Post.objects.filter(active=True), label=_("At these posts (none: all)"), required=False, widget=forms.CheckboxSelectMultiple
    )  # fmt: skip
    hard = forms.BooleanField(label=_("Must be kept (else a wish, at a cost)"), required=False, initial=True)
    first_day = Day(label=_("From"))
    last_day = Day(label=_("Until, inclusive (empty: for good)"), required=False)
    despite = forms.BooleanField(
        label=_("Enter it all the same, although no roster can keep it"), required=False, widget=forms.HiddenInput
    )  # shown once it was found that no roster can keep it

    @classmethod
    def filled(cls, rule):
        found = super().filled(rule)
        people = "、".join(f"{person.staff_no or ''} {person.name}".strip() for person in rule.people.all())
        return {**found, "people": people, "posts": list(rule.posts.all())}

    def ask_despite(self):
        """Show the box by which a rule is entered although no roster can keep it."""
        self.fields["despite"].widget = forms.CheckboxInput()

    def clean(self):
        data = super().clean()
        whom, named = data.get("whom"), CrewRule.Whom.NAMED
        if whom and whom != named and not data.get("qualification") and "qualification" not in self.errors:
            self.add_error("qualification", _("Say which certificate."))
        if whom == CrewRule.Whom.NOVICES and not data.get("months") and "months" not in self.errors:
            self.add_error("months", _("Say for how many months somebody is a novice."))
        if whom == named and not data.get("people") and "people" not in self.errors:
            self.add_error("people", _("Name the people."))
        if data.get("sense") == CrewRule.Sense.LEAST and data.get("count") == 0:
            self.add_error("count", _("At least 0 asks for nothing."))
        return data


class ApartRuleForm(Dated):
    """Which groups never meet."""

    groups = forms.MultipleChoiceField(label=_("Groups that never meet"), widget=forms.CheckboxSelectMultiple)
    gap = forms.IntegerField(label=_("At least so many minutes between them"), min_value=0, max_value=1440, initial=30)
    same_day = forms.BooleanField(label=_("Not on one day at all"), required=False)
    same_place = forms.BooleanField(label=_("Only where their posts are in the same room"), required=False)
    first_day = Day(label=_("From"))
    last_day = Day(label=_("Until, inclusive (empty: for good)"), required=False)

    def __init__(self, groups, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["groups"].choices = groups
