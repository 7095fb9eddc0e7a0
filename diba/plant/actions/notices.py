"""What people are told about their data, version by version; that they were told, and what they agreed to."""

from dataclasses import dataclass, field

from django.db import IntegrityError, transaction
from django.db.models import Count, Exists, F, OuterRef, Subquery
from django.utils.translation import gettext_noop

from ..models import Consent, Notice, NoticeReceipt, Person, PersonKind, Role
from .access import has_role, people_of
from .clock import now, today
from .record import note
from .register import active
from .telling import ask


class CannotAnswer(Exception):
    """An answer to a notice that is not one: it is not in force, or no consent was asked for."""


@dataclass
class Standing:
    """How one person stands to one purpose. consent: his newest word, None when he said nothing."""

    notice: Notice
    receipt: NoticeReceipt | None
    consent: Consent | None
    earlier: list = field(default_factory=list)

    @property
    def waits(self):
        return self.receipt is None


@dataclass
class Coverage:
    """How many of those asked were told of a notice, and what they said."""

    notice: Notice
    asked: int
    told: int
    agreed: int
    refused: int

    @property
    def missing(self):
        return max(0, self.asked - self.told)


def in_force(day=None):
    """Return the newest version of each purpose that has begun; a query without receipts or people."""
    return _newest(Notice.objects.filter(starts_on__lte=day or today()).order_by("code", "-version"))


def _newest(rows):
    found = {}
    for row in rows:
        found.setdefault(row.code, row)
    return list(found.values())


def notices_for(person):
    """Return the notices in force that a person has not receipted yet; one query."""
    if person is None:
        return []
    told = Exists(NoticeReceipt.objects.filter(notice=OuterRef("pk"), person=person))
    rows = Notice.objects.filter(starts_on__lte=today()).order_by("code", "-version").annotate(told=told)
    return [row for row in _newest(rows) if not row.told]


def standings_of(person):
    """Return how a person stands to each purpose in force; four queries."""
    receipts = {row.notice_id: row for row in NoticeReceipt.objects.filter(person=person)}
    consents: dict = {}
    for row in Consent.objects.filter(person=person).select_related("notice").order_by("-id"):
        consents.setdefault(row.notice.code, []).append(row)
    made = []
    for notice in in_force():
        said = consents.get(notice.code, [])
        made.append(Standing(notice, receipts.get(notice.pk), said[0] if said else None, said[1:]))
    return made


@transaction.atomic
def answer(notice, person, *, agreed=None, by):
    """Write down that a person was told, and what he agreed to when consent is asked for. Raises CannotAnswer.

    Told twice is told once. Each word of consent is a row, and the newest counts; the same word again writes nothing.
    """
    if notice.pk not in {row.pk for row in in_force()} or (notice.consent and agreed is None):
        raise CannotAnswer
    receipt, new = NoticeReceipt.objects.get_or_create(notice=notice, person=person, defaults={"at": now()})
    if new:
        note(by, "notice.receipted", notice)
    if notice.consent:
        _say(notice, person, agreed, by)
    return receipt


@transaction.atomic
def withdraw(notice, person, *, by):
    """Take a consent back and say whether there was one; the health officer is asked to stop what rests on it."""
    last = _last(notice, person)
    if last is None or not last.given:
        return False
    _say(notice, person, False, by)
    words = gettext_noop("{name} withdrew the consent to “{purpose}”: stop what rests on it, and tell him")
    ask(words, {"name": person.name, "purpose": notice.purpose}, role=Role.HEALTH_OFFICER, about=person,
        key=f"consent:{notice.code}:{person.pk}", link="/office/notices/", by=by)  # fmt: skip
    return True


def _last(notice, person):
    return Consent.objects.filter(notice__code=notice.code, person=person).order_by("-id").first()


def _say(notice, person, given, by):
    # Two taps at once wait for each other here.
    Person.objects.select_for_update(of=("self",)).get(pk=person.pk)
    last = _last(notice, person)
    if last is None or last.notice_id != notice.pk or last.given != given:
        Consent.objects.create(notice=notice, person=person, given=given, by=by, at=now())
        note(by, "consent.agreed" if given else "consent.refused", notice)


@transaction.atomic
def publish(code, *, by, **values):
    """Put a new version of a notice in force from its day on, and return it; everybody is told anew."""
    last = Notice.objects.filter(code=code).order_by("-version").first()
    try:
        with transaction.atomic():
            row = Notice.objects.create(code=code, version=last.version + 1 if last else 1, by=by, at=now(), **values)
    except IntegrityError as error:
        raise CannotAnswer from error  # somebody published this version at the same moment
    note(by, "notice.published", row, detail=f"version={row.version}")
    return row


def asked_people(account):
    """Return who is asked, within reach of the account: the people at work, for families speak through them."""
    people = Person.objects.all() if has_role(account, Role.AUDITOR) else people_of(account, Role.HEALTH_OFFICER)
    return active(people).exclude(kind=PersonKind.FAMILY)


def coverages(account):
    """Return a Coverage for each purpose in force; a constant number of queries."""
    people = asked_people(account)
    asked, notices = people.count(), in_force()
    inside = people.values("pk")
    told = dict(
        NoticeReceipt.objects.filter(notice__in=notices, person__in=inside).values_list("notice").annotate(Count("pk"))
    )
    said = _said(inside)
    return [
        Coverage(row, asked, told.get(row.pk, 0), said.get((row.code, True), 0), said.get((row.code, False), 0))
        for row in notices
    ]


def _said(inside):
    """Return {(purpose, word): people whose newest word it is}."""
    newest = Consent.objects.filter(notice__code=OuterRef("notice__code"), person=OuterRef("person")).order_by("-id")
    rows = Consent.objects.filter(person__in=inside, pk=Subquery(newest.values("pk")[:1]))
    return {
        (code, given): count
        for code, given, count in rows.order_by().values_list("notice__code", "given").annotate(Count("pk"))
    }


def people_to_tell(account, notice):
    """Return those asked, each with `told_at` and `agreed` (None: nothing said) for a notice; who was not told comes first."""
    told = NoticeReceipt.objects.filter(notice=notice, person=OuterRef("pk")).values("at")[:1]
    said = Consent.objects.filter(notice__code=notice.code, person=OuterRef("pk")).order_by("-id").values("given")[:1]
    people = (
        asked_people(account).annotate(told_at=Subquery(told), agreed=Subquery(said)).select_related("unit", "cell")
    )
    return people.order_by(F("told_at").asc(nulls_first=True), "name", "pk")
