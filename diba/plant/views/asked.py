"""What an address asks for, taken with care: whoever types it may type anything."""

LARGEST = 2**63 - 1  # what a key of the database can hold


def number(text):
    """Return a text as a key of the database, or None when it cannot be one."""
    return int(text) if text.isdecimal() and len(text) < 20 and int(text) <= LARGEST else None
