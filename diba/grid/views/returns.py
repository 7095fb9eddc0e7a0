"""Who is back from elsewhere: declared on the phone or at the desk, judged, cleared; and the list of risk areas."""

import uuid

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.core.paginator import Paginator
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods

from diba.core.errors import BadInput
from diba.plant import actions as plant
from diba.plant.actions import importing
from diba.plant.actions.table_files import file_answer

from ..actions import following, returning, risk_list
from ..actions.returned import returns_visible_to, standings
from ..forms.isolation import PersonTestForm
from ..forms.returns import FIELD_WORDS, REFUSALS, AreaFile, AreaForm, JudgeForm, ReturnForm, RuleForm, refusal
from ..models import PersonTest, Return, ReturnRule, RiskArea
from .isolation import OFFICERS, PAGE, READERS, correcting


def lack_words(lacks):
    """Return what a clearance lacks, in words."""
    words = {
        "level": _("the risk level is not judged"), "order": _("the isolation is not over"), "days": _("%(n)s more days"),
        "tests": _("%(n)s more negative tests"), "waiting": _("%(n)s results still out"), "positive": _("the last test is positive"),
        "report": _("no report of today"), "ill": _("today's report is abnormal"),
    }  # fmt: skip
    return [words[lack.code] % {"n": lack.number} for lack in lacks]


@plant.allow(*READERS)
@require_GET
def returns(request):
    q, chosen = request.GET.get("q", "").replace("\0", "").strip()[:60], request.GET.get("state", "")
    stands = standings(returns_visible_to(request.user).filter(cleared_at__isnull=chosen != "cleared"))
    rows = [(row, lack_words(row.lacks)) for row in stands if not q or q in row.person.name or q == row.person.staff_no]
    tests = {"level": lambda row: not row.now.level, "ready": lambda row: row.open and not row.lacks}
    rows = [(row, lacks) for row, lacks in rows if chosen not in tests or tests[chosen](row)]
    plant.note(
        request.user,
        "return.list_read",
        None,
        detail=f"returns={len(rows)}",
        people=[row.person.pk for row, _lacks in rows],
    )
    if (kind := request.GET.get("format")) in ("xlsx", "csv"):
        return file_answer(kind, "returns", {_("Back from elsewhere"): _lines(rows)})
    return render(request, "grid/returns.html", {
        "page": Paginator(rows, PAGE).get_page(request.GET.get("page")), "count": len(stands), "q": q, "state": chosen,
        "ready": sum(tests["ready"](row) for row in stands), "unjudged": sum(tests["level"](row) for row in stands),
        "officer": plant.has_role(request.user, *OFFICERS),
    })  # fmt: skip


def _lines(rows):
    yield [_("Person"), _("Staff number"), _("Cell"), _("Where from"), _("Arrived on"), _("Means of travel"), _("Train, flight or plate number"),
           _("Risk level"), _("Isolated until"), _("Lacking"), _("Cleared at")]  # fmt: skip
    for row, lacks in rows:
        yield [row.person.name, row.person.staff_no, row.person.cell and row.person.cell.name, str(row.ret.origin), row.ret.arrived_on,
               row.ret.get_means_display(), str(row.ret.vehicle), row.now.get_level_display(), row.ends_on, "；".join(lacks),
               f"{row.ret.cleared_at:%Y-%m-%d %H:%M}" if row.ret.cleared_at else ""]  # fmt: skip


@plant.allow(*plant.EVERYONE)
@require_http_methods(["GET", "POST"])
def return_new(request):
    works = plant.has_role(request.user, *READERS)
    if request.user.person is None and not works:
        raise PermissionDenied
    people = plant.active(plant.health_visible_to(request.user)) if works else None
    initial = {"uid": uuid.uuid4(), "arrived_on": plant.today()}
    form = ReturnForm(request.POST or None, people=people, initial=initial)
    if request.method == "POST" and form.is_valid():
        data = dict(form.cleaned_data)
        person = data.pop("person", None) or request.user.person
        try:
            row = returning.declare_return(person, by=request.user, declared=_declared(request.user, person), **data)
        except BadInput as error:
            form.add_error(error.field if error.field in form.fields else None, refusal(error))
        else:
            messages.success(request, _("Entered. Until it is cleared: not on duty, and the gates do not let pass."))
            return redirect("grid:return", row.pk) if works else redirect("grid:return_new")
    own = (
        returns_visible_to(request.user).filter(person=request.user.person, cleared_at=None)
        if not works
        else Return.objects.none()
    )
    names = people.exclude(staff_no=None).values_list("staff_no", "name") if works else []
    rows = [(row, lack_words(row.lacks)) for row in standings(own)]
    return render(request, "grid/return_new.html", {"form": form, "people": names, "works": works, "own": rows})


def _declared(account, person):
    if person.pk == account.person_id:
        return Return.Declared.HIMSELF
    officer = plant.people_of(account, *OFFICERS).filter(pk=person.pk).exists()
    return Return.Declared.OFFICER if officer else Return.Declared.LEAD


