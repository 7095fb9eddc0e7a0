"""Tags of the grid's pages."""

from functools import lru_cache

from django import template
from django.utils.html import format_html, format_html_join
from django.utils.translation import get_language
from django.utils.translation import gettext as _

register = template.Library()


@register.simple_tag
def strip(days):
    """Draw the days of one person, oldest first: "ok" heard from, "bad" abnormal, "" no word, the last one still open."""
    return _drawn(tuple(days), get_language())


@lru_cache(maxsize=1024)
def _drawn(days, _language):
    last = len(days) - 1
    marks = ("l" if day == "bad" else "" if day else "p" if at == last else "x" for at, day in enumerate(days))
    return format_html(
        '<span class="db-sp14 only-desk" aria-hidden="true" title="{}">{}</span>',
        _("14 days: full heard from, low abnormal, red no word"),
        format_html_join("", '<i class="{}"></i>', ((mark,) for mark in marks)),
    )
