"""Planning what a sheet of units says: which there are, and which stands below which."""

from ...models.site import ABOVE


class Units:
    """The part of the Planner that knows the two trees. Units that are there stay as they are: they are moved on their page."""

    def _units(self, draft):
        v = draft.values
        name, kind, code, parent = v["name"], v["kind"], v.get("code") or "", v.get("parent") or ""
        there = self.register.unit_codes.get(code) or self.register.units.get((kind, name))
        if there and (there.kind, there.name) != (kind, name):
            return self.refuse(draft, "code", code, "another_unit")
        if there is None and ((name, kind) in self.placed or code in self.named):
            return self.refuse(draft, "code" if code in self.named else "name", code or name, "given_twice")
        above = self._above(kind, parent) if parent else None
        if parent and above is None:
            return self.refuse(draft, "parent", parent, "unknown_unit")
        if above and above[1] not in ABOVE[kind]:
            return self.refuse(draft, "parent", parent, "wrong_unit_above")
        self.placed.add((name, kind))
        self.named |= {key: (name, kind) for key in (code, name) if key and key not in self.named}
        values = {"kind": kind, "name": name, "parent": above and list(above), "code": code}
        key = (kind, name, above[0] if above and kind == "team" else "")
        return self.put("unit", (*key, code) if there else key, name, draft, values, there, {})

    def _above(self, kind, parent):
        """Return (name, kind) of the unit above by its code or its name, further up in the sheet or on the register, or None."""
        if parent in self.named:
            return self.named[parent]
        there = self.register.unit_codes.get(parent)
        there = there or next(filter(None, (self.register.units.get((each, parent)) for each in ABOVE[kind])), None)
        return (there.name, there.kind) if there else None
