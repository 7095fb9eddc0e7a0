"""What a workbook would do to the register: added, changed (old to new), left alone, refused. Writes nothing."""

from ...workbook.dates import Month
from .entries import Entry, Plan, bare, number_of
from .known import Register
from .planning_families import Families
from .planning_people import People
from .planning_posts import Posts
from .planning_units import Units
from .words import field_words


class Planner(Units, Posts, People, Families):
    """Turns drafts into a plan against a register."""

    def __init__(self, reading, today):
        self.register, self.reading, self.today = Register(), reading, today
        self.plan = Plan()
        self.new = {}  # (kind, key) -> Entry, so that a second mention finds the first
        self.staff = {}  # key of a person in the workbook -> Entry or Person
        self.named = {}  # code or name of a unit in a sheet of units -> (name, kind); [(name, kind)] in `self.placed`
        self.placed = set()
        self.names = {}  # name -> [person key] within the workbook
        for refusal in reading.refusals:
            self.plan.refused.append((refusal.sheet, refusal.row, refusal.column, refusal.value, refusal.reason))

    def run(self):
        order = ("units", "watches", "substitutions", "posts", "staff", "certificates", "families", "absences")
        for kind in order:
            for draft in self.reading.drafts:
                if draft.kind == kind:
                    getattr(self, f"_{kind}")(draft)
        for draft in self.reading.drafts:
            if draft.kind == "staff" and draft.values.get("cell_lead"):
                self._lead(draft)
        return self.plan

    def refuse(self, draft, column, value, reason):
        place = draft.headings.get(column) or str(field_words(column))
        self.plan.refused.append((draft.sheet, draft.row, place, str(value)[:60], reason))

    def put(self, kind, key, label, draft, values, there=None, compare=None):
        """Add, change or leave alone one thing; return its entry, or the row that is there."""
        if (kind, key) in self.new:
            return self.new[kind, key]
        entry = Entry(kind, key, label, draft.sheet, draft.row, values, there.pk if there else None)
        self.new[kind, key] = entry
        if there is None:
            self.plan.added.append(entry)
            return entry
        for name, value in (compare if compare is not None else values).items():
            old = getattr(there, name)
            # A month that the register knows to the day says nothing new.
            known = isinstance(value, Month) and value.agrees_with(old)
            if value not in (None, "") and old != value and not known:
                entry.changes[name] = (old, value)
        (self.plan.changed if entry.changes else self.plan.unchanged).append(entry)
        return entry

    # ---- units, households, qualifications: made when first named ----

    def unit(self, kind, name, draft, parent=None):
        if not name:
            return None
        if (name, kind) in self.placed:
            return (name, kind)
        there = self.register.units.get((kind, name))
        if there is None and kind == "cell":
            there = self.register.cells.get(number_of(name)) if number_of(name) else None
            name = there.name if there else name
        key = (name, parent[0] if parent and kind == "team" else "")
        if there is None:
            self.put("unit", (kind, *key), name, draft, {"kind": kind, "name": name, "parent": parent and list(parent)})
        return (name, kind)

    def qualification(self, name, draft):
        plain = bare(name)
        there = self.register.qualifications.get(plain) or self.register.qualifications.get(name)
        if there is None:
            self.put("qualification", (plain,), name, draft, {"name": name})
        return plain if there is None else bare(there.name)

    def household(self, code, address, draft):
        there = self.register.households.get(code)
        self.put(
            "household",
            (code,),
            code,
            draft,
            {"code": code, "address": address or ""},
            there,
            {"address": address} if there else None,
        )
        return code


def plan(reading, today):
    """Return what a reading would do to the register as it stands now."""
    return Planner(reading, today).run()
