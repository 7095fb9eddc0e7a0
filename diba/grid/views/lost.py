"""A form sent by somebody who had these people before him until just now: refused in words, and what he typed is his still."""

from functools import wraps

from django.core.exceptions import PermissionDenied
from django.http import Http404
from django.shortcuts import render
from django.utils.translation import gettext as _

from diba.plant import actions as plant
from diba.plant.models import Person, Unit

from .. import actions
from ..models import Found, Method, Outcome

TYPED = ("outcome", "found", "method", "symptoms", "temperature", "note")


def kept(whose, words=None):
    """Answer who may no longer send a form with what he typed in it, if he had these people before him in the last day; else as before.

    whose: from the number in the address to the Person or the cell (Unit) that the form is about, or None; words: from that
    number and what was sent to [(what was asked, what was typed)], where it is not a contact.
    """
    words = words or _typed

    def decorator(view):
        @wraps(view)
        def guarded(request, pk):
            try:
                return view(request, pk)
            except (Http404, PermissionDenied):
                about = whose(pk) if request.method == "POST" else None
                if about is None or _still_his(request.user, about) or not plant.read_lately(request.user, about):
                    raise
                return _lost(request, about, words(pk, request.POST))

        return guarded

    return decorator


def person_of(model):
    """Return the `whose` of rows about a person."""
    return lambda pk: Person.objects.filter(pk__in=model.objects.filter(pk=pk).values("person")).first()


def the_person(pk):
    return Person.objects.filter(pk=pk).select_related("cell").first()


def the_cell(pk):
    return Unit.objects.filter(pk=pk, kind="cell").first()


def _still_his(account, about):
    """Say whether it is the deed that he may not do, and the people are his still."""
    mine = plant.cells_of(account) if isinstance(about, Unit) else plant.health_visible_to(account)
    return mine.filter(pk=about.pk).exists()


def _lost(request, about, typed):
    cell = about if isinstance(about, Unit) else about.cell
    return render(request, "grid/lost.html", {
        "name": about.name, "cell": cell, "lead": cell and plant.lead_of(cell), "typed": typed,
    }, status=403)  # fmt: skip


def _typed(_pk, given):
    """Return [(what was asked, what was typed)] of a contact, in words."""
    labels = {"outcome": _("Outcome"), "found": _("Call-back"), "method": _("How"), "symptoms": _("Symptoms"),
              "temperature": _("Temperature, °C"), "note": _("In their own words")}  # fmt: skip
    choices = {**dict(Outcome.choices), **dict(Found.choices), **dict(Method.choices), **actions.symptom_words(plant.today())}  # fmt: skip
    rows = [(labels[name], [str(choices.get(word, word))[:200] for word in given.getlist(name) if word]) for name in TYPED]  # fmt: skip
    return [(label, "、".join(words)) for label, words in rows if words]
