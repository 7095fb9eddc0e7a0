"""An administrator of one unit gives, ends and sees roles inside it, and none wider than his own."""

from datetime import timedelta

import pytest
from django.urls import reverse

from diba.plant import actions
from diba.plant.models import Account, Record, Role, RoleGrant, Unit

ACCOUNTS = "plant:accounts"


@pytest.fixture
def office(plant):
    return Unit.objects.get(code="D02")


@pytest.fixture
def admin(plant, client, office):
    """孙丽 administers the office alone; 刘敏 works there too, 陈立 does not."""
    plant.account("刘敏"), plant.account("陈立")
    return plant.signed_in(client, "孙丽", Role.ADMINISTRATOR, unit=office)


def give(client, account, role, unit=None, last_day=""):
    data = {"verb": "grant", "grant-account": account.pk, "grant-role": role, "grant-unit": unit.pk if unit else ""}
    return client.post(reverse(ACCOUNTS), {**data, "grant-last_day": last_day})


def given(account):
    return set(RoleGrant.objects.filter(account=account, ended_at=None).values_list("role", "unit__code"))


def test_he_gives_a_role_inside_his_unit(plant, admin, office):
    liu = plant.account("刘敏")
    assert give(admin, liu, Role.HEALTH_OFFICER, office).status_code == 302
    below = Unit.add(office, code="T9", name="文书班", kind="team")
    assert give(admin, liu, Role.PLANNER, below).status_code == 302
    assert given(liu) == {("health_officer", "D02"), ("planner", "T9")}


def test_a_role_given_until_a_day_is_shown_with_it_and_stops_by_itself(plant, client, admin, office):
    liu, until = plant.account("刘敏"), plant.today + timedelta(days=2)
    assert give(admin, liu, Role.PLANNER, office, until).status_code == 302
    assert f"至 {until}" in admin.get(reverse(ACCOUNTS)).content.decode()
    assert f"排班员 办公室 至 {until}" in admin.get(reverse(ACCOUNTS), {"format": "csv"}).content.decode()
    client.force_login(liu, backend="diba.plant.login.StaffNumberOrPhone")
    end = actions.day_start(until + timedelta(days=1))
    for moment, status in ((end - timedelta(seconds=1), 200), (end, 403)):
        with actions.clock.at(moment):
            assert client.get(reverse("plant:register")).status_code == status
            assert actions.has_role(Account.objects.get(pk=liu.pk), Role.PLANNER) is (status == 200)
    with actions.clock.at(end):
        chief = plant.account("韩冰", Role.ADMINISTRATOR)
        assert not actions.grants_in_hand(chief).filter(account=liu).exists()
        new = actions.grant(liu, Role.PLANNER, unit=office)
    old = RoleGrant.objects.filter(account=liu).exclude(pk=new.pk).get()
    assert (old.ended_at, new.ends_at) == (end, None)


def test_given_again_a_role_takes_the_new_end_and_stays_one(plant, admin, office):
    liu, later = plant.account("刘敏"), plant.today + timedelta(days=9)
    for last_day in (plant.today, later, later, ""):
        assert give(admin, liu, Role.PLANNER, office, last_day).status_code == 302
        assert RoleGrant.objects.get(account=liu).last_day == (last_day or None)
    assert Record.objects.filter(verb="role.granted", object_id=str(liu.pk)).count() == 3
    assert Record.objects.filter(verb="role.granted", detail__contains=f"ends_at={later}").exists()


def test_an_end_that_is_over_is_refused_beside_its_field_and_nothing_typed_is_lost(plant, admin, office):
    liu, over = plant.account("刘敏"), plant.today - timedelta(days=1)
    for last_day, words in ((over, "这一天已过"), ("2020-02-30", "db-err")):
        page = give(admin, liu, Role.PLANNER, office, last_day).content.decode()
        assert words in page and f'value="{last_day}"' in page and not given(liu)


