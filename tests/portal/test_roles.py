"""Each role has exactly the declared rights, and nobody hands out what he lacks."""

from concurrent.futures import ThreadPoolExecutor
from threading import Barrier

import pytest
from django.contrib.auth.models import Group, Permission
from django.db import connection

from portal import roles
from portal.choices import AuditAction, Role
from portal.errors import DomainError, NotAllowed, WrongState
from portal.models import AuditEntry, User
from tests.factories import NOW, UserFactory


def rights_of(role: Role) -> set[str]:
    held = Permission.objects.filter(group__name=role).values_list("content_type__app_label", "codename")
    return {f"{app}.{codename}" for app, codename in held}


# What a role gives.


@pytest.mark.django_db
@pytest.mark.parametrize("role", Role)
def test_every_declared_right_exists_and_the_role_has_exactly_those(role):  # X1
    assert rights_of(role) == {f"{app}.{codename}" for app, codename in roles.declared()[role]}


@pytest.mark.django_db
def test_what_was_added_by_hand_is_taken_back_and_what_was_taken_is_given():
    group = Group.objects.get(name=Role.HANDLER)
    before = rights_of(Role.HANDLER)
    group.permissions.set(Permission.objects.filter(codename="change_user"))

    roles.sync()

    assert rights_of(Role.HANDLER) == before


@pytest.mark.django_db
def test_other_groups_are_left_alone():
    group = Group.objects.create(name="通讯录")
    group.permissions.set(Permission.objects.filter(codename="view_user"))

    roles.sync()

    assert group.permissions.count() == 1


@pytest.mark.django_db
def test_giving_rights_again_changes_nothing(django_assert_max_num_queries):
    roles.sync()
    with django_assert_max_num_queries(12) as queries:
        roles.sync()
    assert not any(query["sql"].startswith(("DELETE", "UPDATE")) for query in queries)


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("role", "right", "has"),
    [
        (Role.ADMINISTRATOR, "portal.change_user", True),
        (Role.ADMINISTRATOR, "complaints.view_ticket", False),
        (Role.ADMINISTRATOR, "portal.view_auditentry", False),
        (Role.AUDITOR, "portal.view_auditentry", True),
        (Role.AUDITOR, "complaints.view_message", False),
        (Role.DIRECTOR, "complaints.view_ticket", True),
        (Role.DIRECTOR, "complaints.change_ticket", False),
        (Role.SUPERVISOR, "complaints.assign_ticket", True),
        (Role.SUPERVISOR, "portal.change_user", False),
        (Role.HANDLER, "complaints.change_ticket", True),
        (Role.HANDLER, "complaints.export_ticket", False),
        (Role.HANDLER, "complaints.assign_ticket", False),
        (Role.TRAINER, "staffing.add_certificate", True),
        (Role.TRAINER, "complaints.view_ticket", False),
        (Role.INSPECTOR, "complaints.view_ticket", True),
        (Role.INSPECTOR, "complaints.change_ticket", False),
        (Role.FULFILMENT, "complaints.view_ticket", False),
    ],
)
def test_the_corners_of_least_privilege(role, right, has):  # X1
    assert UserFactory.create(roles=[role]).has_perm(right) is has


@pytest.mark.django_db
def test_nobody_may_delete_business_records_by_role():
    settings = ("calendarday", "calendarblackout", "minimumstaffing")
    deletable = {f"staffing.delete_{table}" for table in settings}
    for role in Role:
        assert {right for right in rights_of(role) if ".delete_" in right} <= deletable


# Who may hand one out.


@pytest.mark.django_db
def test_an_administrator_grants_and_revokes_with_a_row_for_each():
    chief, handler = UserFactory.create(roles=[Role.ADMINISTRATOR]), UserFactory.create()

    roles.grant(handler, Role.HANDLER, by=chief, at=NOW)
    assert handler.has_role(Role.HANDLER)
    assert handler.has_perm("complaints.change_ticket")
    roles.grant(handler, Role.HANDLER, by=chief, at=NOW)
    roles.revoke(handler, Role.HANDLER, by=chief, at=NOW)

    assert not handler.has_role(Role.HANDLER)
    assert not handler.has_perm("complaints.change_ticket")
    rows = AuditEntry.objects.of(handler).order_by("id").values_list("action", "changes")
    assert list(rows) == [
        (AuditAction.GRANT_ROLE, {"role": [None, "handler"]}),
        (AuditAction.REVOKE_ROLE, {"role": ["handler", None]}),
    ]


