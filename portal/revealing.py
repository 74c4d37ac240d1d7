"""Personal data is masked everywhere; this shows one value of one record, for a reason, and records it."""

from datetime import datetime

from django.db import transaction
from django.db.models import Model
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import override

from portal import audit, outbox, policy
from portal.choices import AuditAction, MessageChannel, RevealReason, Role
from portal.errors import MissingInformation, NotAllowed
from portal.models import AuditEntry, User
from portal.privacy import PersonalTextField


def reveal(obj: Model, field: str, *, by: User, at: datetime, reason: str, text: str) -> str:
    """The clear value of a personal field. The row is committed before the value leaves.

    Whether this person may see this record's data is the caller's question; the door must be a POST.
    Source: GB/T 35273-2020, 7.1 d; at most REVEALS_PER_DAY a day and person.
    Raises: MissingInformation without a reason of the list and a text; NotAllowed beyond the quota.
    """
    if not isinstance(obj._meta.get_field(field), PersonalTextField):
        raise TypeError(f"{field} is not a personal field.")
    _need(reason, text)
    with transaction.atomic(durable=True):
        _count_one_more(by, at)
        changes = {"field": field, "reason": reason}
        audit.record(AuditAction.REVEAL, obj, by=by, at=at, changes=changes, reason=text.strip())
    value: str = getattr(obj, field)
    return value


def left_today(user: User, *, at: datetime) -> int:
    """How many more values this person may have shown today."""
    return max(0, policy.REVEALS_PER_DAY - _shown_today(user, at))


def _need(reason: str, text: str) -> None:
    if reason not in RevealReason.values:
        raise MissingInformation(
            _("Choose why you need it."), fields={"reason": _("Choose why you need it.")}
        )
    if not text.strip():
        raise MissingInformation(
            _("Say what you need it for."), fields={"text": _("Say what you need it for.")}
        )


def _count_one_more(by: User, at: datetime) -> None:
    """The person's own row is locked, so that two windows do not both take the last one."""
    User.objects.select_for_update().get(pk=by.pk)
    shown = _shown_today(by, at)
    if shown >= policy.REVEALS_PER_DAY:
        raise NotAllowed(
            _("You have had %(count)s values shown today; no more until tomorrow.") % {"count": shown}
        )
    if shown == policy.REVEALS_PER_DAY - 1:
        _tell_auditors(by, at)


def _shown_today(user: User, at: datetime) -> int:
    midnight = timezone.localtime(at).replace(hour=0, minute=0, second=0, microsecond=0)
    shown = AuditEntry.objects.filter(actor=user, action=AuditAction.REVEAL, at__gte=midnight, at__lte=at)
    return shown.count()


def _tell_auditors(by: User, at: datetime) -> None:
    for auditor in User.objects.filter(is_active=True, groups__name=Role.AUDITOR):
        with override(auditor.language):
            subject = _("%(name)s has used up today's quota of personal data.") % {"name": by}
        outbox.post(
            key=f"reveals:{by.pk}:{timezone.localdate(at)}:{auditor.pk}",
            channel=MessageChannel.PORTAL,
            subject=subject,
            user=auditor,
            due_at=at,
            at=at,
        )
