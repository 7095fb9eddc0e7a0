"""Isolation orders: who is overdue, one order with all that is done about it, a new one."""

import uuid

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.core.paginator import Paginator
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods

from diba.core.errors import BadInput
from diba.plant import actions as plant
from diba.plant.actions.table_files import file_answer
from diba.plant.models import Role

from ..actions import following, isolating, releasing
from ..actions.isolated import orders_visible_to, standings, with_places, without_order
from ..actions.policies import policy_on
from ..actions.profiles import version_asked
from ..forms import asked_by
from ..forms.isolation import (
    FollowForm,
    IsolationForm,
    MoveForm,
    NeedForm,
    PersonTestForm,
    ProposeForm,
    RefuseForm,
    RestartForm,
    WrittenForm,
    refusal,
)
from ..models import IsolationNeed, IsolationOrder, PersonTest
from .lost import kept, person_of

READERS = (Role.CELL_LEAD, Role.HEALTH_OFFICER, Role.DUTY_OFFICER)
OFFICERS = (Role.HEALTH_OFFICER, Role.DUTY_OFFICER)
FILTERS = {
    "follow": lambda row: row.follow_late,
    "written": lambda row: row.written_late,
    "release": lambda row: row.release_due,
}
PAGE = 50


@plant.allow(*READERS)
@require_GET
def isolations(request):
    q, chosen = request.GET.get("q", "").replace("\0", "").strip()[:60], request.GET.get("state", "")
    orders = orders_visible_to(request.user).filter(released_at__isnull=chosen != "released")
    stands = standings(orders, words=False)
    counts = {name: sum(test(row) for row in stands) for name, test in FILTERS.items()}
    rows = [row for row in stands if not q or q in row.person.name or q == row.person.staff_no]
    rows = [row for row in rows if chosen not in FILTERS or FILTERS[chosen](row)]
    without = list(without_order(request.user))
    read = {*(row.person.pk for row in rows), *(person.pk for person in without)}
    plant.note(request.user, "isolation.list_read", None, detail=f"orders={len(rows)}", people=read)
    if (kind := request.GET.get("format")) in ("xlsx", "csv"):
        return file_answer(kind, "isolation", {_("Isolation"): _lines(with_places(rows))})
    page = Paginator(rows, PAGE).get_page(request.GET.get("page"))
    with_places(page.object_list)
    return render(request, "grid/isolations.html", {
        "page": page, "count": len(stands), "counts": counts, "q": q, "state": chosen,
        "without": without, "may_order": plant.has_role(request.user, *OFFICERS),
    })  # fmt: skip


def _lines(rows):
    yield [_("Person"), _("Staff number"), _("Cell"), _("Cause"), _("Kind"), _("Place"), _("Begun at"), _("Counted from"), _("Planned end"),
           _("Written order"), _("Days to follow up"), _("of them met"), _("Lacking for the release"), _("Released at")]  # fmt: skip
    for row in rows:
        yield [row.person.name, row.person.staff_no, row.person.cell and row.person.cell.name, row.order.get_cause_display(),
               row.now.get_kind_display(), str(row.now.place), f"{row.order.begun_at:%Y-%m-%d %H:%M}", row.now.counted_from,
               row.now.ends_on, row.now.written_no, row.follow.asked, row.follow.seen, "；".join(lack_words(row.lacks)),
               f"{row.order.released_at:%Y-%m-%d %H:%M}" if row.order.released_at else ""]  # fmt: skip


def lack_words(lacks):
    """Return what a release lacks, in words."""
    words = {
        "days": lambda n: _("%(n)s more days") % {"n": n}, "tests": lambda n: _("%(n)s more negative tests") % {"n": n},
        "waiting": lambda n: _("%(n)s results still out") % {"n": n}, "quiet": lambda n: _("%(n)s more days known to be without symptoms") % {"n": n},
    }  # fmt: skip
    return [words[lack.code](lack.number) for lack in lacks]


@plant.allow(*OFFICERS)
@require_http_methods(["GET", "POST"])
def isolation_new(request):
    people = plant.active(plant.people_of(request.user, *OFFICERS))
    initial = {
        "uid": uuid.uuid4(),
        "counted_from": plant.today(),
        "person": request.GET.get("person", "").replace("\0", "")[:60],
    }
    form = IsolationForm(request.POST or None, people=people, initial=initial)
    if request.method == "POST" and form.is_valid():
        data = dict(form.cleaned_data)
        needs = data.pop("needs")
        try:
            order = isolating.isolate(data.pop("person"), by=request.user, **data)
            if needs and not order.needs.exists():
                isolating.want(order, needs, by=request.user)
        except BadInput as error:
            form.add_error(error.field if error.field in form.fields else None, refusal(error))
        else:
            messages.success(request, _("Ordered: taken out of the rosters, held at the gates and told."))
            return redirect("grid:isolation", order.pk)
    names = people.exclude(staff_no=None).values_list("staff_no", "name")
    return render(
        request, "grid/isolation_new.html", {"form": form, "people": names, "policy": policy_on(plant.today())}
    )


