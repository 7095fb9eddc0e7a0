"""What the pages and forms do with a request, noted while they do it: it tells which bad values are worth a request alone."""

import re
import sys
from contextlib import contextmanager

from django.db import connection
from django.forms.forms import BaseForm
from django.http import QueryDict
from django.template.backends.django import Template

# What looks at every request, whatever the page does with it: the dictionary that is filled, the check for a NUL.
EVERYWHERE = {("django.utils.datastructures", "setlistdefault"), ("diba.plant.middleware", "process_view"), ("diba.plant.middleware", "<genexpr>")}  # fmt: skip
ONE, WHOLE = ("__getitem__", "getlist", "__contains__"), ("copy", "urlencode", "lists", "items", "dict", "__iter__")


@contextmanager
def words_read(monkeypatch):
    """Give the set of words that pages look up in a query or form; None among them: the whole of it was taken."""
    read = set()

    def spied(name, whole):
        asked = getattr(QueryDict, name)

        def spy(self, *arguments, **more):
            caller = sys._getframe(1)
            if (caller.f_globals["__name__"], caller.f_code.co_name) not in EVERYWHERE:
                read.add(None if whole else arguments[0])
            return asked(self, *arguments, **more)

        return spy

    with monkeypatch.context() as patch:
        for name in ONE + WHOLE:
            patch.setattr(QueryDict, name, spied(name, name in WHOLE))
        yield read


@contextmanager
def fields_refused(monkeypatch):
    """Give the set of names of fields whose own check, of their own value, refused it."""
    refused, check = set(), BaseForm._clean_fields

    def spy(self):
        check(self)
        refused.update(self.add_prefix(name) for name in self._errors)

    with monkeypatch.context() as patch:
        patch.setattr(BaseForm, "_clean_fields", spy)
        yield refused


@contextmanager
def tables_written():
    """Give the set of tables into which something was written."""
    tables = set()

    def spy(execute, sql, params, many, context):
        if match := re.match(r'(?:INSERT(?: OR IGNORE)? INTO|UPDATE|DELETE FROM) "(\w+)"', sql):
            tables.add(match[1])
        return execute(sql, params, many, context)

    with connection.execute_wrapper(spy):
        yield tables


@contextmanager
def laid_out(monkeypatch, wanted):
    """Lay out the pages of which `wanted(name of the template)` says so; the answer of the others is empty."""
    layout = Template.render

    def spy(self, context=None, request=None):
        # A form lays out its own fields without a request.
        return layout(self, context, request) if request is None or wanted(self.template.name) else ""

    with monkeypatch.context() as patch:
        patch.setattr(Template, "render", spy)
        yield
