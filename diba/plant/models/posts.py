"""What must be manned: qualifications, posts, watches, and how many stand where at which level."""

from datetime import date, datetime, timedelta

from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from simple_history.models import HistoricalRecords

DAY = 1440  # min
HANDOVER = 60  # min; two watches may run together for so long while one hands over to the other


class Qualification(models.Model):
    """What somebody must hold to stand at a post."""

    code = models.CharField(_("code"), max_length=32, unique=True)
    name = models.CharField(_("name"), max_length=60)
    history = HistoricalRecords()

    class Meta:
        ordering = ["code"]

    def __str__(self):
        return self.name


class Substitution(models.Model):
    """One-way: who holds `holder` may stand where `stands_for` is asked; never the reverse."""

    holder = models.ForeignKey(
        Qualification, models.PROTECT, verbose_name=_("who holds"), related_name="substitutes_for"
    )
    stands_for = models.ForeignKey(
        Qualification, models.PROTECT, verbose_name=_("may stand as"), related_name="substituted_by"
    )
    history = HistoricalRecords()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["holder", "stands_for"], name="substitution_once"),
            models.CheckConstraint(condition=~models.Q(holder=models.F("stands_for")), name="substitution_not_itself"),
        ]

    def __str__(self):
        return f"{self.holder} → {self.stands_for}"


class WatchPattern(models.Model):
    """A way to cut the day: three watches of 8 h, two of 12 h."""

    code = models.CharField(_("code"), max_length=16, unique=True)
    name = models.CharField(_("name"), max_length=60)

    class Meta:
        ordering = ["code"]

    def __str__(self):
        return self.name


class Watch(models.Model):
    """One watch of a pattern. A watch that ends after midnight belongs to the day it starts on."""

    pattern = models.ForeignKey(WatchPattern, models.PROTECT, verbose_name=_("pattern"), related_name="watches")
    code = models.CharField(_("code"), max_length=8)
    name = models.CharField(_("name"), max_length=20)
    starts = models.TimeField(_("starts at"))
    minutes = models.PositiveSmallIntegerField(
        _("length, min"), validators=[MinValueValidator(60), MaxValueValidator(1440)]
    )
    night = models.BooleanField(_("night watch"), default=False)
    history = HistoricalRecords()

    class Meta:
        ordering = ["pattern_id", "starts"]
        constraints = [models.UniqueConstraint(fields=["pattern", "code"], name="watch_code_once_a_pattern")]

    def __str__(self):
        return self.name

    @property
    def ends(self):
        """Return the time of day at which the watch ends, perhaps on the next day."""
        return (datetime.combine(date.min, self.starts) + timedelta(minutes=self.minutes)).time()

    def span(self, day):
        """Return (from, until), the moments of the watch that begins on a day."""
        begins = timezone.make_aware(datetime.combine(day, self.starts))
        return begins, begins + timedelta(minutes=self.minutes)

    def overlapping(self):
        """Return [(watch of the same pattern, minutes)] of those that run at one time for longer than a handover takes."""
        others = Watch.objects.filter(pattern=self.pattern_id).exclude(pk=self.pk)
        return [(other, minutes) for other in others if (minutes := self.beside(other))]

    def beside(self, other):
        """Return for how many minutes two watches run at one time; 0 where it is no longer than a handover takes."""
        begins, then = (60 * row.starts.hour + row.starts.minute for row in (self, other))
        together = sum(
            max(0, min(begins + self.minutes, then + shift + other.minutes) - max(begins, then + shift))
            for shift in (-DAY, 0, DAY)
        )
        return together if together > HANDOVER else 0


class Tier(models.IntegerChoices):
    """How directly the plant's operation hangs on a post (ESCC: mission-essential first)."""

    VITAL = 1, _("vital: the plant stops without it")
    NEEDED = 2, _("needed within a day")
    DEFERRABLE = 3, _("can wait for days")


class Post(models.Model):
    """A place that somebody qualified must stand at, watch after watch."""

    code = models.CharField(_("code"), max_length=32, unique=True)
    name = models.CharField(_("name"), max_length=60)
    tier = models.PositiveSmallIntegerField(_("tier"), choices=Tier, default=Tier.VITAL)
    unit = models.ForeignKey("plant.Unit", models.PROTECT, verbose_name=_("unit"), null=True, blank=True)
    place = models.CharField(_("place"), max_length=60, blank=True)
    qualifications = models.ManyToManyField(Qualification, verbose_name=_("required qualifications"), blank=True)
    active = models.BooleanField(_("in use"), default=True)
    history = HistoricalRecords(m2m_fields=[qualifications])

    class Meta:
        ordering = ["tier", "code"]

    def __str__(self):
        return self.name


class Manning(models.Model):
    """How many stand at a post on a watch. The row of the level in force counts; without one, the row of level 0."""

    post = models.ForeignKey(Post, models.PROTECT, verbose_name=_("post"), related_name="manning")
    watch = models.ForeignKey(Watch, models.PROTECT, verbose_name=_("watch"), related_name="manning")
    level = models.PositiveSmallIntegerField(_("response level"), default=0)
    minimum = models.PositiveSmallIntegerField(_("minimum"), validators=[MaxValueValidator(99)])
    history = HistoricalRecords()

    class Meta:
        ordering = ["post_id", "watch_id", "level"]
        constraints = [models.UniqueConstraint(fields=["post", "watch", "level"], name="manning_once")]

    def __str__(self):
        return f"{self.post} {self.watch} ≥ {self.minimum}"
