"""The ledger as pictures: by hour and gate, the readings, why people did not pass, how many are known; the filter kept."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from diba.gates.actions import pictures
from diba.gates.forms.ledger import LedgerFilter
from diba.plant.models import Record, Role

from .conftest import AT, record

STOP = {"verdict": "stop", "reason": "not_listed"}
PAGE = "gates:pictures"


def asked(**more):
    from django.http import QueryDict

    found = QueryDict(mutable=True)
    found.update(more)
    return LedgerFilter(found).asked()


@pytest.fixture
def crossed(plant, enrolled):
    """At the living quarters two in at 8, one out at 7, a stranger refused at 6; at the works one in at 8; one the day before."""
    first, second = enrolled("G1"), enrolled("G2")
    warm = {"first": 368, "at": AT, "second": 0, "second_at": 0, "method": "forehead"}
    first.send(
        record(plant["林涛"], pass_number=None), record(plant["陈立"], temperature=warm),
        record(plant["郭峰"], direction="out", at=AT - 3600, temperature=None),
        record(at=AT - 7200, verdict=STOP, refusal="no_pass", temperature=None), record(at=AT - 7300, verdict=STOP, temperature=None),
    )  # fmt: skip
    second.send(record(plant["韩冰"], temperature=warm), record(plant["田野"], at=AT - 86400, temperature=None))


def test_flow_is_counted_by_gate_and_hour_with_the_refused_apart(crossed, gates):
    living, works = pictures.flow(asked())
    assert (living.coming[8], living.going[7], living.refused[6], living.total) == (2, 1, 2, 3)
    assert (works.coming[8], works.total) == (1, 1)
    assert [flow.gate for flow in pictures.flow(asked(gate=gates["G2"].pk))] == [works.gate]
    (living, works) = pictures.flow(asked(first="2020-02-13"))
    assert works.coming[8] == 2


def test_readings_have_no_gaps_and_refusals_their_reason(crossed):
    bars, opened, more = pictures.readings(asked())
    assert bars == [(365, 1), (366, 0), (367, 0), (368, 2)] and opened == 3 and not more
    assert pictures.refusals(asked()) == [("refusal", "no_pass", 1), ("reason", "not_listed", 1)]
    assert dict(pictures.words_of_readings(asked())) == {"normal": 3}


def test_no_more_readings_are_opened_than_the_newest(crossed, monkeypatch):
    monkeypatch.setattr(pictures, "READINGS", 2)
    bars, opened, more = pictures.readings(asked())
    assert sum(count for _tenths, count in bars) == opened == 2 and more


def test_the_share_of_the_known_is_by_hour_of_one_day_and_by_day_of_several(crossed):
    by_hour = {row.at: row for row in pictures.known(asked())}
    assert (by_hour[6].crossings, by_hour[6].known, by_hour[6].percent) == (2, 0, 0.0) and by_hour[8].percent == 100.0
    assert by_hour[3].percent is None
    days = pictures.known(asked(first="2020-02-12"))
    assert [(f"{row.at:%d}", row.crossings, row.percent) for row in days] == [
        ("12", 0, None),
        ("13", 1, 100.0),
        ("14", 6, 66.7),
    ]


def test_the_page_draws_each_picture_with_its_table_and_keeps_the_filter(plant, crossed, gates, client):
    client = plant.signed_in(client, "刘敏", Role.DUTY_OFFICER)
    page = client.get(reverse(PAGE)).content.decode()
    assert (
        page.count('data-chart="count"') == 3
        and page.count('data-chart="rank"') == 1
        and page.count('data-chart="share"') == 1
    )
    assert (
        "6 人次；生活区正门 08 点最多，2 人次" in page and "36.8" in page and "没有通行证" in page and "66.7 %" in page
    )
    kept = client.get(reverse(PAGE), {"gate": gates["G2"].pk, "first": "2020-02-13"}).content.decode()
    assert "first=2020-02-13" in kept and f'value="{gates["G2"].pk}" selected' in kept and "生活区正门 3" not in kept
    assert "没有人进出" in client.get(reverse(PAGE), {"q": "不存在"}).content.decode()
    for bad in ({"first": "x", "last": "9999-99-99"}, {"gate": "9" * 30}, {"state": "x", "kind": "x"}):
        assert client.get(reverse(PAGE), bad).status_code == 200
    saved = client.get(reverse(PAGE), {"format": "csv"}).content.decode("utf-8-sig")
    assert "08,2,0,0" in saved and "36.8,2" in saved and "没有通行证,1" in saved
    assert client.get(reverse(PAGE), {"format": "xlsx"}).status_code == 200
    assert Record.objects.filter(verb="pictures.read").count() == 6


def test_a_guard_sees_words_and_no_degrees(plant, crossed, client):
    client = plant.signed_in(client, "孙丽", Role.GUARD)
    page = client.get(reverse(PAGE)).content.decode()
    assert "36.8" not in page and page.count('data-chart="rank"') == 2


def test_many_crossings_take_as_many_queries_as_few(plant, crossed, enrolled, client):
    client, post = plant.signed_in(client, "刘敏", Role.DUTY_OFFICER), enrolled("G1")
    client.get(reverse(PAGE))
    counts = []
    for n in (1, 40):
        post.send(*[record(at=AT - 60 * k) for k in range(n)])
        with CaptureQueriesContext(connection) as queries:
            client.get(reverse(PAGE))
        counts.append(len(queries))
    assert counts[0] == counts[1]
