"""Answering a screening on the phone: for oneself, one's family, or on behalf."""

import uuid

from django.contrib import messages
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods

from diba.core import questions
from diba.core.errors import BadInput
from diba.plant import actions as plant

from ..actions import screening
from ..actions.screening.answering import Wrong
from ..forms.question_words import drawn, label_of
from ..forms.screening import refusal
from ..models import Target
from .lost import kept, person_of

LONGEST = 2_000  # characters of one answer shown again


@plant.allow(*plant.EVERYONE)
@require_GET
def screening_mine(request):
    rows = screening.asked_of(request.user)
    return render(request, "grid/screening_mine.html", {"rows": rows, "open": sum(row[3] is None for row in rows)})


def _typed(pk, given):
    """Return [(question, answer)] of a form that is not taken any more, in words."""
    items = questions.as_items(Target.objects.get(pk=pk).campaign.questionnaire.items)
    answers, rows = answers_in(given, items), []
    for item in items:
        named = {choice["name"]: label_of({"en": "", "zh": "", **choice}) for choice in questions.choices_of(item)}
        said = answers[item["name"]] if isinstance(answers[item["name"]], list) else [answers[item["name"]]]
        rows.append((label_of(item), "、".join(named.get(one, one)[:200] for one in said if one)))
    return [row for row in rows if row[1]]


@kept(person_of(Target), _typed)
@plant.allow(*plant.EVERYONE)
@require_http_methods(["GET", "POST"])
def screening_fill(request, pk):
    people = plant.health_visible_to(request.user)
    targets = Target.objects.filter(person__in=people.values("pk")).select_related("campaign__questionnaire", "person")
    target = get_object_or_404(targets.exclude(campaign__questionnaire=None), pk=pk)
    round = screening.open_round(target.campaign)
    before = screening.answers_of(round, [target]).get(target.pk) if round else None
    own = request.user.person_id in (target.person_id, target.person.relative_of_id)
    given, shown, uid = _given(request, target) if request.method == "POST" else _as_it_was(request, target, before)
    items = questions.as_items(target.campaign.questionnaire.items)
    answers, wrong = questions.checked(items, given)
    by_name = {item["name"]: item for item in items}
    asked = [item for item in items if questions.is_asked(item, by_name, answers)]
    more = {item["name"] for item in asked} - shown
    reasons = {}
    looked = "look" in request.POST  # what an answer brings is drawn at once; nothing is judged or written
    if looked:
        more = set()
    elif request.method == "POST" and not (more and round):
        try:
            _write(request, target, round, before, given, uid)
        except Wrong as error:
            reasons = error.reasons
        except BadInput as error:
            messages.error(request, refusal(error))
        else:
            messages.success(request, _("Saved."))
            return redirect("grid:screening_mine") if own else redirect("grid:screening", target.campaign_id)
    elif request.method == "POST":
        reasons = {name: reason for name, reason in wrong.items() if name in shown}
    lines = drawn(asked, given, reasons)
    return render(request, "grid/screening_fill.html", {
        "target": target, "round": round, "before": before, "lines": lines, "uid": uid, "own": own, "faults": len(reasons),
        "more": bool(more) and request.method == "POST", "shown": " ".join(item["name"] for item in asked),
        "reason": request.POST.get("reason", "")[:200],
    })  # fmt: skip


def _as_it_was(request, target, before):
    """Return (what was answered before, names of nothing shown yet, a new number); reading another's answer is noted."""
    if before is None:
        return {}, set(), uuid.uuid4()
    screening.read_answer(target, by=request.user)
    return before.values, set(), uuid.uuid4()


def answers_in(data, items):
    """Return {question: what was given} of a sent form."""
    given = {}
    for item in items:
        values = [value.replace("\0", "")[:LONGEST] for value in data.getlist(f"q-{item['name']}")]
        given[item["name"]] = values if item["kind"] == "several" else (values or [""])[0]
    return given


def _given(request, target):
    given = answers_in(request.POST, target.campaign.questionnaire.items)
    try:
        uid = uuid.UUID(request.POST.get("uid", ""))
    except ValueError:
        uid = uuid.uuid4()
    return given, set(request.POST.get("shown", "").split()), uid


def _write(request, target, round, before, given, uid):
    if round is None:
        raise BadInput("closed", "round")
    if before is None or before.uid == uid:
        return screening.answer(target, round, given, uid=uid, by=request.user)
    return screening.correct_answer(before, given, uid=uid, reason=request.POST.get("reason", ""), by=request.user)
