"""The administrator's and the auditor's pages: accounts, roles, the record."""

from django.contrib import messages
from django.core.paginator import Paginator
from django.db.models import Prefetch
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from .. import actions
from ..actions import deeds
from ..forms import AccountForm, GrantForm, OpenManyForm
from ..models import Account, Record, Role
from .asked import number


@actions.allow(Role.ADMINISTRATOR)
@require_http_methods(["GET", "POST"])
def accounts(request):
    verb = request.POST.get("verb")
    me = request.user
    people, reach = actions.people_in_hand(me), actions.accounts_in_hand(me)
    opening = AccountForm(people, request.POST if verb == "open" else None, prefix="open")
    granting = GrantForm(
        reach, actions.units_in_hand(me), actions.roles_in_hand(me), actions.administers_all(me),
        request.POST if verb == "grant" else None, prefix="grant",
    )  # fmt: skip
    if verb == "open" and opening.is_valid():
        actions.open_account(opening.cleaned_data["person"], opening.cleaned_data["password"], by=me)
        messages.success(request, _("The account is open; the person chooses a new password at first sign-in."))
        return redirect("plant:accounts")
    if verb == "grant" and granting.is_valid():
        data = granting.cleaned_data
        actions.grant(data["account"], data["role"], unit=data["unit"], by=me)
        messages.success(request, _("The role is given."))
        return redirect("plant:accounts")
    wanted = request.GET.get("q", "").strip()[:60]
    rows = reach.select_related("person__unit").prefetch_related(
        Prefetch("grants", actions.grants_in_hand(me).select_related("unit"), "in_hand")
    )
    if wanted:
        rows = rows.filter(person__name__icontains=wanted) | rows.filter(username__startswith=wanted)
    page = Paginator(rows.order_by("username"), 50).get_page(request.GET.get("page"))
    return render(request, "plant/accounts.html", {
        "page": page, "opening": opening, "granting": granting, "wanted": wanted,
        "waiting": actions.without_account(people=people).count(),
        "closable": set(actions.closable(me).filter(pk__in=[row.pk for row in page]).values_list("pk", flat=True)),
    })  # fmt: skip


@actions.allow(Role.ADMINISTRATOR)
@require_POST
def end_grant(request, pk):
    row = get_object_or_404(actions.grants_in_hand(request.user), pk=pk)
    if row.account_id == request.user.pk and row.role == Role.ADMINISTRATOR:
        messages.error(request, _("Nobody takes the administrator's role from himself: ask another administrator."))
    else:
        actions.end_grant(row, by=request.user)
        messages.success(request, _("The role is taken away."))
    return redirect("plant:accounts")


@actions.allow(Role.ADMINISTRATOR)
@require_POST
def close_account(request, pk):
    account = get_object_or_404(actions.closable(request.user), pk=pk)
    if account.pk == request.user.pk:
        messages.error(request, _("Nobody closes his own account."))
    else:
        actions.close_account(account, by=request.user)
        messages.success(request, _("The account is closed and its sessions have ended."))
    return redirect("plant:accounts")


@actions.allow(Role.ADMINISTRATOR)
@require_POST
def renew_password(request, pk):
    """Give a forgotten or closed account a new first password, shown on the answer to this request and nowhere else."""
    account = get_object_or_404(actions.closable(request.user).select_related("person__unit", "person__cell"), pk=pk)
    if account.pk == request.user.pk:
        messages.error(request, _("Change your own password under your name."))
        return redirect("plant:accounts")
    password = actions.renew_password(account, by=request.user, request=request)
    return render(request, "plant/first_passwords.html", {"opened": [(account.person, account.username, password)]})


@actions.allow(Role.ADMINISTRATOR)
@require_http_methods(["GET", "POST"])
def open_many(request):
    me = request.user
    asked = request.POST if request.method == "POST" else request.GET
    form = OpenManyForm(actions.units_in_hand(me), actions.administers_all(me), asked)
    unit = form.cleaned_data["unit"] if form.is_valid() else None
    people = actions.without_account(unit, actions.people_in_hand(me))
    if request.method == "POST" and form.is_valid():
        opened = actions.open_accounts(people, by=me)
        rows = [(person, person.staff_no, password) for person, password in opened]
        return render(request, "plant/first_passwords.html", {"opened": rows, "left": people.count()})
    return render(request, "plant/open_many.html", {"form": form, "count": people.count(), "first": people[:12]})


@actions.allow(Role.AUDITOR)
@require_GET
def record(request):
    rows = Record.objects.order_by("-id")
    for name in ("verb", "object_type", "object_id", "account_id"):
        if chosen := request.GET.get(name, "").strip()[:64]:
            key = number(chosen) if name == "account_id" else chosen
            rows = rows.none() if key is None else rows.filter(**{name: key})
    page = Paginator(rows, 100).get_page(request.GET.get("page"))
    accounts = Account.objects.select_related("person").in_bulk({row.account_id for row in page if row.account_id})
    lines = [
        {
            "row": row, "account": accounts.get(row.account_id), "roles": deeds.role_words(row.roles),
            "verb": deeds.verb_words(row.verb), "object": deeds.object_words(row.object_type), "detail": deeds.detail_words(row.detail),
        }
        for row in page
    ]  # fmt: skip
    used = Record.objects.values_list("verb", flat=True).distinct().order_by("verb")
    verbs = [(verb, deeds.verb_words(verb)) for verb in used]
    actions.note(request.user, "record.read", detail=f"page={page.number}")
    return render(request, "plant/record.html", {"page": page, "lines": lines, "verbs": verbs, "checked": None})


@actions.allow(Role.AUDITOR)
@require_POST
def verify(request):
    actions.seal()
    checked, faults = actions.verify()
    actions.note(request.user, "record.verified", detail=f"rows={checked} faults={len(faults)}")
    if faults:
        first = faults[0]
        messages.error(request, _("%(count)s faults in %(checked)s rows; the first: %(kind)s, row %(row)s.") % {
            "count": len(faults), "checked": checked, "kind": first.kind, "row": first.record_id})  # fmt: skip
    else:
        messages.success(
            request, _("%(checked)s rows checked: nothing altered, missing or reordered.") % {"checked": checked}
        )
    return redirect("plant:record")
