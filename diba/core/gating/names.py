"""A name as it is compared with one that was typed at another moment, by another hand; frontend/src/gate/name.ts says the same."""

import unicodedata

APART = "ZPSC"  # general categories of what parts or adorns a name: blanks, points, signs, what is not seen


def name_key(name: str) -> str:
    """Return what two writings of one name have in common: NFKC, without blanks, points and signs, of either case. "" for no name."""
    letters = unicodedata.normalize("NFKC", name).upper().lower()
    return "".join(letter for letter in letters if unicodedata.category(letter)[0] not in APART)
