"""Which language a command speaks on a terminal."""

import os

from django.conf import settings


def spoken():
    """Return the language of the terminal: Chinese or English as LC_ALL, LC_MESSAGES or LANG say, else the plant's."""
    told = next(filter(None, map(os.environ.get, ("LC_ALL", "LC_MESSAGES", "LANG"))), "")
    if not told:
        return settings.LANGUAGE_CODE
    return "zh-hans" if told.lower().startswith("zh") else "en"
