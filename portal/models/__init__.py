from portal.models.audit import AuditEntry, AuditSeal
from portal.models.client import ApiClient, IdempotentReply
from portal.models.outbox import Notice, OutboxMessage
from portal.models.user import User

__all__ = [
    "ApiClient",
    "AuditEntry",
    "AuditSeal",
    "IdempotentReply",
    "Notice",
    "OutboxMessage",
    "User",
]
