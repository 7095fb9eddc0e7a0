"""Dividing the operating staff into teams A, B and reserve."""

from collections import Counter
from datetime import timedelta

from django.db import transaction

from diba.core import rostering
from diba.core.errors import BadInput
from diba.plant import actions as plant
from diba.plant.models import Certificate, Person

from ..models import Membership, Split, TeamName
from .manning import duties_between

NOVICE = 1  # years in the plant below which somebody is not to be left alone: a choice of ours, not a rule of the trade
BURDEN = 28  # days of past night duties that a division spreads evenly


def split_in_force():
    """Return the newest adopted split, or None."""
    return Split.objects.exclude(adopted_at=None).order_by("-adopted_at", "-id").first()


def operators(day, people=None, posts=None):
    """Return {person id: post codes he is qualified for on a day} of everyone who can stand somewhere."""
    held = plant.qualified(day, people=people)
    asked = [(post.code, {q.pk for q in post.qualifications.all()}) for post in posts or plant.posts()]
    able = {}
    for person, has in held.items():
        if can := frozenset(code for code, needed in asked if needed <= has.keys() and needed):
            able[person] = can
    there = plant.active().exclude(kind="family").filter(pk__in=list(able)).order_by("pk").values_list("pk", flat=True)
    return {person: able[person] for person in there}


def needs(pattern, level, crews=1.0):
    """Return {post code: people a team needs there on one day}, over all watches, times the crews that days off ask for."""
    return needed_of(plant.posts(), plant.demand(pattern, level), crews)


def needed_of(posts, demand, crews=1.0):
    """Return what `needs` does, of posts and a demand that are known."""
    codes = {post.pk: post.code for post in posts}
    total = Counter()
    for (post, _watch), minimum in demand.items():
        total[codes[post]] += minimum
    return {code: -(-number * round(crews * 100) // 100) for code, number in total.items() if number}


@transaction.atomic
def split_staff(pattern, *, by, day=None, seconds=8, crews=1.0, one_team=False, teams=2):
    """Divide those who can be rostered on a day and return the split, not adopted yet. Raises core's NoSolution, BadInput.

    teams: how many, up to three. Households and dormitory rooms are never divided; a bus may be, on the teams' own days,
    at a cost. Whoever is away without an end, or under check or in isolation, is put into the reserve.
    """
    letters = [name for name in TeamName.values if name != TeamName.RESERVE]
    if not one_team and not 1 <= teams <= len(letters):
        raise BadInput("out_of_range", "teams", value=teams)
    day = day or plant.today()
    able = operators(day)
    level = plant.level_at()
    need = needs(pattern, level.level if level else 0, crews)
    if not need:
        raise BadInput("none_given", "posts")
    members = _members({person: posts & set(need) for person, posts in able.items()}, day)
    if not members:
        raise BadInput("none_given", "people")
    if one_team:
        found = rostering.describe(
            members, need, {member.id: "R" if member.fixed == "R" else "A" for member in members}
        )
    else:
        found = rostering.split(members, need, teams=teams, seconds=seconds)
    row = Split.objects.create(
        at=plant.now(), by=by, pattern=pattern, figures=_figures(found, need, letters[: 1 if one_team else teams])
    )
    Membership.objects.bulk_create(
        [Membership(split=row, person_id=int(who), team=team) for who, team in found.team_of.items()]
    )
    plant.note(by, "split.made", row, detail=" ".join(f"{team}={size}" for team, size in found.size.items()))
    return row


def _members(able, day):
    """Return those who can stand somewhere as the core's members."""
    away, nights = _away(day), _nights(day)
    return [
        rostering.Member(
            str(person.pk), able[person.pk], _bonds(person), _years(person.joined, day) if person.joined else None, "R" if person.pk in away else "",
            age=_years(person.birth, day) if person.birth else None, nights=nights.get(person.pk, 0),
            novice=bool(person.joined) and _years(person.joined, day) < NOVICE,
        )
        for person in Person.objects.filter(pk__in=[who for who, posts in able.items() if posts]).order_by("pk")
    ]  # fmt: skip


def _away(day):
    start = plant.day_start(day)
    return {
        row.person_id
        for row in plant.absences_between(start, start + timedelta(days=1))
        if row.ends_at is None or row.kind in ("checking", "isolation")
    }


def _nights(day):
    """Return {person id: night duties of the weeks before}, by the rosters that were in force."""
    stood = duties_between(day - timedelta(days=BURDEN), day - timedelta(days=1))
    return Counter(duty.person_id for duty in stood if duty.watch.night)


def _bonds(person):
    shared = (("household", person.household_id), ("room", person.room), ("bus", person.bus))
    return frozenset(f"{kind}:{value}" for kind, value in shared if value)


def _years(since, day):
    return max(0, day.year - since.year - ((day.month, day.day) < (since.month, since.day)))


def _figures(found, need, letters):
    """Return what is kept of a division besides who is where; links name people by id."""
    return {
        "teams": letters, "size": dict(found.size), "depth": dict(found.depth), "seniority": dict(found.seniority),
        "proven": found.proven, "most": found.most, "tightest": {team: list(posts) for team, posts in found.tightest.items()},
        "need": need, "age": dict(found.age), "nights": dict(found.nights), "novices": dict(found.novices),
        "posts": {team: dict(counts) for team, counts in found.posts.items()}, "uneven": found.uneven,
        "least_uneven": found.least_uneven,
        "links": [
            {"kind": link.kind, "key": link.key, "people": {team: list(people) for team, people in link.people.items()}}
            for link in found.links
        ],
    }  # fmt: skip


@transaction.atomic
def adopt(split, *, by):
    """Put a split into force."""
    split.adopted_at = plant.now()
    split.save(update_fields=["adopted_at"])
    plant.note(by, "split.adopted", split)
    return split


def certificates_running_out(people, days=30):
    """Return the certificates of these people that run out within so many days."""
    today = plant.today()
    last = today + timedelta(days=days)
    return Certificate.objects.filter(person__in=people, expires__range=(today, last)).select_related(
        "person", "qualification"
    )


TEAM_ORDER = [TeamName.A, TeamName.B, TeamName.C, TeamName.RESERVE]
