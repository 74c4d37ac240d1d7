"""Roles: groups of fixed names, each with exactly the permissions that the apps declare for it.

Every app says in its `permissions.py` what its tables give to each role. Who may hand out roles:
- nobody without the permission to change users, and nobody to himself;
- an administrator every role; anybody else only roles of which he has every permission himself;
- a superuser everything. Nobody is made superuser here.
"""

from collections import defaultdict
from collections.abc import Mapping
from datetime import datetime
from importlib import import_module

from django.apps import apps
from django.contrib.auth.models import Group, Permission
from django.db import transaction
from django.db.models import Q
from django.utils.module_loading import module_has_submodule
from django.utils.translation import gettext_lazy as _

from portal import audit
from portal.choices import AuditAction, Role
from portal.errors import NotAllowed, WrongState
from portal.models import User


def declared() -> Mapping[Role, frozenset[tuple[str, str]]]:
    """Role -> (app, codename) as all apps declare them."""
    found: defaultdict[Role, set[tuple[str, str]]] = defaultdict(set)
    for app in apps.get_app_configs():
        if app.module and module_has_submodule(app.module, "permissions"):
            module = import_module(f"{app.name}.permissions")
            for role, codenames in getattr(module, "ROLE_PERMISSIONS", {}).items():
                found[role] |= {(app.label, codename) for codename in codenames}
    return {role: frozenset(found[role]) for role in Role}


@transaction.atomic
def sync() -> None:
    """Make the groups, and give each exactly what is declared, as far as it exists. Again changes nothing."""
    rights = {
        (app, codename): pk
        for pk, app, codename in Permission.objects.values_list("pk", "content_type__app_label", "codename")
    }
    Group.objects.bulk_create([Group(name=role.value) for role in Role], ignore_conflicts=True)
    groups = dict(Group.objects.filter(name__in=Role.values).values_list("name", "pk"))
    wanted = {
        (groups[role], rights[name]) for role, names in declared().items() for name in names if name in rights
    }
    given = Group.permissions.through.objects.filter(group__in=groups.values())
    held = {(group, right): pk for pk, group, right in given.values_list("pk", "group_id", "permission_id")}
    given.filter(pk__in=[pk for pair, pk in held.items() if pair not in wanted]).delete()
    Group.permissions.through.objects.bulk_create(
        Group.permissions.through(group_id=group, permission_id=right)
        for group, right in wanted - held.keys()
    )


@transaction.atomic
def grant(user: User, role: Role, *, by: User, at: datetime) -> User:
    """Give a person a role; one he has already is no change. Raises: NotAllowed."""
    may_hand_out(role, to=user, by=by)
    if role not in user.role_codes:
        user.groups.add(_locked(role))
        _forget(user)
        audit.record(AuditAction.GRANT_ROLE, user, by=by, at=at, changes={"role": [None, role.value]})
    return user


@transaction.atomic
def revoke(user: User, role: Role, *, by: User, at: datetime) -> User:
    """Take a role from a person. Raises: NotAllowed; WrongState for the last administrator."""
    may_hand_out(role, to=user, by=by)
    group = _locked(role)
    _forget(user)
    if role in user.role_codes:
        if role == Role.ADMINISTRATOR and user.is_active:
            keep_an_administrator(without=user)
        user.groups.remove(group)
        _forget(user)
        audit.record(AuditAction.REVOKE_ROLE, user, by=by, at=at, changes={"role": [role.value, None]})
    return user


def may_hand_out(role: Role, *, to: User, by: User) -> None:
    """Raises NotAllowed unless `by` may give this role to, or take it from, that person."""
    if to.is_system:
        raise NotAllowed(_("A connected system acts by its scopes; it holds no role."))
    if by.is_superuser:
        return
    if not by.has_perm("portal.change_user"):
        raise NotAllowed(_("Only an administrator hands out roles."))
    if by.pk == to.pk:
        raise NotAllowed(_("Nobody changes his own roles: ask another administrator."))
    if to.is_superuser:
        raise NotAllowed(_("Only a superuser changes a superuser."))
    if not (by.has_role(Role.ADMINISTRATOR) or _has_all(by, role)):
        raise NotAllowed(
            _("You cannot hand out the role “%(role)s”: you lack rights that it gives.")
            % {"role": role.label}
        )


def keep_an_administrator(*, without: User) -> None:
    """The portal must not be left without an active administrator or superuser besides this one.

    Call it with the administrators locked, so that two who take the role from each other at once cannot
    both succeed. Raises: WrongState.
    """
    keeps = Q(groups__name=Role.ADMINISTRATOR) | Q(is_superuser=True)
    if not User.objects.filter(keeps, is_active=True).exclude(pk=without.pk).exists():
        raise WrongState(_("This is the last administrator; name another one first."))


def lock_administrators() -> None:
    _locked(Role.ADMINISTRATOR)


def _locked(role: Role) -> Group:
    return Group.objects.select_for_update().get(name=role)


def _has_all(by: User, role: Role) -> bool:
    return by.has_perms([f"{app}.{codename}" for app, codename in declared()[role]])


def _forget(user: User) -> None:
    """Roles and permissions are read once per request; after a change they are read anew."""
    for cached in ("_role_codes", "_perm_cache", "_group_perm_cache", "_user_perm_cache"):
        user.__dict__.pop(cached, None)
