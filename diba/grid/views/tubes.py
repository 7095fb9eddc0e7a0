"""The tubes of a round: scanned one by one, and results typed twice when there is no workbook."""

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.core.paginator import Paginator
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.http import urlencode
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from diba.core.errors import BadInput
from diba.plant import actions as plant
from diba.plant.actions.table_files import file_answer
from diba.plant.models import Person, Role

from ..actions import laboratory, screening
from ..forms.screening import refusal
from ..forms.tubes import TubeForm, TypedForm
from ..models import Finding, Round, Sample, SampleKind, TypedResult

PAGE = 50
KEPT = ("kind", "taken_by", "pooled")  # stays for the next tube
MOMENT = "%Y-%m-%d %H:%M"


def _round(request, pk):
    """Return (round, the targets of it that the officer sees)."""
    round = get_object_or_404(Round.objects.select_related("campaign__response"), pk=pk, campaign__samples=True)
    campaigns = screening.campaigns_for(request.user, drill=round.campaign.response.drill)
    get_object_or_404(campaigns.exclude(state="draft"), pk=round.campaign_id)
    return round, screening.targets_for(request.user, round.campaign)


@plant.allow(Role.HEALTH_OFFICER)
@require_http_methods(["GET", "POST"])
def tubes(request, pk):
    round, targets = _round(request, pk)
    people = Person.objects.filter(pk__in=targets.values("person"))
    kept = {name: request.GET.get(name, "").replace("\0", "")[:40] for name in (*KEPT, "tube") if request.GET.get(name)}
    form = TubeForm(request.POST or None, people=people, initial={"kind": SampleKind.THROAT, **kept})
    if request.method == "POST" and (done := _register(request, round, targets, form)):
        return done
    if "tube" not in form.errors and not getattr(form, "person_known", False):
        form.focused("person")
    given = {name: request.GET.get(name, "").replace("\0", "").strip()[:60] for name in ("q", "state")}
    rows = laboratory.samples_of(round, targets, **given)
    if (kind := request.GET.get("format")) in ("xlsx", "csv"):
        plant.note(request.user, "sample.exported", round, people=[row.target.person_id for row in rows])
        return file_answer(kind, "tubes", {_("Tubes"): _lines(rows)})
    page = Paginator(rows, PAGE).get_page(request.GET.get("page"))
    plant.note(request.user, "sample.read", round, people=[row.target.person_id for row in page])
    return render(request, "grid/tubes.html", {
        "round": round, "form": form, "page": page, **given,
        "waiting": laboratory.waiting(round, targets)[:PAGE], "findings": Finding.choices, "running": round.campaign.state == "running",
        "people": targets.count(), "sampled": laboratory.samples_of(round, targets).values("target").distinct().count(),
    })  # fmt: skip


def _lines(rows):
    yield [_("Tube number"), _("Person"), _("Staff number"), _("Cell"), _("Kind"), _("Taken at"), _("Taken by"), _("Entered by"), _("Result")]  # fmt: skip
    for row in rows:
        person, taken = row.target.person, timezone.localtime(row.taken_at)
        yield [row.tube, person.name, person.staff_no, person.cell and person.cell.name, row.get_kind_display(), f"{taken:{MOMENT}}", row.taken_by, row.by, _words(row)]  # fmt: skip


def _words(row):
    """Return what the laboratory's word of a tube is worth, for a file."""
    if row.known or not row.reported:
        return _("there") if row.known else ""
    return _("sampled again") if row.again else _("to be tested again")


def _register(request, round, targets, form):
    """Register a scanned tube and return where to go on, or None when the form has something to say."""
    if not form.is_valid():
        return None
    data = form.cleaned_data
    form.person_known = data["person"]
    if not data["tube"]:  # the badge was scanned, the tube comes next
        form.focused("tube")
        return None
    target = targets.select_related("person", "campaign").get(person=data["person"])
    try:
        sample, made = laboratory.register(target, round, data["tube"], kind=data["kind"], taken_at=data["taken_at"], taken_by=data["taken_by"], pooled=data["pooled"], by=request.user)  # fmt: skip
    except BadInput as error:
        form.add_error(error.field if error.field in form.fields else None, _taken(error, targets) or refusal(error))
        form.focused("tube")
        return None
    words = _("%(tube)s: %(name)s") % {"tube": sample.tube, "name": target.person.name}
    back = f"undo:{reverse('grid:tube_back', args=[sample.pk])}" if made else ""
    address, kept = reverse("grid:tubes", args=[round.pk]), {name: data[name] for name in KEPT if data[name]}
    inside = len(laboratory.members_of(sample)) if sample.pooled else 0
    if inside:
        words = _("%(what)s, %(n)s in the mixed tube.") % {"what": words, "n": inside}
    if 0 < inside < laboratory.POOL:
        kept["tube"] = sample.tube
    messages.success(request, words if made else _("%(what)s, as it was already.") % {"what": words}, extra_tags=back)
    return redirect(f"{address}?{urlencode(kept)}")


