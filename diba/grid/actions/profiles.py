"""Disease profiles: new versions, which one is in force, and how two of them differ."""

from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from diba.core import screening
from diba.core.errors import BadInput
from diba.plant import actions as plant
from diba.plant.actions.lately import Lately

from ..models import PLACE_WORDS, PLAIN_WORDS, DiseaseProfile, ProfileInForce, ProfileVersion

ASKED_EVERY = 10.0  # s; so long may another thread or process go on asking by the version before
LONGEST = 14  # days of incubation where no profile is in force: the longest of COVID-19, 7th edition


def version_on(day):
    """Return the version that is in force on a day, or None."""
    return _begun(_ask(), day)


def version_asked(day):
    """Return the version by which the check-ins of a day are asked: as `version_on`, as of at most ten seconds ago.

    Thousands report in one morning; the database is asked once for many of them.
    """
    return _begun(_known(), day)


def _begun(rows, day):
    return next((version for starts_on, version in rows if starts_on <= day), None)


def _ask():
    rows = ProfileInForce.objects.select_related("version__profile")
    return [(row.starts_on, row.version) for row in rows]


def symptom_words(day):
    """Return {code: word} of the symptoms asked for on a day."""
    version = version_on(day)
    return version.words if version else PLAIN_WORDS


def incubation_on(day):
    """Return the longest incubation in days by the profile in force on a day."""
    version = version_on(day)
    return version.longest if version else LONGEST


_known = Lately(_ask, ASKED_EVERY)


@transaction.atomic
def new_profile(code, name, name_en, *, by, **version):
    """Enter a disease with its first version, which is not in force yet; return the version. Raises BadInput."""
    try:
        with transaction.atomic():
            profile = DiseaseProfile.objects.create(code=code, name=name.strip(), name_en=name_en.strip())
    except IntegrityError as error:
        raise BadInput("profile_there", "code", value=code) from error
    return new_version(profile, by=by, **version)


@transaction.atomic
def new_version(profile, *, symptoms, places, shortest, longest, source, by, together=0, usual=""):
    """Write a new version of a profile and return it; the same content as the newest writes none. Raises BadInput.

    symptoms: [(code, Chinese, English, alone)]; places: [(place, °C added)], the usual one first.
    """
    profile = DiseaseProfile.objects.select_for_update().get(pk=profile.pk)
    if not source.strip():
        raise BadInput("no_source", "source")
    if shortest > longest:
        raise BadInput("shortest_above_longest", "shortest")
    row = ProfileVersion(
        profile=profile, symptoms=[list(each) for each in symptoms], together=together, shortest=shortest, longest=longest,
        places=[[place, str(added)] for place, added in places], usual=usual.strip(), source=source.strip(), by=by,
        at=plant.now(),
    )  # fmt: skip
    screening.Profile(row.rules.alone, row.rules.others, row.together, row.rules.added)
    last = profile.versions.order_by("number").last()
    if last and not differences(last, row):
        raise BadInput("nothing_new", "symptoms")
    row.number = last.number + 1 if last else 1
    row.save()
    plant.note(by, "profile.version", row, detail=f"{profile.code}:{row.number}")
    return row


@transaction.atomic
def enter_version(profile, disease, values, starts_on, *, by):
    """Enter a version of a profile (None: of a new disease), and put it in force when a day is given. Raises BadInput."""
    version = new_version(profile, by=by, **values) if profile else new_profile(**disease, by=by, **values)
    if starts_on:
        put_in_force(version, starts_on, by=by)
    return version


@transaction.atomic
def put_in_force(version, starts_on, *, by):
    """Ask the check-ins by a version from a day on, which has not passed; return the row. Raises BadInput."""
    if starts_on < plant.today():
        raise BadInput("begins_in_the_past", "starts_on")
    if version_on(starts_on) == version:
        raise BadInput("in_force_already", "starts_on")
    row = ProfileInForce.objects.create(version=version, starts_on=starts_on, by=by, at=plant.now())
    plant.note(by, "profile.in_force", version, detail=starts_on.isoformat())
    _known.forget()
    return row


def differences(one, other):
    """Return [(what, in the one, in the other)] of two versions, in words; nothing means the same content."""
    rows = [(name, one_value, other_value) for (name, one_value), (_n, other_value) in zip(_read(one), _read(other), strict=True)]  # fmt: skip
    first, second = ({row[0]: _symptom(row) for row in version.symptoms} for version in (one, other))
    rows += [(code, first.get(code, "—"), second.get(code, "—")) for code in {**first, **second}]
    return [row for row in rows if row[1] != row[2]]


def _read(version):
    places = "、".join(f"{PLACE_WORDS[place]} +{added} °C" for place, added in version.places)
    return [
        (_("Of the others so many together"), version.together or _("never")),
        (_("Measuring places"), places),
        (_("Incubation, days"), f"{version.shortest}–{version.longest}"),
        (_("Usual incubation, days"), version.usual or "—"),
        (_("Source"), version.source),
    ]


def _symptom(row):
    return f"{row[1]} / {row[2]} · {_('alone') if row[3] else _('only together')}"
