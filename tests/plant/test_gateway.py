"""One gateway for a whole plant: limits count by account, and the client's address is the real one or the proxy's."""

import pytest
from django.core.exceptions import ImproperlyConfigured
from django.urls import reverse

from diba.plant.models import Record
from diba.web.proxies import behind, named
from tests.conftest import PASSWORD

LOGIN = "/accounts/login/"
GATEWAY = {"REMOTE_ADDR": "10.1.0.5"}


def sign_in(client, name, password=PASSWORD, **more):
    return type(client)().post(LOGIN, {"login": name, "password": password}, **{**GATEWAY, **more})


def through(client, *proxies):
    """Have the client's requests come in by the door that believes these proxies."""
    inner = client.handler
    door = behind(list(proxies), lambda environ, start: inner(environ))
    client.handler = lambda environ: door(environ, None)
    return client


def test_wrong_passwords_of_many_do_not_shut_out_the_others_behind_the_same_gateway(plant, client, settings):
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
    plant.account("陈立")
    for number in range(40):
        assert sign_in(client, f"no-{number}", "wrong").status_code == 200
    assert sign_in(client, "1000").status_code == 302


def test_forty_right_sign_ins_in_a_minute_from_one_address_are_let_in(plant, client, settings):
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
    plant.account("陈立")
    assert {sign_in(client, "1000").status_code for _ in range(40)} == {302}


def test_wrong_passwords_for_one_account_are_counted_wherever_they_come_from(plant, client):
    plant.account("陈立")
    for last in range(5):
        sign_in(client, "1000", "wrong", REMOTE_ADDR=f"10.2.0.{last}")
    assert sign_in(client, "1000", REMOTE_ADDR="10.3.0.1").status_code == 200, (
        "refused: the account is being guessed at"
    )


def test_three_hundred_wrong_passwords_in_a_minute_close_an_address(plant, client, settings):
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
    settings.AXES_ENABLED = False  # it counts in rows; here the ceiling of the address alone is asked about
    plant.account("陈立")
    for number in range(300):
        sign_in(client, f"no-{number}", "wrong")
    assert sign_in(client, "1000").status_code == 200
    assert sign_in(client, "1000", REMOTE_ADDR="10.3.0.1").status_code == 302


def test_what_is_asked_too_often_ends_on_our_own_page(plant, client):
    client = plant.signed_in(client, "陈立")
    new = {"oldpassword": "wrong", "password1": "xin-mima-2020", "password2": "xin-mima-2020"}
    pages = [client.post(reverse("account_change_password"), new) for _ in range(6)]
    assert [page.status_code for page in pages] == [200] * 5 + [429]
    assert "请等一分钟" in pages[-1].content.decode() and "db-account" in pages[-1].content.decode()


def noted_address(client, plant, **more):
    """Return the address in the record after somebody has changed something."""
    Record.objects.all().delete()
    plant.signed_in(client, "陈立").post(reverse("rosters:feeds"), {"words": "手机"}, **more)
    return Record.objects.get(verb="feed.made").address


@pytest.mark.parametrize(
    ("proxies", "remote", "forwarded", "noted"),
    [
        ([], "10.1.0.5", "172.16.3.4", "10.1.0.5"),
        (["10.1.0.5"], "10.1.0.5", "172.16.3.4", "172.16.3.4"),
        (["10.1.0.0/24"], "10.1.0.9", "6.6.6.6, 172.16.3.4, 10.1.0.5", "172.16.3.4"),
        (["10.1.0.5"], "192.168.7.7", "6.6.6.6", "192.168.7.7"),
    ],
    ids=["no proxy named", "a named proxy", "a forged address further left", "the header without the proxy"],
)
def test_the_record_has_the_real_address_and_no_header_forges_it(plant, client, proxies, remote, forwarded, noted):
    client = through(client, *proxies)
    assert noted_address(client, plant, REMOTE_ADDR=remote, HTTP_X_FORWARDED_FOR=forwarded) == noted


def test_the_limits_count_the_address_behind_the_proxy(plant, client):
    plant.account("陈立")
    client = through(client, "10.1.0.5")

    def asked(forwarded, password):
        data = {"login": "1000", "password": password}
        return client.post(LOGIN, data, REMOTE_ADDR="10.1.0.5", HTTP_X_FORWARDED_FOR=forwarded).status_code

    from axes.models import AccessAttempt

    asked("6.6.6.6, 172.16.3.4", "wrong")
    assert AccessAttempt.objects.get().ip_address == "172.16.3.4"


@pytest.mark.parametrize("text", ["*", "proxy.example", "10.1.0.0/99", "10.1.0.5 10.1.0.6"])
def test_a_proxy_that_is_no_address_stops_the_start(text):
    with pytest.raises(ImproperlyConfigured, match="DIBA_PROXIES"):
        named(text)


def test_proxies_are_named_with_commas():
    assert named(" 10.1.0.5, fd00::/8 ,") == ["10.1.0.5", "fd00::/8"]
