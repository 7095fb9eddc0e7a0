"""Tags of the house: status words that cannot be wrong, icons that exist, figures with their unit, built assets."""

import json
from functools import cache, lru_cache
from urllib.parse import urlencode

from django import template
from django.conf import settings
from django.templatetags.static import static
from django.utils.formats import date_format
from django.utils.html import format_html, format_html_join
from django.utils.translation import gettext as _

register = template.Library()

# DESIGN.md "Status vocabulary": there is no default, and no way from unknown to green but a fact.
STATUS_ICONS = {
    "ok": "circle-check", "warn": "alert-triangle", "now": "alert-octagon", "unk": "help-circle",
    "doing": "circle-dashed", "off": "circle-minus",
}  # fmt: skip
BUILD = settings.BASE_DIR / "web" / "static" / "build"


@lru_cache(maxsize=1)
def _manifest():
    return json.loads((BUILD / "manifest.json").read_text())


@lru_cache(maxsize=1)
def _icons():
    return frozenset(json.loads((BUILD / "icons.json").read_text()))


@register.simple_tag
def vite_head():
    """Return the style sheets and the script of the build."""
    entry = _manifest()["src/main.ts"]
    styles = format_html_join(
        "", '<link rel="stylesheet" href="{}">', ((static(f"build/{css}"),) for css in entry["css"])
    )
    return format_html('{}<script type="module" src="{}"></script>', styles, static(f"build/{entry['file']}"))


@register.simple_tag
@cache
def icon(name):
    """Draw an icon of the sprite; an unknown name raises."""
    if name not in _icons():
        raise template.TemplateSyntaxError(f"no icon {name!r} in the sprite")
    return format_html(
        '<svg class="db-i" aria-hidden="true"><use href="{}#{}"></use></svg>', static("build/icons.svg"), name
    )


@register.simple_tag(takes_context=True)
def drawn(context, name):
    """Draw a part of a page once for all the places where it stands: `{% drawn "part.html" as part %}`, then `{{ part }}`."""
    return context.template.engine.get_template(name).render(context)


@register.simple_tag
def status(kind, word, pill=False):
    """Draw a state as icon and word; an unknown kind or an empty word raises."""
    if kind not in STATUS_ICONS:
        raise template.TemplateSyntaxError(f"no status {kind!r}: use one of {', '.join(STATUS_ICONS)}")
    if not str(word).strip():
        raise template.TemplateSyntaxError("a status needs its word: colour is never the only sign")
    return format_html(
        '<span class="db-st {}{}">{}{}</span>', kind, " pill" if pill else "", icon(STATUS_ICONS[kind]), word
    )


@register.simple_tag
def meter(done, total):
    """Draw a share as a bar; what is not done is hatched by class, never green."""
    share = round(100 * done / total, 1) if total else 0
    return format_html(
        '<svg class="db-meter" role="img" aria-label="{}"><rect class="t" width="100%" height="8"/>'
        '<rect class="k" width="{}%" height="8"/></svg>',
        _("%(done)s of %(total)s") % {"done": done, "total": total}, share,
    )  # fmt: skip


@register.filter
def temperature(value):
    """Show a temperature with one decimal and its unit."""
    return "—" if value is None else f"{value:.1f} °C"


@register.filter
def minus(value):
    """Show a number with a true minus sign."""
    return str(value).replace("-", "−")


@register.filter
def undo_address(message):
    """Return where a message's way back is posted to, or nothing: the view tags it "undo:ADDRESS"."""
    return next((tag[5:] for tag in (message.extra_tags or "").split() if tag.startswith("undo:/")), "")


@register.filter
def weekday(day):
    """Show a day's weekday in one character where the language has one: 五, not 星期五."""
    return date_format(day, "D").removeprefix("星期").removeprefix("周")


@register.filter
def weekend(day):
    """Say whether a day is a Saturday or a Sunday."""
    return day.weekday() >= 5


@register.filter
def get(mapping, key):
    """Look a key up in a mapping."""
    return mapping.get(key)


@register.filter
def is_in(item, group):
    """Say whether an item is in a group; for a name of its own inside a with."""
    return item in group


@register.simple_tag(takes_context=True)
def query(context, **changes):
    """Return the present address's query with some keys changed; None takes a key away."""
    kept = context["request"].GET.copy()
    for key, value in changes.items():
        kept.pop(key, None)
        if value is not None:
            kept[key] = value
    return "?" + urlencode(list(kept.lists()), doseq=True) if kept else "?"
