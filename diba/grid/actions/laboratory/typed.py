"""A result without a workbook: typed by one, typed again by another who does not see it, corrected by a new row."""

from django.db import IntegrityError, transaction
from django.utils import timezone
from django.utils.translation import gettext_noop

from diba.core.errors import BadInput
from diba.plant import actions as plant
from diba.plant.models import Role

from ...models import Finding, LabFile, LabResult, Sample, TypedResult
from .files import follow, no_longer
from .samples import members_of


def result_of(sample):
    """Return the result of a tube that stands, or None."""
    rows = LabResult.standing().filter(sample=sample)
    return rows.order_by("-id").first()


@transaction.atomic
def type_in(sample, outcome, tested_on, *, reason="", by):
    """Write down what a laboratory said of a tube, for another to type again; return the row. Raises BadInput.

    A tube with a result gets a correction, which needs a reason. A mixed tube is typed once, for all of its members.
    """
    sample = members_of(sample)[0]
    row = Sample.objects.select_for_update(of=("self",)).select_related("target__person", "round").get(pk=sample.pk)
    _possible(row, outcome, tested_on)
    before = result_of(row)
    if before and not reason.strip():
        raise BadInput("no_reason", "reason")
    if before and str(before.outcome) == outcome and before.tested_on == tested_on:
        raise BadInput("said_before", "outcome")
    try:
        with transaction.atomic():
            made = TypedResult.objects.create(sample=row, outcome=outcome, tested_on=tested_on, corrects=before,
                                              reason=reason.strip()[:300], by=by, at=plant.now())  # fmt: skip
    except IntegrityError as error:
        raise BadInput("typed_already", "outcome") from error
    plant.note(by, "lab.typed", row, detail="correction" if before else "")
    plant.ask(
        gettext_noop("Type the result of tube {tube} a second time"), {"tube": row.tube}, role=Role.HEALTH_OFFICER, by=by,
        about=row.target.person, key=f"typed:{made.pk}", link=f"/grid/screening/rounds/{row.round_id}/tubes/",
    )  # fmt: skip
    return made


def _possible(sample, outcome, tested_on):
    if sample.withdrawn_at:
        raise BadInput("withdrawn", "tube")
    if outcome not in Finding.values:
        raise BadInput("unknown_result", "outcome")
    if tested_on > plant.today():
        raise BadInput("in_the_future", "tested_on")
    if tested_on < timezone.localdate(sample.taken_at):
        raise BadInput("before_sample", "tested_on")


def confirm_typed(typed, outcome, *, by):
    """Count a typed result because another typed the same; return its LabResult. Raises BadInput.

    "own_entry" for who typed it first, "disagrees" when this is something else: then neither counts until one looks again.
    """
    try:
        return _confirmed(typed, outcome, by)
    except BadInput as error:
        if error.reason == "disagrees":  # noted after the transaction that refused it
            plant.note(by, "lab.disagreed", typed.sample)
        raise


@transaction.atomic
def _confirmed(typed, outcome, by):
    row = _open(typed)
    if by is None or row.by_id == by.pk:
        raise BadInput("own_entry", "outcome")
    if str(row.outcome) != outcome:
        raise BadInput("disagrees", "outcome")
    if row.corrects_id != getattr(result_of(row.sample), "pk", None):
        raise BadInput("changed_meanwhile", "outcome")
    members = members_of(row.sample)
    corrected = list(filter(None, map(result_of, members))) if row.corrects_id else []
    LabResult.objects.filter(pk__in=[each.pk for each in corrected]).update(state=LabResult.State.CORRECTED)
    made, *others = [_counted(row, sample, by) for sample in members]
    row.ended_at, row.ended_by, row.result = plant.now(), by, made
    row.save(update_fields=["ended_at", "ended_by", "result"])
    plant.close_keyed(f"typed:{row.pk}", gettext_noop("typed twice, the same"), by=by)
    plant.note(by, "lab.confirmed", row.sample)
    follow([made, *others], by=by)
    for each in corrected:
        no_longer(each, gettext_noop("corrected"), by=by)
    return made


def _open(typed):
    """Return an open entry, locked. Raises BadInput("decided_already")."""
    rows = TypedResult.objects.select_for_update(of=("self",)).select_related("sample__target__person", "sample__round")
    row = rows.filter(pk=typed.pk, ended_at=None).first()
    if row is None:
        raise BadInput("decided_already", "outcome")
    return row


def _counted(typed, sample, by):
    """Write a typed result of a tube for one who is in it, as a row of its round's typed results; whoever typed it second resolved it."""
    outcome = str(typed.outcome)
    if sample.pooled and outcome == Finding.POSITIVE:
        outcome = Finding.UNCLEAR.value
    file, _made = LabFile.objects.get_or_create(
        round=sample.round, typed=True,
        defaults={"file_name": "", "sha256": "", "state": LabFile.State.CONFIRMED, "at": plant.now(), "confirmed_at": plant.now()},
    )  # fmt: skip
    LabFile.objects.select_for_update().get(pk=file.pk)
    return LabResult.objects.create(
        file=file, sheet="", row=file.results.count() + 1, state=LabResult.State.MATCHED, target=sample.target, sample=sample,
        outcome=outcome, usable=outcome in (Finding.NEGATIVE, Finding.POSITIVE), tested_on=typed.tested_on, resolved_by=by,
        resolved_at=plant.now(), resolution=typed.reason,
    )  # fmt: skip


@transaction.atomic
def take_back_typed(typed, *, by):
    """Take an entry back before it counts; it stays on record. Raises BadInput("decided_already")."""
    row = _open(typed)
    row.ended_at, row.ended_by = plant.now(), by
    row.save(update_fields=["ended_at", "ended_by"])
    plant.close_keyed(f"typed:{row.pk}", gettext_noop("taken back"), by=by)
    plant.note(by, "lab.typed_back", row.sample)
    return row


def waiting(round, targets):
    """Return the entries of a round that wait for a second hand, oldest first."""
    rows = TypedResult.objects.filter(sample__round=round, sample__target__in=targets, ended_at=None)
    return rows.select_related("sample__target__person", "by__person").order_by("id")
