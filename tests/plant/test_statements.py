"""What every request asks: put together once, answered as the ORM would, on a connection that is still good."""

from contextlib import closing
from datetime import timedelta

from django.contrib.sessions.models import Session
from django.db import connection, transaction
from django.test.utils import CaptureQueriesContext

from diba.plant.actions.statements import Many, Number
from diba.plant.login import StaffNumberOrPhone
from diba.plant.models import Account, Role, RoleGrant

from ..conftest import PASSWORD


def test_the_account_found_is_the_one_the_orm_finds(plant):
    account = plant.account("陈立")
    found = StaffNumberOrPhone().get_user(account.pk)
    for field in Account._meta.concrete_fields:
        assert getattr(found, field.attname) == getattr(account, field.attname), field.name
    for field in account.person._meta.concrete_fields:
        assert getattr(found.person, field.attname) == getattr(account.person, field.attname), field.name
    assert found.check_password(PASSWORD)


def test_an_account_without_a_person_and_no_account_at_all(plant):
    account = Account.objects.create_user("admin", PASSWORD)
    assert StaffNumberOrPhone().get_user(account.pk).person is None
    account.is_active = False
    account.save()
    assert StaffNumberOrPhone().get_user(account.pk) is None
    assert StaffNumberOrPhone().get_user(0) is None


def test_the_identity_number_stays_closed_until_somebody_asks(plant):
    account = plant.account("陈立")
    account.person.identity = "620123198001011234"
    account.person.save()
    with CaptureQueriesContext(connection) as asked:
        found = StaffNumberOrPhone().get_user(account.pk)
        assert found.person.name == "陈立"
    assert len(asked) == 1
    assert '"identity",' not in asked[0]["sql"]
    assert found.person.identity == "620123198001011234"


def test_a_session_that_has_run_out_opens_nothing(plant, client):
    client = plant.signed_in(client, "陈立")
    assert client.get("/todo/").status_code == 200
    Session.objects.update(expire_date=plant.now - timedelta(days=1))
    assert "/accounts/login/" in client.get("/todo/")["Location"]


def test_a_session_ended_elsewhere_is_ended_here(plant, client):
    client = plant.signed_in(client, "陈立")
    assert client.get("/todo/").status_code == 200
    Session.objects.all().delete()
    assert "/accounts/login/" in client.get("/todo/")["Location"]


def test_a_connection_the_database_dropped_is_replaced_before_the_next_request(plant):
    with closing(connection.copy()) as other:
        pid = _process_behind(other)
        assert other.is_usable()
        if pid:
            with connection.cursor() as cursor:
                cursor.execute("SELECT pg_terminate_backend(%s, 5000)", [pid])
        other.close_if_unusable_or_obsolete()  # what the framework does when a request comes in
        with other.cursor() as cursor:
            cursor.execute("SELECT 1")
            assert cursor.fetchone() == (1,)
        assert _process_behind(other) != pid or pid is None


def _process_behind(other):
    """Return the number of the database's process behind a connection; None where there is none (SQLite)."""
    with other.cursor() as cursor:
        if other.vendor != "postgresql":
            return None
        cursor.execute("SELECT pg_backend_pid()")
        return cursor.fetchone()[0]


def test_a_statement_put_together_once_sees_what_was_written_since(plant):
    account = plant.account("陈立")
    assert not StaffNumberOrPhone().get_user(account.pk).must_change_password
    with transaction.atomic():
        Account.objects.filter(pk=account.pk).update(must_change_password=True)
        assert StaffNumberOrPhone().get_user(account.pk).must_change_password


def test_all_rows_and_their_number_are_those_the_orm_finds(plant):
    for name in ("陈立", "周文斌"):
        plant.account(name, Role.CELL_LEAD, unit=plant.cell("W01"))
    rows = RoleGrant.objects.filter(ended_at=None).select_related("unit")
    asked = Many(lambda role: rows.filter(role=role), RoleGrant._meta.get_field("role"))
    assert asked(Role.CELL_LEAD) == list(rows.filter(role=Role.CELL_LEAD))
    assert [grant.unit.name for grant in asked(Role.CELL_LEAD)] == ["01 网格"] * 2
    assert asked(Role.AUDITOR) == []
    count = Number(lambda role: rows.filter(role=role), RoleGrant._meta.get_field("role"))
    assert (count(Role.CELL_LEAD), count(Role.AUDITOR)) == (2, 0)
