"""Rules on who stands together: mixed crews, and groups that are kept apart."""

from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy


class RotationKey(models.TextChoices):
    """The rotations that a roster may have as its base plan, by the core's keys."""

    FOUR_THREE = "4x3", _("four crews on three watches")
    FIVE_THREE = "5x3", _("five crews on three watches")
    FOUR_TWO = "4x2", _("four crews on two watches")
    FIVE_TWO = "5x2", _("five crews on two watches")
    SEVEN = "7-7", _("living in 7 days, home 7 days")
    FOURTEEN = "14-14", _("living in 14 days, home 14 days")
    TEN = "10-10", _("living in 10 days, home 10 days")


class Ruling(models.Model):
    """What every such rule has: a name, its days, who entered it and who ended it. It is never changed."""

    name = models.CharField(pgettext_lazy("thing", "Name"), max_length=60)
    first_day = models.DateField(_("from"))
    last_day = models.DateField(_("until"), null=True, blank=True)
    by = models.ForeignKey("plant.Account", models.PROTECT, related_name="+", null=True)
    at = models.DateTimeField(_("entered at"))
    ended_by = models.ForeignKey("plant.Account", models.PROTECT, related_name="+", null=True, blank=True)
    ended_at = models.DateTimeField(_("ended at"), null=True, blank=True)

    class Meta:
        abstract = True
        ordering = ["-at", "-id"]

    def __str__(self):
        return self.name


class CrewRule(Ruling):
    """How many of some people stand together: at least one of these, never two of those."""

    class Sense(models.TextChoices):
        LEAST = "least", _("at least so many of them")
        MOST = "most", _("at most so many of them")

    class Whom(models.TextChoices):
        HOLDERS = "holders", _("who holds the certificate")
        NOVICES = "novices", _("who holds the certificate for less than so many months")
        NAMED = "named", _("the people named")

    class Stretch(models.TextChoices):
        WATCH = "watch", _("on every watch")
        NIGHT = "night", _("on every night watch")
        DAY = "day", _("over the whole day")

    sense = models.CharField(_("how many"), max_length=8, choices=Sense)
    count = models.PositiveSmallIntegerField(_("number"), validators=[MaxValueValidator(99)])
    whom = models.CharField(_("of whom"), max_length=8, choices=Whom)
    qualification = models.ForeignKey(
        "plant.Qualification", models.PROTECT, verbose_name=_("certificate"), related_name="+", null=True, blank=True
    )
    months = models.PositiveSmallIntegerField(
        _("months"), validators=[MinValueValidator(1), MaxValueValidator(120)], null=True, blank=True
    )
    people = models.ManyToManyField("plant.Person", verbose_name=_("people"), related_name="+", blank=True)
    stretch = models.CharField(_("when"), max_length=8, choices=Stretch, default=Stretch.WATCH)
    posts = models.ManyToManyField("plant.Post", verbose_name=_("posts"), related_name="+", blank=True)  # none: all
    hard = models.BooleanField(_("must be kept"), default=True)

    class Meta(Ruling.Meta):
        constraints = [
            models.UniqueConstraint(fields=["name"], condition=Q(ended_at=None), name="crew_rule_name_once_open")
        ]


class ApartRule(Ruling):
    """Groups of which no two meet. groups: "team:A" (of the split), "unit:D01" (a crew, when no teams are asked for)."""

    groups = models.JSONField(default=list)
    gap = models.PositiveSmallIntegerField(_("minutes between them"), default=30, validators=[MaxValueValidator(1440)])
    same_day = models.BooleanField(_("not on one day at all"), default=False)
    same_place = models.BooleanField(_("only in the same room"), default=False)

    class Meta(Ruling.Meta):
        constraints = [
            models.UniqueConstraint(fields=["name"], condition=Q(ended_at=None), name="apart_rule_name_once_open")
        ]
