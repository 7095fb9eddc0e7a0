"""Signing in, locking out, idling out; roles given and taken."""

import re
import time

import pytest
from allauth.core.ratelimit import respond_429
from django.core.management import call_command
from django.db import IntegrityError, transaction
from django.urls import reverse
from django.utils import translation

from diba.plant import actions
from diba.plant.models import Account, Person, Record, Role, RoleGrant, Unit

from ..conftest import PASSWORD

LOGIN = "/accounts/login/"


def sign_in(client, name, password=PASSWORD):
    return client.post(LOGIN, {"login": name, "password": password})


@pytest.mark.parametrize("name", ["1000", "10000001000"])
def test_staff_number_and_phone_both_open_the_door(plant, client, name):
    plant.account("陈立")
    response = sign_in(client, name)
    assert response.status_code == 302
    assert client.get("/", follow=True).status_code == 200


def test_a_wrong_password_does_not_and_five_lock_the_door(plant, client):
    plant.account("陈立")
    for _ in range(5):
        assert sign_in(client, "1000", "wrong").status_code in (200, 403, 429)
    assert sign_in(client, "1000").status_code != 302
    assert "sessionid" not in client.cookies or client.get("/").status_code == 302


def test_a_closed_account_stays_outside_and_its_session_ends(plant, client, django_user_model):
    account = plant.account("陈立")
    sign_in(client, "1000")
    actions.close_account(account, by=None)
    assert "/accounts/login/" in client.get("/todo/")["Location"]
    assert sign_in(client, "1000").status_code != 302 or "inactive" in sign_in(client, "1000")["Location"]


def test_a_desk_left_alone_signs_itself_out(plant, client, settings):
    client = plant.signed_in(client, "陈立")
    client.get("/todo/")
    session = client.session
    session["seen"] = plant.now.timestamp() - settings.IDLE_LOGOUT - 1
    session.save()
    assert (
        client.get("/todo/")["Location"] == settings.LOGIN_URL or "/accounts/login/" in client.get("/todo/")["Location"]
    )


def test_passwords_have_rules(plant, client):
    client = plant.signed_in(client, "刘洋", Role.ADMINISTRATOR)
    for bad in ("short", "1234567890", "password123"):
        client.post(reverse("plant:accounts"), {"verb": "open", "open-person": plant["陈立"].pk, "open-password": bad})
    assert not Account.objects.filter(person=plant["陈立"]).exists()
    client.post(
        reverse("plant:accounts"), {"verb": "open", "open-person": plant["陈立"].pk, "open-password": "huanghe-2020-x"}
    )
    assert Account.objects.get(person=plant["陈立"]).must_change_password


def test_a_password_that_is_too_short_is_told_so_in_chinese_with_the_reason_for_choosing_one(plant, client):
    account = plant.account("陈立")
    account.must_change_password = True
    account.save()
    client.force_login(account, backend="diba.plant.login.StaffNumberOrPhone")
    data = {"oldpassword": PASSWORD, "password1": "x1", "password2": "x1"}
    page = client.post(reverse("account_change_password"), data).content.decode()
    assert "太短：至少 10 个字符。" in page and "您现在用的密码是别人给的" in page and "too short" not in page


def test_full_width_digits_sign_in_and_count_for_the_same_number(plant, client):
    name = plant.account("陈立").username
    wide = name.translate({ord(digit): ord(digit) + 0xFEE0 for digit in "0123456789"})
    assert wide != name
    assert client.post(LOGIN, {"login": wide, "password": PASSWORD}).status_code == 302
    client.logout()
    for each in (name, wide, name, wide, name):
        client.post(LOGIN, {"login": each, "password": "wrong"})
    client.post(LOGIN, {"login": name, "password": PASSWORD})
    assert "_auth_user_id" not in client.session


