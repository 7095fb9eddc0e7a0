"""Consent of guardians: nothing of a child's health is taken before one of them agreed to the words of now."""

import hashlib

from django.db import transaction
from django.utils.translation import gettext, gettext_noop, override

from diba.core.errors import BadInput
from diba.plant import actions as plant
from diba.plant.models import Person, PersonKind

from ..models import GuardianConsent

UNDER = 14  # years: 个人信息保护法 art. 31
VERSION = "2020-2"
WORDS = gettext_noop(
    "I am the guardian of this child. I agree that temperature, symptoms, whereabouts and contacts of the child are written down "
    "for the prevention of the epidemic, and for nothing else; that the cell lead, the health officer and the duty officer read them as far as they "
    "answer for us; and that they are destroyed when the response is over. I can withdraw this at any time: then "
    "nothing more is taken, but for an isolation order and a case, which the law obliges the plant to write down."
)


def words():
    """Return the words of now in the language of the reader."""
    return gettext(WORDS)


def digest():
    """Return the SHA-256 of the words of now in Chinese, which are the ones that count."""
    with override("zh-hans"):
        return hashlib.sha256(gettext(WORDS).encode()).hexdigest()


def is_young(person, day=None):
    """Say whether somebody is under 14 on a day (today unless named). Whose day of birth is not known counts as grown up."""
    return younger(person.birth, day or plant.today())


def younger(birth, day):
    """Say whether who was born on a day (None: not known, counts as grown up) is under 14 on another."""
    if birth is None:
        return False
    return day.year - birth.year - ((day.month, day.day) < (birth.month, birth.day)) < UNDER


def consents_of(children):
    """Return {child id: the newest word about him}. One query."""
    return {row.child_id: row for row in GuardianConsent.objects.filter(child__in=children).select_related("guardian", "by__person")}  # fmt: skip


def agreed(row):
    """Say whether a newest word (None: there is none) lets something be taken: given, and to the words of now."""
    return row is not None and row.given and row.version == VERSION


def refuse_without_consent(person, day=None):
    """Raise BadInput "no_guardian_consent" when nothing may be taken of this person; asks the database only for the young."""
    if is_young(person, day):
        last = GuardianConsent.objects.filter(child=person).order_by("-id").first()
        if not agreed(last):
            raise BadInput("no_guardian_consent", "person")


def without_consent(people):
    """Return the ids of those of these people of whom nothing may be taken. One query, none when nobody is young."""
    young = [person.pk for person in people if is_young(person)]
    consents = consents_of(young) if young else {}
    return {pk for pk in young if not agreed(consents.get(pk))}


@transaction.atomic
def give_consent(child, guardian, *, version, by, on_paper=False):
    """Write that a guardian agrees; return the row. The same word again writes none. Raises BadInput.

    Reasons: "not_young", "not_guardian" (neither whose family he is, nor of his household), "old_words".
    """
    if not is_young(child):
        raise BadInput("not_young", "child")
    if version != VERSION:
        raise BadInput("old_words", "version", value=str(version)[:20])
    if not is_guardian(guardian, child):
        raise BadInput("not_guardian", "guardian")
    return _word(child, guardian, True, by, on_paper)


@transaction.atomic
def withdraw_consent(child, guardian, *, by, on_paper=False):
    """Write that a guardian no longer agrees; from now on nothing more is taken of the child. Raises BadInput."""
    if not is_guardian(guardian, child):
        raise BadInput("not_guardian", "guardian")
    return _word(child, guardian, False, by, on_paper)


def _word(child, guardian, given, by, on_paper):
    # Two words at once wait for each other, so that the newest is the one said last.
    Person.objects.select_for_update(of=("self",)).get(pk=child.pk)
    last = GuardianConsent.objects.filter(child=child).order_by("-id").first()
    if last and last.given == given and last.version == VERSION:
        return last
    row = GuardianConsent.objects.create(
        child=child, guardian=guardian, given=given, version=VERSION, digest=digest(), on_paper=on_paper, by=by, at=plant.now()
    )  # fmt: skip
    plant.note(by, "consent.given" if given else "consent.withdrawn", row, detail="on_paper" if on_paper else "")
    return row


def is_guardian(guardian, child):
    """Say whether a grown-up answers for a child: his family by the register, or one household."""
    if guardian is None or guardian.pk == child.pk or is_young(guardian) or child.kind != PersonKind.FAMILY:
        return False
    together = child.household_id is not None and child.household_id == guardian.household_id
    return child.relative_of_id == guardian.pk or together
