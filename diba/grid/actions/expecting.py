"""The day's fan-out: one statement expects the check-in of everybody who is not expected yet, however many there are."""

from django.db import connection

from diba.plant import actions as plant

from ..models import Expectation, Slot
from .coverage import asked
from .due import first_asked
from .policies import policy_on

FIELDS = [field for field in Expectation._meta.concrete_fields if not field.primary_key and field.name != "person"]
_INSERT = "INSERT INTO {table} (person_id, {columns}) SELECT id, {holes} FROM ({people}) AS people WHERE true ON CONFLICT DO NOTHING"


def expect_everybody():
    """Expect the morning check-in of every active employee and contractor; return how many were new.

    Who came onto the register after today's hour is asked from tomorrow on; until he reports, nobody knows of him today either.
    """
    people = asked().exclude(expectations__slot=Slot.MORNING).order_by().values("id")
    wanted, given = people.query.sql_with_params()
    day, asked_at = first_asked(Slot.MORNING, plant.now(), policy_on(plant.today()))
    row = Expectation(slot=Slot.MORNING, day=day, state=Expectation.State.DUE, alert_after=asked_at, missing_days=0)
    values = [field.get_db_prep_save(getattr(row, field.attname), connection) for field in FIELDS]
    columns, holes = ", ".join(field.column for field in FIELDS), ", ".join(["%s"] * len(FIELDS))
    with connection.cursor() as cursor:
        cursor.execute(
            _INSERT.format(table=Expectation._meta.db_table, columns=columns, holes=holes, people=wanted),
            [*values, *given],
        )
        return cursor.rowcount
