import pytest
from django.contrib.auth.models import Group
from django.urls import reverse

from portal.choices import AuditAction, Role
from portal.models import AuditEntry, User
from tests.factories import UserFactory

pytestmark = pytest.mark.django_db

LIST = "/admin/portal/user/"
GOOD = "湖边的石头-1987"


@pytest.fixture
def chief(client):
    chief = UserFactory.create(roles=[Role.ADMINISTRATOR], language="en")
    client.force_login(chief)
    return chief


def page(user: User) -> str:
    return f"{LIST}{user.pk}/change/"


def facts(user: User, **changed) -> dict:
    return {
        "username": user.username,
        "name": user.name,
        "email": user.email,
        "language": user.language,
        "is_active": "on",
        "roles": [role for role in Role.values if role in user.role_codes],
    } | changed


@pytest.mark.usefixtures("chief")
def test_an_administrator_takes_somebody_on(client):  # X1
    facts = {
        "username": "lilei",
        "name": "李雷",
        "language": "zh-hans",
        "password": GOOD,
        "roles": ["handler"],
    }

    response = client.post(f"{LIST}add/", facts)

    assert response.status_code == 302
    user = User.objects.get(username="lilei")
    assert user.check_password(GOOD)
    assert user.has_role(Role.HANDLER)
    assert (user.is_staff, user.is_superuser) == (True, False)
    added = AuditEntry.objects.of(user).get(action=AuditAction.ADD)
    assert added.changes["name"] == [None, "李雷"]
    assert "password" not in added.changes


@pytest.mark.usefixtures("chief")
def test_a_weak_password_comes_back_on_the_form_and_nobody_was_made(client):
    response = client.post(
        f"{LIST}add/", {"username": "lilei", "name": "李雷", "language": "en", "password": "123456"}
    )

    assert response.status_code == 200
    assert "password" in response.context["errors"].as_data()[0].messages[0] or response.context["errors"]
    assert 'value="lilei"' in response.content.decode()
    assert not User.objects.filter(username="lilei").exists()


@pytest.mark.usefixtures("chief")
def test_changed_fields_stand_in_the_history_with_old_and_new(client):  # X3
    user = UserFactory.create(name="李雷", roles=[Role.HANDLER])

    client.post(page(user), facts(user, name="李蕾", roles=["handler", "trainer"]))

    changed = AuditEntry.objects.of(user).get(action=AuditAction.CHANGE)
    assert changed.changes == {"name": ["李雷", "李蕾"]}
    history = client.get(f"{LIST}{user.pk}/history/").content.decode()
    assert "李雷 → 李蕾" in history
    assert "Role granted" in history


def test_nobody_raises_himself_with_forged_fields(client, chief):  # X1
    forged = facts(chief, is_superuser="on", is_staff="on", groups=[Group.objects.get(name="director").pk])

    client.post(page(chief), forged)

    chief = User.objects.get(pk=chief.pk)
    assert not chief.is_superuser
    assert chief.role_codes == {"administrator"}


def test_a_refused_role_comes_back_on_the_form_with_what_was_typed(client, chief):
    response = client.post(page(chief), facts(chief, name="改名", roles=["administrator", "director"]))

    assert response.status_code == 200
    text = response.content.decode()
    assert "Nobody changes his own roles" in text
    assert "改名" in text
    assert User.objects.get(pk=chief.pk).name != "改名"


def test_the_last_administrator_is_not_locked_out_by_himself(client, chief):
    given = facts(chief)
    del given["is_active"]

    response = client.post(page(chief), given)

    assert "This is the last administrator" in response.content.decode()
    assert User.objects.get(pk=chief.pk).is_active


@pytest.mark.usefixtures("chief")
def test_a_superuser_can_be_looked_at_but_not_changed_by_an_administrator(client):  # X1
    above = UserFactory.create(is_superuser=True, name="超管")

    assert client.get(page(above)).status_code == 200
    assert client.post(page(above), facts(above, name="改名")).status_code == 403
    assert (
        client.post(f"{LIST}{above.pk}/set_password/", {"password": GOOD, "again": GOOD}).status_code == 403
    )


def test_a_superuser_makes_another_on_the_form(client):
    client.force_login(UserFactory.create(is_superuser=True))
    user = UserFactory.create()

    assert 'name="is_superuser"' in client.get(page(user)).content.decode()
    client.post(page(user), facts(user, is_superuser="on"))

    assert User.objects.get(pk=user.pk).is_superuser


@pytest.mark.usefixtures("chief")
def test_the_password_dialog_changes_nothing_until_it_is_posted_well(client):
    user = UserFactory.create()
    dialog = reverse("admin:portal_user_set_password", args=[user.pk])
    before = user.password

    assert client.get(dialog, {"password": GOOD, "again": GOOD, "_form_submitted": "on"}).status_code == 200
    client.post(dialog, {"password": GOOD, "again": "x", "_form_submitted": "on"})
    weak = client.post(dialog, {"password": "123456", "again": "123456", "_form_submitted": "on"})
    assert "This password is too" in weak.content.decode()
    assert User.objects.get(pk=user.pk).password == before

    done = client.post(dialog, {"password": GOOD, "again": GOOD, "_form_submitted": "on"})
    assert done["HX-Refresh"] == "true"
    assert User.objects.get(pk=user.pk).check_password(GOOD)


@pytest.mark.parametrize("role", [role for role in Role if role != Role.ADMINISTRATOR])
def test_no_other_role_changes_people_through_the_admin(client, role):  # X1
    user = UserFactory.create(name="原名")
    client.force_login(UserFactory.create(roles=[role]))

    assert client.post(page(user), facts(user, name="改名", roles=["director"])).status_code == 403
    assert client.post(f"{LIST}add/", {"username": "x", "name": "x"}).status_code == 403
    assert client.post(f"{LIST}{user.pk}/delete/", {"post": "yes"}).status_code == 403
    assert User.objects.get(pk=user.pk).name == "原名"


@pytest.mark.usefixtures("chief")
def test_the_list_asks_a_constant_number_of_questions(client, django_assert_max_num_queries):
    UserFactory.create_batch(3, roles=[Role.HANDLER])
    client.get(LIST)
    with django_assert_max_num_queries(15) as few:
        client.get(LIST)
    UserFactory.create_batch(30, roles=[Role.HANDLER, Role.TRAINER])
    with django_assert_max_num_queries(len(few)):
        client.get(LIST)


@pytest.mark.usefixtures("chief")
def test_accounts_of_connected_systems_are_not_among_the_people(client):
    system = UserFactory.create(is_system=True, name="商城系统")

    assert "商城系统" not in client.get(LIST).content.decode()
    assert client.get(page(system)).status_code == 302
