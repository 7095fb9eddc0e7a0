"""Questions asked at every request, put together once; and many ids given as one value.

Measured: the ORM takes 0.6 ms of a core to write the SELECT that finds an account and its person; to send it and read
the answer takes 0.06 ms. The ORM still writes the statement and makes the objects, it only does not write it anew.
PostgreSQL plans it once a connection (another 0.1 ms saved).
"""

import json
import re
from collections.abc import Callable
from functools import cached_property
from typing import NamedTuple

from django.db import connection
from django.db.models import Lookup
from django.db.models.expressions import RawSQL
from django.db.models.query import get_related_populators


def prepared_cursor():
    """Return a cursor for a statement that every request sends."""
    return getattr(connection, "prepared_cursor", connection.cursor)()


class Among(Lookup):
    """That an expression is one of many numbers, given as one value: `filter(Among(F("pk"), ids))`.

    A hole for each of thousands costs more than what the statement does, and SQLite takes at most 32,766. Right after a table was
    moved PostgreSQL thinks few rows match: a subquery is then compared row by row, a list of bigint is hashed, one of integers is not.
    """

    prepare_rhs = False
    SQLITE, POSTGRESQL = "IN (SELECT value FROM json_each(%s))", "= ANY(%s::bigint[])"

    def as_sql(self, compiler, connection):
        left, values = self.process_lhs(compiler, connection)
        sql, value = among(self.rhs)
        return f"{left} {sql}", [*values, value]


def among(ids):
    """Return (comparison with one hole, the value for it) for a statement written by hand."""
    ids = list(ids)
    return (Among.POSTGRESQL, ids) if connection.vendor == "postgresql" else (Among.SQLITE, json.dumps(ids))


class One:
    """The first row of a queryset whose values are filled in later, as a model instance, or None.

    build: takes one expression for each of `fields` and returns the queryset that compares with them.
    fields: the model fields whose rules bring the values into the database's form.
    """

    def __init__(self, build, *fields):
        self.build, self.fields = build, fields

    def __call__(self, *values):
        """Send the statement with these values, in the order of the fields."""
        row = self._rows(values, "fetchone")
        return None if row is None else self._written.instance(row)

    def _rows(self, values, fetch):
        given = [field.get_db_prep_value(value, connection) for field, value in zip(self.fields, values, strict=True)]
        written = self._written
        with prepared_cursor() as cursor:
            cursor.execute(written.sql, [given[at] if later else at for later, at in written.parameters])
            return getattr(cursor, fetch)()

    @cached_property
    def _written(self):
        marks = [object() for _ in self.fields]
        return Written(self._asked(self.build(*(RawSQL("%s", [mark]) for mark in marks))), marks)

    def _asked(self, queryset):
        return queryset[:1]


class Many(One):
    """All rows of such a queryset, as a list of model instances."""

    def __call__(self, *values):
        return [self._written.instance(row) for row in self._rows(values, "fetchall")]

    def _asked(self, queryset):
        return queryset


class Number(Many):
    """How many rows such a queryset has."""

    def __call__(self, *values):
        return self._rows(values, "fetchone")[0]

    @cached_property
    def _written(self):
        marks = [object() for _ in self.fields]
        queryset = self.build(*(RawSQL("%s", [mark]) for mark in marks)).order_by().values("pk")
        return Statement(queryset, marks, "SELECT COUNT(*) FROM ({}) counted")


class Part(NamedTuple):
    """A desk's part of a question about one thing, to be sent in one statement with the parts of others.

    build: takes one expression for each of `fields` and returns a queryset of values_list(moment, moment, word).
    values: takes what the question is about and returns a value for each of `fields`, in order.
    read: takes the same and the rows, and returns what they say.
    """

    fields: tuple
    build: Callable
    values: Callable
    read: Callable


class Together:
    """The parts of a question in one statement. parts: {name: Part}; PostgreSQL only: rows are taken as the driver gives them.

    The driver reads a statement of more than 4,096 characters anew each time it is sent (0.1 ms of a core): stay below.
    """

    def __init__(self, parts):
        self.parts = parts

    def __call__(self, about):
        """Return {name: what its rows say}. about: {name: what the part is asked about, as arguments}."""
        given, rows = [], {name: [] for name in self.parts}
        for name, part in self.parts.items():
            values = zip(part.fields, part.values(*about[name]), strict=True)
            given.append([field.get_db_prep_value(value, connection) for field, value in values])
        sql, parameters = self._written
        with prepared_cursor() as cursor:
            cursor.execute(sql, [given[of][at] if later else at for of, later, at in parameters])
            for name, *row in cursor.fetchall():
                rows[name].append(row)
        return {name: part.read(*about[name], rows[name]) for name, part in self.parts.items()}

    @cached_property
    def _written(self):
        texts, parameters = [], []
        for of, (name, part) in enumerate(self.parts.items()):
            marks = [object() for _ in part.fields]
            rows = part.build(*(RawSQL("%s", [mark]) for mark in marks))
            written = Statement(rows, marks, f"SELECT '{name}', r.* FROM ({{}}) r")
            texts.append(written.sql)
            parameters += [(of, *parameter) for parameter in written.parameters]
        return _shorter(" UNION ALL ".join(texts)), parameters


def _shorter(sql):
    """Return a statement with PostgreSQL's own short name of a type, and without names that nobody asks by."""
    return re.sub(
        r' AS "(case|cast|coalesce|concat|least)\d"', "", sql.replace("timestamp with time zone", "timestamptz")
    )


class Statement:
    """A queryset's SELECT as the ORM wrote it; parameters: (filled in later, which one) or (given, its value)."""

    def __init__(self, queryset, marks, around="{}"):
        # Bound to the name `connection`, not to one thread's connection: every thread may use it.
        self.compiler = queryset.query.get_compiler(connection=connection)
        sql, parameters = self.compiler.as_sql()
        self.sql = around.format(sql)
        self.parameters = [(True, marks.index(value)) if value in marks else (False, value) for value in parameters]


class Written(Statement):
    """A statement whose rows become objects."""

    def __init__(self, queryset, marks):
        super().__init__(queryset, marks)
        select, shape = self.compiler.select, self.compiler.klass_info
        self.converters = self.compiler.get_converters([column for column, *_ in select])
        self.model, columns = shape["model"], shape["select_fields"]
        self.own = slice(columns[0], columns[-1] + 1)
        self.names = [column.target.attname for column, *_ in select[self.own]]
        self.related = get_related_populators(shape, select, connection.alias)
        self.annotated = self.compiler.annotation_col_map

    def instance(self, row):
        """Return the row as an instance of the queryset's model, with what was selected beside it."""
        if self.converters:
            (row,) = self.compiler.apply_converters([row], self.converters)
        found = self.model.from_db(connection.alias, self.names, row[self.own])
        for populator in self.related:
            populator.populate(row, found)
        for name, column in self.annotated.items():
            setattr(found, name, row[column])
        return found
