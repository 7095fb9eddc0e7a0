"""N-1 over a roster: every loss tried behind a progress bar, kept with what it saw, and called stale when that has changed."""

import hashlib
import json
import time
from collections import defaultdict
from datetime import timedelta
from importlib.metadata import version

from django.db import transaction

from diba import __version__
from diba.core import rostering
from diba.core.errors import BadInput
from diba.plant import actions as plant
from diba.plant.actions import jobs
from diba.plant.models import Certificate, Household, Person, Substitution, Unit, Watch

from ..models import Membership, Sweep, TeamName
from .as_things_stand import OF_THE_SEARCH, as_things_stand
from .crew_rules import apart_rules, crew_rules
from .limits import limits_on, waivers_between
from .window import Window

KINDS = ("person", "crew", "household", "team", "random")
MOST_HOLES = 40  # kept of one outcome


@transaction.atomic
def ask_sweep(*, by, kinds=KINDS, days=14, k=2, draws=20, seed=1, seconds=60):
    """Ask for a sweep of the roster in force; it runs behind a progress bar. Raises BadInput without a roster."""
    standing = as_things_stand()
    if standing is None or standing.base is None:
        raise BadInput("no_roster", "roster")
    row = Sweep.objects.create(
        roster=standing.base, kinds=[kind for kind in KINDS if kind in kinds], days=days, k=k, draws=draws, seed=seed,
        seconds=seconds, asked_by=by, asked_at=plant.now(),
    )  # fmt: skip
    row.job = jobs.start("rosters.sweep", about=f"sweep:{row.pk}", by=by)
    row.save(update_fields=["job"])
    plant.note(by, "sweep.asked", row)
    return row


def sweep_job(job, report):
    """Do the sweep that a job carries."""
    row = Sweep.objects.filter(pk=int(job.about.partition(":")[2]), state=Sweep.State.ASKED).first()
    if row:
        run_sweep(row, report)


def run_sweep(row, report=None):
    """Try every loss and keep the outcomes; return the row. A sweep that is stopped keeps what it has."""
    report, started = report or (lambda **figures: True), time.monotonic()
    going = [report(share=0)]
    standing = as_things_stand()
    plan, mended = _whole(standing)
    if plan is None:
        return _kept(row, Sweep.State.FAILED, versions={"reason": "holes"}, took=time.monotonic() - started)
    first = min(1, standing.problem.days - 1)  # a loss is known today and begins tomorrow
    crews, households = crews_and_households(standing)
    wanted = rostering.losses(
        standing.problem, row.kinds, first, row.days, crews=crews, households=households, k=min(row.k, len(standing.problem.people)),
        draws=row.draws, seed=row.seed,
    )  # fmt: skip

    def progress(figures):
        going[0] = report(share=figures["done"] / max(1, figures["total"]), **figures)

    outcomes = rostering.sweep(
        standing.problem,
        plan,
        wanted,
        seconds=row.seconds,
        first_day=first,
        progress=progress,
        stop=lambda: not going[0],
        seed=row.seed,
    )
    start, end = (standing.roster.first_day + timedelta(days=day) for day in (first, standing.problem.days - 1))
    return _kept(
        row, Sweep.State.DONE if going[0] else Sweep.State.STOPPED, took=round(time.monotonic() - started, 1), first_day=start, last_day=end,
        outcomes=[_line(outcome, standing.roster.first_day) for outcome in outcomes], digest=digest_of(start, end),
        problem=rostering.to_json(standing.problem), plan=rostering.write_roster(standing.problem, plan),
        certificate=rostering.write_certificate(rostering.certify(standing.problem, plan, outcomes, first_day=first)),
        versions={"diba": __version__, "ortools": version("ortools"), "mended": mended},
    )  # fmt: skip


def _kept(row, state, **values):
    for name, value in {"state": state, **values}.items():
        setattr(row, name, value)
    row.save(update_fields=["state", *values])
    return row


def _whole(standing):
    """Return (the plan without the duties that cannot be stood, were places filled): N-1 is asked of a roster without holes.

    Where places are open today the best repair is swept instead; (None, False) when that leaves some open too.
    """
    problem = standing.problem
    plan = {
        key: cell
        for key, cell in standing.plan.items()
        if key[0] in problem.person and problem.may(problem.person[key[0]], key[1], *cell)
    }
    if len(plan) == len(standing.plan) and not rostering.check(problem, plan).holes:
        return plan, False
    ways = rostering.repair(problem, standing.plan, begun=standing.begun(), seconds=3.0)
    return (dict(ways[0].roster), True) if ways and not ways[0].after.holes else (None, False)


def crews_and_households(standing):
    """Return ({unit code: people}, {household code: people}) of those in the problem; a household is two or more."""
    ids = [int(person.id) for person in standing.problem.people]
    crews, households = defaultdict(list), defaultdict(list)
    for pk, unit, household in Person.objects.filter(pk__in=ids).values_list("pk", "unit__code", "household__code"):
        if unit:
            crews[unit].append(str(pk))
        if household:
            households[household].append(str(pk))
    return dict(crews), {code: people for code, people in households.items() if len(people) > 1}


def _line(outcome, origin):
    loss = outcome.loss
    holes = [{**vars(hole), "day": str(origin + timedelta(days=hole.day))} for hole in outcome.holes]
    return {
        "kind": loss.kind, "id": loss.id, "people": sorted(int(who) for who in loss.people), "survives": outcome.survives,
        "proven": outcome.proven, "changes": outcome.changes, "open": sum(hole["needed"] - hole["found"] for hole in holes),
        "posts": list(outcome.posts), "holes": holes[:MOST_HOLES],
    }  # fmt: skip


