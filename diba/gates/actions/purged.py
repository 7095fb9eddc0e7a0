"""What the gates destroy at the end of a response."""

from django.utils.translation import gettext_lazy as _

from diba.plant import actions as plant

from ..models import (
    Crossing,
    ExplainedGap,
    FirstReading,
    Handover,
    MachineReading,
    OpenItem,
    PaperRow,
    Pass,
    Presence,
    Unread,
    Visit,
)


def of_the_gates():
    """Answer for the tables of the gates."""
    crossings, unread = plant.of_response(Crossing, "received_at"), plant.of_response(Unread)
    said = plant.of_response(Handover, "received_at")
    visits, gaps = plant.of_response(Visit), plant.of_response(ExplainedGap)
    return [
        plant.Clearing(Crossing, crossings, counted=("at", "person__unit__path", "direction")),
        plant.Clearing(Unread, unread),
        plant.Clearing(MachineReading, plant.of_response(MachineReading)),
        plant.Clearing(FirstReading, plant.of_response(FirstReading)),
        plant.Clearing(PaperRow, _on_paper(crossings)),
        plant.Clearing(OpenItem, _of(crossings, unread)),
        plant.Clearing(Handover, lambda response: said(response).exclude(said=None), blank={"said": None}),
        plant.Clearing(ExplainedGap, lambda response: gaps(response).exclude(words=""), blank={"words": ""}),
        plant.Clearing(Visit, lambda response: visits(response).exclude(declared=""), blank={"declared": ""}),
        plant.Kept(Pass, _("to whom which pass was given; it says nothing of his health")),
        plant.Kept(Presence, _("who is inside now; it says nothing of his health")),
    ]


def _of(crossings, unread):
    def rows(response):
        return OpenItem._base_manager.filter(crossing__in=crossings(response)) | OpenItem._base_manager.filter(
            unread__in=unread(response)
        )

    return rows


def _on_paper(crossings):
    """Return the rows whose line is destroyed, and those of the response's own time without one."""
    own = plant.of_response(PaperRow)

    def rows(response):
        gone = crossings(response)
        return (
            own(response)
            | PaperRow._base_manager.filter(crossing__in=gone)
            | PaperRow._base_manager.filter(twin__in=gone)
        )

    return rows