def _may(account, order, *roles):
    return plant.people_of(account, *roles).filter(pk=order.person_id).exists()


# step -> (form, what it does with the cleaned data, whether only an officer may)
STEPS = {
    "follow": (FollowForm, lambda order, by, data: following.follow(order, by=by, **data), False),
    "need": (NeedForm, lambda order, by, data: isolating.want(order, data["what"], by=by), False),
    "propose": (ProposeForm, lambda order, by, data: releasing.propose_release(order, by=by, **data), False),
    "written": (WrittenForm, lambda order, by, data: isolating.hand_over(order, data["number"], by=by), True),
    "move": (MoveForm, lambda order, by, data: isolating.move(order, by=by, **data), True),
    "restart": (RestartForm, lambda order, by, data: isolating.restart(order, by=by, **data), True),
    "test": (PersonTestForm, lambda order, by, data: _test(order, by, **data), True),
    "withdraw": (RefuseForm, lambda order, by, data: releasing.withdraw(order, data["reason"], by=by), True),
    "refuse": (RefuseForm, lambda order, by, data: releasing.refuse_release(order, data["reason"], by=by), True),
}


def _form(form_class):
    """Return a step's form; a follow-up asks by the disease's profile in force today."""
    return asked_by(form_class, version_asked(plant.today())) if form_class is FollowForm else form_class


def _test(order, by, corrects, **data):
    before = PersonTest.objects.filter(pk=corrects, person=order.person_id).first() if corrects else None
    return following.enter_test(order.person, by=by, corrects=before, **data)


@kept(person_of(IsolationOrder))
@plant.allow(*READERS)
@require_http_methods(["GET", "POST"])
def isolation(request, pk):
    order = get_object_or_404(orders_visible_to(request.user), pk=pk)
    officer = _may(request.user, order, *OFFICERS)
    bound = {}
    if request.method == "POST":
        answer = _step(request, order, officer, bound)
        if answer is not None:
            return answer
    plant.note(request.user, "isolation.read", order, people=[order.person_id])
    return render(request, "grid/isolation.html", _order_page(order, officer, bound, request.user))


def _step(request, order, officer, bound):
    """Do what was asked; return the answer, or None when a form has to be shown again with its errors."""
    step = request.POST.get("do", "")
    if step in ("release", "brought"):
        return _plain_step(request, order, officer, step)
    if step not in STEPS:
        raise PermissionDenied
    form_class, act, officers_only = STEPS[step]
    if officers_only and not officer:
        raise PermissionDenied
    form = bound[step] = _form(form_class)(request.POST, prefix=step)
    if not form.is_valid():
        return None
    try:
        act(order, request.user, form.cleaned_data)
    except BadInput as error:
        form.add_error(error.field if error.field in form.fields else None, refusal(error))
        return None
    messages.success(request, _("Saved."))
    return redirect("grid:isolation", order.pk)


def _plain_step(request, order, officer, step):
    if step == "release":
        if not officer:
            raise PermissionDenied
        try:
            releasing.release(order, by=request.user)
        except BadInput as error:
            messages.error(request, refusal(error))
        else:
            messages.success(request, _("Released; the gates let him pass and the rosters may plan him again."))
        return redirect("grid:isolation", order.pk)
    number = request.POST.get("need", "")
    need = get_object_or_404(
        IsolationNeed, pk=int(number) if number.isdecimal() and len(number) < 10 else 0, order=order
    )
    if isolating.bring(need, by=request.user):
        messages.success(request, _("Noted as brought."))
    return redirect("grid:isolation", order.pk)


def correcting(tests):
    """Return [(test, form that corrects it, None for one that a laboratory sent)]."""
    return [(test, None if test.from_lab else PersonTestForm(prefix="test", auto_id=f"id_t{test.pk}_%s", initial={
        "uid": uuid.uuid4(), "taken_on": test.taken_on, "corrects": test.pk, "result": str(test.result)})) for test in tests]  # fmt: skip


def _order_page(order, officer, bound, account):
    order.refresh_from_db(fields=["released_at", "released_by"])
    [row] = standings([order])
    today, now = plant.today(), row.now
    initial = {
        "follow": {"uid": uuid.uuid4()}, "move": {"kind": now.kind, "place": str(now.place)},
        "restart": {"counted_from": today, "days": now.days}, "test": {"uid": uuid.uuid4(), "taken_on": today},
    }  # fmt: skip
    forms = {
        name: bound.get(name) or _form(parts[0])(prefix=name, initial=initial.get(name))
        for name, parts in STEPS.items()
    }
    return {
        "row": row, "lacks": lack_words(row.lacks), "forms": forms, "officer": officer, "open_step": next(iter(bound), ""),
        "needs": order.needs.select_related("by__person", "met_by__person"), "own_proposal": row.proposed and now.by_id == account.pk,
        "may_withdraw": row.open and plant.now() - order.at <= releasing.UNDO,
        "himself": order.person_id == account.person_id, "tests": correcting(row.tests), "policy": policy_on(today),
        "past": list(reversed(row.changes)),
    }  # fmt: skip
