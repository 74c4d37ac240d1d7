from portal.models.audit import AuditEntry, AuditSeal
from portal.models.client import ApiClient, IdempotentReply
from portal.models.heartbeat import Heartbeat
from portal.models.outbox import Notice, OutboxMessage
from portal.models.transfer import TransferError, TransferJob
from portal.models.user import User

__all__ = [
    "ApiClient",
    "AuditEntry",
    "AuditSeal",
    "Heartbeat",
    "IdempotentReply",
    "Notice",
    "OutboxMessage",
    "TransferError",
    "TransferJob",
    "User",
]
