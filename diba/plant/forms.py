"""What the register, the accounts and the task list accept from outside."""

import unicodedata
import uuid
from datetime import date, datetime, time

from allauth.account.forms import LoginForm
from django import forms
from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import NON_FIELD_ERRORS
from django.core.validators import MaxValueValidator, MinValueValidator
from django.utils.timezone import get_default_timezone, localdate
from django.utils.translation import gettext_lazy as _

from .fields import Several, keyed_hash
from .models import (
    Absence,
    Account,
    CalendarDay,
    Certificate,
    Household,
    Level,
    Manning,
    Person,
    PersonKind,
    Post,
    Qualification,
    Role,
    Substitution,
    Unit,
    UnitKind,
    Watch,
)  # fmt: skip
from .models.site import ABOVE
from .workbook.values import Unreadable, born, identity_number, phone


class SignInForm(LoginForm):
    """Sign in by staff number or phone: the one field says so."""

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["login"].label = _("Staff number or phone")
        self.fields["login"].widget.attrs["placeholder"] = ""
        self.fields["password"].widget.attrs["placeholder"] = ""

    def clean_login(self):
        """Full-width digits are the same number; here, so that wrong passwords are counted for one number."""
        return unicodedata.normalize("NFKC", super().clean_login()).strip()


FIRST_DAY, LAST_DAY = date(1900, 1, 1), date(2100, 12, 31)  # no date of a plant or its people lies outside


def _moment(day):
    return datetime.combine(day, time(), tzinfo=get_default_timezone())


# What a choice shows of these rows needs those: two people of one name must not be taken for each other.
RELATED = {Person: ("unit",), Account: ("person__unit",)}


SAME = _("There is an entry with the same %(field_labels)s already.")
SAME_ONE = _("There is an entry with the same %(field_label)s already.")


class Styled:
    """Give every control the house's look, dates and times their native pickers, and a double entry our own words."""

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        if isinstance(self, forms.ModelForm):
            own = self._meta.error_messages or {}
            self._meta.error_messages = {**own, NON_FIELD_ERRORS: {"unique_together": SAME}}
        for field in self.fields.values():
            field.error_messages["unique"] = SAME_ONE
            widget = field.widget
            if isinstance(field, forms.ModelChoiceField) and (related := RELATED.get(field.queryset.model)):
                field.queryset = field.queryset.select_related(*related)
                field.label_from_instance = lambda row: row.in_full()
            if isinstance(field, forms.DateField):
                field.validators += [MinValueValidator(FIRST_DAY), MaxValueValidator(LAST_DAY)]
            if isinstance(field, forms.DateTimeField):
                field.validators += [MinValueValidator(_moment(FIRST_DAY)), MaxValueValidator(_moment(LAST_DAY))]
            if not isinstance(widget, (forms.CheckboxInput, forms.CheckboxSelectMultiple, forms.FileInput)):
                widget.attrs.setdefault("class", "db-in")
            for kind, name, form in (
                (forms.DateTimeInput, "datetime-local", "%Y-%m-%dT%H:%M"), (forms.DateInput, "date", "%Y-%m-%d"), (forms.TimeInput, "time", "%H:%M"),
            ):  # fmt: skip
                if type(widget) is kind:
                    widget.input_type, widget.format = name, form


class PersonForm(Styled, forms.ModelForm):
    identity = forms.CharField(
        label=_("Identity number"), max_length=18, required=False, help_text=_("15 or 18 characters.")
    )

    class Meta:
        model = Person
        fields = [
            "staff_no", "name", "kind", "sex", "birth", "identity", "phone", "unit", "cell", "household", "relative_of",
            "relation", "employer", "job_title", "joined", "residence", "room", "bus", "holiday_place", "note", "left_on",
        ]  # fmt: skip

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["unit"].queryset = Unit.objects.filter(kind__in=["department", "team"])
        self.fields["cell"].queryset = Unit.objects.filter(kind="cell")
        self.fields["relative_of"].queryset = Person.objects.exclude(kind="family").select_related("unit")
        # The number is never sent to a browser; empty means: leave it as it is.
        self.initial["identity"] = ""
        self.fields["identity"].widget.attrs["autocomplete"] = "off"

    def clean_staff_no(self):
        # Full-width digits are the same number: the workbook is read so, and whoever signs in types the others.
        return unicodedata.normalize("NFKC", self.cleaned_data["staff_no"] or "").strip() or None

    def clean_phone(self):
        try:
            return phone(self.cleaned_data["phone"])
        except Unreadable:
            raise forms.ValidationError(_("This is not a phone number: write 11 digits.")) from None

    def clean_identity(self):
        text = self.cleaned_data["identity"]
        if not text:
            return self.instance.identity
        number = identity_number(text)
        if number is None:
            raise forms.ValidationError(_("This is not a valid identity number; look at every digit once more."))
        if Person.objects.filter(identity_hash=keyed_hash(number)).exclude(pk=self.instance.pk).exists():
            raise forms.ValidationError(_("Somebody else has this identity number already."))
        return number

    def clean(self):
        data = super().clean()
        birth, joined, left = data.get("birth"), data.get("joined"), data.get("left_on")
        if birth and birth > localdate():
            self.add_error("birth", _("This day is still to come."))
        if data.get("identity"):
            there, sex = born(data["identity"])
            if birth and birth != there:
                words = _("The identity number says %(day)s; put right whichever is wrong.")
                self.add_error("birth", words % {"day": there})
            if data.get("sex") not in ("", None, sex):
                self.add_error("sex", _("The identity number says otherwise; put right whichever is wrong."))
        if birth and joined and joined < birth:
            self.add_error("joined", _("This is before the day of birth."))
        if joined and left and left < joined:
            self.add_error("left_on", _("This is before the day of joining."))
        if data.get("kind") == PersonKind.FAMILY:
            self._refuse_stray_family(data)
        return data

    def _refuse_stray_family(self, data):
        """Refuse a family member of nobody, or in a cell: he would be asked by nobody and be missed by no zero report."""
        of = data.get("relative_of")
        if "relative_of" not in self.errors and (of is None or of.pk == self.instance.pk):
            words = _("A family member belongs to an employee: say whose family this is, or choose another kind.")
            self.add_error("relative_of", words)
        if data.get("cell"):
            words = _("A family member is counted with the employee and belongs to no cell: leave this empty.")
            self.add_error("cell", words)

    def save(self, commit=True):
        self.instance.identity_hash = keyed_hash(self.instance.identity) if self.instance.identity else None
        return super().save(commit)


