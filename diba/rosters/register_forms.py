"""What the desk's registers accept from outside: what-ifs, sweeps, living in, training, volunteers."""

import re
from datetime import timedelta

from django import forms
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from diba.plant import actions as plant
from diba.plant.fields import Several
from diba.plant.models import Person, Post, Qualification, Unit, UnitKind, WatchPattern
from diba.plant.models.site import Level

from .models import Diet, Finding, Room, Skill, TeamName, Turn

FAR, PAPER = 800, 3700  # days from today that no date of these pages lies further off; that of a paper: ten years
TURN_BACK, TURN_AHEAD = 120, 400  # days from today that a turn may begin or end


class Styled:
    """Give every control the house's class."""

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        for field in self.fields.values():
            if not isinstance(field.widget, (forms.CheckboxInput, forms.CheckboxSelectMultiple)):
                field.widget.attrs.setdefault("class", "db-in")


class Day(forms.DateField):
    """A day near today: at most so many days before and after it."""

    def __init__(self, *, back=FAR, ahead=FAR, **kwargs):
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


class People(forms.CharField):
    """People by staff number or name, several at once; cleaned to a list of people. An unknown or double name is named."""

    def __init__(self, *, most=200, **kwargs):
        super().__init__(max_length=4000, **kwargs)
        self.most = most
        self.widget.attrs.update({"list": "people", "autocomplete": "off"})

    def clean(self, value):
        words = [word for word in re.split(r"[\s,，、;；]+", super().clean(value)) if word]
        if len(words) > 2 * self.most:
            raise forms.ValidationError(_("At most %(most)s people at once."), params={"most": self.most})
        rows = Person.objects.filter(staff_no__in=words) | Person.objects.filter(name__in=words)
        known = {}
        for person in rows.exclude(kind="family"):
            known.setdefault(person.staff_no, []).append(person)
            known.setdefault(person.name, []).append(person)
        found = {}
        # "10001 王伟": the number settles which of two 王伟 is meant.
        settled = {person.name for word in words for person in known.get(word, ()) if person.staff_no == word}
        for word in words:
            people = known.get(word, [])
            if not people:
                raise forms.ValidationError(
                    _("Nobody is called “%(word)s”, nor is it a staff number."), params={"word": word[:40]}
                )
            if len(people) > 1 and word not in settled:
                raise forms.ValidationError(
                    _("Several people are called “%(word)s”: give the staff number."), params={"word": word[:40]}
                )
            if len(people) == 1:
                found[people[0].pk] = people[0]
        return list(found.values())


class OnePerson(People):
    """One person by staff number or name."""

    def clean(self, value):
        people = super().clean(value)
        if len(people) > 1:
            raise forms.ValidationError(_("One person only."))
        return people[0] if people else None


class WhatIfName(Styled, forms.Form):
    """A new what-if."""

    name = forms.CharField(label=_("Name of the what-if"), max_length=80)


