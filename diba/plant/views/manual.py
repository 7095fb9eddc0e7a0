"""The manual inside the product: docs/zh, a page a desk, rendered as it is read on a forge."""

import re
from functools import cache

from django.conf import settings
from django.http import Http404
from django.shortcuts import render
from django.templatetags.static import static
from django.urls import reverse
from django.utils.safestring import mark_safe
from django.views.decorators.http import require_GET
from markdown_it import MarkdownIt

from .. import actions

FOLDER = settings.BASE_DIR.parent / "docs" / "zh"


@cache
def _page(name):
    """Return (title, HTML) of a page of the manual. The text is our own; HTML inside it is shown, not obeyed."""
    text = (FOLDER / f"{name}.md").read_text()
    text = re.sub(r"\]\(([A-Za-z-]+)\.md\)", lambda found: f"]({reverse('plant:manual', args=[found[1]])})", text)
    text = re.sub(r"\]\(\.\./pictures/([\w-]+\.png)\)", lambda found: f"]({static('manual/' + found[1])})", text)
    title, _, body = text.partition("\n")
    html = MarkdownIt("commonmark", {"html": False}).enable("table").render(body)
    return title.lstrip("# "), mark_safe(html)


@actions.allow(*actions.EVERYONE)
@require_GET
def manual(request, name):
    # Only names that are there are read: no path comes from the address.
    if name not in {file.stem for file in FOLDER.glob("*.md")}:
        raise Http404
    title, body = _page(name)
    return render(request, "plant/manual.html", {"title": title, "body": body, "contents": name == "README"})
