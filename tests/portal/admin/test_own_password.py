"""Everybody changes his own password, and it is written down as when another sets it."""

import pytest

from portal.choices import AuditAction, Role
from portal.models import AuditEntry
from tests.factories import UserFactory

pytestmark = pytest.mark.django_db
PAGE = "/admin/password_change/"
OLD, NEW = "湖边的石头-1987", "山上的松树-2031"


@pytest.fixture
def person(client):
    user = UserFactory.create(roles=[Role.HANDLER])
    user.set_password(OLD)
    user.save()
    client.force_login(user)
    return user


def change(client, *, old=OLD, new=NEW, again=NEW):
    return client.post(PAGE, {"old_password": old, "new_password1": new, "new_password2": again})


def written():
    return AuditEntry.objects.filter(action=AuditAction.SET_PASSWORD)


def test_changing_it_stands_in_the_log_without_the_password(client, person):  # X3
    answer = change(client)

    assert (answer.status_code, answer["Location"]) == (302, "/admin/password_change/done/")
    person.refresh_from_db()
    assert person.check_password(NEW)
    entry = written().get()
    assert (entry.actor, entry.object_id, entry.changes) == (person, str(person.pk), {})
    assert client.get(PAGE).status_code == 200


def test_other_sessions_of_the_person_end(client, person):
    other = type(client)()
    other.force_login(person)
    change(client)
    assert other.get(PAGE).status_code == 302


@pytest.mark.parametrize("wrong", [{"old": "x"}, {"again": "x"}, {"new": "123456", "again": "123456"}])
def test_what_is_refused_changes_and_records_nothing(client, person, wrong):
    assert change(client, **wrong).status_code == 200
    person.refresh_from_db()
    assert person.check_password(OLD)
    assert not written().exists()
