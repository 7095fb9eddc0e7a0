"""Signing in by staff number or phone."""

from allauth.account.adapter import DefaultAccountAdapter
from django.contrib.auth.backends import BaseBackend
from django.contrib.auth.password_validation import MinimumLengthValidator
from django.urls import reverse
from django.utils.translation import gettext as _

from .actions.statements import One
from .models import Account

# The identity number stays closed until somebody asks for it.
_account = One(
    lambda pk: Account.objects.select_related("person").defer("person__identity").filter(pk=pk, is_active=True),
    Account._meta.pk,
)


class StaffNumberOrPhone(BaseBackend):
    """Accept the staff number, or the phone number when exactly one account has it."""

    def authenticate(self, request, username=None, password=None, **kwargs):
        if not username or not password:
            return None
        account = _find(username.strip())
        if account is None:
            Account().set_password(password)  # so that an unknown name takes as long as a wrong password
            return None
        return account if account.check_password(password) and account.is_active else None

    def get_user(self, pk):
        return _account(pk)


class LongEnough(MinimumLengthValidator):
    """The rule of Django; its own words for a password that is too short have no Chinese."""

    def get_error_message(self):
        return _("Too short: at least %(least)s characters.") % {"least": self.min_length}


def _find(name):
    if account := Account.objects.filter(username=name).first():
        return account
    found = list(Account.objects.filter(person__phone=name)[:2])
    return found[0] if len(found) == 1 else None


class PlantAdapter(DefaultAccountAdapter):
    """Nobody signs himself up: accounts come from the register."""

    def is_open_for_signup(self, request):
        return False

    def get_password_change_redirect_url(self, request):
        """Whoever has chosen a new password is led on, not back to the form."""
        return reverse("plant:home")

    def set_password(self, user, password):
        """A password one chose oneself ends the duty to choose one."""
        user.must_change_password = False
        super().set_password(user, password)
