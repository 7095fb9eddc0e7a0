"""What a plant does not have yet of what a division or a roster needs: posts to man, and people who may stand there."""

from django.utils.translation import gettext as _

from diba.core.errors import BadInput

from .limits import level_now
from .teams import needs, operators


def lacking(pattern, day):
    """Return "posts" when nobody is needed at any post on a pattern's watches, "people" when nobody may stand there, else ""."""
    wanted = set(needs(pattern, level_now())) if pattern else set()
    if not wanted:
        return "posts"
    return "" if any(posts & wanted for posts in operators(day).values()) else "people"


def insist_on_staff(pattern, day):
    """Raise BadInput ("none_given") that names what a plant lacks."""
    if found := lacking(pattern, day):
        raise BadInput("none_given", found)


def lacking_words(found):
    """Return what is lacking and what to do first, in a sentence; "" for nothing."""
    return {
        "posts": _("There are no posts to man on these watches yet: import the staff list first (posts, minimum manning, people, certificates)."),
        "people": _("Nobody holds a post's certificate on that day: import the staff list or enter the certificates first."),
    }.get(found, "")  # fmt: skip