@plant.allow(*READERS)
@require_http_methods(["GET", "POST"])
def return_one(request, pk):
    row = get_object_or_404(returns_visible_to(request.user), pk=pk)
    officer = plant.people_of(request.user, *OFFICERS).filter(pk=row.person_id).exists()
    bound = {}
    if request.method == "POST":
        if not officer:
            raise PermissionDenied
        answer = _step(request, row, bound)
        if answer is not None:
            return answer
    plant.note(request.user, "return.read", row, people=[row.person_id])
    [stand] = standings([row])
    forms = {"judge": bound.get("judge") or JudgeForm(prefix="judge"), "test": bound.get("test") or PersonTestForm(
        prefix="test", initial={"uid": uuid.uuid4(), "taken_on": plant.today()})}  # fmt: skip
    return render(request, "grid/return.html", {
        "row": stand, "lacks": lack_words(stand.lacks), "forms": forms, "officer": officer, "tests": correcting(stand.tests),
        "himself": row.person_id == request.user.person_id, "own": row.by_id == request.user.pk,
        "works": officer or plant.has_role(request.user, *READERS),
    })  # fmt: skip


def _step(request, row, bound):
    step, by = request.POST.get("do", ""), request.user
    form = {"judge": JudgeForm, "test": PersonTestForm}.get(step)
    if step != "clear" and form is None:
        raise PermissionDenied
    if form is not None:
        form = bound[step] = form(request.POST, prefix=step)
        if not form.is_valid():
            return None
    try:
        if step == "judge":
            returning.judge_return(row, by=by, **form.cleaned_data)
        elif step == "clear":
            returning.clear_return(row, by=by)
        else:
            _test(row, by, **form.cleaned_data)
    except BadInput as error:
        if form is None:
            messages.error(request, refusal(error))
            return redirect("grid:return", row.pk)
        form.add_error(error.field if error.field in form.fields else None, refusal(error))
        return None
    messages.success(
        request, _("Cleared: may pass the gates and be planned again.") if step == "clear" else _("Saved.")
    )
    return redirect("grid:return", row.pk)


def _test(row, by, corrects, **data):
    before = PersonTest.objects.filter(pk=corrects, person=row.person_id).first() if corrects else None
    following.enter_test(row.person, by=by, corrects=before, **data)


@plant.allow(*OFFICERS)
@require_http_methods(["GET", "POST"])
def risk_areas(request):
    whole, faults = plant.whole_plant(request.user, *OFFICERS), []
    brought = "file" in request.FILES or request.POST.get("do") == "file"
    step = request.POST.get("do", "")
    form = AreaForm(None if brought or step == "rule" else request.POST or None, initial={"starts_on": plant.today()})
    rule = RuleForm(request.POST if step == "rule" else None, prefix="rule", initial={"starts_on": plant.today()})
    file = AreaFile(request.POST, request.FILES) if brought else AreaFile()
    if request.method == "POST":
        if not whole:
            raise PermissionDenied  # the list is one for the whole plant
        if brought:
            faults = _bring(request, file)
        else:
            faults = _enter(request, rule if step == "rule" else form, step)
        if faults is None:
            return redirect("grid:risk_areas")
    q = request.GET.get("q", "").replace("\0", "").strip()[:40]
    rows = RiskArea.objects.filter(area__contains=q).select_related("by__person")
    if (kind := request.GET.get("format")) in ("xlsx", "csv"):
        lines = [[row.area, row.get_level_display(), row.starts_on, row.ends_on, row.source] for row in rows]
        return file_answer(
            kind, "risk-areas", {_("Risk areas"): [["地区", "风险等级", "开始日期", "结束日期", "来源"], *lines]}
        )
    today = plant.today()
    return render(request, "grid/risk_areas.html", {
        "form": form, "rule": rule, "file": file, "faults": faults, "whole": whole, "q": q, "today": today,
        "page": Paginator(rows, PAGE).get_page(request.GET.get("page")), "rules": ReturnRule.objects.order_by("-starts_on", "level"),
        "count": RiskArea.objects.filter(starts_on__lte=today).exclude(ends_on__lt=today).count(),
    })  # fmt: skip


def _enter(request, form, step):
    if not form.is_valid():
        return []
    try:
        enter = risk_list.enter_rule if step == "rule" else risk_list.enter_area
        enter(by=request.user, **form.cleaned_data)
    except BadInput as error:
        form.add_error(error.field if error.field in form.fields else None, refusal(error))
        return []
    messages.success(request, _("Entered in the list."))
    return None


def _bring(request, form):
    """Bring a file; return its faults in words, [] when the form says what is wrong, None when it was taken."""
    if not form.is_valid():
        return []
    file = form.cleaned_data["file"]
    try:
        rows, faults = risk_list.read_areas(importing.bytes_of(file), file.name)
    except importing.FileRefused as error:
        form.add_error("file", str(error))
        return []
    except BadInput as error:
        form.add_error("file", refusal(error))
        return []
    if faults:
        return [(fault.row, FIELD_WORDS[fault.field], fault.value, REFUSALS[fault.reason]) for fault in faults]
    messages.success(
        request, _("%(n)s rows taken from the file.") % {"n": risk_list.bring_areas(rows, by=request.user)}
    )
    return None
