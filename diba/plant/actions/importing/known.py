"""The register as it stands, looked up by what workbooks say."""

from django.utils import timezone

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
from .entries import bare, number_of


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
        self.unit_codes = {unit.code: unit for unit in Unit.objects.all()}
        self.units = {(unit.kind, unit.name): unit for unit in self.unit_codes.values()}
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
