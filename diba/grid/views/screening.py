"""Screenings: which there are, a new one, and one with its coverage: who has not answered yet."""

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.core.paginator import Paginator
from django.db.models import F
from django.http import Http404
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods

from diba.core.errors import BadInput
from diba.plant import actions as plant
from diba.plant.actions import importing
from diba.plant.actions.table_files import file_answer
from diba.plant.models import Role, Unit

from ..actions import screening
from ..forms.screening import CampaignForm, refusal
from ..forms.xlsform import rows_of
from ..models import Campaign, Exclusion, ExclusionReason

READERS = (Role.CELL_LEAD, Role.HEALTH_OFFICER, Role.DUTY_OFFICER)
PAGE = 50


@plant.allow(*READERS)
@require_GET
def screenings(request):
    drill = request.GET.get("drill") == "1"
    rows = screening.campaigns_for(request.user, drill=drill)
    page = Paginator(rows, PAGE).get_page(request.GET.get("page"))
    return render(request, "grid/screenings.html", {
        "page": page, "drill": drill, "running": rows.filter(state="running").count(), "maker": _maker(request.user),
        "writes": plant.whole_plant(request.user, Role.HEALTH_OFFICER, Role.DUTY_OFFICER),
    })  # fmt: skip


def _maker(account):
    return plant.whole_plant(account, Role.HEALTH_OFFICER)


@plant.allow(Role.HEALTH_OFFICER)
@require_http_methods(["GET", "POST"])
def screening_new(request):
    if not _maker(request.user):
        raise PermissionDenied
    offer = screening.on_offer()
    form, refusals = CampaignForm(request.POST or None, request.FILES or None, questionnaires=offer), []
    if request.method == "POST" and form.is_valid():
        data = dict(form.cleaned_data)
        file = data.pop("file")
        try:
            if file:
                data["questionnaire"], refusals = screening.from_workbook(
                    importing.bytes_of(file), file.name, by=request.user
                )
            if not refusals:
                return redirect("grid:screening", screening.draft(by=request.user, **data).pk)
        except importing.FileRefused as error:
            form.add_error("file", str(error))
        except BadInput as error:
            form.add_error(error.field if error.field in form.fields else None, refusal(error))
    return render(request, "grid/screening_new.html", {"form": form, "refusals": rows_of(refusals)})


@plant.allow(*READERS)
@require_http_methods(["GET", "POST"])
def screening_one(request, pk):
    drill = screening.campaigns_for(request.user, drill=True).filter(pk=pk).exists()
    campaign = screening.campaigns_for(request.user, drill=drill).filter(pk=pk).first()
    if campaign is None and request.method == "GET" and Campaign.objects.exclude(state="draft").filter(pk=pk).exists():
        messages.info(request, _("That screening asks nobody of your people; those that do stand here."))
        return redirect("grid:screenings")
    if campaign is None:
        raise Http404
    if request.method == "POST":
        return _step(request, campaign)
    if campaign.state == campaign.State.DRAFT:
        people = screening.audience(campaign.kinds, campaign.units).count()
        return render(request, "grid/screening_draft.html", {
            "campaign": campaign, "people": people, "maker": _maker(request.user), "rounds": campaign.rounds.all(),
            "units": Unit.objects.filter(pk__in=campaign.units),
        })  # fmt: skip
    return _standing(request, campaign)


