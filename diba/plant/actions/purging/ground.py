"""What the ground destroys at the end of a response: holds, health absences, sentences sent, work done in the background."""

from django.apps import apps
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from ...models import (
    Absence,
    BreakGlass,
    Delivery,
    HealthRead,
    Hold,
    Import,
    Job,
    KeptCount,
    Message,
    OpeningReview,
    Person,
    Purge,
    Record,
    Response,
    Task,
)  # fmt: skip
from ..absences import OF_HEALTH
from ..clock import now
from .clearing import Clearing, Kept, in_force, of_response
from .tables import naming

# What a desk took somebody out for.
SOURCES = ("case:", "checkin:", "crossing:", "isolation:", "lab:", "return:", "sample:", "test:")


def of_the_ground():
    """Answer for the tables of the ground."""
    return [
        Clearing(Hold, of_response(Hold), counted=("at", "person__unit__path", "reason"), running=_in_force_now),
        Clearing(
            Absence,
            _absences,
            counted=("starts_at", "person__unit__path", "kind"),
            running=_away_now,
            at="plant:absences",
        ),
        Clearing(Absence, _reasons, part="reason", blank={"reason": ""}),
        Clearing(Delivery, _deliveries),
        Clearing(Message, _messages, counted=("at", "", "")),
        Clearing(Message, _receipted, part="receipted", blank={"values": {}, "link": ""}),
        Clearing(
            Task,
            of_response(Task, "opened_at"),
            running=lambda rows: rows.filter(closed_at=None),
            at="plant:todo",
            counted=("opened_at", "", ""),
            blank={"values": {}, "link": "", "outcome": "", "key": "", "about": None, "unit": None, "opened_by": None},
        ),
        Clearing(Person, _people, blank={"holiday_place": ""}),
        Clearing(
            Import,
            lambda response: Import.objects.filter(in_force(response)),
            running=lambda rows: rows.filter(state=Import.State.DRY_RUN),
            at="plant:import",
            blank={"plan": "", "undo": ""},
        ),
        Clearing(Job, lambda response: _ended_jobs(response), blank={"progress": {}, "error": ""}),
        Clearing(_task_results(), _results),
        # That somebody opened something stays to be answered for; why he did speaks of health.
        Clearing(BreakGlass, of_response(BreakGlass), counted=("at", "", ""), blank={"reason": ""}),
        Clearing(OpeningReview, of_response(OpeningReview), blank={"note": ""}),
        Clearing(HealthRead, _reads),
        Kept(Purge, _("the order of the destruction itself")),
        Kept(KeptCount, _("counts that speak of nobody in particular")),
    ]


def _in_force_now(rows):
    return rows.filter(Q(ends_at=None) | Q(ends_at__gt=now()), lifted_at=None)


def _reads(response):
    """Return whose health was read: that somebody stood on the list of cases tells of him. The record's own lines stay."""
    return HealthRead.objects.filter(record_id__in=Record.objects.filter(in_force(response)).values("pk"))


def _of_health():
    caused = Q(kind__in=OF_HEALTH)
    for source in SOURCES:
        caused |= Q(source__startswith=source)
    return caused


def _absences(response):
    return Absence.objects.filter(_of_health(), in_force(response, "entered_at"))


def _reasons(response):
    """Return the other absences that say why: sick leave stays, for the wages, without its words."""
    return Absence.objects.filter(in_force(response, "entered_at")).exclude(_of_health()).exclude(reason="")


def _bound():
    """Return the condition that a desk's table names a delivery, such as a roster's receipt: then it stays."""
    kept = Q(pk__in=[])
    for relation in naming(Delivery):
        kept |= Q(
            pk__in=relation.related_model._base_manager.exclude(**{relation.field.name: None}).values(
                relation.field.name
            )
        )
    return kept


def _deliveries(response):
    """Return who was told something: "you are asked to isolate" tells of him without naming anybody."""
    return Delivery.objects.filter(in_force(response, "message__at")).exclude(_bound())


def _messages(response):
    bound = Delivery.objects.filter(_bound()).values("message")
    return Message.objects.filter(in_force(response)).exclude(pk__in=bound)


def _receipted(response):
    return Message.objects.filter(in_force(response), pk__in=Delivery.objects.filter(_bound()).values("message"))


def _away_now(rows):
    return rows.filter(Q(ends_at=None) | Q(ends_at__gt=now()), state=Absence.State.APPROVED)


def _people(response):
    """Return who told where the holiday was spent: it was asked for because of the epidemic."""
    # It has no date: while a real response runs, or a later one is there, it is that one's.
    later = Response.objects.filter(drill=False, standing=False).exclude(pk=response.pk)
    others = later.filter(Q(ended_at=None) | Q(begun_at__gt=response.begun_at)).exists()
    real = Q(pk__in=[]) if response.drill or response.standing or others else ~Q(holiday_place="")
    return Person.objects.filter(real)


def _ended_jobs(response):
    return Job.objects.filter(in_force(response, "asked_at"), ended_at__isnull=False)


def _task_results():
    return apps.get_model("django_tasks_database", "DBTaskResult")


def _results(response):
    """Return what the task framework kept of ended work: its faults may quote what they stumbled over."""
    return _task_results()._base_manager.filter(in_force(response, "enqueued_at"), finished_at__isnull=False)
