"""Check in on a phone, and correct what was reported."""

import uuid
from datetime import date

from django.contrib import messages
from django.http import Http404, HttpResponseRedirect
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from diba.core.errors import BadInput
from diba.plant import actions as plant

from .. import actions
from ..actions import risks, screening
from ..actions.households import slot_to_report
from ..forms import USUAL, CheckInForm, CorrectionForm, asked_by, words
from ..forms.risks import RiskForm, refusal
from ..models import CheckIn, Expectation, Slot
from .lost import kept, person_of


@plant.allow(*plant.EVERYONE)
@require_http_methods(["GET", "POST"])
def checkin(request):
    person = request.user.person
    if person is None:
        raise Http404
    form = _posted(request.POST) if request.method == "POST" else None
    # Only who opened the questions about risks says something of them; the two taps know nothing of them.
    risk = risk_form(request.POST) if request.POST.get("risk-kind") else None
    valid = [part.is_valid() for part in (form, risk) if part is not None]
    if valid and all(valid):
        data = form.cleaned_data
        try:
            row, written = write(person, data, risk and risk.cleaned_data, request.user)
        except BadInput as error:
            say(error, form, risk)
        else:
            if row.corrects_id and row.uid == data["uid"]:
                messages.success(request, _("Reported; it stands in place of the earlier report, which is kept."))
            elif not written and row.uid != data["uid"]:
                messages.info(request, _("You have reported today already; to change it, correct it."))
            return HttpResponseRedirect(request.path)
    return render(request, "grid/checkin.html", _checkin_page(person, form) | {"risk": risk or risk_form()})


def _posted(data):
    """Return the form of a report that was sent, by the version in force on its day: it may come a day late."""
    try:
        day = date.fromisoformat(data.get("day", ""))
    except ValueError:
        day = plant.today()
    return asked_by(CheckInForm, actions.version_asked(day))(data)


def risk_form(data=None):
    return RiskForm(data, prefix="risk", optional=True, areas=risks.areas_to_name(plant.today()))


def write(person, data, risk, by):
    if risk is None:
        return actions.check_in(person, by=by, **data)
    return risks.check_in_saying(person, data, risk, by=by)


def say(error, form, risk):
    """Put the words for what is refused beside the field they are about."""
    if risk is not None and error.field in risk.fields and error.field != "uid":
        risk.add_error(error.field, refusal(error))
    else:
        form.add_error("temperature" if error.field == "temperature" else None, words(error))


def _checkin_page(person, form):
    today = plant.today()
    rows = {row.slot: row for row in CheckIn.objects.of_day(today).filter(person=person)}
    slots = {row.slot for row in Expectation.objects.filter(person=person).exclude(state="paused")}
    policy = actions.policy_on(today)
    asked = slot_to_report(slots, rows, policy)
    if form is not None and form.is_bound and asked is None:
        asked = form.data.get("slot")  # what was refused stays to be read
    if form is None and asked:
        form = asked_by(CheckInForm, actions.version_asked(today))(
            initial={"uid": uuid.uuid4(), "day": today, "slot": asked}
        )
    reminded, may_choose = actions.wants_reminders(person)
    return {
        "kept_out": plant.kept_out(person), "reminded": reminded, "may_choose": may_choose,
        "form": form, "rows": [rows[slot] for slot in Slot.values if slot in rows], "asked": asked, "usual": USUAL,
        "due": policy and (policy.second_due if asked == Slot.EVENING else policy.due), "person": person,
        "after_night": asked == Slot.MORNING and actions.later_dues(today, policy, [person.pk]).get(person.pk),
        "screenings": screening.still_to_answer(person), "changed": bool(form and form.is_bound), "notices": plant.notices_for(person),
        "duties": [duty for duties in plant.hooks.gather(plant.hooks.COMING_DUTIES, person) for duty in duties],
    }  # fmt: skip


def _typed(pk, given):
    """Return [(what was asked, what was typed)] of a correction, in words, for who may not send it any more."""
    row = CheckIn.objects.select_related("profile").get(pk=pk)
    fields = asked_by(CorrectionForm, row.profile)().fields
    labels = {name: field.label for name, field in fields.items() if not field.widget.is_hidden}
    choices = {name: dict(getattr(fields[name], "choices", ())) for name in labels}
    rows = [
        (labels[name], [str(choices[name].get(word, word))[:200] for word in given.getlist(name) if word])
        for name in labels
    ]
    return [(label, "、".join(words)) for label, words in rows if words]


@kept(person_of(CheckIn), _typed)
@plant.allow(*plant.EVERYONE)
@require_http_methods(["GET", "POST"])
def correct(request, pk):
    row = get_object_or_404(
        CheckIn.objects.select_related("profile"), pk=pk, person__in=plant.health_visible_to(request.user)
    )
    if request.method == "GET" and (last := actions.newest(row)) != row:
        messages.info(request, _("The report you asked for has been corrected since; this is the newest."))
        return redirect("grid:correct", last.pk)
    newest = None
    initial = {"uid": uuid.uuid4(), "day": row.day, "slot": row.slot, "temperature": row.temperature,
               "place": row.place, "symptoms": row.symptoms, "symptom_note": row.symptom_note, "whereabouts": row.whereabouts}  # fmt: skip
    form = asked_by(CorrectionForm, row.profile)(request.POST or None, initial=initial)
    if request.method == "POST" and form.is_valid():
        data = form.cleaned_data
        for name in ("day", "slot"):
            data.pop(name)
        try:
            actions.correct(row, by=request.user, as_seen=True, **data)
        except BadInput as error:
            newest = actions.newest(row) if error.reason == "corrected_since" else None
            form.add_error(None, words(error))
        else:
            messages.success(request, _("Corrected; the first report stays on record beside it."))
            own = row.person_id == request.user.person_id
            return redirect("grid:checkin") if own else redirect("grid:person", row.person_id)
    if row.person_id != request.user.person_id:  # the form shows what was reported
        plant.note(request.user, "health.read", ("person", row.person_id), people=[row.person_id])
    return render(request, "grid/correct.html", {"form": form, "row": row, "newest": newest})