def test_nobody_prolongs_his_own_administrators_role(plant, client, office):
    sun = plant.account("孙丽")
    actions.grant(sun, Role.ADMINISTRATOR, unit=office, last_day=plant.today)
    client = plant.signed_in(client, "孙丽")
    below = Unit.add(office, code="T9", name="文书班", kind="team")
    for unit in (office, below):
        page = give(client, sun, Role.ADMINISTRATOR, unit)
        assert page.status_code == 200 and "不能给自己管理员角色" in page.content.decode()
    assert RoleGrant.objects.get(account=sun).last_day == plant.today


@pytest.mark.parametrize("role", [Role.HEALTH_OFFICER, Role.DUTY_OFFICER, Role.CELL_LEAD])
def test_nobody_opens_the_health_of_others_to_himself_but_another_administrator_may(plant, client, role):
    sun = plant.account("孙丽", Role.ADMINISTRATOR)
    cell = plant.cell() if role == Role.CELL_LEAD else ""
    page = give(plant.signed_in(client, "孙丽"), sun, role, cell)
    assert page.status_code == 200 and "不能给自己能看他人健康信息的角色" in page.content.decode()
    assert not RoleGrant.objects.filter(account=sun, role=role).exists()
    give(plant.signed_in(client, "刘敏", Role.ADMINISTRATOR), sun, role, cell)
    assert RoleGrant.objects.filter(account=sun, role=role, granted_by=plant.account("刘敏")).exists()


@pytest.mark.parametrize("role", [Role.PLANNER, Role.HEALTH_OFFICER, Role.AUDITOR])
def test_only_an_administrator_gives_a_role_with_or_without_an_end(plant, client, office, role):
    liu, client = plant.account("刘敏"), plant.signed_in(client, "陈立", role)
    assert give(client, liu, Role.PLANNER, office, plant.today).status_code == 403 and not given(liu)


@pytest.mark.parametrize("code", [None, "D01", "W01"])
def test_he_gives_none_for_the_plant_or_another_unit(plant, admin, code):
    liu = plant.account("刘敏")
    page = give(admin, liu, Role.PLANNER, Unit.objects.get(code=code) if code else None)
    assert page.status_code == 200 and "db-err" in page.content.decode()
    assert not given(liu)


@pytest.mark.parametrize("role", [Role.AUDITOR, Role.DISPATCHER, Role.EDITOR, Role.GUARD])
def test_he_gives_no_role_whose_pages_are_of_the_whole_plant(plant, admin, office, role):
    liu = plant.account("刘敏")
    assert give(admin, liu, role, office).status_code == 200
    assert not given(liu)


def test_he_gives_nothing_to_an_account_outside_and_does_not_see_it(plant, admin, office):
    chen = plant.account("陈立")
    assert give(admin, chen, Role.PLANNER, office).status_code == 200
    assert not given(chen)
    page = admin.get(reverse(ACCOUNTS)).content.decode()
    assert "陈立" not in page and "刘敏" in page and "1 个账号" not in page
    found = admin.get(reverse(ACCOUNTS), {"q": "陈立"}).content.decode()
    assert "<td>陈立" not in found and "<td>刘敏" in admin.get(reverse(ACCOUNTS), {"q": "刘敏"}).content.decode()


def test_a_wider_role_of_a_colleague_is_neither_seen_nor_ended(plant, admin, office):
    liu = plant.account("刘敏", Role.DUTY_OFFICER)
    own = actions.grant(liu, Role.PLANNER, unit=office)
    wide = liu.grants.get(role=Role.DUTY_OFFICER)
    page = admin.get(reverse(ACCOUNTS)).content.decode()
    assert reverse("plant:end_grant", args=[own.pk]) in page
    assert reverse("plant:end_grant", args=[wide.pk]) not in page and "超出您的单位" in page
    assert admin.post(reverse("plant:end_grant", args=[wide.pk])).status_code == 404
    assert admin.post(reverse("plant:end_grant", args=[own.pk])).status_code == 302
    assert given(liu) == {("duty_officer", None)}