def test_the_menu_leads_the_administrator_to_the_accounts_and_the_auditor_to_the_record(plant, client):
    for name, role, address in (("刘洋", Role.ADMINISTRATOR, "accounts"), ("陈立", Role.AUDITOR, "record")):
        page = plant.signed_in(client, name, role).get(reverse("plant:register")).content.decode()
        menu = page[page.index("db-menu") : page.index("</details>")]
        assert page.count(menu) == 2, "a desk's screen shows one, a phone's the other"
        assert [reverse(f"plant:{each}") in menu for each in ("accounts", "record")] == [
            each == address for each in ("accounts", "record")
        ]


def test_the_address_of_a_button_answers_with_words_when_it_is_opened(plant, client):
    client = plant.signed_in(client, "刘洋", Role.ADMINISTRATOR)
    answer = client.get(reverse("plant:close_account", args=[plant.account("陈立").pk]))
    assert answer.status_code == 405 and "这个地址是一个按钮" in answer.content.decode() and answer["Allow"] == "POST"


def test_whoever_must_choose_a_new_password_does_so_first(plant, client):
    account = plant.account("陈立")
    account.must_change_password = True
    account.save()
    client.force_login(account, backend="diba.plant.login.StaffNumberOrPhone")
    assert client.get("/todo/")["Location"] == reverse("account_change_password")
    client.post(
        reverse("account_change_password"),
        {"oldpassword": PASSWORD, "password1": "xin-mima-2020", "password2": "xin-mima-2020"},
    )
    account.refresh_from_db()
    assert not account.must_change_password
    assert client.get("/todo/").status_code == 200


def test_a_chosen_password_leads_on_instead_of_back_to_the_form(plant, client):
    client = plant.signed_in(client, "陈立")
    data = {"oldpassword": PASSWORD, "password1": "xin-mima-2020", "password2": "xin-mima-2020"}
    assert client.post(reverse("account_change_password"), data)["Location"] == reverse("plant:home")


def test_sessions_are_listed_without_a_table_that_a_phone_would_cut(plant, client):
    browser = "Mozilla/5.0 (Linux; Android 10; HLK-AL00) AppleWebKit/537.36 Mobile Safari/537.36"
    client.post(LOGIN, {"login": plant.account("陈立").username, "password": PASSWORD}, HTTP_USER_AGENT=browser)
    page = client.get(reverse("usersessions_list"), HTTP_USER_AGENT=browser).content.decode()
    assert browser in page and "<table" not in page and "本机" in page


def test_too_many_requests_are_told_so_in_chinese_and_in_the_houses_look(rf):
    with translation.override("zh-hans"):
        response = respond_429(rf.get("/"))
    page = response.content.decode()
    assert response.status_code == 429 and "请等一分钟" in page and "db-account" in page


def test_a_role_given_and_taken_is_on_record(plant, client):
    client = plant.signed_in(client, "刘洋", Role.ADMINISTRATOR)
    account = plant.account("陈立")
    client.post(reverse("plant:accounts"), {"verb": "grant", "grant-account": account.pk, "grant-role": "planner"})
    grant = RoleGrant.objects.get(account=account)
    client.post(reverse("plant:end_grant", args=[grant.pk]))
    grant.refresh_from_db()
    assert grant.ended_at
    assert set(Record.objects.filter(object_id=str(account.pk)).values_list("verb", flat=True)) >= {
        "role.granted",
        "role.ended",
    }
    client.post(reverse("plant:accounts"), {"verb": "grant", "grant-account": account.pk, "grant-role": "cell_lead"})
    assert not RoleGrant.objects.filter(account=account, ended_at=None).exists(), "a cell lead needs a cell"


def first_password(page):
    return re.search(r"<b>([a-z2-9]{4}-[a-z2-9]{4}-[a-z2-9]{4})</b>", page.content.decode())[1]


