"""Who may sign in, and as what."""

from datetime import timedelta

from django.contrib.auth.models import AbstractBaseUser, BaseUserManager
from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from simple_history.models import HistoricalRecords


class AccountManager(BaseUserManager):
    def create_user(self, username, password=None, **fields):
        account = self.model(username=username.strip(), **fields)
        account.set_password(password)
        account.save(using=self._db)
        return account

    def get_by_natural_key(self, username):
        return self.get(username=username)


class Account(AbstractBaseUser):
    """A login. The user name is the staff number; the phone number of the person works as well."""

    username = models.CharField(_("staff number"), max_length=32, unique=True)
    person = models.OneToOneField(
        "plant.Person", models.PROTECT, verbose_name=_("person"), related_name="account", null=True, blank=True
    )
    is_active = models.BooleanField(_("may sign in"), default=True)
    must_change_password = models.BooleanField(_("must choose a new password"), default=False)
    language = models.CharField(_("language"), max_length=10, blank=True)
    created_at = models.DateTimeField(_("created at"), null=True)

    USERNAME_FIELD = "username"
    objects = AccountManager()

    class Meta:
        ordering = ["username"]

    def __str__(self):
        return self.person.name if self.person_id else self.username

    def in_full(self):
        """Return the account as a choice shows it."""
        return self.person.in_full() if self.person_id else self.username


class Role(models.TextChoices):
    EMPLOYEE = "employee", _("employee")
    CELL_LEAD = "cell_lead", _("cell lead")
    GUARD = "guard", _("gate guard")
    PLANNER = "planner", _("shift planner")
    DUTY_OFFICER = "duty_officer", _("duty officer")
    DISPATCHER = "dispatcher", _("dispatcher")
    EDITOR = "editor", _("editor")
    HEALTH_OFFICER = "health_officer", _("health officer")
    AUDITOR = "auditor", _("auditor")
    ADMINISTRATOR = "administrator", _("administrator")


class Grants(models.QuerySet):
    """Role grants; whoever asks what somebody may do asks for those in force."""

    def in_force(self, moment):
        """Return the grants that nobody has taken away and whose own end has not come by a moment."""
        return self.filter(Q(ends_at=None) | Q(ends_at__gt=moment), ended_at=None)


class RoleGrant(models.Model):
    """A role given to an account, for the whole plant or for one unit and what lies below it; for good or until an end
    named beforehand (`ends_at`), after which it opens nothing, whether or not anybody looks.
    """

    account = models.ForeignKey(Account, models.PROTECT, verbose_name=_("account"), related_name="grants")
    role = models.CharField(_("role"), max_length=16, choices=Role)
    unit = models.ForeignKey("plant.Unit", models.PROTECT, verbose_name=_("unit or cell"), null=True, blank=True)
    granted_by = models.ForeignKey(Account, models.PROTECT, related_name="+", null=True, blank=True)
    granted_at = models.DateTimeField(_("granted at"))
    ends_at = models.DateTimeField(_("ends at"), null=True, blank=True)
    ended_at = models.DateTimeField(_("ended at"), null=True, blank=True)
    history = HistoricalRecords()
    objects = Grants.as_manager()

    class Meta:
        ordering = ["account_id", "role"]
        constraints = [
            # Two constraints, because not every database counts two empty units as equal.
            models.UniqueConstraint(
                fields=["account", "role", "unit"],
                condition=Q(ended_at=None, unit__isnull=False),
                name="grant_once_a_unit",
            ),
            models.UniqueConstraint(
                fields=["account", "role"], condition=Q(ended_at=None, unit=None), name="grant_once"
            ),
        ]

    def __str__(self):
        return f"{self.account} {self.get_role_display()}"

    @property
    def last_day(self):
        """Return the last day on which the role may be used, or None when it has no end of its own."""
        return timezone.localdate(self.ends_at - timedelta(microseconds=1)) if self.ends_at else None