class GoneForm(Styled, forms.Form):
    """Who is supposed to be gone: people by name, or a whole crew, household or team."""

    who = People(
        label=_("People"), required=False, help_text=_("Names or staff numbers, several with a space between.")
    )
    group = forms.ChoiceField(label=_("or a whole group"), required=False)
    first = Day(label=_("gone from"))
    last = Day(label=_("until, this day included"), required=False)

    def __init__(self, groups, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["group"].choices = [("", "—"), *groups]

    def clean(self):
        data = super().clean()
        if not data.get("who") and not data.get("group") and "who" not in self.errors:
            self.add_error("who", _("Name somebody, or choose a group."))
        if data.get("last") and data.get("first") and data["last"] < data["first"]:
            self.add_error("last", _("The end must not come before the start."))
        return data


class LevelForm(Styled, forms.Form):
    """A level that is supposed from a day on."""

    level = forms.TypedChoiceField(
        label=_("Response level"),
        coerce=int,
        empty_value=None,
        required=False,
        choices=[("", _("as it is")), *Level.choices],
    )
    level_from = Day(label=_("from"), required=False)

    def clean(self):
        data = super().clean()
        if data.get("level") is not None and not data.get("level_from") and "level_from" not in self.errors:
            self.add_error("level_from", _("Say from which day."))
        return data


class SweepForm(Styled, forms.Form):
    """Which losses to try."""

    KINDS = [
        ("person", _("any one person")), ("crew", _("any one crew")), ("household", _("any one household")),
        ("team", _("any one team")), ("random", _("people at random")),
    ]  # fmt: skip
    kinds = forms.MultipleChoiceField(label=_("Lose"), choices=KINDS, widget=forms.CheckboxSelectMultiple)
    days = forms.IntegerField(label=_("for, days"), min_value=1, max_value=60)
    k = forms.IntegerField(label=_("At random: people"), min_value=1, max_value=40)
    draws = forms.IntegerField(label=_("At random: times"), min_value=1, max_value=500)
    seconds = forms.IntegerField(label=_("Search at most, s"), min_value=5, max_value=600)
    seed = forms.IntegerField(label=_("Seed"), min_value=1, max_value=10**6)

    FIRST = {"kinds": [key for key, _words in KINDS], "days": 14, "k": 2, "draws": 20, "seconds": 60, "seed": 1}


class RoomForm(Styled, forms.ModelForm):
    class Meta:
        model = Room
        fields = ["building", "code", "beds", "team", "in_use"]


class TurnForm(Styled, forms.ModelForm):
    """A turn; the members of the team in force are put into it with a bed each."""

    enters_on = Day(label=_("goes in on"), back=TURN_BACK, ahead=TURN_AHEAD)
    leaves_on = Day(label=_("comes out on"), back=TURN_BACK, ahead=TURN_AHEAD)

    class Meta:
        model = Turn
        fields = ["name", "team", "enters_on", "leaves_on", "longest", "isolation_days", "test_days"]

    def clean(self):
        data = super().clean()
        first, last = data.get("enters_on"), data.get("leaves_on")
        if first and last and last <= first:
            self.add_error("leaves_on", _("The end must come after the start."))
        elif first and last and (last - first).days > 120:
            self.add_error("leaves_on", _("A turn lasts 120 days at most."))
        return data


class StayForm(Styled, forms.Form):
    """One more person in a turn."""

    person = OnePerson(label=_("Person"))
    room = forms.ModelChoiceField(
        Room.objects.filter(in_use=True), label=_("Room"), required=False, empty_label=_("find a free bed")
    )
    bed = forms.IntegerField(label=_("Bed"), min_value=1, max_value=60, required=False)
    diet = forms.ChoiceField(label=_("Meals"), choices=Diet, required=False)

    def clean(self):
        data = super().clean()
        if data.get("bed") and not data.get("room"):
            self.add_error("room", _("Say in which room this bed is."))
        if data.get("bed") and data.get("room") and data["bed"] > data["room"].beds:
            self.add_error("bed", _("This room has fewer beds."))
        return data


class PreparationForm(Styled, forms.Form):
    """Isolation before entry, or a sample that was taken."""

    who = People(label=_("People"))
    first_day = Day(label=_("Isolated from"), required=False)
    last_day = Day(label=_("to, this day included"), required=False)
    place = forms.CharField(label=_("Place"), max_length=60, required=False)
    sampled_on = Day(label=_("Sample taken on"), required=False)

    def clean(self):
        data = super().clean()
        first, last = data.get("first_day"), data.get("last_day")
        if bool(first) != bool(last) and not {"first_day", "last_day"} & set(self.errors):
            self.add_error("last_day" if first else "first_day", _("Give both days."))
        elif first and last and last < first:
            self.add_error("last_day", _("The end must not come before the start."))
        if not first and not last and not data.get("sampled_on") and not self.errors:
            self.add_error("first_day", _("Give the days of isolation, or the day of a sample."))
        return data


class FindingForm(Styled, forms.Form):
    """What the laboratory says."""

    result = forms.ChoiceField(label=_("Result"), choices=Finding.Result)


class TrainingForm(Styled, forms.Form):
    """Somebody who is to learn something."""

    person = OnePerson(label=_("Person"))
    qualification = forms.ModelChoiceField(Qualification.objects.all(), label=_("Qualification"))
    mentor = OnePerson(label=_("Mentor"), required=False)
    first_day = Day(label=_("From"))
    last_day = Day(label=_("Examination on"))
    watches = forms.IntegerField(label=_("Watches beside the mentor"), min_value=0, max_value=200, initial=6)

    def clean(self):
        data = super().clean()
        if data.get("first_day") and data.get("last_day") and data["last_day"] < data["first_day"]:
            self.add_error("last_day", _("The end must not come before the start."))
        if data.get("mentor") and data.get("mentor") == data.get("person"):
            self.add_error("mentor", _("Nobody is his own mentor."))
        return data


class VolunteerForm(Styled, forms.Form):
    """Somebody who offers to stand at the gates."""

    who = People(label=_("People"))
    skills = forms.MultipleChoiceField(
        label=_("Skills"), choices=Skill, required=False, widget=forms.CheckboxSelectMultiple
    )
    trained_until = Day(label=_("Training valid until"), required=False, ahead=PAPER)
    insured_until = Day(label=_("Insured until"), required=False, ahead=PAPER)
    most_a_week = forms.IntegerField(
        label=_("Most watches a week"), min_value=1, max_value=7, required=False,
        help_text=_("Empty, like the skills: what they said of themselves, else 2."),
    )  # fmt: skip


class OfferForm(Styled, forms.Form):
    """Somebody who signs up himself."""

    skills = forms.MultipleChoiceField(
        label=_("What I can do"), choices=Skill, required=False, widget=forms.CheckboxSelectMultiple
    )
    most_a_week = forms.TypedChoiceField(
        label=_("Most watches a week"), choices=[(n, n) for n in range(1, 8)], coerce=int, initial=2
    )


class GateSwapForm(forms.Form):
    """To whom a watch is offered, and for which of his."""

    taker = forms.IntegerField(min_value=1, max_value=2**31)
    back = forms.IntegerField(min_value=1, max_value=2**31, required=False)


class CallForm(Styled, forms.Form):
    """A call for volunteers."""

    name = forms.CharField(label=pgettext_lazy("thing", "Name"), max_length=80)
    pattern = forms.ModelChoiceField(WatchPattern.objects.all(), label=_("Watch pattern"), empty_label=None)
    first_day = Day(label=_("First day"))
    days = forms.IntegerField(label=_("Days"), min_value=1, max_value=28, initial=7)
    gates = Several(Post.objects.filter(active=True), label=_("Gates"), widget=forms.CheckboxSelectMultiple)
    needed = forms.IntegerField(label=_("Volunteers a gate and watch"), min_value=1, max_value=20, initial=1)
    by_day_only = forms.BooleanField(label=_("No night watches"), required=False, initial=True)
    skill = forms.ChoiceField(
        label=_("Must be able to"), choices=[("", _("nothing special")), *Skill.choices], required=False
    )
    units = Several(
        Unit.objects.none(), label=_("Ask these to sign up too"), required=False, widget=forms.CheckboxSelectMultiple,
        help_text=_("Branches and teams; whoever is on the list already is asked anyway."),
    )  # fmt: skip
    answer_hours = forms.IntegerField(label=_("Answer within, h"), min_value=1, max_value=240, initial=24)

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["units"].queryset = Unit.objects.filter(kind__in=[UnitKind.BRANCH, UnitKind.TEAM]).order_by("path")


class ReplyForm(forms.Form):
    """A volunteer's answer; the days are checked against the call by the action."""

    yes = forms.TypedChoiceField(choices=[("1", "yes"), ("0", "no")], coerce=lambda value: value == "1")


class AttendanceForm(Styled, forms.Form):
    """Whether a volunteer came and for how many hours."""

    came = forms.TypedChoiceField(choices=[("1", "yes"), ("0", "no")], coerce=lambda value: value == "1")
    hours = forms.DecimalField(min_value=0, max_value=24, max_digits=4, decimal_places=2, required=False)


TEAMS = TeamName.choices
