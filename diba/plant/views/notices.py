"""The notices of what people's data are for: put in force version by version, and how many were told."""

from django import forms
from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_GET, require_POST

from .. import actions
from ..actions import notices as told
from ..actions.notice_texts import DRAFTS
from ..actions.table_files import XLSX
from ..forms import Styled
from ..models import Notice, Role
from ..tables import workbook

READERS = (Role.HEALTH_OFFICER, Role.AUDITOR)
TEXTS = ("kinds", "source", "retention", "seen_by", "rights")


class NoticeForm(Styled, forms.ModelForm):
    class Meta:
        model = Notice
        fields = (
            "code",
            "purpose",
            "starts_on",
            "kinds",
            "basis",
            "source",
            "retention",
            "seen_by",
            "rights",
            "consent",
            "guardian",
        )
        widgets = {name: forms.Textarea(attrs={"rows": 2}) for name in TEXTS}
        help_texts = {"code": gettext_lazy("Short and lasting, such as checkin: the same code makes the next version.")}

    def clean_code(self):
        code = self.cleaned_data["code"].strip().lower()
        if not code.isidentifier():
            raise forms.ValidationError(_("Letters, digits and _ only, beginning with a letter."))
        return code

    def clean_starts_on(self):
        day = self.cleaned_data["starts_on"]
        if day < actions.today():
            raise forms.ValidationError(_("A notice begins today or later: nobody could have been told of it before."))
        return day


@actions.allow(*READERS)
@require_GET
def notices(request):
    return _page(request, NoticeForm(initial=_begun(request.GET)))


def _begun(query):
    """Return what the form of a new version begins with: the version in force, or a draft of ours."""
    code = query.get("code", "")[:20]
    there = next((row for row in told.in_force() if row.code == code), None)
    if there:
        values = {name: getattr(there, name) for name in NoticeForm.Meta.fields}
    else:
        values = DRAFTS.get(code, {}) | {"code": code}
    return values | {"starts_on": actions.today()}


def _page(request, form, status=200):
    rows = told.coverages(request.user)
    chosen = next((row for row in rows if row.notice.code == request.GET.get("of")), rows[0] if rows else None)
    people = told.people_to_tell(request.user, chosen.notice) if chosen else ()
    if chosen and (wanted := request.GET.get("q", "").replace("\0", "").strip()[:60]):
        people = people.filter(name__icontains=wanted)
    if chosen and request.GET.get("state") == "missing":
        people = people.filter(told_at=None)
    if chosen and request.GET.get("format") == "xlsx":
        actions.note(request.user, "notice.exported", chosen.notice)
        headers = {"Content-Disposition": f'attachment; filename="notice-{chosen.notice.code}.xlsx"'}
        return HttpResponse(_book(chosen.notice, people), content_type=XLSX, headers=headers)
    codes = {row.notice.code for row in rows}
    versions = Notice.objects.filter(code=chosen.notice.code).select_related("by__person") if chosen else ()
    context = {
        "rows": rows, "chosen": chosen, "page": Paginator(people, 50).get_page(request.GET.get("page")), "versions": versions, "form": form,
        "may": actions.whole_plant(request.user, Role.HEALTH_OFFICER), "missing": max((row.missing for row in rows), default=0),
        "drafts": [(code, draft["purpose"]) for code, draft in DRAFTS.items() if code not in codes],
        "writes": form.is_bound or bool(request.GET.get("code")) or not rows,
    }  # fmt: skip
    return render(request, "plant/notices.html", context, status=status)


def _book(notice, people):
    heads = [_("Staff number"), _("Name"), _("Department or team"), _("Told at"), _("Consent")]
    said = {None: "", True: _("agreed"), False: _("not agreed")}
    lines = [
        [row.staff_no or "", row.name, row.unit.name if row.unit else "",
         f"{timezone.localtime(row.told_at):%Y-%m-%d %H:%M}" if row.told_at else _("not yet"), said[row.agreed]]
        for row in people
    ]  # fmt: skip
    return workbook(f"{notice.code} v{notice.version}", heads, lines)


@actions.allow(Role.HEALTH_OFFICER, whole=True)
@require_POST
def notice_new(request):
    form = NoticeForm(request.POST)
    if form.is_valid():
        try:
            row = told.publish(by=request.user, **form.cleaned_data)
        except told.CannotAnswer:
            form.add_error("code", _("Somebody put a version of it in force at this moment: look again."))
        else:
            messages.success(
                request, _("Version %(version)s stands; everybody is shown it once.") % {"version": row.version}
            )
            return redirect("plant:notices")
    return _page(request, form, status=400)