def _taken(error, targets):
    """Return who has a tube already, as far as whoever asks may know; None for another error."""
    if error.reason != "tube_taken":
        return None
    there = Sample.objects.select_related("target__person", "round").get(pk=error.value.pk)
    if not targets.filter(pk=there.target_id).exists():
        return refusal(error)
    person = there.target.person
    return _("Tube %(tube)s is %(name)s's (%(number)s), round %(n)s, taken %(at)s.") % {
        "tube": there.tube, "name": person.name, "number": person.staff_no or "—", "n": there.round.number,
        "at": f"{timezone.localtime(there.taken_at):%m-%d %H:%M}",
    }  # fmt: skip


def _sample(request, pk):
    row = get_object_or_404(Sample.objects.select_related("round__campaign", "target__person"), pk=pk)
    return row, _round(request, row.round_id)[1].filter(pk=row.target_id).exists()


@plant.allow(Role.HEALTH_OFFICER)
@require_POST
def tube_back(request, pk):
    """Take a tube back that was scanned by mistake."""
    row, visible = _sample(request, pk)
    if not visible:
        raise PermissionDenied
    try:
        laboratory.withdraw(row, by=request.user)
        messages.success(request, _("%(tube)s was taken back.") % {"tube": row.tube})
    except BadInput as error:
        messages.error(request, refusal(error))
    return redirect("grid:tubes", row.round_id)


@plant.allow(Role.HEALTH_OFFICER)
@require_http_methods(["GET", "POST"])
def tube(request, pk):
    """One tube: what the laboratory said of it so far, and typing in what its paper says."""
    row, visible = _sample(request, pk)
    if not visible:
        raise PermissionDenied
    members = laboratory.members_of(row)
    standing = laboratory.result_of(row)
    form = TypedForm(request.POST or None, correction=standing is not None)
    if request.method == "POST" and form.is_valid():
        try:
            laboratory.type_in(row, by=request.user, **form.cleaned_data)
        except BadInput as error:
            form.add_error(error.field if error.field in form.fields else None, refusal(error))
        else:
            messages.success(request, _("Typed once. It counts when somebody else has typed the same."))
            return redirect("grid:tubes", row.round_id)
    plant.note(request.user, "lab.seen", row, people=[row.target.person_id])
    return render(request, "grid/tube.html", {
        "sample": row, "standing": standing, "form": form, "results": row.results.select_related("file", "resolved_by__person").order_by("-id"),
        "words": dict(Finding.choices), "open": members[0].typed.filter(ended_at=None).first(),
        "members": _shown(request, members) if row.pooled else (),
    })  # fmt: skip


def _shown(request, members):
    """Return [(member of a mixed tube, his result that stands)] of those whom the officer sees."""
    seen = set(_round(request, members[0].round_id)[1].values_list("pk", flat=True))
    shown = [row for row in members if row.target_id in seen]
    plant.note(request.user, "lab.seen", members[0], people=[row.target.person_id for row in shown])
    return [(row, laboratory.result_of(row)) for row in shown]


@plant.allow(Role.HEALTH_OFFICER)
@require_POST
def typed(request, pk):
    """Type a result a second time, or take it back before it counts."""
    row = get_object_or_404(TypedResult.objects.select_related("sample"), pk=pk)
    if not _sample(request, row.sample_id)[1]:
        raise PermissionDenied
    try:
        if request.POST.get("do") == "back":
            laboratory.take_back_typed(row, by=request.user)
            messages.success(request, _("Taken back."))
        else:
            laboratory.confirm_typed(row, request.POST.get("outcome", ""), by=request.user)
            messages.success(request, _("%(tube)s: the result counts now.") % {"tube": row.sample.tube})
    except BadInput as error:
        messages.error(request, refusal(error))
    return redirect("grid:tubes", row.sample.round_id)
