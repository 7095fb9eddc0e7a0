"""Reading the register: who is active, what they are qualified for, what must be manned, on which level."""

from collections import defaultdict
from datetime import timedelta

from django.db.models import Q

from ..models import Certificate, LevelChange, Manning, Person, Post, Site, Substitution, Watch
from .clock import now, today
from .statements import One

_site = One(lambda: Site.objects.order_by("id"))
_level = One(
    lambda moment: LevelChange.objects.filter(starts_at__lte=moment).order_by("-starts_at", "-id"),
    LevelChange._meta.get_field("starts_at"),
)


def site():
    """Return the plant, or None before there is one."""
    return _site()


def level_at(moment=None):
    """Return the change of level that is in force at a moment, or None."""
    return _level(moment or now())


def active(people=None, day=None):
    """Return the people who have not left by a day."""
    people = Person.objects.all() if people is None else people
    return people.filter(Q(left_on=None) | Q(left_on__gt=day or today()))


def standing():
    """Return {qualification id: every qualification id its holder may stand for, itself among them}, transitively."""
    direct = defaultdict(set)
    for holder, stands_for in Substitution.objects.values_list("holder", "stands_for"):
        direct[holder].add(stands_for)
    closed = {}
    for start in {*direct}:
        seen, todo = {start}, [start]
        while todo:
            for following in direct.get(todo.pop(), ()):
                if following not in seen:
                    seen.add(following)
                    todo.append(following)
        closed[start] = frozenset(seen)
    return closed


def qualified(first, last=None, people=None):
    """Return {person id: {qualification id: (first valid day, last valid day)}} clipped to [first, last], with
    substitution. A person whose certificates do not touch the period is left out.
    """
    last = last or first
    rows = Certificate.objects.filter(Q(issued=None) | Q(issued__lte=last), Q(expires=None) | Q(expires__gte=first))
    if people is not None:
        rows = rows.filter(person__in=people)
    closed, found = standing(), defaultdict(dict)
    for person, qualification, issued, expires in rows.values_list("person", "qualification", "issued", "expires"):
        span = (max(first, issued) if issued else first, min(last, expires) if expires else last)
        for held in closed.get(qualification, (qualification,)):
            there = found[person].get(held)
            # Two certificates that overlap or touch make one span; of two apart, the one that begins first counts.
            if there is None or span[0] < there[0] - timedelta(days=1):
                found[person][held] = (
                    span
                    if there is None or span[1] < there[0] - timedelta(days=1)
                    else (span[0], max(span[1], there[1]))
                )
            elif span[0] <= there[1] + timedelta(days=1):
                found[person][held] = (there[0], max(there[1], span[1]))
    return dict(found)


def demand(pattern, level=0):
    """Return {(post id, watch id): minimum} of a watch pattern at a level; a level without rows of its own uses level 0's."""
    rows = Manning.objects.filter(watch__pattern=pattern, post__active=True, level__in=[0, level])
    found = {}
    for row in rows.order_by("level" if level else "-level"):
        found[row.post_id, row.watch_id] = row.minimum
    return found


def posts():
    """Return the posts in use with the qualifications each asks for, most vital first."""
    return Post.objects.filter(active=True).prefetch_related("qualifications")


def watches(pattern):
    """Return the watches of a pattern, earliest first."""
    return Watch.objects.filter(pattern=pattern)