def test_the_administrator_gives_a_forgotten_password_anew_and_it_must_be_changed(plant, client):
    forgetful = plant.account("陈立")
    other = type(client)()
    other.force_login(forgetful, backend="diba.plant.login.StaffNumberOrPhone")
    for _ in range(5):
        sign_in(type(client)(), "1000", "wrong")
    admin = plant.signed_in(client, "刘洋", Role.ADMINISTRATOR)
    page = admin.post(reverse("plant:renew_password", args=[forgetful.pk]))
    word = first_password(page)
    assert "no-store" in page["Cache-Control"]
    assert other.get("/todo/")["Location"].startswith("/accounts/login/"), "the old session has ended"
    fresh = type(client)()
    assert sign_in(fresh, "1000").status_code != 302, "the old password is gone"
    assert sign_in(fresh, "1000", word).status_code == 302, "the lock is open"
    assert fresh.get("/todo/")["Location"] == reverse("account_change_password")
    assert word not in " ".join(map(str, Record.objects.values_list("detail", flat=True)))
    assert Record.objects.filter(verb="account.renewed", object_id=str(forgetful.pk)).exists()
    own = Account.objects.get(person__name="刘洋")
    assert admin.post(reverse("plant:renew_password", args=[own.pk])).status_code == 302


def test_a_closed_account_is_opened_again_with_a_new_password(plant, client):
    account = plant.account("陈立")
    actions.close_account(account, by=None)
    admin = plant.signed_in(client, "刘洋", Role.ADMINISTRATOR)
    assert "重新开通" in admin.get(reverse("plant:accounts")).content.decode()
    word = first_password(admin.post(reverse("plant:renew_password", args=[account.pk])))
    assert sign_in(type(client)(), "1000", word).status_code == 302
    assert Record.objects.filter(verb="account.reopened").exists()


def test_accounts_for_all_who_have_none_come_with_a_list_shown_once(plant, client):
    admin = plant.signed_in(client, "刘洋", Role.ADMINISTRATOR)
    Person.objects.filter(name="孙志强").update(left_on=plant.today)
    cell = plant.cell("W01")
    cell.lead = plant["高建军"]
    cell.save()
    only = admin.get(reverse("plant:open_many"), {"unit": Unit.objects.get(code="D02").pk}).content.decode()
    assert "2 人没有账号" in only and "刘敏" in only and "高建军" not in only
    page = admin.post(reverse("plant:open_many")).content.decode()
    words = re.findall(r"<b>([a-z2-9-]{14})</b>", page)
    assert len(words) == len(set(words)) == 12 and "孙志强" not in page and "王芳" not in page
    assert Account.objects.count() == 13 and Account.objects.get(username="1002").must_change_password
    grant = RoleGrant.objects.get(account__username="1002")
    assert (grant.role, grant.unit) == (Role.CELL_LEAD, cell), "who leads a cell gets its role with the account"
    number, word = re.search(r'<td class="num">(1002)</td>.*?<b>([^<]*)</b>', page).groups()
    assert sign_in(type(client)(), number, word).status_code == 302
    again = admin.post(reverse("plant:open_many")).content.decode()
    assert not re.findall(r"<b>([a-z2-9-]{14})</b>", again)


@pytest.mark.parametrize("unit", ["9" * 30, "-1", "x" * 10_000, "1e999", "'; DROP TABLE plant_person; --", "😀"])
def test_a_forged_unit_opens_no_account(plant, client, unit):
    admin = plant.signed_in(client, "刘洋", Role.ADMINISTRATOR)
    for response in (
        admin.get(reverse("plant:open_many"), {"unit": unit}),
        admin.post(reverse("plant:open_many"), {"unit": unit}),
    ):
        assert response.status_code == 200 and "db-err" in response.content.decode()
    assert Account.objects.count() == 1


@pytest.mark.parametrize("address", ["plant:renew_password", "plant:open_many"])
def test_only_the_administrator_gives_first_passwords(plant, client, address):
    chen = plant.account("陈立")
    path = reverse(address, args=[chen.pk] if "renew" in address else [])
    before = Account.objects.get(username="1000").password
    for role in set(Role) - {Role.ADMINISTRATOR, Role.EMPLOYEE, Role.CELL_LEAD}:
        plant.account("刘洋").grants.all().delete()
        assert plant.signed_in(client, "刘洋", role).post(path).status_code == 403, role
    client.logout()
    assert "/accounts/login/" in client.post(path)["Location"]
    assert Account.objects.get(username="1000").password == before


