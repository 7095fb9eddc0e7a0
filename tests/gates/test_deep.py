"""A record nested deeper than anybody can write it down again stops no queue: it is kept to a depth, and the others as they came."""

import json

from diba.gates.actions import absorbing, handing
from diba.gates.models import Crossing, OpenItem, Unread

from .conftest import AT, record


def nested(levels):
    inner = "咳"
    for _ in range(levels):
        inner = [inner]
    return inner


def test_a_batch_with_a_record_nested_without_end_is_answered_and_kept_once(plant, post):
    good, deep = record(plant["林涛"]), record(plant["韩冰"]) | {"note": nested(5000)}
    for states in (["kept", "unreadable"], ["again", "unreadable"]):
        results = absorbing.absorb(post.device, [good, deep], drift=0)
        assert [each.state for each in results] == states
    assert (Crossing.objects.count(), Unread.objects.count(), OpenItem.objects.filter(kind="unread").count()) == (1, 1, 1)  # fmt: skip
    raw = json.loads(Unread.objects.get().raw)
    assert (raw["uid"], raw["person"]) == (deep["uid"], plant["韩冰"].pk)
    assert "咳" not in Unread.objects.get().raw


def test_as_deep_as_the_server_can_read_it_can_answer(plant, post):
    def status(levels):
        text = json.dumps({"sent_at": AT, "records": [record(plant["林涛"], note="#")]})
        return post.post("crossings", text.replace('"#"', "[" * levels + "]" * levels)).status_code

    kept, refused = 100, 5000
    while refused - kept > 1:
        middle = (kept + refused) // 2
        kept, refused = (middle, refused) if status(middle) == 200 else (kept, middle)
    for levels in range(kept - 20, kept + 1):
        assert status(levels) == 200, levels
    assert status(refused) == 400


def test_a_hand_over_nested_without_end_is_left_for_the_office(post):
    told = {"uid": record()["uid"], "note": nested(5000)}
    assert handing.left_for_the_office(post.device, told, "from").state == "unreadable"
    assert json.loads(Unread.objects.get().raw)["uid"] == told["uid"]
