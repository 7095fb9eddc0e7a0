"""Every form of the grid's pages, sent by those who may not: another cell's lead, an employee, an auditor. Nothing is written."""

import uuid
from html.parser import HTMLParser
from urllib.parse import urljoin, urlsplit

import pytest
from django.apps import apps
from django.db import connection, transaction
from django.urls import resolve, reverse

from diba.grid import actions as grid
from diba.grid.actions import laboratory, screening
from diba.grid.models import Campaign, Case, Round
from diba.plant.models import Absence, Hold, Person, Role, RoleGrant, Task, Unit

from ..conftest import TODAY
from ..grid.screenings import target_of
from .registers import measures
from .test_crawl import addresses, path_of

WATCHED = [*apps.get_app_config("grid").get_models(), Person, Unit, Absence, Hold, Task, RoleGrant]
GUESSES = {"person": "1003", "follower": "1003", "number": "1003", "temperature": "36.6", "day": str(TODAY)}
TYPED = {"date": str(TODAY), "datetime-local": f"{TODAY}T08:00", "number": "1", "time": "09:00"}
# What the pages send by a message or after a question more.
BARE = {
    "grid:undo_contact": {}, "grid:screening_fill": {"q-fever": "no", "shown": "fever"}, "grid:tube_back": {}, "grid:drill_end": {},
    "grid:follow_up": {"outcome": "seen_ok"}, "grid:call_back": {"found": "matches"}, "grid:consent": {"agree": "1"}, "grid:looked_at": {},
}  # fmt: skip
ATTACKERS = {"lead": ("孙丽", [Role.CELL_LEAD]), "employee": ("孙丽", []), "auditor": ("孙丽", [Role.AUDITOR])}


class Filled(HTMLParser):
    """The forms of a page, filled as by somebody who means it: [(action, fields, [(name, value) of its buttons])]."""

    def __init__(self, text):
        super().__init__()
        self.found, self.select = [], None
        self.feed(text)

    def handle_starttag(self, tag, attrs):
        attrs = dict(attrs)
        name, kind, value = attrs.get("name"), attrs.get("type", "text"), attrs.get("value")
        if tag == "form":
            self.found.append((attrs.get("action", ""), {}, [], attrs.get("method") == "post"))
        if not self.found:
            return
        _action, fields, buttons, _post = self.found[-1]
        if tag == "option" and self.select and value:
            fields.setdefault(self.select, value)
        elif tag == "select":
            self.select = name
        elif tag == "button" and name:
            buttons.append((name, value or ""))
        elif tag == "textarea" and name:
            fields[name] = "x"
        elif tag == "input" and name and kind != "file":
            fields.setdefault(name, value or GUESSES.get(name, TYPED.get(kind, "x")))

    def handle_endtag(self, tag):
        if tag == "select":
            self.select = None


@pytest.fixture
def things(plant):
    """One of each thing that a grid's address names, of people of W01 and W02."""
    account = plant.account("刘敏", Role.HEALTH_OFFICER)
    found = measures(plant, account)
    report = plant.check_in("郭峰")
    contact = grid.contact(plant["高建军"], "missed", uid=uuid.uuid4(), by=account)
    campaign, round = Campaign.objects.get(), Round.objects.first()
    tube = laboratory.register(target_of(campaign, plant["陈立"]), round, "A1", taken_at=plant.now, by=account)[0]
    typed = laboratory.type_in(tube, "negative", TODAY, by=plant.account("陈立"))
    cell, case = plant.cell("W01").pk, Case.objects.get().pk
    form = screening.new_questionnaire("题", campaign.questionnaire.items, by=account)
    found |= {
        "correct": report.pk, "call_back": report.pk, "person": report.person_id, "contact": report.person_id, "undo_contact": contact.pk,
        "sign": cell, "looked_at": cell, "tubes": round.pk, "tube": tube.pk, "tube_back": tube.pk, "typed": typed.pk,
        "contact_orders": case, "questionnaire": form.pk, "question_drawn": form.pk, "questionnaire_file": form.pk,
    }  # fmt: skip
    found = {name if ":" in name else f"grid:{name}": pk for name, pk in found.items()}
    return {**found, "rosters": case}


