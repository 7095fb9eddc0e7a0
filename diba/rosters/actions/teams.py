"""Dividing the operating staff into teams A, B and reserve."""

from collections import Counter
from datetime import timedelta

from django.db import transaction

from diba.core import rostering
from diba.plant import actions as plant
from diba.plant.models import Certificate, Person

from ..models import Membership, Split, TeamName


def split_in_force():
    """Return the newest adopted split, or None."""
    return Split.objects.exclude(adopted_at=None).order_by("-adopted_at", "-id").first()


def operators(day, people=None):
    """Return {person id: post codes he is qualified for on a day} of everyone who can stand somewhere."""
    held = plant.qualified(day, people=people)
    asked = [(post.code, {q.pk for q in post.qualifications.all()}) for post in plant.posts()]
    found = {}
    active = set(plant.active().exclude(kind="family").values_list("pk", flat=True))
    for person in active:
        has = set(held.get(person, ()))
        if can := frozenset(code for code, needed in asked if needed <= has and needed):
            found[person] = can
    return found


def needs(pattern, level, crews=1.0):
    """Return {post code: people a team needs there on one day}, over all watches, times the crews that days off ask for."""
    codes = {post.pk: post.code for post in plant.posts()}
    total = Counter()
    for (post, _watch), minimum in plant.demand(pattern, level).items():
        total[codes[post]] += minimum
    return {code: -(-number * round(crews * 100) // 100) for code, number in total.items() if number}


@transaction.atomic
def split_staff(pattern, *, by, day=None, seconds=10, crews=1.0, one_team=False):
    """Divide those who can be rostered on a day and return the split, not adopted yet. Raises core's NoSolution.

    Households and dormitory rooms are bonds that are never divided between A and B; a bus may carry both, on their own days. Whoever is away without an
    end, or under check or in isolation, is put into the reserve.
    """
    day = day or plant.today()
    able = operators(day)
    level = plant.level_at()
    need = needs(pattern, level.level if level else 0, crews)
    start = plant.day_start(day)
    away = {
        row.person_id
        for row in plant.absences_between(start, start + timedelta(days=1))
        if row.ends_at is None or row.kind in ("checking", "isolation")
    }
    members = [
        rostering.Member(
            str(person.pk),
            able[person.pk] & set(need),
            _bonds(person),
            _years(person, day),
            "R" if person.pk in away else "",
        )
        for person in Person.objects.filter(pk__in=able).order_by("pk")
        if able[person.pk] & set(need)
    ]
    if one_team:
        teams = rostering.describe(
            members, need, {member.id: "R" if member.fixed == "R" else "A" for member in members}
        )
    else:
        teams = rostering.split(members, need, seconds=seconds)
    row = Split.objects.create(at=plant.now(), by=by, pattern=pattern, figures=_figures(teams, need))
    Membership.objects.bulk_create(
        [Membership(split=row, person_id=int(who), team=team) for who, team in teams.team_of.items()]
    )
    plant.note(by, "split.made", row, detail=" ".join(f"{team}={size}" for team, size in teams.size.items()))
    return row


def _bonds(person):
    return frozenset(
        f"{kind}:{value}" for kind, value in (("household", person.household_id), ("room", person.room)) if value
    )


def _years(person, day):
    return max(0, day.year - person.joined.year) if person.joined else 0


def _figures(teams, need):
    return {
        "size": dict(teams.size), "depth": dict(teams.depth), "seniority": dict(teams.seniority), "proven": teams.proven,
        "tightest": {team: list(posts) for team, posts in teams.tightest.items()}, "need": need,
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


TEAM_ORDER = [TeamName.A, TeamName.B, TeamName.RESERVE]
