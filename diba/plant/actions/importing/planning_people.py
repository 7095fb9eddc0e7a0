"""Planning what a workbook says of staff, certificates, cell leads and absences."""

from ...fields import keyed_hash
from .entries import Entry, ends_at

PERSON_FIELDS = ("name", "sex", "birth", "identity", "phone", "kind", "residence", "job_title", "joined", "room", "bus",
                 "holiday_place", "employer", "left_on", "note")  # fmt: skip
YES = {"是", "√", "✓", "y", "yes", "1", "true", "网格长", "长"}


class People:
    """The part of the Planner that knows people."""

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
        if v.get("kind") == "family" and not (there and there.kind == "family" and there.relative_of_id):
            return self.refuse(draft, "kind", v["name"], "family_of_nobody")
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
            if there and there.name != v["name"] and not _may_be(there, v):
                return None, ("staff_no", number, "another_name")
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


def _may_be(there, v):
    """Say whether a row under another name may still be the person: a name is corrected, sex and month of birth stay."""
    if v.get("identity") and there.identity == v["identity"]:
        return True
    if v.get("sex") and there.sex and v["sex"] != there.sex:
        return False
    said, known = v.get("birth"), there.birth
    return not said or not known or (said.year, said.month) == (known.year, known.month)
