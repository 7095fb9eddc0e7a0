"""Tubes: registered one by one with a scanner, or from a sheet; a tube belongs to one person, a mixed one to up to ten."""

from collections import defaultdict
from datetime import datetime, time, timedelta

from django.db import IntegrityError, transaction
from django.db.models import Exists, OuterRef, Q
from django.utils import timezone

from diba.core.errors import BadInput
from diba.plant import actions as plant

from ...models import Campaign, LabResult, Round, Sample, SampleKind, Target
from ..guardians import refuse_without_consent, without_consent
from .reading import read_sheets

POOL = 10  # people a mixed tube; 10-in-1 technique of the National Health Commission, August 2020
OLDEST = timedelta(days=30)  # a tube taken longer ago belongs to another campaign
KINDS = {"咽拭子": SampleKind.THROAT, "口咽拭子": SampleKind.THROAT, "鼻咽拭子": SampleKind.NOSE, "鼻拭子": SampleKind.NOSE,
         "血清": SampleKind.BLOOD, "血液": SampleKind.BLOOD, "抗原": SampleKind.ANTIGEN}  # fmt: skip


@transaction.atomic
def register(target, round, tube, *, kind=SampleKind.THROAT, taken_at=None, taken_by="", pooled=False, by=None):
    """Write down a tube and return (sample, whether this call wrote it); the same again is the same. Raises BadInput.

    pooled: the tube is a mixed one, and this person is one more in it.
    "tube_taken" carries the sample that has the number, so that whoever may know is told whose it is.
    """
    sample = checked(target, round, tube, kind, taken_at or plant.now(), by)
    refuse_without_consent(target.person)
    sample.taken_by, sample.pooled = taken_by.strip()[:40], pooled
    Round.objects.select_for_update().get(
        pk=round.pk
    )  # one after the other: a tube is single or mixed, and holds so many
    there = _in_the_way(sample, list(Sample.objects.filter(tube=sample.tube, withdrawn_at=None).order_by("id")))
    if there is None:
        try:
            with transaction.atomic():
                sample.save()
        except IntegrityError:
            there = Sample.objects.get(tube=sample.tube, withdrawn_at=None)
    if there is not None:
        if (there.target_id, there.round_id) != (target.pk, round.pk):
            raise BadInput("tube_taken", "tube", value=there)
        return there, False
    plant.note(by, "sample.registered", sample)
    return sample, True


def checked(target, round, tube, kind, taken_at, by):
    """Return a tube's row, not saved. Raises BadInput."""
    tube = tube.strip().upper()
    if not tube or len(tube) > 40:
        raise BadInput("no_tube", "tube")
    if round.campaign.state != Campaign.State.RUNNING:
        raise BadInput("closed", "round")
    if not round.campaign.samples:
        raise BadInput("no_samples_asked", "tube")
    if taken_at > plant.now():
        raise BadInput("in_the_future", "taken_at")
    if taken_at < plant.now() - OLDEST:
        raise BadInput("too_long_ago", "taken_at")
    return Sample(tube=tube, round=round, target=target, kind=kind, taken_at=taken_at, by=by, at=plant.now())


def _in_the_way(sample, there):
    """Return the row that has a new row's tube already, or None when it may be written. Raises BadInput.

    there: the rows of the same tube that stand. A mixed tube takes people of one round until it is full or has a result.
    """
    mine = next((row for row in there if row.target_id == sample.target_id), None)
    if not sample.pooled or not there or mine is not None:
        return mine or next(iter(there), None)
    if not there[0].pooled or there[0].round_id != sample.round_id:
        return there[0]
    if len(there) >= POOL:
        raise BadInput("pool_full", "tube", value=POOL)
    if any(row.pk and said_of(row) for row in there):
        raise BadInput("has_result", "tube")
    return None


def members_of(sample):
    """Return the rows of a tube, itself among them: one, or those of a mixed tube in the order they came in."""
    if not sample.pooled or sample.withdrawn_at:
        return [sample]
    rows = Sample.objects.filter(tube=sample.tube, round=sample.round_id, pooled=True, withdrawn_at=None)
    return list(rows.select_related("target__person", "round").order_by("id"))


def said_of(sample):
    """Say whether a result of a tube came in or is being typed."""
    return sample.results.exists() or sample.typed.filter(ended_at=None).exists()


