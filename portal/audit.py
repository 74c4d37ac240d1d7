"""The audit log: one row for each act, written in the transaction of the act, only ever added."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from django.apps import apps
from django.db.models import Field, Model
from django.utils.functional import Promise
from django.utils.text import capfirst

from portal import privacy, request_context
from portal.choices import AuditAction
from portal.models import AuditEntry, User

Changes = Mapping[str, Any]
"""What changed, by field: [old, new]. Written by `portal.audit.fact`, so that nothing personal is in it."""


def record(
    action: AuditAction,
    obj: Model | type[Model],
    *,
    by: User | None,
    at: datetime,
    changes: Changes | None = None,
    reason: str = "",
    address: str | None = None,
) -> AuditEntry:
    """Add one row, in the caller's transaction: the act and its record exist both or neither.

    `by` is None for the system; `address` defaults to that of the present request. A class as `obj` stands
    for many of its objects (an export).
    """
    is_one = isinstance(obj, Model)
    return AuditEntry.objects.create(
        at=at,
        actor=by,
        actor_roles=",".join(sorted(by.role_codes)) if by else "",
        address=address or request_context.address(),
        action=action,
        object_type=obj._meta.label_lower,
        object_id=str(obj.pk) if is_one else "",
        object_label=str(obj if is_one else obj._meta.verbose_name_plural)[:200],
        changes=dict(changes or {}),
        reason=reason,
    )


def kind_name(object_type: str) -> str:
    """ "portal.user" -> "User", in the reader's language; of what is gone, its old name."""
    try:
        return capfirst(str(apps.get_model(object_type)._meta.verbose_name))
    except (LookupError, ValueError):
        return object_type


def fact(field: "Field[Any, Any] | None", value: object) -> object:
    """A value as the log may keep it: plain, and masked if its field is personal or secret."""
    if isinstance(field, privacy.PersonalTextField):
        return privacy.mask_text(str(value or ""))
    if field is not None and field.name == "password":
        return "***"
    return _plain(value)


def _plain(value: object) -> object:
    if value is None or isinstance(value, bool | int | float | str):
        return value
    if isinstance(value, Model | Promise):
        return str(value)
    if isinstance(value, Mapping):
        return {str(key): _plain(item) for key, item in value.items()}
    if hasattr(value, "__iter__"):
        return [_plain(item) for item in value]
    return str(value)