def model_form(model, names, **classes):
    """Return a styled form of some fields of a model; `classes` names the field class of those that need another."""
    meta = type("Meta", (), {"model": model, "fields": names, "field_classes": classes})
    return type(f"{model.__name__}Form", (Styled, forms.ModelForm), {"Meta": meta})


HouseholdForm = model_form(Household, ["code", "address"])


class PostForm(
    model_form(Post, ["code", "name", "tier", "unit", "place", "qualifications", "active"], qualifications=Several)
):
    """A post with what it asks for; both in one line of its history, so that they are undone as they were done."""

    def save(self, commit=True):
        if self.instance.pk:
            self.instance.skip_history_when_saving = True
            self.instance.qualifications.set(self.cleaned_data["qualifications"])
            del self.instance.skip_history_when_saving
        return super().save(commit)


QualificationForm = model_form(Qualification, ["code", "name"])


class WatchForm(model_form(Watch, ["pattern", "code", "name", "starts", "minutes", "night"])):
    """A watch that runs beside no other of its pattern for longer than a handover takes: nobody can stand both."""

    def clean(self):
        data = super().clean()
        if not self.errors and {"pattern", "starts", "minutes"} & {*self.changed_data}:
            meant = Watch(self.instance.pk, **{name: data[name] for name in ("pattern", "starts", "minutes")})
            words = _(
                "%(watch)s overlaps %(other)s by %(minutes)s min; nobody can stand both. Change one of the two first."
            )
            for other, minutes in meant.overlapping():
                self.add_error("starts", words % {"watch": data["name"], "other": other, "minutes": minutes})
        return data


class ManningForm(model_form(Manning, ["post", "watch", "level", "minimum"])):
    """How many stand at a post on a watch under one of the levels there are."""

    level = forms.TypedChoiceField(label=_("Response level"), choices=Level, coerce=int, initial=Level.NONE)


CalendarForm = model_form(CalendarDay, ["day", "kind", "name", "source"])


class CertificateForm(Styled, forms.ModelForm):
    class Meta:
        model = Certificate
        fields = ["person", "qualification", "number", "issued", "expires"]

    def clean(self):
        data = super().clean()
        if data.get("issued") and data.get("expires") and data["expires"] < data["issued"]:
            self.add_error("expires", _("It ends before it was issued."))
        return data


class SubstitutionForm(Styled, forms.ModelForm):
    class Meta:
        model = Substitution
        fields = ["holder", "stands_for"]

    def clean(self):
        data = super().clean()
        if data.get("holder") and data.get("holder") == data.get("stands_for"):
            self.add_error("stands_for", _("Choose two different qualifications."))
        there = Substitution.objects.filter(holder=data.get("stands_for"), stands_for=data.get("holder"))
        if there.exclude(pk=self.instance.pk).exists():
            self.add_error("stands_for", _("The reverse is on the register: substitution goes one way."))
        return data


