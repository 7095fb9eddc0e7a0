"""`diba account open`: the first account of an empty plant, or another one."""

import getpass
import os
import sys

from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError
from django.core.management.base import CommandError

from diba.plant import actions
from diba.plant.management.database import DatabaseCommand
from diba.plant.models import Account, Person, Role, Site


class Command(DatabaseCommand):
    help = "Open an account with roles; makes the plant's own entry when there is none."

    def add_arguments(self, parser):
        opening = parser.add_subparsers(dest="verb", required=True).add_parser("open")
        opening.add_argument("staff_no")
        opening.add_argument("--name", help="of the person, when the register has none with this number")
        opening.add_argument("--role", action="append", choices=Role.values, default=[])
        opening.add_argument("--site", default="本厂", help="name of the plant, when there is none yet")

    def handle(self, **options):
        if Account.objects.filter(username=options["staff_no"]).exists():
            raise CommandError("there is an account with this number")
        password = os.environ.get("DIBA_PASSWORD") or _asked()
        try:
            validate_password(password, Account(username=options["staff_no"]))
        except ValidationError as error:
            raise CommandError(" ".join(error.messages)) from None
        _site, new = Site.objects.get_or_create(defaults={"code": "plant", "name": options["site"]})
        if new:
            actions.load_calendar(actions.calendar_years())
        person = Person.objects.filter(staff_no=options["staff_no"]).first()
        if person is None:
            if not options["name"]:
                raise CommandError("nobody on the register has this number: give --name")
            person = Person.objects.create(staff_no=options["staff_no"], name=options["name"])
        actions.open_account(person, password, roles=options["role"], must_change=False)
        self.stdout.write(f"{options['staff_no']} may sign in as: {', '.join(options['role']) or 'employee'}")


def _asked():
    if not sys.stdin.isatty():
        raise CommandError("no terminal to ask for the password: set DIBA_PASSWORD")
    return getpass.getpass("password: ")
