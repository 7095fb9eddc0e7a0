"""What every page's frame shows: site, level, clock, rail, counts."""

from django.utils.module_loading import import_string


def frame(request):
    """Return the frame's values. Lazy for visitors: a stranger's page asks the database nothing."""
    user = getattr(request, "user", None)
    if user is None or not user.is_authenticated:
        return {"desks": [], "lost_words": ""}
    # Named in a string: web knows the apps by name only.
    return import_string("diba.plant.actions.frame.frame")(request)
