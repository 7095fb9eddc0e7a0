"""What somebody who may not come in for reasons of health is told: where to stay and who calls; nothing of why."""

from datetime import timedelta

from django.utils.translation import gettext as _

from ..models import PersonKind, Role
from .absences import OF_HEALTH, absences_between
from .clock import now
from .deputies import lead_of
from .holds import held


def kept_out(person):
    """Return the sentence for a person whom the gates stop, because he is held or waits to be judged; "" for everybody else."""
    if person is None:
        return ""
    moment = now()
    away = absences_between(moment, moment + timedelta(microseconds=1), [person.pk]).filter(kind__in=OF_HEALTH)
    if not (away.exists() or held([person.pk], moment).exists()):
        return ""
    if person.kind == PersonKind.FAMILY:
        return _("Stay at home and apart from the others for now; %(who)s will call.") % {
            "who": _who(person.relative_of)
        }
    return _("You may not come in for now: stay where you are; %(who)s will call you.") % {"who": _who(person)}


def _who(person):
    """Return who calls, in words: the lead of his cell, or the health officer of whoever has none or leads it himself."""
    lead = lead_of(person.cell) if person and person.cell_id else None
    if lead is None or lead.pk == person.pk:
        return str(Role.HEALTH_OFFICER.label)
    return _("your cell lead %(name)s") % {"name": lead.name}
