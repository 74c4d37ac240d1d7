"""Everything periodic. Each entry derives its work from the database, so a missed beat loses nothing."""

from typing import Any

SCHEDULE: dict[str, dict[str, Any]] = {
    "deliver-messages": {"task": "portal.deliver_messages", "schedule": 5.0},
    "sweep-transfers": {"task": "portal.sweep_transfers", "schedule": 15.0},
    "seal-audit": {"task": "portal.seal_audit", "schedule": 60.0},
    "dispatch-tickets": {"task": "complaints.dispatch_tickets", "schedule": 15.0},
    "watch-clocks": {"task": "complaints.watch_clocks", "schedule": 30.0},
    "return-silent-transfers": {"task": "complaints.return_silent_transfers", "schedule": 60.0},
    "settle-promises": {"task": "complaints.settle_promises", "schedule": 60.0},
    "watch-callbacks": {"task": "complaints.watch_callbacks", "schedule": 60.0},
    "expire-surveys": {"task": "complaints.expire_surveys", "schedule": 300.0},
}
