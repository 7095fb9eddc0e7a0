"""Everybody's own page: what is kept about me, what I was told and agreed to, and who read it."""

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from .. import actions
from ..actions import notices, reads
from ..actions.table_files import XLSX
from ..models import Notice
from ..tables import workbook

WORDS = {"read": None, "agree": True, "refuse": False}


@actions.allow(*actions.EVERYONE)
@require_GET
def my_data(request):
    person = _himself(request)
    rows = reads.reads_of(person)
    if request.GET.get("format") == "xlsx":
        actions.note(request.user, "mydata.exported")
        headers = {"Content-Disposition": 'attachment; filename="my-data.xlsx"'}
        return HttpResponse(_book(reads.as_reads(rows[:10_000])), content_type=XLSX, headers=headers)
    page = Paginator(rows, reads.AT_ONCE).get_page(request.GET.get("page"))
    context = {
        "page": page,
        "reads": reads.as_reads(page.object_list),
        "kept": reads.kept_about(person),
        "standings": notices.standings_of(person),
    }
    return render(request, "plant/my_data.html", context)


def _himself(request):
    if request.user.person is None:
        raise Http404  # an account of nobody: nothing is kept about it
    return request.user.person


def _book(rows):
    heads = [_("At"), _("Who"), _("As"), _("What"), _("Alone or in a list"), _("Reason of an opening")]
    lines = [
        [f"{timezone.localtime(each.row.at):%Y-%m-%d %H:%M}", str(each.who or ""), each.roles, each.what,
         _("your page alone") if each.alone else _("you stood in a list"), each.why]
        for each in rows
    ]  # fmt: skip
    return workbook(_("Who read my data"), heads, lines)


@actions.allow(*actions.EVERYONE)
@require_POST
def notice_answer(request, pk):
    """Receipt a notice, agree or not, or take a consent back."""
    notice, person = get_object_or_404(Notice, pk=pk), _himself(request)
    word = request.POST.get("word")
    if word == "withdraw":
        if notices.withdraw(notice, person, by=request.user):
            messages.success(
                request, _("Withdrawn; the health officer has been told. What was taken before stays lawful.")
            )
    elif word in WORDS:
        try:
            notices.answer(notice, person, agreed=WORDS[word], by=request.user)
        except notices.CannotAnswer:
            messages.error(
                request, _("This notice asks for another answer, or a newer one took its place: look again.")
            )
        else:
            messages.success(request, _("Written down. You find it under “My data”."))
    there = request.POST.get("next", "")
    safe = there.startswith("/") and url_has_allowed_host_and_scheme(there, allowed_hosts={request.get_host()})
    return redirect(there if safe else "plant:my_data")