class UnitForm(Styled, forms.ModelForm):
    """A unit and where it stands in its tree: departments and teams are one, branches and cells the other."""

    parent = forms.ModelChoiceField(
        Unit.objects.exclude(kind=UnitKind.CELL).order_by("path"), to_field_name="code", label=_("Unit above"), required=False,
        empty_label=_("none: at the top of its tree"),
        error_messages={"invalid_choice": _("There is no unit with the code %(value)s to stand below.")},
    )  # fmt: skip

    class Meta:
        model = Unit
        fields = ["code", "name", "kind", "lead", "deputy"]

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.above = Unit.objects.get_parent(self.instance) if self.instance.pk else None
        self.initial["parent"] = self.above.code if self.above else None
        self.fields["parent"].label_from_instance = lambda unit: "　" * (unit.depth - 1) + unit.name

    def clean(self):
        data, unit = super().clean(), self.instance
        kind, above = data.get("kind"), data.get("parent")
        if kind and above and above.kind not in ABOVE[kind]:
            words = _("%(above)s is a %(its_kind)s: a %(kind)s does not stand below it.")
            values = {"above": above, "its_kind": above.get_kind_display(), "kind": UnitKind(kind).label}
            self.add_error("parent", words % values)
        if unit.pk and above and (above.pk == unit.pk or above.is_descendant_of(unit)):
            self.add_error("parent", _("A unit cannot stand below itself."))
        if unit.pk and kind and kind != self.initial["kind"] and _in_use(unit):
            self.add_error("kind", _("People or units belong to it as what it is: move those first."))
        return data

    def save(self, commit=True):
        above = self.cleaned_data["parent"]
        if not self.instance.pk:
            return Unit.add(above, **{name: self.cleaned_data[name] for name in self._meta.fields})
        saved = super().save(commit)
        if above != self.above:
            there = Unit.objects.get(pk=above.pk) if above else Unit.objects.get_last_root_node()
            Unit.objects.move(Unit.objects.get(pk=saved.pk), there, "sorted-child" if above else "sorted-sibling")
        return saved


def _in_use(unit):
    return unit.numchild or unit.members.exists() or unit.cell_members.exists()


class AbsenceForm(Styled, forms.ModelForm):
    uid = forms.UUIDField(widget=forms.HiddenInput, required=False, initial=uuid.uuid4)  # the same form is entered once

    class Meta:
        model = Absence
        fields = ["person", "kind", "starts_at", "ends_at", "reason"]

    def __init__(self, people, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["person"].queryset = people.select_related("unit")

    def clean(self):
        data = super().clean()
        if data.get("starts_at") and data.get("ends_at") and data["ends_at"] <= data["starts_at"]:
            self.add_error("ends_at", _("The end must come after the start."))
        return data


class AccountForm(Styled, forms.Form):
    person = forms.ModelChoiceField(
        Person.objects.exclude(staff_no=None).exclude(kind="family").filter(account=None), label=_("Person")
    )
    password = forms.CharField(label=_("First password"), widget=forms.PasswordInput, max_length=128)

    def __init__(self, people, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["person"].queryset = self.fields["person"].queryset.filter(pk__in=people)

    def clean_password(self):
        validate_password(self.cleaned_data["password"], Account(username=""))
        return self.cleaned_data["password"]


class OpenManyForm(Styled, forms.Form):
    """For whom accounts are opened at once: everybody without one, or one unit with what lies below it."""

    unit = forms.ModelChoiceField(
        Unit.objects.all(), label=_("Unit or cell"), required=False, empty_label=_("the whole plant")
    )

    def __init__(self, units, whole, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["unit"].queryset = units
        if not whole:
            self.fields["unit"].empty_label = _("everything in my hand")


OF_HEALTH = (Role.HEALTH_OFFICER, Role.DUTY_OFFICER, Role.CELL_LEAD)


class GrantForm(Styled, forms.Form):
    account = forms.ModelChoiceField(Account.objects.all(), label=_("Account"))
    role = forms.ChoiceField(label=_("Role"), choices=Role)
    unit = forms.ModelChoiceField(Unit.objects.all(), label=_("Unit or cell"), required=False)
    last_day = forms.DateField(
        label=_("Last day"), required=False, help_text=_("The role ends by itself with this day; empty: when it is taken away."),
        widget=forms.DateInput(),
    )  # fmt: skip

    def __init__(self, accounts, units, roles, whole, by, today, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.by, self.today = by, today
        self.fields["account"].queryset = accounts.select_related(*RELATED[Account])
        self.fields["unit"].queryset = units
        self.fields["role"].choices = roles
        self.whole = whole

    def clean(self):
        data = super().clean()
        if not self.whole and "unit" not in self.errors and not data.get("unit"):
            self.add_error("unit", _("Your own role is given for a unit: choose one of it or below it."))
        if data.get("role") == Role.CELL_LEAD and not data.get("unit"):
            self.add_error("unit", _("A cell lead needs a cell."))
        if data.get("account") == self.by and data.get("role") == Role.ADMINISTRATOR:
            # Whoever has it until a day, or for one unit, would otherwise prolong it for himself.
            self.add_error("role", _("Nobody gives himself the administrator's role: ask another administrator."))
        if data.get("account") == self.by and data.get("role") in OF_HEALTH:
            self.add_error(
                "role", _("Nobody gives himself a role that reads the health of others: ask another administrator.")
            )
        if data.get("last_day") and data["last_day"] < self.today:
            self.add_error("last_day", _("This day is over."))
        return data


class OutcomeForm(Styled, forms.Form):
    outcome = forms.CharField(label=_("Outcome"), max_length=200)
