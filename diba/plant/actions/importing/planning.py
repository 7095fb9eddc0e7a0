"""What a workbook would do to the register: added, changed (old to new), left alone, refused. Writes nothing."""

import re
from dataclasses import dataclass, field
from datetime import timedelta

from django.utils import timezone

from ...fields import keyed_hash
from ...models import (
    Absence,
    Certificate,
    Household,
    Manning,
    Person,
    Post,
    Qualification,
    Substitution,
    Unit,
    Watch,
    WatchPattern,
)  # fmt: skip
from ...workbook.dates import Month
from ..clock import day_start
from .words import field_words

PERSON_FIELDS = ("name", "sex", "birth", "identity", "phone", "kind", "residence", "job_title", "joined", "room", "bus",
                 "holiday_place", "employer", "left_on", "note")  # fmt: skip
YES = {"是", "√", "✓", "y", "yes", "1", "true", "网格长", "长"}


@dataclass
class Entry:
    """One thing that would be added or changed. key: natural, within its kind; changes: {field: (old, new)}."""

    kind: str
    key: tuple
    label: str
    sheet: str
    row: int
    values: dict
    pk: int | None = None
    changes: dict = field(default_factory=dict)


@dataclass
class Plan:
    """The whole: entries in the order in which they must be written, and what was refused."""

    added: list = field(default_factory=list)
    changed: list = field(default_factory=list)
    unchanged: list = field(default_factory=list)
    refused: list = field(default_factory=list)  # (sheet, row, column, value, reason)

    def counts(self):
        return {name: len(getattr(self, name)) for name in ("added", "changed", "unchanged", "refused")}


def bare(name):
    """Return a qualification's name without what offices add: 值长证书 and 值长资格 are 值长."""
    return re.sub(r"(岗位)?(运行值班)?(资格证书|资格证|合格证书|合格证|上岗证|资格|证书|证)$", "", name.strip()) or name


def number_of(name):
    found = re.search(r"\d+", name)
    return int(found[0]) if found else None


class Register:
    """The register as it stands, looked up by what workbooks say; read in a constant number of queries."""

    def __init__(self):
        people = list(Person.objects.select_related("household"))
        self.people = {person.pk: person for person in people}
        self.by_number = {person.staff_no: person for person in people if person.staff_no}
        self.by_identity = {person.identity_hash: person for person in people if person.identity_hash}
        self.by_name, self.relatives = {}, {}
        for person in people:
            self.by_name.setdefault(person.name, []).append(person)
            if person.relative_of_id:
                self.relatives[person.relative_of_id, person.name] = person
        self.units = {(unit.kind, unit.name): unit for unit in Unit.objects.all()}
        self.cells = {
            number_of(unit.name): unit
            for (kind, _name), unit in self.units.items()
            if kind == "cell" and number_of(unit.name)
        }
        self.qualifications = {bare(q.name): q for q in Qualification.objects.all()} | {
            q.code: q for q in Qualification.objects.all()
        }
        self.certificates = {(c.person_id, c.qualification_id): c for c in Certificate.objects.all()}
        self.households = {h.code: h for h in Household.objects.all()}
        self.posts = {post.name: post for post in Post.objects.prefetch_related("qualifications")}
        self.post_codes = {post.code: post.name for post in self.posts.values()}
        self.patterns = {p.code: p for p in WatchPattern.objects.all()} | {
            p.name: p for p in WatchPattern.objects.all()
        }
        self.watches = {(w.pattern.code, w.code): w for w in Watch.objects.select_related("pattern")}
        self.manning = {(m.post_id, m.watch_id): m for m in Manning.objects.filter(level=0)}
        self.substitutions = set(Substitution.objects.values_list("holder", "stands_for"))
        leaves = list(Absence.objects.exclude(state=Absence.State.REFUSED))
        self.absences = {a.source: a for a in leaves if a.source}
        self.leaves = {(a.person_id, timezone.localdate(a.starts_at), a.kind): a for a in leaves}


