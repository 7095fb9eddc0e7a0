"""Which role sees which field of a person's health is one table, documented and kept: every field is looked for as every role."""

import re
import uuid
from datetime import timedelta
from pathlib import Path

import pytest
from django.urls import reverse

from diba.grid import actions as grid
from diba.grid.actions import risks
from diba.grid.actions.cases import judge_case
from diba.grid.models import Case
from diba.plant import actions
from diba.plant.models import Person, Role

from ..conftest import TODAY

DOCUMENT = Path(__file__).resolve().parents[2] / "docs" / "access.md"
PEOPLE = dict(
    zip(
        Role.values, ["韩冰", "陈立", "高建军", "刘敏", "郭峰", "徐振华", "王海涛", "孙丽", "刘洋", "田野"], strict=True
    )
)


def documented():
    """Return {field: who} of the second table in docs/access.md."""
    rows = re.findall(r"^\| ([a-z_]+) \| `[a-z]+:[a-z_]+`[^|]* \| ([^|]*) \|", DOCUMENT.read_text(), re.M)
    return {field: {word.strip() for word in who.split(",")} for field, who in rows}


@pytest.fixture
def fields(plant):
    """Return {field: (address, word)}: where each is shown of 林涛, and the word that stands there."""
    officer, ill = plant.account("孙丽", Role.HEALTH_OFFICER), plant["林涛"]
    Person.objects.filter(pk=ill.pk).update(phone="13900001234", holiday_place="襄阳老家", note="")
    plant.check_in("林涛", "38.7", symptom_note="咽痛得厉害", whereabouts="武汉汉口")
    case = Case.objects.get(person=ill)
    judge_case(case, "confirmed", "理由戊九", by=officer)
    order = grid.isolate(ill, "contact", "home", place="三号楼隔离", reason="密接原因甲", uid=uuid.uuid4(), by=officer)
    back = grid.declare_return(plant["林涛"], "湖北黄冈", TODAY, "train", uid=uuid.uuid4(), by=officer, declared="officer", vehicle="车次丁五")  # fmt: skip
    risk = risks.declare_risk(ill, "case", TODAY, who="接触壬二", where="某医院辛三", uid=uuid.uuid4(), by=officer)
    actions.take_out(
        ill, "sick", plant.now + timedelta(days=3), plant.now + timedelta(days=4), by=officer, reason="请假庚四"
    )
    person, register = reverse("grid:person", args=[ill.pk]), reverse("plant:person", args=[ill.pk])
    return {
        "temperature": (person, "38.7"), "symptoms": (person, "咽痛得厉害"), "whereabouts": (person, "武汉汉口"),
        "case": (reverse("grid:case", args=[case.pk]), "理由戊九"), "case_on_person": (person, "理由戊九"), "line_list": (reverse("grid:cases"), "林涛"),
        "isolation_place": (reverse("grid:isolation", args=[order.pk]), "三号楼隔离"),
        "isolation_reason": (reverse("grid:isolation", args=[order.pk]), "密接原因甲"),
        "origin": (reverse("grid:return", args=[back.pk]), "湖北黄冈"), "vehicle": (reverse("grid:return", args=[back.pk]), "车次丁五"),
        "risk": (reverse("grid:risk", args=[risk.pk]), "接触壬二"),
        "absence_kind": (register, "病假"), "phone": (register, "13900001234"),
    }  # fmt: skip


@pytest.mark.slow
def test_who_sees_which_field_equals_the_documented_table(client, plant, fields):
    told = documented()
    assert set(told) == set(fields)
    seen = {field: set() for field in fields}
    for role, name in [*PEOPLE.items(), ("himself", "林涛")]:
        roles = () if role in (Role.EMPLOYEE, "himself") else (role,)
        plant.signed_in(client, name, *roles, unit=plant.cell("W01") if role == Role.CELL_LEAD else None)
        pages = {address: client.get(address).content.decode() for address, _word in fields.values()}
        for field, (address, word) in fields.items():
            if word in pages[address]:
                seen[field].add(str(role))
    assert {field: who - {""} for field, who in told.items()} == seen


def test_whoever_is_not_in_the_table_is_refused_and_not_only_shown_less(client, plant, fields):
    plant.signed_in(client, "韩冰")
    for field, (address, _word) in fields.items():
        assert client.get(address).status_code in (403, 404), field
