"""Planning what a workbook says of watches, substitutions and posts."""

import re
from datetime import time

from ...models import Watch
from .entries import Entry

EVENING, MORNING = 18 * 60, 5 * 60  # min after midnight; a watch that begins from the one to the other is a night watch


class Posts:
    """The part of the Planner that knows posts."""

    def _watches(self, draft):
        v = draft.values
        pattern = v.get("pattern") or "3x8"
        found = self.register.patterns.get(pattern)
        if found is None:
            self.put("pattern", (pattern,), pattern, draft, {"code": pattern[:16], "name": pattern})
        name = v["name"]
        code = watch_code(v)
        minutes = v.get("minutes") or _minutes(v["starts"], v.get("ends"))
        if not minutes or not 60 <= minutes <= 1440:
            return self.refuse(draft, "minutes", minutes or "", "not_a_length")
        starts = time.fromisoformat(v["starts"])
        values = {"pattern": found.code if found else pattern[:16], "code": code, "name": name[:20], "starts": starts, "minutes": minutes,
                  "night": _night(starts.hour * 60 + starts.minute, minutes)}  # fmt: skip
        there = self.register.watches.get((values["pattern"], code))
        if (there is None or (there.starts, there.minutes) != (starts, minutes)) and (
            other := self._beside(values["pattern"], code, Watch(starts=starts, minutes=minutes))
        ):
            return self.refuse(draft, "starts", f"{name} {starts:%H:%M}、{other}", "overlaps")
        compare = {"name": values["name"], "starts": starts, "minutes": minutes} if there else None
        if there and (there.starts, there.minutes) != (starts, minutes):
            compare["night"] = values["night"]  # at its old hours, what the plant says of the watch stands
        self.put("watch", (values["pattern"], code), name, draft, values, there, compare)

    def _beside(self, pattern, code, meant):
        """Return the name and begin of a pattern's other watch that one would run beside, or None: of rows further up, else of the register."""
        told = {
            watch_code(draft.values)
            for draft in self.reading.drafts
            if draft.kind == "watches" and (draft.values.get("pattern") or "3x8") == pattern
        }
        given = [(key, entry.label, entry.values) for (kind, key), entry in self.new.items() if kind == "watch"]
        others = [
            (name, Watch(starts=values["starts"], minutes=values["minutes"]))
            for key, name, values in given
            if key[0] == pattern and key[1] != code
        ]
        others += [
            (row.name, row) for key, row in self.register.watches.items() if key[0] == pattern and key[1] not in told
        ]
        return next((f"{name} {row.starts:%H:%M}" for name, row in others if meant.beside(row)), None)

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


def _night(begins, minutes):
    return begins >= EVENING or begins < MORNING or begins + minutes > 24 * 60


def watch_code(values):
    """Return a watch's code, or what of its name stands for it."""
    name = values["name"]
    return (values.get("code") or name.replace("班", "") or name)[:8]


def _minutes(starts, ends):
    if not ends:
        return None
    first, last = (int(t[:2]) * 60 + int(t[3:]) for t in (starts, ends))
    return (last - first) % 1440 or 1440