def forms_of(client, things):
    """Return [(address, target, fields)] of every button of every form on the grid's pages, as this client sees them."""
    found = {}
    grid_pages = {
        name: path_of(name, pattern, things) for name, pattern in addresses().items() if name.startswith("grid:")
    }
    del grid_pages["grid:personal"]  # asks for no account: whoever has the address may
    for path in [*grid_pages.values(), reverse("grid:cell") + "?cell=W01"]:
        answer = client.get(path)
        if answer.status_code != 200 or "html" not in answer["Content-Type"]:
            continue
        for action, fields, buttons, post in Filled(answer.content.decode()).found:
            target = urljoin(path, action)
            name = resolve(urlsplit(target).path).view_name
            for button in buttons or [("", "")]:
                if post and name.startswith("grid:"):
                    found.setdefault((name, button, tuple(fields)), (target, fields | dict([button])))
    return [(key[0], *value) for key, value in found.items()] + [
        (name, grid_pages[name], {"uid": uuid.uuid4(), **fields}) for name, fields in BARE.items()
    ]


def state():
    """Return everything that is watched, as it lies in the database: {(table, id): its row}."""
    found = {}
    with connection.cursor() as cursor:
        for model in WATCHED:
            cursor.execute(f"SELECT * FROM {connection.ops.quote_name(model._meta.db_table)}")
            names = [column[0] for column in cursor.description]
            rows = [dict(zip(names, row, strict=True)) for row in cursor.fetchall()]
            found |= {(model, row["id"]): row for row in rows}
    return found


def written(client, target, fields, before, by=None):
    """Post a form, take it back, and return the tables it wrote to since `before`; by: except rows about this person himself."""
    with transaction.atomic():
        status = client.post(target, fields).status_code
        after = state()
        transaction.set_rollback(True)
    assert status < 500, (target, fields)
    rows = {key: after.get(key) or before.get(key) for key in {*before, *after} if before.get(key) != after.get(key)}
    own = {key for key, row in rows.items() if by is not None and by in (row.get("person_id"), row.get("about_id"))}
    return {key[0].__name__ for key, row in rows.items() if key not in own and not _of(key[0], row, own)}


def _of(model, row, own):
    """Say whether a row hangs on one that is his own, as a change does on the return he declared."""
    return any(
        (field.related_model, row[field.attname]) in own for field in model._meta.concrete_fields if field.is_relation
    )


@pytest.mark.slow
@pytest.mark.one_database
def test_no_form_of_the_grid_writes_anything_for_who_may_not(client, plant, things):
    officer = plant.signed_in(client, "刘敏", Role.DUTY_OFFICER)
    forms = forms_of(officer, things)
    before = state()
    wrote = {address for address, target, fields in forms if written(officer, target, fields, before)}
    assert {
        "grid:contact", "grid:undo_contact", "grid:sign", "grid:isolation", "grid:return", "grid:supplies", "grid:case", "grid:contacts",
        "grid:typed", "grid:questionnaires", "grid:screening", "grid:screening_fill", "grid:link",
    } <= wrote, sorted(wrote)  # fmt: skip
    third = Unit.add(Unit.objects.get(code="Z1"), code="W03", name="03 网格", kind="cell")
    Person.objects.filter(name="孙丽").update(cell=third)
    for who, (name, roles) in ATTACKERS.items():
        plant.signed_in(client, name, *roles, unit=third if Role.CELL_LEAD in roles else None)
        before, person = state(), plant[name].pk
        wrong = [
            (address, target, sorted(tables))
            for address, target, fields in forms
            if (tables := written(client, target, fields, before, by=person))
        ]
        assert wrong == [], who
        RoleGrant.objects.filter(account__person__name=name).delete()
