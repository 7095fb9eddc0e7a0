"""First page, search, to-do list, inbox, help, health."""

from django.contrib import messages
from django.db import DatabaseError, connection
from django.db.models import F, Q
from django.http import HttpResponse, JsonResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from .. import actions
from ..actions.jobs import worker_alive
from ..forms import OutcomeForm
from ..models import Delivery, Post, Role, Unit, Watch

# Where each role lands; the first that the account holds counts.
LANDING = [
    (Role.DUTY_OFFICER, "command:board"), (Role.PLANNER, "rosters:manning"), (Role.HEALTH_OFFICER, "grid:cell"),
    (Role.CELL_LEAD, "grid:cell"), (Role.AUDITOR, "plant:record"), (Role.ADMINISTRATOR, "plant:accounts"),
    (Role.DISPATCHER, "command:board"),
]  # fmt: skip


@actions.allow(*actions.EVERYONE)
@require_GET
def home(request):
    roles = actions.roles_of(request.user)
    return redirect(next((page for role, page in LANDING if role in roles), "grid:checkin"))


@actions.allow(*actions.EVERYONE)
@require_GET
def search(request):
    wanted = request.GET.get("q", "").strip()[:60]
    people, posts, units = [], [], []
    if wanted:
        condition = Q(name__icontains=wanted) | Q(staff_no__startswith=wanted) | Q(phone__endswith=wanted)
        people = actions.people_visible_to(request.user).filter(condition).select_related("unit", "cell", "relative_of")
        people = people.order_by(F("staff_no").asc(nulls_last=True), "name")[:50]  # staff before their families
        posts = Post.objects.filter(Q(name__icontains=wanted) | Q(code__icontains=wanted))[:20]
        units = Unit.objects.filter(Q(name__icontains=wanted) | Q(code__icontains=wanted))[:20]
    return render(request, "plant/search.html", {"wanted": wanted, "people": people, "posts": posts, "units": units})


@actions.allow(*actions.EVERYONE)
@require_GET
def todo(request):
    rows = [
        {
            "task": task,
            "words": actions.sentence(task.words, task.values),
            "late": bool(task.due_at and task.due_at < actions.now()),
        }
        for task in actions.tasks_of(request.user).select_related("owner", "unit")[:200]
    ]
    return render(request, "plant/todo.html", {"rows": rows, "kept_out": actions.kept_out(request.user.person)})


@actions.allow(*actions.EVERYONE)
@require_POST
def close_task(request, pk):
    task = get_object_or_404(actions.tasks_of(request.user), pk=pk)
    form = OutcomeForm(request.POST)
    if not form.is_valid():
        messages.error(request, _("Say in a word what came of it."))
    elif actions.close(task, form.cleaned_data["outcome"], by=request.user):
        actions.note(request.user, "task.closed", task)
        messages.success(request, _("Closed."))
    return redirect("plant:todo")


@actions.allow(*actions.EVERYONE)
@require_GET
def inbox(request):
    rows = list(actions.inbox_of(request.user)[:100])
    shown = [(row, actions.sentence(row.message.words, row.message.values)) for row in rows]
    for row in rows:
        if row.read_at is None:
            actions.read(row)
    return render(request, "plant/inbox.html", {"rows": shown})


@actions.allow(*actions.EVERYONE)
@require_POST
def receipt(request, pk):
    row = get_object_or_404(Delivery, pk=pk, person=request.user.person_id or 0)
    actions.receipt(row)
    actions.note(request.user, "message.receipted", row.message)
    return redirect("plant:inbox")


@actions.allow(*actions.EVERYONE)
@require_GET
def help_page(request):
    return render(request, "plant/help.html", {})


@actions.allow(*actions.EVERYONE)
@require_GET
def vocabulary(request):
    kinds = [
        ("ok", _("normal"), _("normal, valid, manned, all reached"), _("only when a fact proves it")),
        ("warn", _("running out"), _("running out, just enough, late"), _("will turn bad today")),
        ("now", _("overdue, short"), _("overdue, short, missing, abnormal"), _("must be done now")),
        ("unk", _("unknown"), _("unknown, not reported, offline"), _("never drawn as zero or green")),
        ("doing", _("under way"), _("under way, proposed, searching"), _("somebody is at it")),
        ("off", _("does not apply"), _("closed, superseded, away"), _("nothing to look at")),
    ]
    margins = [
        ("m-neg", _("short 1"), _("one fewer than the post needs")),
        ("m-0", "0", _("just enough: nobody may fall out")),
        ("m-1", "1", _("one to spare")),
        ("m-2", "2", _("two or more to spare")),
        ("m-u", "?", _("no roster yet: not known")),
    ]
    strip = [("", _("reported")), ("l", _("reported, abnormal")), ("p", _("no word"))]
    return render(
        request,
        "plant/vocabulary.html",
        {
            "kinds": kinds,
            "margins": margins,
            "strip": strip,
            "watches": Watch.objects.all(),
        },
    )


@require_GET
def healthz(request):
    """Answer 200 when database and worker are there; says nothing about the plant."""
    try:
        with connection.cursor() as cursor:
            cursor.execute("SELECT 1")
        last = worker_alive()
    except DatabaseError:
        return JsonResponse({"database": False, "worker": False}, status=503)
    alive = last is not None and (actions.now() - last).total_seconds() < 60
    return JsonResponse({"database": True, "worker": alive}, status=200 if alive else 503)


@require_GET
def livez(request):
    """Answer 200 as long as this process answers at all."""
    return HttpResponse("ok", content_type="text/plain")