@transaction.atomic
def register_sheet(data, name, round, *, pooled=False, by=None):
    """Write down the tubes of a sheet (tube, staff number and name, taken at): (written, refusals [(sheet, row, column, reason)]).

    pooled: several rows with one tube are the people of a mixed one.
    Rows that cannot be taken are named and left; the others are written. Raises FileRefused or BadInput.
    """
    lines, _unknown = read_sheets(data, name, "tube")
    targets = {
        row.person.staff_no: row for row in Target.objects.filter(campaign=round.campaign_id).select_related("person")
    }
    silent = without_consent(row.person for row in targets.values())
    Round.objects.select_for_update().get(pk=round.pk)
    taken = defaultdict(list)
    for row in _with(sorted({line.tube for line in lines})):
        taken[row.tube].append(row)
    written, refused = [], []
    for line in lines:
        try:
            sample = _of_line(line, round, targets, by)
            if sample.target.person_id in silent:
                raise BadInput("no_guardian_consent", "staff_no", value=sample.target.person.name)
            sample.pooled = pooled
            there = _in_the_way(sample, taken[sample.tube])
            if there is not None and (there.target_id, there.round_id) != (sample.target_id, round.pk):
                raise BadInput("tube_taken", "tube")
        except BadInput as error:
            column = line.heads.get(error.field, error.field)
            whose = f" {error.value}" if error.reason == "no_guardian_consent" else ""
            refused.append((line.sheet, line.row, f"{column}{whose}", error.reason))
            continue
        if there is None:
            taken[sample.tube].append(sample)
            written.append(sample)
    try:
        with transaction.atomic():
            Sample.objects.bulk_create(written, batch_size=500)
    except IntegrityError as error:  # another round's tubes, scanned this very moment
        raise BadInput("tube_taken_now", "file") from error
    plant.note(by, "sample.registered", round, detail=f"rows={len(written)} refused={len(refused)}")
    return len(written), refused


def _with(tubes, batch=5_000):
    """Yield the rows that have these tubes, oldest first within a tube; a database takes so many words at once."""
    for start in range(0, len(tubes), batch):
        yield from Sample.objects.filter(withdrawn_at=None, tube__in=tubes[start : start + batch]).order_by("id")


def _of_line(line, round, targets, by):
    if line.problem:
        raise BadInput(line.problem, line.column)
    if not line.staff_no:
        raise BadInput("number_missing", "staff_no")
    if (target := targets.get(line.staff_no)) is None:
        raise BadInput("not_asked", "staff_no")
    if line.name and line.name != target.person.name:
        raise BadInput("another_name", "name")
    kind = KINDS.get(line.kind, SampleKind.THROAT)
    return checked(target, round, line.tube, kind, _moment(line.taken), by)


def _moment(taken):
    """Return when a tube was taken; a day without an hour is taken as its noon, or now when that has not come."""
    if taken is None or taken[0] is None:
        return plant.now()
    hour = time.fromisoformat(taken[1]) if taken[1] else time(12)
    moment = timezone.make_aware(datetime.combine(taken[0], hour))
    return moment if taken[1] else min(moment, plant.now()) if taken[0] == plant.today() else moment


@transaction.atomic
def withdraw(sample, *, by=None):
    """Take a tube back that was registered by mistake; one with a result stays. Say whether this call did."""
    if any(map(said_of, members_of(sample))):
        raise BadInput("has_result", "tube")
    done = Sample.objects.filter(pk=sample.pk, withdrawn_at=None).update(withdrawn_at=plant.now(), withdrawn_by=by)
    if done:
        plant.note(by, "sample.withdrawn", sample)
    return bool(done)


def samples_of(round, targets, q="", state=""):
    """Return the tubes of a round of these targets, newest first; one query.

    state: "open", "done", "withdrawn", or "again": with a result that says nothing of the person, who has given no sample since.

    Each has `reported`: whether a laboratory's result of it stands; `known`: whether that says something of the person;
    `again`: whether he has given another sample since.
    """
    stands = LabResult.standing().filter(sample=OuterRef("pk"))
    later = Sample.objects.filter(round=round, target=OuterRef("target"), withdrawn_at=None, id__gt=OuterRef("id"))
    rows = Sample.objects.filter(round=round, target__in=targets)
    rows = rows.annotate(reported=Exists(stands), known=Exists(stands.filter(usable=True)), again=Exists(later))
    rows = rows.filter(withdrawn_at__isnull=state != "withdrawn")
    if state in ("open", "done", "again"):
        rows = rows.filter(reported=state != "open")
    if state == "again":
        rows = rows.filter(known=False, again=False)
    if q:
        rows = rows.filter(Q(tube__icontains=q) | Q(target__person__name__contains=q) | Q(target__person__staff_no=q))
    return rows.select_related("target__person__cell", "by__person").order_by("-id")
