"""The file of a device that cannot send: read back at the office, once, whatever it holds."""

import json

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse

from diba.gates.actions import devices, machines
from diba.gates.models import Crossing, Device, Handover, OpenItem
from diba.plant.models import Record, Role

from ..conftest import NOW
from .conftest import AT, record

PATH = "/gates/devices/file/"
SIGNED = {"at": AT, "from": "林涛", "to": "韩冰", "queue": 3, "inside": 1, "keys": 1, "retests": 0, "holds": 0, "note": "", "signed_out": "1 08:00", "signed_in": "2 08:01"}  # fmt: skip


@pytest.fixture
def desk(plant, client):
    return plant.signed_in(client, "林涛", Role.DUTY_OFFICER)


def bring(desk, told, device=""):
    data = told if isinstance(told, bytes) else json.dumps(told).encode()
    return desk.post(PATH, {"file": SimpleUploadedFile("gate.json", data), "device": device}, follow=True)


def file_of(device, *records, **changed):
    return {"format": "diba-gate-1", "saved_at": AT, "drift": 0, "device": device, "records": list(records), "open": [], "handovers": []} | changed  # fmt: skip


def test_what_a_revoked_device_left_is_in_the_ledger_once_and_judged_again(plant, desk, post, officer):
    plant.check_in("林涛")
    [sent, left, strange] = [record(plant["林涛"], at=AT - 60), record(plant["林涛"], direction="out"), {"uid": "x"}]
    post.send(sent)
    heard = Device.objects.get().heard_at
    devices.revoke(post.device, by=officer)
    told = file_of(post.device.pk, sent, left, strange, handovers=[{"uid": left["uid"], **SIGNED}, {"uid": 7}], open=[{}])  # fmt: skip
    page = bring(desk, told).content.decode()
    assert "新增 1 条" in page and "已有 1 条" in page and "2 条读不懂" in page and "1 人已判" in page
    assert "新增 0 条" in bring(desk, told).content.decode()
    # He came in before he reported, as the server knows now.
    assert list(Crossing.objects.values_list("judged", "direction", "device")) == [
        ("pass", "out", post.device.pk),
        ("wait", "in", post.device.pk),
    ]
    assert OpenItem.objects.filter(kind="unread").count() == 2 and Handover.objects.get().queue == 3
    assert Device.objects.get().heard_at == heard  # nobody heard of the device
    assert Record.objects.filter(verb="device.brought").count() == 2


def test_a_file_that_does_not_say_whose_it_is_is_read_for_the_device_that_is_chosen(plant, desk, post, enrolled):
    told = file_of(None, record(plant["林涛"]))
    assert "请选择" in bring(desk, told).content.decode() and not Crossing.objects.exists()
    other = enrolled("G2").device
    assert "是另一台终端的" in bring(desk, file_of(post.device.pk), other.pk).content.decode()
    bring(desk, told, post.device.pk)
    assert Crossing.objects.get().device == post.device


@pytest.mark.parametrize(
    "told",
    [b"", b"{", b"\xff\xfe", b"[" * 100_000, [], {"format": "diba-gate-1"}, file_of(1, format="other"), file_of(1, records={}), file_of(1, open=None)],
    ids=lambda told: str(told)[:20],
)  # fmt: skip
def test_what_is_no_file_of_a_guard_s_page_is_refused_in_words(desk, post, told):
    page = bring(desk, told)
    assert page.status_code == 200 and "不是门卫页存的文件" in page.content.decode()


def test_a_file_with_numbers_that_no_device_has_does_no_harm(plant, desk, post):
    text = json.dumps(file_of(post.device.pk, record(plant["林涛"]))).replace('"drift": 0', f'"drift": {"9" * 4000}')
    assert bring(desk, text.encode()).status_code == 200
    assert "请选择" in bring(desk, file_of(2**70)).content.decode()
    assert "请选择" in bring(desk, file_of(True)).content.decode()
    assert reverse("gates:device_file") == PATH


def test_only_the_guards_devices_are_offered_for_a_file_and_taken_from_one(plant, desk, post, gates, officer):
    machine, _token = machines.make_token(gates["G1"], "闸机", ["passages"], by=officer)
    paper = Device.objects.create(
        name="paper G1", gate=gates["G1"], app="paper", token_hash="x", enrolled_at=NOW, heard_at=NOW
    )
    offered = desk.get(PATH).context["form"].fields["device"].queryset
    assert list(offered) == [post.device]
    for other in (machine.device, paper):
        assert "请选择" in bring(desk, file_of(other.pk, record(plant["林涛"]))).content.decode()
    assert not Crossing.objects.exists()
