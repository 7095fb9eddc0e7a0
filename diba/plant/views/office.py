"""The administrator's and the auditor's pages: accounts, roles, the record."""

from datetime import timedelta

from django.contrib import messages
from django.core.paginator import Paginator
from django.db.models import Prefetch, Q
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.dateparse import parse_date
from django.utils.timezone import localtime
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from .. import actions
from ..actions import deeds
from ..actions.table_files import file_answer
from ..forms import FIRST_DAY, LAST_DAY, AccountForm, GrantForm, OpenManyForm
from ..models import Account, Record, Role


@actions.allow(Role.ADMINISTRATOR)
@require_http_methods(["GET", "POST"])
def accounts(request):
    verb = request.POST.get("verb")
    me = request.user
    people, reach = actions.people_in_hand(me), actions.accounts_in_hand(me)
    opening = AccountForm(people, request.POST if verb == "open" else None, prefix="open")
    granting = GrantForm(
        reach, actions.units_in_hand(me), actions.roles_in_hand(me), actions.administers_all(me), me, actions.today(),
        request.POST if verb == "grant" else None, prefix="grant",
    )  # fmt: skip
    if verb == "open" and opening.is_valid():
        actions.open_account(opening.cleaned_data["person"], opening.cleaned_data["password"], by=me)
        messages.success(request, _("The account is open; the person chooses a new password at first sign-in."))
        return redirect("plant:accounts")
    if verb == "grant" and granting.is_valid():
        data = granting.cleaned_data
        actions.grant(data["account"], data["role"], unit=data["unit"], last_day=data["last_day"], by=me)
        messages.success(request, _("The role is given."))
        return redirect("plant:accounts")
    wanted = request.GET.get("q", "").strip()[:60]
    rows = reach.select_related("person__unit").prefetch_related(
        Prefetch("grants", actions.grants_in_hand(me).select_related("unit"), "in_hand")
    )
    if wanted:
        rows = rows.filter(person__name__icontains=wanted) | rows.filter(username__startswith=wanted)
    if role := request.GET.get("role", "")[:40]:
        rows = rows.filter(pk__in=actions.grants_in_hand(me).filter(role=role).values("account"))
    rows = rows.order_by("username")
    if (kind := request.GET.get("format")) in ("xlsx", "csv"):
        actions.note(me, "register.exported", ("account", ""), detail=f"rows={rows.count()}")
        return file_answer(kind, "accounts", {_("Accounts"): _account_table(rows)})
    page = Paginator(rows, 50).get_page(request.GET.get("page"))
    return render(request, "plant/accounts.html", {
        "page": page, "opening": opening, "granting": granting, "wanted": wanted, "role": role, "roles": Role.choices,
        "waiting": actions.without_account(people=people).count(),
        "closable": set(actions.closable(me).filter(pk__in=[row.pk for row in page]).values_list("pk", flat=True)),
    })  # fmt: skip


def _grant_words(grant):
    until = _("until %(day)s") % {"day": grant.last_day} if grant.ends_at else ""
    return " ".join(filter(None, [grant.get_role_display(), str(grant.unit or ""), until]))


def _account_table(rows):
    heads = [_("Staff number"), _("Name"), _("Department or team"), _("Roles"), _("State")]
    return [heads] + [
        [
            row.username, str(row), str(row.person.unit or "") if row.person else "",
            "、".join(_grant_words(grant) for grant in row.in_hand),
            "" if row.is_active else _("closed"),
        ]
        for row in rows
    ]  # fmt: skip


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
    rows = _record_rows(request)
    if (kind := request.GET.get("format")) in ("xlsx", "csv"):
        rows = rows[:MOST_SAVED]
        actions.note(request.user, "register.exported", ("record", ""), detail=f"rows={len(rows)}")
        return file_answer(kind, "record", {_("The record"): _record_table(rows)})
    page = Paginator(rows, 100).get_page(request.GET.get("page"))
    used = Record.objects.values_list("verb", flat=True).distinct().order_by("verb")
    verbs = [(verb, deeds.verb_words(verb)) for verb in used]
    actions.note(request.user, "record.read", detail=f"page={page.number}")
    return render(
        request, "plant/record.html", {"page": page, "lines": _record_lines(page), "verbs": verbs, "most": MOST_SAVED}
    )


MOST_SAVED = 20_000  # rows of one file; more are asked for by their days


def _record_rows(request):
    """Return the rows that are asked for: by deed, by whom (staff number or name), by object, by day."""
    rows = Record.objects.order_by("-id")
    for name in ("verb", "object_type", "object_id"):
        if chosen := request.GET.get(name, "").strip()[:64]:
            rows = rows.filter(**{name: chosen})
    if who := request.GET.get("who", "").strip()[:60]:
        found = Account.objects.filter(Q(username=who) | Q(person__name__icontains=who)).values_list("pk", flat=True)
        rows = rows.filter(account_id__in=list(found[:500]))
    for name, side in (("since", "at__gte"), ("until", "at__lt")):
        day = _day(request.GET.get(name, ""))
        if day:
            rows = rows.filter(**{side: actions.day_start(day + timedelta(days=1) if name == "until" else day)})
    return rows


def _day(text):
    """Return the day that an address names, or None when it names none."""
    try:
        day = parse_date(text)
    except ValueError:
        return None
    return day if day and FIRST_DAY <= day <= LAST_DAY else None


def _record_lines(rows):
    accounts = Account.objects.select_related("person").in_bulk({row.account_id for row in rows if row.account_id})
    return [
        {
            "row": row, "account": accounts.get(row.account_id), "roles": deeds.role_words(row.roles),
            "verb": deeds.verb_words(row.verb), "object": deeds.object_words(row.object_type), "detail": deeds.detail_words(row.detail),
        }
        for row in rows
    ]  # fmt: skip


def _record_table(rows):
    heads = [
        _("Row"),
        _("At"),
        _("Account"),
        _("Name"),
        _("Roles"),
        _("What"),
        _("Object"),
        _("Number"),
        _("Detail"),
        _("From where"),
    ]
    return [heads] + [
        [
            line["row"].pk, f"{localtime(line['row'].at):%Y-%m-%d %H:%M:%S}", getattr(line["account"], "username", ""), str(line["account"] or ""),
            str(line["roles"]), str(line["verb"]), str(line["object"]), line["row"].object_id, str(line["detail"]), line["row"].address,
        ]
        for line in _record_lines(rows)
    ]  # fmt: skip


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
