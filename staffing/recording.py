"""What the steps of staffing did, as rows of the audit log."""

from collections.abc import Mapping
from datetime import datetime

from django.db.models import Model

from portal import audit
from portal.choices import AuditAction
from portal.models import User

Changes = Mapping[str, tuple[object, object]]
"""Old and new value by field."""


def added(
    obj: Model, facts: Mapping[str, object], *, by: User | None, at: datetime, reason: str = ""
) -> None:
    changes = _plain({name: (None, value) for name, value in facts.items()})
    audit.record(AuditAction.ADD, obj, by=by, at=at, changes=changes, reason=reason)


def changed(obj: Model, changes: Changes, *, by: User | None, at: datetime, reason: str = "") -> None:
    audit.record(AuditAction.CHANGE, obj, by=by, at=at, changes=_plain(changes), reason=reason)


def removed(obj: Model, *, by: User | None, at: datetime, reason: str = "") -> None:
    """Before the row goes: afterwards it has no key to be named by."""
    audit.record(AuditAction.DELETE, obj, by=by, at=at, reason=reason)


def _plain(changes: Changes) -> audit.Changes:
    return {name: [audit.fact(None, value) for value in pair] for name, pair in changes.items()}
