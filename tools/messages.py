"""The translations: compile them, and find the messages that have none.

tools/messages.py --compile          every .po to .mo
tools/messages.py                    list what lacks a Chinese translation, as .po entries; exit 1 if any
tools/messages.py --missing APP      the same for one app
"""

import argparse
import io
import re
import sys
from pathlib import Path

import polib
from babel.messages.extract import extract

ROOT = Path(__file__).resolve().parent.parent
APPS = ("web", "plant", "grid", "rosters", "gates", "command")
KEYWORDS = {
    "_": None, "gettext": None, "gettext_lazy": None, "gettext_noop": None, "ngettext": (1, 2), "ngettext_lazy": (1, 2),
    "pgettext": ((1, "c"), 2), "pgettext_lazy": ((1, "c"), 2), "npgettext": ((1, "c"), 2, 3),
}  # fmt: skip
PLACEHOLDER = re.compile(r"%\(\w+\)[sd]|\{\w+\}")


def catalogues():
    return sorted((ROOT / "diba").glob("*/locale/zh_Hans/LC_MESSAGES/django.po"))


def compile_all():
    for po in catalogues():
        polib.pofile(str(po)).save_as_mofile(str(po.with_suffix(".mo")))


def messages(app):
    """Yield (context, msgid, plural or None, place) of every message in an app's code and templates."""
    for file in sorted((ROOT / "diba" / app).rglob("*")):
        if file.suffix == ".py" and "migrations" not in file.parts:
            text = file.read_text()
        elif file.suffix in (".html", ".txt") and "templates" in file.parts:
            text = _templatized(file.read_text())
        else:
            continue
        for line, found, _comments, context in extract("python", io.BytesIO(text.encode()), keywords=KEYWORDS):
            ids = found if isinstance(found, tuple) else (found,)
            if ids[0]:
                yield context, ids[0], ids[1] if len(ids) > 1 else None, f"{file.relative_to(ROOT)}:{line}"


def _templatized(text):
    import django
    from django.conf import settings

    if not settings.configured:
        settings.configure(USE_I18N=True)
        django.setup()
    from django.utils.translation.template import templatize

    return templatize(text)


def translated():
    """Return {(context, msgid): entry} of every finished translation in any app."""
    return {
        (entry.msgctxt, entry.msgid): entry
        for po in catalogues()
        for entry in polib.pofile(str(po))
        if not entry.obsolete and not entry.fuzzy and (entry.msgstr or any(entry.msgstr_plural.values()))
    }


def faults(app):
    """Yield (place, context, msgid, plural, fault) for every message that is not well translated."""
    there, seen = translated(), set()
    for context, msgid, plural, place in messages(app):
        if (context, msgid) in seen:
            continue
        seen.add((context, msgid))
        entry = there.get((context, msgid))
        if entry is None:
            yield place, context, msgid, plural, "not translated"
        elif set(PLACEHOLDER.findall(msgid)) != set(
            PLACEHOLDER.findall(entry.msgstr or entry.msgstr_plural.get(0, ""))
        ):
            yield place, context, msgid, plural, "other placeholders"


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--compile", action="store_true")
    parser.add_argument("--missing", choices=APPS)
    arguments = parser.parse_args()
    if arguments.compile:
        return compile_all()
    count = 0
    for app in [arguments.missing] if arguments.missing else APPS:
        for place, context, msgid, plural, fault in faults(app):
            count += 1
            print(f"# {place}: {fault}")
            print(
                polib.POEntry(
                    msgctxt=context,
                    msgid=msgid,
                    msgid_plural=plural or "",
                    msgstr="",
                    msgstr_plural={0: ""} if plural else {},
                )
            )
    sys.exit(1 if count else 0)


if __name__ == "__main__":
    main()