@pytest.mark.django_db
@pytest.mark.parametrize("role", [role for role in Role if role != Role.ADMINISTRATOR])
def test_no_other_role_hands_out_roles(role):  # X1
    with pytest.raises(NotAllowed):
        roles.grant(UserFactory.create(), Role.HANDLER, by=UserFactory.create(roles=[role]), at=NOW)


@pytest.mark.django_db
def test_nobody_changes_his_own_roles():  # X1
    chief = UserFactory.create(roles=[Role.ADMINISTRATOR])
    UserFactory.create(roles=[Role.ADMINISTRATOR])

    with pytest.raises(NotAllowed):
        roles.grant(chief, Role.SUPERVISOR, by=chief, at=NOW)
    with pytest.raises(NotAllowed):
        roles.revoke(chief, Role.ADMINISTRATOR, by=chief, at=NOW)


@pytest.mark.django_db
def test_who_may_change_users_without_being_administrator_grants_only_what_he_has():  # X1
    clerk = UserFactory.create(roles=[Role.HANDLER])
    clerk.user_permissions.set(Permission.objects.filter(codename="change_user"))
    clerk = User.objects.get(pk=clerk.pk)

    roles.grant(UserFactory.create(), Role.HANDLER, by=clerk, at=NOW)
    for role in (Role.SUPERVISOR, Role.ADMINISTRATOR, Role.AUDITOR):
        with pytest.raises(NotAllowed):
            roles.grant(UserFactory.create(), role, by=clerk, at=NOW)


@pytest.mark.django_db
def test_a_superuser_is_out_of_an_administrators_reach():
    chief = UserFactory.create(roles=[Role.ADMINISTRATOR])

    with pytest.raises(NotAllowed):
        roles.grant(UserFactory.create(is_superuser=True), Role.HANDLER, by=chief, at=NOW)


@pytest.mark.django_db
def test_a_connected_system_holds_no_role():
    with pytest.raises(NotAllowed):
        roles.grant(
            UserFactory.create(is_system=True), Role.HANDLER, by=UserFactory.create(is_superuser=True), at=NOW
        )


@pytest.mark.django_db
def test_the_last_administrator_stays():
    first = UserFactory.create(roles=[Role.ADMINISTRATOR])
    gone = UserFactory.create(roles=[Role.ADMINISTRATOR], is_active=False)
    clerk = UserFactory.create(roles=[Role.ADMINISTRATOR])

    roles.revoke(clerk, Role.ADMINISTRATOR, by=first, at=NOW)
    roles.revoke(gone, Role.ADMINISTRATOR, by=first, at=NOW)
    clerk.user_permissions.set(Permission.objects.all())
    clerk = User.objects.get(pk=clerk.pk)
    with pytest.raises(WrongState):
        roles.revoke(first, Role.ADMINISTRATOR, by=clerk, at=NOW)


def revoke_each_other() -> list[bool]:
    """Two administrators at once; True where it succeeded."""
    pair = [UserFactory.create(roles=[Role.ADMINISTRATOR]) for _ in range(2)]
    start = Barrier(2)

    def run(mine: int) -> bool:
        by, other = (User.objects.get(pk=pair[index].pk) for index in (mine, 1 - mine))
        assert by.has_perm("portal.change_user")  # Read before the other can take it away.
        start.wait(timeout=10)
        try:
            roles.revoke(other, Role.ADMINISTRATOR, by=by, at=NOW)
        except DomainError:
            return False
        finally:
            connection.close()
        return True

    with ThreadPoolExecutor(2) as pool:
        return list(pool.map(run, range(2)))


@pytest.mark.django_db(transaction=True)
def test_two_administrators_who_revoke_each_other_do_not_both_succeed():
    assert sorted(revoke_each_other()) == [False, True]
    assert User.objects.filter(groups__name=Role.ADMINISTRATOR).count() == 1


@pytest.mark.postgres
@pytest.mark.django_db(transaction=True)
def test_the_control_without_the_lock_leaves_no_administrator(monkeypatch):
    meet = Barrier(2)
    keep = roles.keep_an_administrator

    def keep_then_meet(*, without: User) -> None:
        keep(without=without)
        meet.wait(timeout=10)

    monkeypatch.setattr(roles, "_locked", lambda role: Group.objects.get(name=role))
    monkeypatch.setattr(roles, "keep_an_administrator", keep_then_meet)

    assert revoke_each_other() == [True, True]
    assert not User.objects.filter(groups__name=Role.ADMINISTRATOR).exists()
