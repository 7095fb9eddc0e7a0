"""Swaps, wishes and calendar addresses as people ask for them."""

import re
from datetime import date

from django import forms
from django.utils.translation import gettext_lazy as _

from diba.plant.models import Person, Post, Watch

from ..models import Wish
from .styled import Styled


class Offered(forms.CharField):
    """One offer as a page sends it, "PERSON:DAY" or "PERSON:"; cleaned to (person, day or None)."""

    def clean(self, value):
        text = super().clean(value)
        match = re.fullmatch(r"(\d{1,10}):(\d{4}-\d\d-\d\d)?", text)
        person = Person.objects.filter(pk=match[1]).first() if match else None
        if person is None:
            raise forms.ValidationError(_("Choose with whom."))
        try:
            day = date.fromisoformat(match[2]) if match[2] else None
        except ValueError:
            raise forms.ValidationError(_("Choose with whom.")) from None
        if day is not None and not 2000 <= day.year <= 2100:
            raise forms.ValidationError(_("Choose with whom."))
        return person, day


class Proposal(Styled, forms.Form):
    """With whom to swap, and why."""

    offer = Offered(label=_("With whom"), error_messages={"required": _("Choose with whom.")})
    reason = forms.CharField(label=_("Reason (the other reads it)"), max_length=200, required=False)


class TakeOver(Styled, forms.Form):
    """Whose duty to take over now, and why."""

    offer = Offered(label=_("Whose duty"), error_messages={"required": _("Choose whose duty you take.")})
    reason = forms.CharField(label=_("What happened"), max_length=200)


class Words(Styled, forms.Form):
    """A reason, wanted or not."""

    reason = forms.CharField(label=_("Reason"), max_length=200, required=False)


class Behalf(Styled, forms.Form):
    """A swap that somebody enters for two others."""

    giver = forms.ModelChoiceField(None, label=_("Whose duty"), empty_label=None)
    day = forms.DateField(label=_("On which day"))
    taker = forms.ModelChoiceField(None, label=_("Who takes it"), empty_label=None)
    back = forms.DateField(label=_("Day he gives in return (empty: none)"), required=False)
    reason = forms.CharField(label=_("Reason, and how the two agreed"), max_length=200)

    def __init__(self, givers, takers, *args, **kwargs):
        super().__init__(*args, **kwargs)
        for name, people in (("giver", givers), ("taker", takers)):
            self.fields[name].queryset, self.fields[name].label_from_instance = (
                people.select_related("unit"),
                Person.in_full,
            )


class WishForm(Styled, forms.Form):
    """One wish: a day, off or a watch, and how much it matters."""

    day = forms.DateField(label=_("Day"))
    watch = forms.ModelChoiceField(None, label=_("What I wish"), required=False, empty_label=_("a day off"))
    weight = forms.TypedChoiceField(label=_("How much it matters"), choices=(), coerce=int)

    def __init__(self, pattern, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["watch"].queryset = Watch.objects.filter(pattern=pattern) if pattern else Watch.objects.none()
        self.fields["weight"].choices = [
            (value, _("%(word)s (%(points)s points)") % {"word": word, "points": value}) for value, word in Wish.Weight.choices
        ]  # fmt: skip


class Away(Styled, forms.Form):
    """Days on which somebody cannot stand, for the planner to decide."""

    first_day = forms.DateField(label=_("From"))
    last_day = forms.DateField(label=_("Until, inclusive"))
    reason = forms.CharField(label=_("Reason (the planner reads it)"), max_length=200)


class WishCallForm(Styled, forms.Form):
    """For which days wishes are taken, and until when."""

    first_day = forms.DateField(label=_("First day"))
    last_day = forms.DateField(label=_("Last day"))
    deadline = forms.DateTimeField(label=_("Wishes until"))


class FeedName(Styled, forms.Form):
    """Where a calendar address will be used, and for which post if for one."""

    name = forms.CharField(label=_("Where it is used, such as: my phone"), max_length=60, required=False)
    post = forms.ModelChoiceField(
        Post.objects.filter(active=True), label=_("Whose duties"), required=False, empty_label=_("my own")
    )
