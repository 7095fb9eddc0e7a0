"""What a disease is asked by: profiles with versions that are never changed, and which of them is in force from when."""

from decimal import Decimal
from functools import cached_property

from django.core.validators import MaxValueValidator, MinValueValidator, RegexValidator
from django.db import models
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from diba.core import screening

# Words of the symptoms asked for where no profile is in force.
PLAIN_WORDS = {
    "cough": _("cough"), "fatigue": _("fatigue"), "sore_throat": _("sore throat"), "breathless": _("short of breath"),
    "diarrhoea": _("diarrhoea"), "smell_loss": _("loss of smell"), "other": _("something else"),
}  # fmt: skip
PLACE_WORDS = {"armpit": _("armpit"), "forehead": _("forehead"), "ear": _("ear"), "mouth": _("mouth")}


class DiseaseProfile(models.Model):
    """A disease the plant can be asked about."""

    code = models.CharField(
        _("code"), max_length=40, unique=True,
        validators=[RegexValidator(r"^[a-z0-9][a-z0-9-]*$", _("Small letters, digits and hyphens."))],
    )  # fmt: skip
    name = models.CharField(_("Chinese name"), max_length=60)
    name_en = models.CharField(_("English name"), max_length=60)

    class Meta:
        ordering = ["code"]

    def __str__(self):
        return self.name_en if (get_language() or "zh").startswith("en") else self.name


class ProfileVersion(models.Model):
    """What is asked, and what makes a suspicion, by one version. Written once: what is new is a new version.

    The threshold of the temperature, the days of isolation, look-back and follow-up are the health rules' (`Policy`), and
    stand there alone; here stands what belongs to the disease.
    """

    profile = models.ForeignKey(DiseaseProfile, models.PROTECT, related_name="versions", verbose_name=_("disease"))
    number = models.PositiveSmallIntegerField(_("version"))
    symptoms = models.JSONField(_("symptoms"))  # [[code, Chinese, English, whether it makes a suspicion alone], …]
    together = models.PositiveSmallIntegerField(_("of the others so many together make a suspicion"), default=0)
    places = models.JSONField(
        _("measuring places")
    )  # [[code of the place, °C added to the threshold], …], the usual first
    shortest = models.PositiveSmallIntegerField(_("shortest incubation, days"), validators=[MaxValueValidator(60)])
    longest = models.PositiveSmallIntegerField(
        _("longest incubation, days"), validators=[MinValueValidator(1), MaxValueValidator(60)]
    )
    usual = models.CharField(_("usual incubation, days"), max_length=20, blank=True)
    source = models.TextField(_("source"))
    by = models.ForeignKey("plant.Account", models.PROTECT, related_name="+", null=True)
    at = models.DateTimeField(_("entered at"))

    class Meta:
        ordering = ["profile", "number"]
        constraints = [models.UniqueConstraint(fields=["profile", "number"], name="profile_version_once")]

    def __str__(self):
        return f"{self.profile} {self.number}"

    @cached_property
    def rules(self):
        """Return the version as the core judges by it."""
        alone, others = ([row[0] for row in self.symptoms if bool(row[3]) is wanted] for wanted in (True, False))
        added = tuple((place, Decimal(text)) for place, text in self.places)
        return screening.Profile(tuple(alone), tuple(others), self.together, added)

    @property
    def words(self):
        """Return {code: the symptom's word in the language of the reader}."""
        column = 2 if (get_language() or "zh").startswith("en") else 1
        return {row[0]: row[column] for row in self.symptoms}

    @property
    def place_words(self):
        """Return {code of the measuring place: its word}, the usual one first."""
        return {place: PLACE_WORDS[place] for place, _added in self.places}


class ProfileInForce(models.Model):
    """That the check-ins are asked by a version from a day on; the newest that has begun counts."""

    version = models.ForeignKey(ProfileVersion, models.PROTECT, related_name="in_force")
    starts_on = models.DateField(_("in force from"))
    by = models.ForeignKey("plant.Account", models.PROTECT, related_name="+", null=True)
    at = models.DateTimeField(_("entered at"))

    class Meta:
        ordering = ["-starts_on", "-id"]

    def __str__(self):
        return f"{self.version_id} {self.starts_on}"