def _standing(request, campaign):
    """Show where a round stands, or save who is missing as a file."""
    rounds = list(campaign.rounds.all())
    chosen = next((row for row in rounds if str(row.number) == request.GET.get("round")), None)
    round = chosen or screening.open_round(campaign) or rounds[-1 if campaign.closed_at else 0]
    tree = "unit" if request.GET.get("tree") == "unit" else "cell"
    targets = screening.targets_for(request.user, campaign)
    found = screening.standing(campaign, round, targets)
    tops, outside = screening.by_unit(found, tree)
    missing = targets.filter(pk__in=screening.missing(found)).select_related("person", "cell", "unit")
    line = _line(tops, request.GET.get("at", ""))
    at = line[-1].unit if line else None
    if at:
        missing = missing.filter(**{f"{tree}__path__startswith": at.path})
    q = request.GET.get("q", "").replace("\0", "").strip()[:60]
    if q:
        missing = missing.filter(person__name__contains=q) | missing.filter(person__staff_no=q)
    if (kind := request.GET.get("format")) in ("xlsx", "csv"):
        plant.note(request.user, "answer.exported", campaign)
        return file_answer(kind, "missing", {_("Missing"): _lines(missing)})
    out = Exclusion.objects.filter(target__in=targets, lifted_at=None).select_related("target__person", "by__person")
    out = out.order_by(F("approved_at").asc(nulls_first=True), "id")  # what waits for somebody comes first
    out = Paginator(out, PAGE).get_page(request.GET.get("out"))
    plant.note(request.user, "campaign.read", campaign, people=[row.target.person_id for row in out])
    return render(request, "grid/screening.html", {
        "campaign": campaign, "rounds": rounds, "round": round, "tally": line[-1].tally if line else found.whole, "answered": found.answered,
        "tree": tree, "at": at, "above": line[:-1], "q": q, "outside": None if line else outside, **_levels(line[-1].below if line else tops, request.GET.get("levels")), "page": Paginator(missing, PAGE).get_page(request.GET.get("page")),
        "exclusions": out, "reasons": ExclusionReason.choices, "maker": _maker(request.user),
        "approver": plant.whole_plant(request.user, *screening.APPROVERS), "files": round.lab_files.exclude(state="dropped").exclude(typed=True),
        "scanner": plant.has_role(request.user, Role.HEALTH_OFFICER),
    })  # fmt: skip


def _line(branches, code):
    """Return the branches from the top down to the unit of a code; empty when nobody there is asked."""
    for branch in branches:
        if branch.unit.code == code:
            return [branch]
        if below := _line(branch.below, code):
            return [branch, *below]
    return []


def _levels(branches, wanted):
    """Return what the map of units shows: how many levels there are, how many are shown, and their lines, who misses most first."""
    deepest = _depth(branches)
    shown = int(wanted) if wanted in map(str, range(1, deepest + 1)) else min(deepest, 2 if len(branches) == 1 else 1)
    return {"levels": range(1, deepest + 1), "shown": shown, "lines": list(_flat(branches, shown))}


def _depth(branches):
    return 1 + max(_depth(branch.below) for branch in branches) if branches else 0


def _flat(branches, levels, depth=0):
    for branch in sorted(branches, key=lambda branch: -branch.tally.missing) if levels else ():
        yield branch, depth
        yield from _flat(branch.below, levels - 1, depth + 1)


def _lines(targets):
    yield [_("Person"), _("Staff number"), _("Cell"), _("Department or team")]
    for row in targets:
        yield [row.person.name, row.person.staff_no, row.cell and row.cell.name, row.unit and row.unit.name]


def _step(request, campaign):
    step, by = request.POST.get("do", ""), request.user
    if step in ("start", "stop", "drop") and not _maker(by):
        raise PermissionDenied
    if step in ("approve", "lift") and not plant.whole_plant(by, *screening.APPROVERS):
        raise PermissionDenied
    try:
        if step == "start":
            count = screening.start(campaign, by=by)
            messages.success(request, _("Begun: %(n)s people are asked.") % {"n": count})
        elif step == "stop":
            screening.stop(campaign, by=by)
        elif step == "drop":
            screening.drop(campaign, by=by)
            return redirect("grid:screenings")
        else:
            _excluding(request, campaign, step)
    except BadInput as error:
        messages.error(request, refusal(error))
    return redirect("grid:screening", campaign.pk)


def _excluding(request, campaign, step):
    targets = screening.targets_for(request.user, campaign).select_related("campaign", "person")
    number = request.POST.get("row", "")
    pk = int(number) if number.isdecimal() and len(number) < 10 else 0
    if step == "exclude":
        reason, note = request.POST.get("reason", ""), request.POST.get("note", "")
        screening.exclude(get_object_or_404(targets, pk=pk), reason, note=note, by=request.user)
    elif step in ("approve", "lift"):
        row = get_object_or_404(Exclusion, pk=pk, target__in=targets)
        (screening.approve if step == "approve" else screening.lift)(row, by=request.user)
    else:
        raise PermissionDenied
    messages.success(request, _("Saved."))
