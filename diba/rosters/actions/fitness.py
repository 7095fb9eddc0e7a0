"""Who may go in: isolation and a fresh negative test, both, before the day of entry. Health data: say no more than is asked."""

from dataclasses import dataclass
from datetime import timedelta

from django.db import transaction
from django.utils.translation import gettext_noop

from diba.core.errors import BadInput
from diba.plant import actions as plant
from diba.plant.models import Role

from ..models import Finding, Isolation, Sample


@dataclass(frozen=True)
class Fitness:
    """What is done and what is lacking for one entry.

    isolation: done, going (it will be done by then) or missing (days that are not covered). test: negative, waiting,
    positive, unclear, none, or early (it cannot be taken yet).
    """

    isolation: str
    missing: int
    test: str
    sample: object

    @property
    def fit(self):
        return self.isolation == "done" and self.test == "negative"

    @property
    def on_track(self):
        """Say whether nothing is late: what is not done yet could not be done yet."""
        return self.isolation in ("done", "going") and self.test in ("negative", "waiting", "early")


def fitness(people, enters_on, isolation_days, test_days, today=None):
    """Return {person id: Fitness} for an entry on a day; three queries however many people."""
    today = today or plant.today()
    wanted = {enters_on - timedelta(days=back) for back in range(1, isolation_days + 1)}
    covered = {pk: set() for pk in people}
    for row in Isolation.objects.filter(person__in=people, last_day__gte=enters_on - timedelta(days=isolation_days)):
        last = min(row.last_day, row.broken_on - timedelta(days=1)) if row.broken_on else row.last_day
        covered[row.person_id] |= {row.first_day + timedelta(days=n) for n in range((last - row.first_day).days + 1)}
    tests = _tests(people, enters_on - timedelta(days=test_days), enters_on)
    return {pk: _fitness(wanted, covered[pk], tests.get(pk), enters_on, test_days, today) for pk in people}


def _fitness(wanted, covered, sample, enters_on, test_days, today):
    missing = len(wanted - covered)
    isolation = "missing" if missing else "done" if today >= enters_on - timedelta(days=1) or not wanted else "going"
    if sample is None:
        return Fitness(isolation, missing, "early" if today < enters_on - timedelta(days=test_days) else "none", None)
    findings = sorted(sample.findings.all(), key=lambda row: (row.at, row.pk))
    return Fitness(isolation, missing, findings[-1].result if findings else "waiting", sample)


def _tests(people, first, last):
    """Return {person id: the newest sample of these days}."""
    start, end = plant.day_start(first), plant.day_start(last + timedelta(days=1))
    rows = Sample.objects.filter(person__in=people, taken_at__gte=start, taken_at__lt=end).order_by("taken_at", "id")
    return {row.person_id: row for row in rows.prefetch_related("findings")}


@transaction.atomic
def isolate(people, first_day, last_day, *, by, place=""):
    """Enter the same days apart for several people; return how many. Raises BadInput."""
    if last_day < first_day or (last_day - first_day).days > 60:
        raise BadInput("out_of_range", "last_day", value=str(last_day))
    rows = [
        Isolation(person=person, first_day=first_day, last_day=last_day, place=place, by=by, at=plant.now())
        for person in people
    ]
    Isolation.objects.bulk_create(rows)
    plant.note(by, "isolation.entered", detail=f"people={len(rows)}")
    if last_day >= plant.today():
        words = gettext_noop("You stay apart from {first} to {last} before you go in")
        values = {"first": f"{first_day:%m-%d}", "last": f"{last_day:%m-%d}"}
        if place:
            words, values = (
                gettext_noop("You stay apart from {first} to {last} before you go in: {place}"),
                {**values, "place": place},
            )
        plant.tell(people, words, values, link="/rosters/mine/", receipt_wanted=True, by=by)
    return len(rows)


@transaction.atomic
def break_off(isolation, *, by):
    """Say that somebody did not stay apart; those days do not count from today on."""
    done = Isolation.objects.filter(pk=isolation.pk, broken_on=None).update(broken_on=plant.today())
    if done:
        plant.note(by, "isolation.broken", isolation)
    return bool(done)


@transaction.atomic
def take_sample(people, day, *, by):
    """Enter that a sample was taken of several people; return how many. Raises BadInput for a day to come."""
    if day > plant.today():
        raise BadInput("not_yet", "sampled_on", value=str(day))
    moment = min(plant.now(), plant.day_start(day) + timedelta(hours=12))
    Sample.objects.bulk_create([Sample(person=person, taken_at=moment, by=by, at=plant.now()) for person in people])
    plant.note(by, "sample.taken", detail=f"people={len(people)}")
    return len(people)


@transaction.atomic
def find(sample, result, *, by):
    """Enter what the laboratory says. Whoever is positive is out of the availability at once and the health officer is asked."""
    row = Finding.objects.create(sample=sample, result=result, by=by, at=plant.now())
    plant.note(by, "finding.entered", sample)
    if result == Finding.Result.POSITIVE:
        plant.take_out(sample.person, "checking", plant.now(), by=by, source=f"sample:{sample.pk}")
        words = gettext_noop("{person} does not go in: look at the entry test and decide what follows")
        plant.ask(
            words,
            {"person": sample.person.name},
            role=Role.HEALTH_OFFICER,
            about=sample.person,
            urgent=True,
            key=f"sample:{sample.pk}",
            link="/rosters/living-in/",
            by=by,
        )
    return row
