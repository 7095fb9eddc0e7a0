"""Writing a plan into the register, all or nothing, with a journal that can take it back (taking_back.py)."""

from collections import defaultdict

from simple_history.utils import bulk_create_with_history, bulk_update_with_history

from ...fields import keyed_hash
from ...models import (
    Absence,
    Certificate,
    Household,
    Manning,
    Person,
    Post,
    Qualification,
    RoleGrant,
    Substitution,
    Unit,
    Watch,
    WatchPattern,
)  # fmt: skip
from ..accounts import pass_lead_on
from ..clock import day_start, now
from .entries import bare, ends_at, number_of

ORDER = (
    "unit",
    "qualification",
    "household",
    "pattern",
    "watch",
    "substitution",
    "post",
    "manning",
    "person",
    "relative",
    "certificate",
    "lead",
    "absence",
    "grant",
)
BATCH = 400


class Writer:
    """Writes one plan; `journal` says how to take it back: [kind, pk, None for added | {field: [old, new]}]."""

    def __init__(self, account):
        self.account, self.journal = account, []
        self.absences = []  # written: who cares for absences is told of all of them at once
        self.units = {(unit.kind, unit.name): unit for unit in Unit.objects.all()}
        self.cells = {number_of(name): unit for (kind, name), unit in self.units.items() if kind == "cell"}
        self.qualifications = {bare(q.name): q for q in Qualification.objects.all()} | {
            q.code: q for q in Qualification.objects.all()
        }
        self.people = {}

    def write(self, plan):
        groups, changes = defaultdict(list), defaultdict(list)
        for entry in plan.added:
            groups[entry.kind].append(entry)
        for entry in plan.changed:
            changes[entry.kind].append(entry)
        for entry in [*plan.unchanged, *plan.changed]:
            if entry.kind == "person" and entry.pk:
                self.people[tuple(entry.key)] = entry.pk
        for kind in ORDER:
            if groups[kind]:
                getattr(self, f"_add_{kind}")(groups[kind])
            if changes[kind]:
                self._change(kind, changes[kind])
        return self.journal

    def _added(self, kind, rows):
        self.journal += [[kind, row.pk, None] for row in rows]

    def _bulk(self, kind, model, rows):
        bulk_create_with_history(rows, model, batch_size=BATCH, default_user=self.account, default_date=now())
        self._added(kind, rows)

    def _add_unit(self, entries):
        taken = set(Unit.objects.values_list("code", flat=True))
        for entry in sorted(entries, key=lambda entry: entry.values["kind"] in ("team", "cell")):
            kind, name, parent = entry.values["kind"], entry.values["name"], entry.values["parent"]
            number, letter = number_of(name) or 0, {"department": "D", "team": "T", "branch": "Z", "cell": "W"}[kind]
            code = entry.values.get("code") or next(c for c in _codes(letter, number) if c not in taken)
            taken.add(code)
            above = self.units.get((parent[1], parent[0])) if parent else None
            row = Unit.add(above, code=code, name=name, kind=kind)
            self.units[kind, name] = row
            self._added("unit", [row])

    def _add_qualification(self, entries):
        taken = set(Qualification.objects.values_list("code", flat=True))
        for entry in entries:
            code = next(c for c in _codes("Q", 0) if c not in taken)
            taken.add(code)
            row = Qualification.objects.create(code=code, name=entry.values["name"])
            self.qualifications[entry.key[0]] = row
            self._added("qualification", [row])

    def _add_household(self, entries):
        self._bulk("household", Household, [Household(**entry.values) for entry in entries])

    def _add_pattern(self, entries):
        rows = [WatchPattern.objects.create(**entry.values) for entry in entries]
        self._added("pattern", rows)

    def _add_watch(self, entries):
        patterns = {pattern.code: pattern for pattern in WatchPattern.objects.all()}
        for entry in entries:
            row = Watch.objects.create(**{**entry.values, "pattern": patterns[entry.values["pattern"]]})
            self._added("watch", [row])

    def _add_substitution(self, entries):
        for entry in entries:
            pair = {name: self.qualifications[entry.values[name]] for name in ("holder", "stands_for")}
            if pair["holder"] != pair["stands_for"]:
                self._added("substitution", [Substitution.objects.create(**pair)])

    def _add_post(self, entries):
        for entry in entries:
            asked = entry.values.pop("qualifications")
            row = Post.objects.create(**entry.values)
            row.qualifications.set([self.qualifications[name] for name in asked])
            entry.values["qualifications"] = asked
            self._added("post", [row])

    def _add_manning(self, entries):
        posts = {post.name: post for post in Post.objects.all()}
        watches = {(watch.pattern.code, watch.code): watch for watch in Watch.objects.select_related("pattern")}
        rows = [
            Manning(
                post=posts[entry.values["post"]],
                watch=watches[tuple(entry.values["watch"])],
                minimum=entry.values["minimum"],
            )
            for entry in entries
        ]
        self._bulk("manning", Manning, rows)

    def _links(self, values):
        """Return a person's values with names of units and households turned into rows."""
        found = {
            name: value for name, value in values.items() if name not in ("unit", "cell", "household", "relative_of")
        }
        for name in ("unit", "cell"):
            if values.get(name):
                found[name] = self._unit(*values[name])
        if values.get("household"):
            found["household"] = self.households[values["household"]]
        if values.get("identity"):
            found["identity_hash"] = keyed_hash(values["identity"])
        return found

    def _unit(self, name, kind):
        return self.units.get((kind, name)) or self.cells[number_of(name)]

    @property
    def households(self):
        if not hasattr(self, "_households") or len(self._households) != Household.objects.count():
            self._households = {row.code: row for row in Household.objects.all()}
        return self._households

    def _add_person(self, entries):
        households = self.households
        self._households = households
        rows = [Person(**self._links(entry.values)) for entry in entries]
        self._bulk("person", Person, rows)
        for entry, row in zip(entries, rows, strict=True):
            self.people[tuple(entry.key)] = row.pk

    def _pk(self, key):
        return key[1] if key[0] == "pk" else self.people[tuple(key)]

    def _add_relative(self, entries):
        rows = [
            Person(**self._links(entry.values), relative_of_id=self._pk(entry.values["relative_of"]))
            for entry in entries
        ]
        self._bulk("person", Person, rows)

    def _add_certificate(self, entries):
        rows = [
            Certificate(
                person_id=self._pk(entry.values["person"]), qualification=self.qualifications[entry.values["qualification"]],
                **{name: entry.values[name] for name in ("number", "issued", "expires") if name in entry.values},
            )
            for entry in entries
        ]  # fmt: skip
        self._bulk("certificate", Certificate, rows)

    def _add_absence(self, entries):
        rows = []
        for entry in entries:
            v = entry.values
            start = ends_at((v["starts"][0], v["starts"][1])) if v["starts"][1] else day_start(v["starts"][0])
            rows.append(Absence(
                person_id=self._pk(v["person"]), kind=v["kind"], starts_at=start, ends_at=ends_at(v["ends"]), reason=v["reason"],
                source=v["source"], state=Absence.State.APPROVED, approver=self.account, entered_by=self.account, entered_at=now(),
            ))  # fmt: skip
        self._bulk("absence", Absence, rows)
        self.absences += rows

    def _change(self, kind, entries):
        if kind == "lead":
            for entry in entries:
                self._lead(entry)
            return
        model = MODELS[kind]
        rows = model.objects.in_bulk([entry.pk for entry in entries])
        touched, names = [], set()
        for entry in entries:
            row, done = rows[entry.pk], {}
            for name, (_old, new) in entry.changes.items():
                attribute, value = self._attribute(name, new, entry)
                done[attribute] = [plain(getattr(row, attribute)), plain(value)]
                setattr(row, attribute, value)
                names.add(attribute)
                if name == "identity":
                    done["identity_hash"] = [row.identity_hash, keyed_hash(value)]
                    row.identity_hash = keyed_hash(value)
                    names.add("identity_hash")
            self.journal.append([kind if kind != "relative" else "person", row.pk, done])
            touched.append(row)
        if kind == "absence":
            self.absences += touched
        if hasattr(model, "history"):
            bulk_update_with_history(
                touched, model, sorted(names), batch_size=BATCH, default_user=self.account, default_date=now()
            )
        else:
            model.objects.bulk_update(touched, sorted(names), batch_size=BATCH)

    def _lead(self, entry):
        """Write who leads a cell; the role for that cell goes with it, from the old lead's account to the new one's."""
        row = Unit.objects.get(pk=self._unit(entry.values["cell"], "cell").pk)
        old, new = row.lead_id, self._pk(entry.values["person"])
        self.journal.append(["unit", row.pk, {"lead_id": [old, new]}])
        row.lead_id = new
        row.save(update_fields=["lead"])
        ended, given = pass_lead_on(row, old, new, by=self.account)
        self.journal += [["grant", role.pk, {"ended_at": [None, plain(role.ended_at)]}] for role in ended]
        if given:
            self._added("grant", [given])

    def _attribute(self, name, value, entry):
        if name in ("unit", "cell"):
            return f"{name}_id", self._unit(*entry.values[name]).pk
        if name == "household":
            return "household_id", self.households[value].pk
        return name, value


MODELS = {"unit": Unit, "qualification": Qualification, "household": Household, "pattern": WatchPattern, "watch": Watch, "substitution": Substitution,
          "post": Post, "manning": Manning, "person": Person, "relative": Person, "certificate": Certificate, "absence": Absence, "grant": RoleGrant}  # fmt: skip


def _codes(letter, number):
    if number:
        yield f"{letter}{number:02d}"
    counter = 1
    while True:
        yield f"{letter}{counter:03d}"
        counter += 1


def plain(value):
    return value.isoformat() if hasattr(value, "isoformat") else value
