"""Who learns what from whom: the register of trainings, and each step of one."""

from django.core.validators import MaxValueValidator
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _


class Training(models.Model):
    """Somebody who is to hold a qualification one day. Passing it makes no certificate: it asks for one."""

    class State(models.TextChoices):
        PLANNED = "planned", _("planned")
        STARTED = "started", _("under way")
        PASSED = "passed", _("passed")
        STOPPED = "stopped", _("stopped")

    person = models.ForeignKey("plant.Person", models.PROTECT, verbose_name=_("person"), related_name="trainings")
    qualification = models.ForeignKey(
        "plant.Qualification", models.PROTECT, verbose_name=_("qualification"), related_name="trainings"
    )
    mentor = models.ForeignKey(
        "plant.Person", models.PROTECT, verbose_name=_("mentor"), related_name="mentored", null=True, blank=True
    )
    first_day = models.DateField(_("first day"))
    last_day = models.DateField(_("examination on"))
    watches = models.PositiveSmallIntegerField(
        _("watches beside the mentor"), validators=[MaxValueValidator(200)], default=6
    )
    state = models.CharField(_("state"), max_length=8, choices=State, default=State.PLANNED)
    by = models.ForeignKey("plant.Account", models.PROTECT, related_name="+", null=True)
    at = models.DateTimeField(_("entered at"))

    class Meta:
        ordering = ["last_day", "id"]
        constraints = [
            models.CheckConstraint(condition=Q(last_day__gte=F("first_day")), name="training_ends_after_start"),
            models.UniqueConstraint(
                fields=["person", "qualification"],
                condition=Q(state__in=["planned", "started"]),
                name="training_once_open",
            ),
        ]

    def __str__(self):
        return f"{self.person} {self.qualification}"


class TrainingStep(models.Model):
    """One step of a training, written once: planned, started, passed or stopped, by whom, when, why."""

    training = models.ForeignKey(Training, models.PROTECT, related_name="steps")
    state = models.CharField(_("state"), max_length=8, choices=Training.State)
    note = models.CharField(_("note"), max_length=200, blank=True)
    by = models.ForeignKey("plant.Account", models.PROTECT, related_name="+", null=True)
    at = models.DateTimeField(_("entered at"))

    class Meta:
        ordering = ["at", "id"]

    def __str__(self):
        return self.state
