"""Planning what a workbook says of families."""

from ...fields import keyed_hash
from .entries import Entry


class Families:
    """The part of the Planner that knows families and their households."""

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
