"""Whose certificates for the posts of a clash had run out before the roster's first day."""

from datetime import timedelta

from diba.plant import actions as plant

from .teams import operators

LOOK_BACK = 366  # days before the first day; what ran out earlier was not just forgotten
OF_POSTS = ("cover", "duties")


def with_expired(roster, clash):
    """Return a clash whose parts on posts name who lost the right to stand there: "expired": [[person id, last day, from the first counted]]."""
    codes = {code for part in clash if part["rule"] in OF_POSTS for code in part.get("posts", ())}
    if not codes:
        return clash
    found = _expired(roster.first_day, codes)
    return [part | _of(part, found) for part in clash]


def _of(part, found):
    if part["rule"] not in OF_POSTS:
        return {}
    rows = {who: day for code in part.get("posts", ()) for who, day in found.get(code, ())}
    return {"expired": sorted([who, day] for who, day in rows.items())} if rows else {}


def _expired(first_day, codes):
    """Return {post code: [(person id, days from the first day to his last)]} of those who could stand there not long ago. Six queries."""
    posts = [post for post in plant.posts() if post.code in codes]
    held = plant.qualified(first_day - timedelta(LOOK_BACK), first_day)
    able = operators(first_day, posts=posts)
    there = set(plant.active().exclude(kind="family").filter(pk__in=list(held)).values_list("pk", flat=True))
    found = {}
    for post in posts:
        asked = {qualification.pk for qualification in post.qualifications.all()}
        for person in sorted(there):
            if asked and asked <= held[person].keys() and post.code not in able.get(person, ()):
                last = min(held[person][qualification][1] for qualification in asked)
                if last < first_day:
                    found.setdefault(post.code, []).append((str(person), (last - first_day).days))
    return found
