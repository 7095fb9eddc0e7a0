"""Who belongs to which cell, who leads it now, and how many people a lead can reach in a day."""

from dataclasses import dataclass

from django.db import transaction

from diba.core.errors import BadInput
from diba.plant import actions as plant
from diba.plant.models import Person, Role, UnitKind

from .coverage import asked
from .policies import policy_on


@dataclass(frozen=True)
class Leading:
    """Who leads a cell at a moment. lead: Person or None; deputy: Person or None; acting: whoever leads now, or None."""

    lead: Person | None
    deputy: Person | None
    acting: Person | None

    @property
    def stands_in(self):
        """Whether the deputy leads now, because the lead is away or there is none."""
        return self.acting is not None and self.acting != self.lead


def leading(cells):
    """Return {cell id: Leading}. One query at any number of cells."""
    return {row.pk: Leading(row.lead, row.deputy, acting) for row, acting in plant.led(cells)}


def load_limit(day=None):
    """Return how many people one lead can reach in a day by the health rules in force, or None before the first."""
    policy = policy_on(day or plant.today())
    return policy.cell_load if policy else None


def without_cell(account):
    """Return the people asked daily who belong to no cell, of those this account answers for, by staff number."""
    people = plant.people_of(account, Role.HEALTH_OFFICER, Role.DUTY_OFFICER)
    return asked(people).exclude(cell__kind=UnitKind.CELL).select_related("unit").order_by("staff_no", "pk")


@transaction.atomic
def put_into_cell(person, cell, *, by):
    """Let a person belong to a cell, and to no other from now on; say whether that changed anything. Raises BadInput."""
    if cell.kind != UnitKind.CELL:
        raise BadInput("no_cell", "cell", value=cell.code)
    if person.left_on and person.left_on <= plant.today():
        raise BadInput("has_left", "person")
    row = Person.objects.select_for_update().get(pk=person.pk)
    if row.cell_id == cell.pk:
        return False
    row.cell = cell
    row.save(update_fields=["cell"])
    plant.note(by, "cell.joined", row, detail=cell.code)
    return True
