"""What is asked at a check-in, by which version of which disease's profile, since when, and where that comes from."""

from django.contrib import messages
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from diba.core.errors import BadInput
from diba.plant import actions as plant
from diba.plant.actions.table_files import file_answer
from diba.plant.models import Role

from .. import actions
from ..actions.profiles import differences
from ..forms.profiles import DiseaseForm, InForceForm, SymptomLines, VersionForm, refusal
from ..models import DiseaseProfile, ProfileInForce, ProfileVersion

READERS = (Role.CELL_LEAD, Role.HEALTH_OFFICER, Role.DUTY_OFFICER)


@plant.allow(*READERS)
@require_GET
def profiles(request):
    """All diseases, the one in force first; every change of what is in force."""
    now, q = actions.version_on(plant.today()), request.GET.get("q", "").replace("\0", "").strip()[:40]
    rows = [
        row for row in DiseaseProfile.objects.prefetch_related("versions") if q.lower() in f"{row.code} {row.name} {row.name_en}".lower()
    ]  # fmt: skip
    rows.sort(key=lambda row: (now is None or row.pk != now.profile_id, row.code))
    shown = [(row, list(row.versions.all())) for row in rows]
    if (kind := request.GET.get("format")) in ("xlsx", "csv"):
        return file_answer(kind, "profiles", {_("Disease profiles"): _lines(shown, now)})
    return render(request, "grid/profiles.html", {
        "rows": shown, "in_force": now, "q": q, "officer": _officer(request.user), "today": plant.today(),
        "history": ProfileInForce.objects.select_related("version__profile", "by__person")[:30],
    })  # fmt: skip


def _lines(rows, now):
    yield [_("Disease"), _("Version"), _("In force"), _("Code"), _("Chinese"), _("English"), _("Makes a suspicion alone"),
           _("Of the others so many together"), _("Shortest incubation, days"), _("Longest incubation, days"), _("Source")]  # fmt: skip
    for profile, versions in rows:
        for version in versions:
            for code, zh, en, alone in version.symptoms:
                yield [str(profile), version.number, "✓" if version == now else "", code, zh, en, "✓" if alone else "",
                       version.together, version.shortest, version.longest, version.source]  # fmt: skip


def _officer(account):
    return plant.whole_plant(account, Role.HEALTH_OFFICER)


@plant.allow(*READERS)
@require_GET
def profile(request, pk):
    """One disease: its versions, one of them whole, and how it differs from another."""
    row = get_object_or_404(DiseaseProfile, pk=pk)
    versions = list(row.versions.select_related("by__person").order_by("-number"))
    now = actions.version_on(plant.today())
    chosen = _chosen(request, "version", versions) or next((v for v in versions if v == now), versions[0])
    other = _chosen(request, "with", versions)
    return render(request, "grid/profile.html", {
        "profile": row, "versions": versions, "chosen": chosen, "other": other, "in_force": now, "officer": _officer(request.user),
        "differences": differences(other, chosen) if other else None, "form": InForceForm(initial={"starts_on": plant.today()}),
        "uses": ProfileInForce.objects.filter(version__profile=row).select_related("version", "by__person"),
    })  # fmt: skip


def _chosen(request, name, versions):
    text = request.GET.get(name, "")
    return next((version for version in versions if str(version.number) == text), None)


@plant.allow(Role.HEALTH_OFFICER, whole=True)
@require_http_methods(["GET", "POST"])
def profile_new(request):
    """A disease that has no profile yet, with its first version."""
    disease = DiseaseForm(request.POST or None, prefix="disease")
    return _version_page(request, None, disease, None)


@plant.allow(Role.HEALTH_OFFICER, whole=True)
@require_http_methods(["GET", "POST"])
def profile_version(request, pk):
    """A new version of a profile, begun from the newest; what is there is never changed."""
    row = get_object_or_404(DiseaseProfile, pk=pk)
    return _version_page(request, row, None, row.versions.order_by("number").last())


def _version_page(request, profile, disease, last):
    posted = request.POST or None
    lines = SymptomLines(posted, prefix="s", initial=_symptoms(last) if last and posted is None else None)
    form = VersionForm(posted, prefix="v", initial=VersionForm.initial_of(last) if last else {"together": 0, "place_armpit": "0.0"})  # fmt: skip
    # Every form is asked, so that all that is wrong is said at once.
    whole = [part.is_valid() for part in (lines, form, disease) if part is not None]
    if request.method == "POST" and all(whole):
        try:
            version = _entered(request, profile, disease, lines, form)
        except BadInput as error:
            _say(error, form, disease)
        else:
            messages.success(request, _("Entered: %(profile)s, version %(n)s.") % {"profile": version.profile, "n": version.number})  # fmt: skip
            return redirect("grid:profile", version.profile_id)
    return render(request, "grid/profile_version.html", {
        "profile": profile, "disease": disease, "lines": lines, "form": form, "last": last,
    })  # fmt: skip


def _symptoms(version):
    return [dict(zip(("code", "zh", "en", "alone"), row, strict=True)) for row in version.symptoms]


def _entered(request, profile, disease, lines, form):
    data = dict(form.cleaned_data)
    starts_on = data.pop("starts_on")
    values = {name: data[name] for name in ("together", "shortest", "longest", "usual", "source")}
    values["symptoms"] = [
        tuple(line[name] for name in ("code", "zh", "en", "alone")) for line in lines.cleaned_data if line.get("code")
    ]
    values["places"] = form.places()
    return actions.enter_version(profile, disease and disease.cleaned_data, values, starts_on, by=request.user)


def _say(error, form, disease):
    """Put the words for what is refused beside the field they are about."""
    if disease is not None and error.field in disease.fields:
        disease.add_error(error.field, refusal(error))
    else:
        form.add_error(error.field if error.field in form.fields else None, refusal(error))


@plant.allow(Role.HEALTH_OFFICER, whole=True)
@require_POST
def profile_use(request, pk):
    """Put a version in force from a day on."""
    version = get_object_or_404(ProfileVersion.objects.select_related("profile"), pk=pk)
    form = InForceForm(request.POST)
    if form.is_valid():
        try:
            row = actions.put_in_force(version, form.cleaned_data["starts_on"], by=request.user)
        except BadInput as error:
            messages.error(request, refusal(error))
        else:
            messages.success(request, _("In force from %(day)s: %(profile)s, version %(n)s.") % {
                "day": row.starts_on, "profile": version.profile, "n": version.number})  # fmt: skip
    else:
        messages.error(request, form.errors["starts_on"][0])
    return redirect("grid:profile", version.profile_id)