@pytest.mark.parametrize("address", ["plant:renew_password", "plant:close_account"])
def test_he_takes_over_no_account_that_has_more_than_he(plant, admin, address):
    liu = plant.account("刘敏")
    before = liu.password
    assert reverse(address, args=[liu.pk]) in admin.get(reverse(ACCOUNTS)).content.decode()
    actions.grant(liu, Role.ADMINISTRATOR)
    assert admin.post(reverse(address, args=[liu.pk])).status_code == 404
    assert admin.post(reverse(address, args=[plant.account("陈立").pk])).status_code == 404
    liu.refresh_from_db()
    assert liu.password == before and liu.is_active


@pytest.mark.parametrize("address", ["plant:renew_password", "plant:close_account"])
def test_of_a_plain_colleague_he_renews_and_closes(plant, admin, address):
    assert admin.post(reverse(address, args=[plant.account("刘敏").pk])).status_code in (200, 302)


def test_he_opens_accounts_for_his_people_alone(plant, client, office):
    admin = plant.signed_in(client, "孙丽", Role.ADMINISTRATOR, unit=office)
    data = {"verb": "open", "open-password": "huanghe-2020-x"}
    assert admin.post(reverse(ACCOUNTS), {**data, "open-person": plant["陈立"].pk}).status_code == 200
    assert admin.post(reverse(ACCOUNTS), {**data, "open-person": plant["刘敏"].pk}).status_code == 302
    assert set(Account.objects.values_list("person__name", flat=True)) == {"孙丽", "刘敏"}


def test_all_at_once_he_opens_those_of_his_unit(plant, client, office):
    admin = plant.signed_in(client, "孙丽", Role.ADMINISTRATOR, unit=office)
    page = admin.get(reverse("plant:open_many")).content.decode()
    assert "1 人没有账号" in page and "运行分场" not in page
    other = admin.post(reverse("plant:open_many"), {"unit": Unit.objects.get(code="D01").pk})
    assert "db-err" in other.content.decode() and Account.objects.count() == 1
    admin.post(reverse("plant:open_many"))
    assert set(Account.objects.values_list("person__name", flat=True)) == {"孙丽", "刘敏"}


def test_the_administrator_of_the_plant_has_everything_in_hand(plant, client, office):
    admin = plant.signed_in(client, "孙丽", Role.ADMINISTRATOR)
    chen = plant.account("陈立", Role.DUTY_OFFICER)
    assert give(admin, chen, Role.AUDITOR).status_code == 302
    assert give(admin, chen, Role.PLANNER, office).status_code == 302
    wide = chen.grants.get(role=Role.DUTY_OFFICER)
    assert admin.post(reverse("plant:end_grant", args=[wide.pk])).status_code == 302
    assert given(chen) == {("auditor", None), ("planner", "D02")}


def test_the_accounts_page_takes_the_same_number_of_queries_for_many(
    plant, admin, office, django_assert_max_num_queries
):
    from diba.plant.models import Person

    for number in range(20):
        person = Person.objects.create(name=f"文书{number}", staff_no=f"30{number:02d}", unit=office)
        actions.grant(actions.open_account(person, None), Role.PLANNER, unit=office)
    with django_assert_max_num_queries(24):
        admin.get(reverse(ACCOUNTS))


@pytest.mark.parametrize("role", [Role.PLANNER, Role.ADMINISTRATOR])
def test_a_workbook_is_brought_by_a_role_of_the_whole_plant_alone(plant, client, office, role):
    for path in ("plant:import", "plant:import_template"):
        assert plant.signed_in(client, "孙丽", role, unit=office).get(reverse(path)).status_code == 403
    assert "导入工作簿" not in client.get(reverse("plant:register")).content.decode()
    assert plant.signed_in(client, "刘敏", role).get(reverse("plant:import")).status_code == 200