class Planner:
    """Turns drafts into a plan against a register."""

    def __init__(self, reading, today):
        self.register, self.reading, self.today = Register(), reading, today
        self.plan = Plan()
        self.new = {}  # (kind, key) -> Entry, so that a second mention finds the first
        self.staff = {}  # key of a person in the workbook -> Entry or Person
        self.names = {}  # name -> [person key] within the workbook
        for refusal in reading.refusals:
            self.plan.refused.append((refusal.sheet, refusal.row, refusal.column, refusal.value, refusal.reason))

    def run(self):
        order = ("watches", "substitutions", "posts", "staff", "certificates", "families", "absences")
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

    # ---- work ----

    def _watches(self, draft):
        v = draft.values
        pattern = v.get("pattern") or "3x8"
        found = self.register.patterns.get(pattern)
        if found is None:
            self.put("pattern", (pattern,), pattern, draft, {"code": pattern[:16], "name": pattern})
        name = v["name"]
        code = (v.get("code") or name.replace("班", "") or name)[:8]
        minutes = v.get("minutes") or _minutes(v["starts"], v.get("ends"))
        if not minutes or not 60 <= minutes <= 1440:
            return self.refuse(draft, "minutes", minutes or "", "not_a_length")
        hour = int(v["starts"][:2])
        values = {"pattern": found.code if found else pattern[:16], "code": code, "name": name[:20], "starts": v["starts"], "minutes": minutes,
                  "night": hour >= 18 or hour * 60 + minutes > 24 * 60}  # fmt: skip
        there = self.register.watches.get((values["pattern"], code))
        compare = {"name": values["name"], "minutes": minutes} if there else None
        self.put("watch", (values["pattern"], code), name, draft, values, there, compare)

    def _substitutions(self, draft):
        pair = tuple(self.qualification(draft.values[name], draft) for name in ("holder", "stands_for"))
        known = self.register.qualifications
        there = (
            pair[0] in known
            and pair[1] in known
            and (known[pair[0]].pk, known[pair[1]].pk) in self.register.substitutions
        )
        if there:
            self.plan.unchanged.append(Entry("substitution", pair, " → ".join(pair), draft.sheet, draft.row, {}))
        else:
            self.put("substitution", pair, " → ".join(pair), draft, {"holder": pair[0], "stands_for": pair[1]})

    def _posts(self, draft):
        v = draft.values
        parts = [part.strip() for part in re.split(r"[、，,;；/]", v.get("qualification") or "") if part.strip()]
        if long := next((part for part in parts if len(part) > 60), None):
            return self.refuse(draft, "qualification", long, "too_long")
        there = self.register.posts.get(v["name"])
        code = v.get("code") or (there.code if there else v["name"][:32])
        owner = self.register.post_codes.get(code) or self.new.get(("code", code))
        if owner and owner != v["name"]:
            return self.refuse(draft, "code", code, "code_taken")
        self.new["code", code] = v["name"]
        asked = [self.qualification(part, draft) for part in parts]
        values = {"name": v["name"], "code": code, "tier": v.get("tier") or 1,
                  "place": v.get("place") or "", "qualifications": asked}  # fmt: skip
        compare = {name: v.get(name) for name in ("place", "tier")} if there else None
        self.put("post", (v["name"],), v["name"], draft, values, there, compare)
        watches = set(self.register.watches) | {key[1] for key in self.new if key[0] == "watch"}
        if not watches:
            return self.refuse(draft, "minimum", v["minimum"], "no_watches")
        for watch in sorted(watches):
            row = self.register.watches.get(watch)
            manned = self.register.manning.get((there.pk, row.pk)) if there and row else None
            key = (v["name"], *watch)
            self.put(
                "manning",
                key,
                f"{v['name']} {watch[1]}",
                draft,
                {"post": v["name"], "watch": list(watch), "minimum": v["minimum"]},
                manned,
                {"minimum": v["minimum"]} if manned else None,
            )

    # ---- people ----

    def _staff(self, draft):
        v = draft.values
        there, problem = self._match(v)
        if problem:
            return self.refuse(draft, *problem)
        key = (
            ("staff_no", v["staff_no"])
            if v.get("staff_no")
            else ("pk", there.pk)
            if there
            else ("name", v["name"], v.get("phone") or "")
        )
        if ("person", key) in self.new:
            first = self.new["person", key]
            same = all(first.values.get(name) == v.get(name) for name in PERSON_FIELDS if v.get(name))
            return (
                None if same else self.refuse(draft, "staff_no" if v.get("staff_no") else "name", key[1], "given_twice")
            )
        if self._taken(draft, v, there, key):
            return None
        team_parent = self.unit("department", v.get("department"), draft)
        team = self.unit("team", v.get("team"), draft, team_parent) if v.get("team") else None
        branch = self.unit("branch", v.get("branch"), draft)
        cell = self.unit("cell", v.get("cell"), draft, branch)
        members = v.get("family") or []
        code = v.get("household") or (f"H-{v.get('staff_no') or v['name']}"[:32] if members else None)
        if code and not v.get("household") and there and there.household_id:
            code = there.household.code
        household = self.household(code, v.get("residence"), draft) if code else None
        values = {name: v[name] for name in PERSON_FIELDS if v.get(name) not in (None, "")}
        values |= {
            "staff_no": v.get("staff_no") or None,
            "unit": team or team_parent,
            "cell": cell,
            "household": household,
        }
        entry = self._person(key, v["name"], draft, values, there)
        self.staff[key] = entry
        self.names.setdefault(v["name"], []).append(key)
        for name, expires in v.get("certificates") or []:
            self._certificate(draft, key, v["name"], name, {"expires": expires})
        for member in members:
            self._relative(draft, key, entry, member, household)
        return None

    def _match(self, v):
        """Return (person on the register or None, (column, value, reason) or None)."""
        register = self.register
        if number := v.get("staff_no"):
            there = register.by_number.get(number)
            owner = register.by_identity.get(keyed_hash(v["identity"])) if v.get("identity") else None
            if there is None and owner is not None and not owner.staff_no and owner.kind != "family":
                return owner, None
            if (
                there
                and v.get("identity")
                and there.identity
                and there.identity != v["identity"]
                and there.name != v["name"]
            ):
                return None, ("staff_no", number, "another_person")
            return there, None
        if v.get("identity") and (there := register.by_identity.get(keyed_hash(v["identity"]))):
            return there, None
        same = [p for p in register.by_name.get(v["name"], []) if p.kind != "family"]
        if v.get("phone"):
            exact = [p for p in same if p.phone == v["phone"]]
            if len(exact) == 1:
                return exact[0], None
            same = [p for p in same if not p.phone]
        if len(same) > 1:
            return None, ("name", v["name"], "ambiguous")
        return (same[0] if same else None), None

    def _taken(self, draft, v, there, key):
        """Refuse an identity number or a login phone that is somebody else's, on the register or further up."""
        if v.get("identity"):
            digest = keyed_hash(v["identity"])
            owner = self.register.by_identity.get(digest)
            earlier = self.new.get(("identity", digest))
            if (owner and (there is None or owner.pk != there.pk)) or (earlier and earlier != key):
                self.refuse(draft, "identity", "…" + v["identity"][-4:], "identity_taken")
                return True
            self.new["identity", digest] = key
        return False

    def _person(self, key, name, draft, values, there):
        compare = None
        if there is not None:
            plain = {f: values[f] for f in PERSON_FIELDS if f in values}
            compare = plain | ({"staff_no": values["staff_no"]} if values.get("staff_no") else {})
        entry = self.put("person", key, name, draft, values, there, compare)
        if there is not None:
            for field_name in ("unit", "cell"):
                wanted = values.get(field_name)
                now = getattr(there, f"{field_name}_id")
                known = self.register.units.get((wanted[1], wanted[0])) if wanted else None
                if wanted and (known is None or known.pk != now):
                    old = next((unit.name for unit in self.register.units.values() if unit.pk == now), None)
                    entry.changes[field_name] = (old, wanted[0])
            code = values.get("household")
            if code and (there.household is None or there.household.code != code):
                entry.changes["household"] = (there.household.code if there.household else None, code)
            if entry.changes and entry in self.plan.unchanged:
                self.plan.unchanged.remove(entry)
                self.plan.changed.append(entry)
        return entry

    def find(self, draft, staff_no, name):
        """Return the key of a person that another sheet speaks of, or None after refusing."""
        if staff_no:
            if ("staff_no", staff_no) in self.staff:
                return ("staff_no", staff_no)
            if there := self.register.by_number.get(staff_no):
                return ("pk", there.pk)
        if name:
            keys = self.names.get(name, [])
            if len(keys) == 1 and not staff_no:
                return keys[0]
            same = [p for p in self.register.by_name.get(name, []) if p.kind != "family"]
            if len(keys) > 1 or len(same) > 1:
                self.refuse(draft, "name", name, "ambiguous")
                return None
            if same and not staff_no:
                return ("pk", same[0].pk)
        self.refuse(draft, "staff_no" if staff_no else "name", staff_no or name or "", "unknown_person")
        return None

    def pk_of(self, key):
        if key[0] == "pk":
            return key[1]
        entry = self.staff.get(key)
        return entry.pk if entry else None

    def _certificates(self, draft):
        v = draft.values
        key = self.find(draft, v.get("staff_no"), v.get("name"))
        if key:
            self._certificate(draft, key, v.get("name") or v.get("staff_no"), v["qualification"], v)

    def _certificate(self, draft, key, who, name, v):
        plain = self.qualification(name, draft)
        known = self.register.qualifications.get(plain)
        pk = self.pk_of(key)
        there = self.register.certificates.get((pk, known.pk)) if pk and known else None
        values = {name: v.get(name) for name in ("number", "issued", "expires") if v.get(name)}
        issued, expires = (values.get(end, getattr(there, end, None)) for end in ("issued", "expires"))
        if issued and expires and expires < issued:
            self.refuse(draft, "expires", expires, "end_before_start")
            return
        self.put(
            "certificate",
            (key, plain),
            f"{who} {plain}",
            draft,
            values | {"person": list(key), "qualification": plain},
            there,
            values if there else None,
        )

    def _families(self, draft):
        v = draft.values
        key = self.find(draft, v.get("staff_no"), v.get("employee"))
        if not key:
            return
        pk = self.pk_of(key)
        there = self.register.people.get(pk) if pk else None
        entry = self.staff.get(key)
        code = (entry.values.get("household") if entry else None) or (
            there.household.code if there and there.household else None
        )
        code = code or f"H-{key[1]}"[:32]
        self.household(code, v.get("residence"), draft)
        if entry is not None and not entry.values.get("household"):
            entry.values["household"] = code
            if entry.pk and not (there and there.household):
                entry.changes["household"] = (None, code)
                if entry in self.plan.unchanged:
                    self.plan.unchanged.remove(entry)
                    self.plan.changed.append(entry)
        self._relative(draft, key, entry, v, code)

    def _relative(self, draft, key, entry, member, household):
        """Add a family member; one who is an employee too (same identity or phone) joins the household instead."""
        colleague = self._colleague(member)
        if colleague is not None:
            if colleague.household_id is None or colleague.household.code != household:
                label = f"{colleague.name}"
                moved = Entry(
                    "person",
                    ("pk", colleague.pk),
                    label,
                    draft.sheet,
                    draft.row,
                    {"household": household},
                    colleague.pk,
                )
                moved.changes["household"] = (colleague.household.code if colleague.household else None, household)
                self.plan.changed.append(moved)
            return
        pk = self.pk_of(key)
        there = self.register.relatives.get((pk, member["name"])) if pk else None
        values = {
            name: member[name]
            for name in ("name", "sex", "birth", "identity", "phone", "relation", "residence")
            if member.get(name)
        }
        if values.get("identity"):
            owner = self.register.by_identity.get(keyed_hash(values["identity"]))
            if owner is not None and (there is None or owner.pk != there.pk):
                self.refuse(draft, "identity", "…" + values["identity"][-4:], "identity_taken")
                return
        compare = dict(values) if there else None
        self.put(
            "relative",
            (key, member["name"]),
            member["name"],
            draft,
            values | {"kind": "family", "relative_of": list(key), "household": household},
            there,
            compare,
        )

    def _colleague(self, member):
        if member.get("identity"):
            found = self.register.by_identity.get(keyed_hash(member["identity"]))
            return found if found is not None and found.kind != "family" else None
        if member.get("phone"):
            same = [
                p
                for p in self.register.by_name.get(member["name"], [])
                if p.kind != "family" and p.phone == member["phone"]
            ]
            return same[0] if len(same) == 1 else None
        return None

    def _lead(self, draft):
        v = draft.values
        said = v["cell_lead"].strip()
        name = v["name"] if said.lower() in YES else said
        key = self.find(draft, v.get("staff_no") if name == v["name"] else None, name)
        cell = self.unit("cell", v.get("cell"), draft)
        if not key or not cell:
            return
        there = self.register.units.get(("cell", cell[0]))
        if there is not None and there.lead_id and there.lead_id == self.pk_of(key):
            return
        if ("lead", cell[0]) not in self.new:
            entry = Entry(
                "lead",
                (cell[0],),
                cell[0],
                draft.sheet,
                draft.row,
                {"cell": cell[0], "person": list(key)},
                there.pk if there else None,
            )
            lead = self.register.people.get(there.lead_id) if there and there.lead_id else None
            entry.changes["lead"] = (lead.name if lead else None, name)
            self.new["lead", cell[0]] = entry
            self.plan.changed.append(entry)

    def _absences(self, draft):
        v = draft.values
        key = self.find(draft, v.get("staff_no"), v.get("name"))
        if not key or not v["starts"][0]:
            return None if not key else self.refuse(draft, "starts", "", "missing")
        start, end = v["starts"], v.get("ends") or (None, "")
        if end[0] and (end[0] < start[0]):
            return self.refuse(draft, "ends", end[0], "end_before_start")
        source = self._source_of_absence(key, start[0], v["kind"])
        there = self.register.absences.get(source) or self.register.leaves.get((self.pk_of(key), start[0], v["kind"]))
        values = {
            "person": list(key),
            "kind": v["kind"],
            "starts": start,
            "ends": end,
            "reason": (v.get("reason") or "")[:300],
            "source": source,
        }
        self.put(
            "absence",
            (source,),
            f"{v.get('name') or key[1]} {start[0]}",
            draft,
            values,
            there,
            {"ends_at": ends_at(end)} if there and end[0] else None if there is None else {},
        )
        return None

    def _source_of_absence(self, key, start, kind):
        """The same leave has the same name, whichever sheet its person was found on."""
        person = self.register.people.get(self.pk_of(key))
        who = (person.staff_no if person else None) or (f"#{person.pk}" if person else ":".join(map(str, key[1:])))
        return f"import:{who}:{start}:{kind}"[:60]


def ends_at(end):
    """Return the moment an absence ends: a bare date means the end of that day."""
    if not end[0]:
        return None
    if end[1]:
        return day_start(end[0]) + timedelta(hours=int(end[1][:2]), minutes=int(end[1][3:]))
    return day_start(end[0]) + timedelta(days=1)


def _minutes(starts, ends):
    if not ends:
        return None
    first, last = (int(t[:2]) * 60 + int(t[3:]) for t in (starts, ends))
    return (last - first) % 1440 or 1440


def plan(reading, today):
    """Return what a reading would do to the register as it stands now."""
    return Planner(reading, today).run()
