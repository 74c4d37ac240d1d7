import pytest

from portal import users
from portal.choices import AuditAction, Role
from portal.errors import MissingInformation, NotAllowed, WrongState
from portal.models import AuditEntry
from tests.factories import NOW, UserFactory

pytestmark = pytest.mark.django_db

GOOD = "湖边的石头-1987"


@pytest.fixture
def chief():
    return UserFactory.create(roles=[Role.ADMINISTRATOR])


def test_an_administrator_sets_a_password_and_the_log_does_not_hold_it(chief):
    user = UserFactory.create()

    users.set_password(user, GOOD, by=chief, at=NOW)

    user.refresh_from_db()
    assert user.check_password(GOOD)
    entry = AuditEntry.objects.get()
    assert (entry.action, entry.changes) == (AuditAction.SET_PASSWORD, {})


@pytest.mark.parametrize("weak", ["123456", "password", "short"])
def test_a_weak_password_is_refused(chief, weak):
    with pytest.raises(MissingInformation) as refused:
        users.set_password(UserFactory.create(), weak, by=chief, at=NOW)
    assert "password" in refused.value.fields


def test_one_changes_ones_own_password_in_whatever_role():
    user = UserFactory.create(roles=[Role.HANDLER])

    users.change_own_password(user, GOOD, at=NOW)

    assert user.check_password(GOOD)
    entry = AuditEntry.objects.get()
    assert (entry.action, entry.actor) == (AuditAction.SET_PASSWORD, user)
    with pytest.raises(MissingInformation):
        users.change_own_password(user, "short", at=NOW)


def test_an_administrator_cannot_become_superuser_through_a_superusers_password(chief):  # X1
    above = UserFactory.create(is_superuser=True)

    with pytest.raises(NotAllowed):
        users.set_password(above, GOOD, by=chief, at=NOW)
    with pytest.raises(NotAllowed):
        users.set_active(above, is_active=False, by=chief, at=NOW)
    with pytest.raises(NotAllowed):
        users.set_superuser(chief, is_superuser=True, by=chief, at=NOW)


@pytest.mark.parametrize("role", [role for role in Role if role != Role.ADMINISTRATOR])
def test_no_other_role_changes_accounts(role):  # X1
    other = UserFactory.create(roles=[role])

    with pytest.raises(NotAllowed):
        users.set_password(UserFactory.create(), GOOD, by=other, at=NOW)
    with pytest.raises(NotAllowed):
        users.set_active(UserFactory.create(), is_active=False, by=other, at=NOW)


def test_a_connected_system_gets_no_password(chief):
    with pytest.raises(NotAllowed):
        users.set_password(UserFactory.create(is_system=True), GOOD, by=chief, at=NOW)


def test_shutting_somebody_out_ends_his_session_at_once(chief, client):
    user = UserFactory.create(roles=[Role.HANDLER])
    client.force_login(user)
    assert client.get("/admin/password_change/").status_code == 200

    users.set_active(user, is_active=False, by=chief, at=NOW)

    assert client.get("/admin/password_change/").status_code == 302
    assert AuditEntry.objects.of(user).get(action=AuditAction.CHANGE).changes == {"is_active": [True, False]}


def test_setting_what_is_set_leaves_no_row(chief):
    users.set_active(UserFactory.create(), is_active=True, by=chief, at=NOW)

    assert not AuditEntry.objects.exists()


def test_the_last_administrator_cannot_shut_himself_out(chief):
    with pytest.raises(WrongState):
        users.set_active(chief, is_active=False, by=chief, at=NOW)

    other = UserFactory.create(roles=[Role.ADMINISTRATOR])
    users.set_active(chief, is_active=False, by=other, at=NOW)
    with pytest.raises(WrongState):
        users.set_active(other, is_active=False, by=other, at=NOW)


def test_the_last_superuser_stays_unless_there_is_an_administrator():
    root = UserFactory.create(is_superuser=True)
    with pytest.raises(WrongState):
        users.set_superuser(root, is_superuser=False, by=root, at=NOW)

    UserFactory.create(roles=[Role.ADMINISTRATOR])
    users.set_superuser(root, is_superuser=False, by=root, at=NOW)
    root.refresh_from_db()
    assert not root.is_superuser
