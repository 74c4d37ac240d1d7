"""People's accounts: who may sign in, and by which password."""

from datetime import datetime

from django.conf import settings
from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext_lazy as _

from portal import audit, request_context, roles
from portal.choices import AuditAction, Role
from portal.errors import MissingInformation, NotAllowed
from portal.models import AuditEntry, User


def may_manage(user: User, *, by: User) -> None:
    """Raises NotAllowed unless `by` may change this account: a superuser's only another superuser may."""
    if by.is_superuser:
        return
    if not by.has_perm("portal.change_user"):
        raise NotAllowed(_("Only an administrator changes accounts."))
    if user.is_superuser:
        raise NotAllowed(_("Only a superuser changes a superuser."))


@transaction.atomic
def set_password(user: User, password: str, *, by: User, at: datetime) -> User:
    """Ends all sessions of the person. Raises: NotAllowed; MissingInformation for a weak password."""
    may_manage(user, by=by)
    if user.is_system:
        raise NotAllowed(_("A connected system has a token, no password."))
    return _write_password(user, password, by=by, at=at)


@transaction.atomic
def change_own_password(user: User, password: str, *, at: datetime) -> User:
    """Everybody may, whom the door has asked for the old one. Ends the person's other sessions.

    Raises: MissingInformation for a weak password.
    """
    return _write_password(user, password, by=user, at=at)


@transaction.atomic
def set_active(user: User, *, is_active: bool, by: User, at: datetime) -> User:
    """Let a person in or shut him out, from the next request on.

    Raises: NotAllowed; WrongState for the last administrator.
    """
    may_manage(user, by=by)
    roles.lock_administrators()
    before = User.objects.values_list("is_active", flat=True).get(pk=user.pk)
    if before != is_active:
        if before and user.has_role(Role.ADMINISTRATOR):
            roles.keep_an_administrator(without=user)
        user.is_active = is_active
        user.save(update_fields=["is_active"])
        audit.record(AuditAction.CHANGE, user, by=by, at=at, changes={"is_active": [before, is_active]})
    return user


@transaction.atomic
def set_superuser(user: User, *, is_superuser: bool, by: User, at: datetime) -> User:
    """Raises: NotAllowed; WrongState for the last administrator."""
    if not by.is_superuser:
        raise NotAllowed(_("Only a superuser makes superusers."))
    roles.lock_administrators()
    before = User.objects.values_list("is_superuser", flat=True).get(pk=user.pk)
    if before != is_superuser:
        if not is_superuser:
            roles.keep_an_administrator(without=user)
        user.is_superuser = is_superuser
        user.save(update_fields=["is_superuser"])
        changes = {"is_superuser": [before, is_superuser]}
        audit.record(AuditAction.CHANGE, user, by=by, at=at, changes=changes)
    return user


def record_failed_sign_in(user: User, *, at: datetime) -> None:
    """From one address as many as shut the person out there, and no more: the log cannot be flooded."""
    address = request_context.address()
    lately = AuditEntry.objects.of(user).filter(
        action=AuditAction.SIGN_IN_FAILED, address=address, at__gt=at - settings.AXES_COOLOFF_TIME
    )
    if lately.count() < settings.AXES_FAILURE_LIMIT:
        audit.record(AuditAction.SIGN_IN_FAILED, user, by=None, at=at)


def _write_password(user: User, password: str, *, by: User, at: datetime) -> User:
    try:
        validate_password(password, user)
    except ValidationError as error:
        told = " ".join(error.messages)
        raise MissingInformation(told, fields={"password": told}) from error
    user.set_password(password)
    user.save(update_fields=["password"])
    audit.record(AuditAction.SET_PASSWORD, user, by=by, at=at)
    return user