def digest_of(first, last, known=None):
    """Return a digest of what a sweep rests on: duties, absences, certificates, level and demand of these days, and the rules.

    known: a window of other days whose facts are known already.
    """
    window = known.of_days(first, last) if known else Window(plant.now(), first, last)
    rows = window.rows()
    people = sorted({row.person for row in rows})
    patterns = Watch.objects.filter(pk__in={row.watch for row in rows}).values_list("pattern", flat=True)
    away = plant.absences_between(plant.day_start(first), plant.day_start(last) + timedelta(days=2))
    facts = [
        sorted((row.person, str(row.day), row.watch, row.post) for row in rows),
        sorted(
            (person, starts.isoformat(), ends.isoformat() if ends else "")
            for person, starts, ends in away.values_list("person", "starts_at", "ends_at")
        ),
        sorted(map(str, Certificate.objects.values_list("person", "qualification", "issued", "expires"))),
        [sorted(map(str, window.demand(pattern, window.level).items())) for pattern in sorted(set(patterns))], people,
        *_rules(window, people),
    ]  # fmt: skip
    return hashlib.sha256(json.dumps(facts).encode()).hexdigest()


def _rules(window, people):
    """Return what the rules of a window's days are: on rosters, crews, limits, waivers, teams, households, posts and watches.

    Rules, limits and waivers never change in place, so their ids tell them. Ten queries.
    """
    first, last = window.first, window.last
    rosters = {roster.pk: roster for roster in window.in_force().values()}.values()
    splits = {roster.split_id for roster in rosters if roster.split_id}
    teams = sorted(Membership.objects.filter(split__in=splits).values_list("split", "person", "team"))
    everybody = {*people, *(person for _split, person, _team in teams)}
    bonds = Person.objects.filter(pk__in=everybody).order_by("pk").values_list("pk", "unit", "household")
    patterns = {roster.pattern_id for roster in rosters}
    return [
        sorted(json.dumps([{name: value for name, value in roster.rules.items() if name not in OF_THE_SEARCH}], sort_keys=True) for roster in rosters),
        [rule.pk for rule in crew_rules(first, last)], [rule.pk for rule in apart_rules(first, last)],
        sorted(limit.pk for limit in limits_on(first, window.level).values()),
        sorted(waiver.pk for rows in waivers_between(first, last).values() for waiver in rows), teams, list(bonds),
        [(post.code, post.tier, post.place, sorted(each.pk for each in post.qualifications.all())) for post in window.posts],
        sorted(Substitution.objects.values_list("holder", "stands_for")),
        sorted((watch.pk, f"{watch.starts}", watch.minutes, watch.night) for pattern in patterns for watch in window.watches(pattern)),
    ]  # fmt: skip


def is_stale(sweep, known=None):
    """Say whether roster, absences, certificates, demand or rules have changed since the sweep looked; known: as for the digest."""
    return bool(sweep.digest) and digest_of(sweep.first_day, sweep.last_day, known) != sweep.digest


def faults_of(sweep):
    """Return what is wrong with a sweep's certificate: each witness is laid over the roster and judged by the referee anew."""
    problem = rostering.from_json(sweep.problem)
    return rostering.confirm(
        rostering.read_certificate(sweep.certificate), problem, rostering.read_roster(problem, sweep.plan)
    )


def worst_first(sweep):
    """Return the outcomes, what is proven to break first, then what is not known, then what is survived with most changes."""
    return sorted(
        sweep.outcomes,
        key=lambda line: (
            line["survives"],
            not line["proven"],
            -line["open"],
            -line["changes"],
            line["kind"],
            line["id"],
        ),
    )


def tally(sweep):
    """Return {kind: (tried, survived, proven to break, not known)} of each kind that was asked for."""
    found = {}
    for kind in sweep.kinds:
        lines = [line for line in sweep.outcomes if line["kind"] == kind]
        survived = sum(line["survives"] for line in lines)
        broken = sum(line["proven"] and not line["survives"] for line in lines)
        found[kind] = (len(lines), survived, broken, len(lines) - survived - broken)
    return found


def names_of(lines):
    """Return {(kind, id): words} of what was lost in these lines; three queries however many there are."""
    people = dict(
        Person.objects.filter(pk__in={pk for line in lines for pk in line["people"]}).values_list("pk", "name")
    )
    # Without a division, the teams of a roster are the crews of its rotation and those kept apart.
    units = dict(
        Unit.objects.filter(code__in=[line["id"] for line in lines if line["kind"] in ("crew", "team")]).values_list(
            "code", "name"
        )
    )
    homes = dict(
        Household.objects.filter(code__in=[line["id"] for line in lines if line["kind"] == "household"]).values_list(
            "code", "code"
        )
    )
    found = {}
    for line in lines:
        who = [people[pk] for pk in line["people"] if pk in people]
        head = {"crew": units, "household": homes, "team": units | dict(TeamName.choices)}.get(line["kind"], {}).get(
            line["id"], ""
        )
        found[line["kind"], line["id"]] = (head, who)
    return found


def cancel_sweep(row):
    """Ask a sweep to stop and keep what it has; one that has not begun is stopped with nothing."""
    if not row.job or not jobs.cancel(row.job):
        return False
    row.job.refresh_from_db(fields=["state"])
    if row.job.state == row.job.State.CANCELLED:
        Sweep.objects.filter(pk=row.pk, state=Sweep.State.ASKED).update(state=Sweep.State.STOPPED)
    return True
