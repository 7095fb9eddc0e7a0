"""One verb to tell people something, one to ask them for something; every channel and desk goes through them."""

from dataclasses import dataclass, field
from functools import lru_cache

from django.db import IntegrityError, transaction
from django.db.models import Case, CharField, Exists, ExpressionWrapper, F, OuterRef, Q, When
from django.utils.translation import gettext

from ..models import Account, Delivery, Message, RoleGrant, Task
from . import access
from .clock import now
from .statements import Number

# Where that which a task is about stands in the trees of units; a family stands where its employee does.
PLACES = (
    "unit__path", "about__unit__path", "about__cell__path", "about__relative_of__unit__path",
    "about__relative_of__cell__path",
)  # fmt: skip


@transaction.atomic
def tell(people, words, values=None, *, link="", urgent=False, receipt_wanted=False, by=None):
    """Put a message into the inbox of each of these people (instances or ids) and return it.

    words: an English source sentence marked with gettext_noop, with {names} that `values` fills; it is translated for
    whoever reads it.
    """
    message = Message.objects.create(
        words=words, values=values or {}, link=link, urgent=urgent, receipt_wanted=receipt_wanted, sender=by, at=now()
    )
    ids = dict.fromkeys(getattr(person, "pk", person) for person in people)
    Delivery.objects.bulk_create([Delivery(message=message, person_id=pk) for pk in ids], batch_size=1000)
    return message


def ask(
    words,
    values=None,
    *,
    owner=None,
    role="",
    unit=None,
    about=None,
    due_at=None,
    link="",
    urgent=False,
    key="",
    by=None,
):
    """Put a task before a person, or before whoever holds a role; an open one with the same key is returned as it is.

    unit, about: the unit or the person it is about; then those holders of the role are asked whose unit covers it, and
    those of the whole plant when there is none or the deadline has passed.
    """
    if key and (there := Task.objects.filter(key=key, closed_at=None).first()):
        return there
    try:
        with transaction.atomic():
            return Task.objects.create(
                words=words, values=values or {}, owner=owner, role=role, unit=unit, about=about, due_at=due_at, link=link,
                urgent=urgent, key=key, opened_at=now(), opened_by=by,
            )  # fmt: skip
    except IntegrityError:
        return Task.objects.get(key=key, closed_at=None)


def close(task, outcome, *, by=None):
    """Close a task with its outcome, once; say whether this call closed it."""
    return bool(
        Task.objects.filter(pk=task.pk, closed_at=None).update(closed_at=now(), closed_by=by, outcome=outcome[:200])
    )


def close_keyed(key, outcome, *, by=None):
    """Close the open task with a key, if there is one; say whether there was."""
    task = Task.objects.filter(key=key, closed_at=None).first()
    return bool(task) and close(task, outcome, by=by)


def close_all(prefix, outcome, *, by=None):
    """Close every open task whose key begins so, such as "judge:12:"; return how many."""
    return sum(close(task, outcome, by=by) for task in Task.objects.filter(key__startswith=prefix, closed_at=None))


def sentence(words, values):
    """Return a stored sentence in the language of the reader."""
    return gettext(words).format_map(_Shown(values))


class _Shown(dict):
    def __missing__(self, name):
        return "…"


def tasks_of(account):
    """Return the open tasks put before this account: its person's own, and those of its roles within their units.

    What nobody nearer is asked for, or nobody nearer has done in time, is put before those who hold the role for the plant.
    First what is overdue, then what is urgent, then the rest; in each what is due soonest, and what has no deadline last.
    """
    moment = now()
    rank = Case(When(due_at__lt=moment, then=0), When(urgent=True, then=1), default=2)
    return _tasks(account, moment).order_by(rank, "-urgent", F("due_at").asc(nulls_last=True), "-id")


def _tasks(account, moment):
    condition = Q(pk__in=[])
    if account.person_id:
        condition |= Q(owner=account.person_id)
        # What was asked of a lead for his cell is asked of whoever stands in for him, too.
        for cell in access.cells_stood_in_for(account):
            if cell.lead_id:  # a cell without one: what is asked of him is asked of the deputy by name
                condition |= Q(owner=cell.lead_id, unit__path__startswith=cell.path)
    grants = access.grants_of(account)
    for grant in grants:
        if grant.unit:
            of_people = Q(about__in=access.people_of(account, grant.role))
            put = Q(unit=None, about=None) | Q(unit__path__startswith=grant.unit.path) | of_people
            condition |= Q(owner=None, role=grant.role) & put
    if everywhere := [grant.role for grant in grants if not grant.unit]:
        condition |= Q(owner=None, role__in=everywhere) & (~Exists(_nearer(moment)) | Q(due_at__lt=moment))
    return Task.objects.filter(condition, closed_at=None).distinct()


@dataclass(frozen=True)
class _Asker:
    """An account, the same one as long as the same tasks are put before it."""

    account: Account = field(compare=False)
    reach: tuple

    @classmethod
    def of(cls, account):
        cells = ((cell.lead_id, cell.path) for cell in access.cells_stood_in_for(account))
        grants = ((grant.role, grant.unit and grant.unit.path) for grant in access.grants_of(account))
        return cls(account, (account.person_id, *cells, None, *grants))


@lru_cache(maxsize=512)
def _count_for(asker):
    return Number(lambda moment: _tasks(asker.account, moment), Task._meta.get_field("due_at"))


def task_count(account):
    """Return how many open tasks are put before this account."""
    return _count_for(_Asker.of(account))(now())


def _nearer(moment):
    """Return the grants of a task's role for a unit that covers what the task is about."""
    grants = RoleGrant.objects.in_force(moment).filter(role=OuterRef("role"), account__is_active=True)
    covering = Q(pk__in=[])
    for number, place in enumerate(PLACES):
        grants = grants.annotate(**{f"place{number}": ExpressionWrapper(OuterRef(place), CharField())})
        covering |= Q(**{f"place{number}__startswith": F("unit__path")})
    return grants.filter(covering)


def inbox_of(account):
    """Return the deliveries to this account's person, newest first."""
    return (
        Delivery.objects.filter(person=account.person_id).select_related("message")
        if account.person_id
        else Delivery.objects.none()
    )


def read(delivery):
    """Mark a delivery as read, the first time only."""
    return Delivery.objects.filter(pk=delivery.pk, read_at=None).update(read_at=now())


def receipt(delivery):
    """Receipt a message (签收): distinct from having read it, and kept at its first moment."""
    moment = now()
    Delivery.objects.filter(pk=delivery.pk, read_at=None).update(read_at=moment)
    return Delivery.objects.filter(pk=delivery.pk, receipted_at=None).update(receipted_at=moment)


_unread = Number(
    lambda person: Delivery.objects.filter(person=person, read_at=None), Delivery._meta.get_field("person")
)


def unread_count(account):
    """Return how many deliveries the account's person has not read."""
    return _unread(account.person_id) if account.person_id else 0