def test_namesakes_are_told_apart_in_every_choice_of_a_person(plant, client):
    Person.objects.create(name="陈立", staff_no="7777", unit=Unit.objects.get(code="D02"))
    everything = plant.signed_in(client, "刘敏", Role.ADMINISTRATOR, Role.PLANNER, Role.DUTY_OFFICER)
    plant.account("周文斌")
    for path in (
        reverse("plant:accounts"),
        reverse("plant:absences"),
        reverse("plant:new", args=["certificates"]),
        reverse("plant:new", args=["people"]),
        reverse("plant:new", args=["units"]),
    ):
        page = everything.get(path).content.decode()
        assert "陈立 · 1000 · 运行分场</option>" in page and "陈立 · 7777 · 办公室</option>" in page, path
    assert "周文斌 · 1001 · 运行分场</option>" in everything.get(reverse("plant:accounts")).content.decode()


def test_nobody_signs_himself_up(client, db):
    assert client.post(
        "/accounts/signup/", {"username": "x", "password1": PASSWORD, "password2": PASSWORD}
    ).status_code in (200, 403)
    assert Account.objects.count() == 0


def test_an_unknown_name_takes_as_long_as_a_wrong_password(plant, client):
    from diba.plant.login import StaffNumberOrPhone

    plant.account("陈立")

    def taken(name):
        started = time.process_time()
        StaffNumberOrPhone().authenticate(None, name, "wrong-password")
        return time.process_time() - started

    taken("1000")
    known, unknown = min(taken("1000") for _ in range(3)), min(taken("9999") for _ in range(3))
    assert 0.3 < unknown / known < 3


def test_pages_carry_the_headers_that_keep_them_in_place(plant, client):
    response = plant.signed_in(client, "陈立").get("/todo/")
    policy = response["Content-Security-Policy"]
    assert "script-src 'self'" in policy and "unsafe" not in policy
    assert "no-store" in response["Cache-Control"]
    assert response["X-Frame-Options"] == "DENY"
    assert 'style="' not in response.content.decode()


def test_the_database_itself_keeps_a_grant_single(plant):
    account = plant.account("陈立", Role.PLANNER)
    plant.account("陈立", Role.CELL_LEAD, unit=plant.cell("W01"))
    for role, unit in ((Role.PLANNER, None), (Role.CELL_LEAD, plant.cell("W01"))):
        with pytest.raises(IntegrityError), transaction.atomic():
            RoleGrant.objects.create(account=account, role=role, unit=unit, granted_at=plant.now)
    RoleGrant.objects.filter(account=account, role=Role.PLANNER).update(ended_at=plant.now)
    actions.grant(account, Role.PLANNER)
    assert RoleGrant.objects.filter(account=account, role=Role.PLANNER).count() == 2


def test_the_framework_has_no_warning_about_the_tables(db):
    call_command("check", fail_level="WARNING")
    call_command("makemigrations", check=True, dry_run=True, verbosity=0)


def test_the_administrator_finds_accounts_by_role_and_saves_the_list(plant, client):
    plant.account("陈立", Role.PLANNER)
    plant.account("林涛", Role.HEALTH_OFFICER)
    client = plant.signed_in(client, "刘洋", Role.ADMINISTRATOR)

    def found(**query):
        return [str(row) for row in client.get(reverse("plant:accounts"), query).context["page"]]

    assert found(role="planner") == ["陈立"] and found(role="planner", q="林") == []
    assert len(found(role="nonsense")) == 0 and len(found()) >= 3
    lines = client.get(reverse("plant:accounts"), {"role": "planner", "format": "csv"}).content.decode().splitlines()
    assert len(lines) == 2 and "陈立" in lines[1] and "排班员" in lines[1]
    assert "没有符合条件的" in client.get(reverse("plant:accounts"), {"q": "查无"}).content.decode()
