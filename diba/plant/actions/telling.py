"""One verb to tell people something, one to ask them for something; every channel and desk goes through them."""

from django.db import IntegrityError, transaction
from django.db.models import Q
from django.utils.translation import gettext

from ..models import Delivery, Message, Task
from . import access, deputies
from .clock import now


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


def ask(words, values=None, *, owner=None, role="", unit=None, due_at=None, link="", urgent=False, key="", by=None):
    """Put a task before a person, or before whoever holds a role; an open one with the same key is returned as it is."""
    if key and (there := Task.objects.filter(key=key, closed_at=None).first()):
        return there
    try:
        with transaction.atomic():
            return Task.objects.create(
                words=words, values=values or {}, owner=owner, role=role, unit=unit, due_at=due_at, link=link,
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
    """Return the open tasks put before this account: its person's own, and those of its roles within their units."""
    condition = Q(pk__in=[])
    if account.person_id:
        condition |= Q(owner=account.person_id)
        # What was asked of a lead for his cell is asked of whoever stands in for him, too.
        for cell in deputies.stood_in_for(account.person_id):
            condition |= Q(owner=cell.lead_id, unit__path__startswith=cell.path)
    for grant in access.grants_of(account):
        mine = Q(owner=None, role=grant.role)
        condition |= mine & (Q(unit=None) | Q(unit__path__startswith=grant.unit.path)) if grant.unit else mine
    return Task.objects.filter(condition, closed_at=None).distinct()


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
