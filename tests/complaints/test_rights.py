"""Who may act on a ticket at all. # C12 X1"""

from datetime import timedelta

import pytest

from complaints import callbacks, classification, closing, handling
from complaints.choices import AttemptResult, CallbackPurpose, Kind, Severity
from portal.choices import Role
from portal.errors import NotAllowed
from tests.factories import NOW, UserFactory, resolved_ticket, standard_policy

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize("role", [Role.INSPECTOR, Role.AUDITOR])
@pytest.mark.parametrize(
    "act",
    [
        lambda ticket, by: classification.classify(ticket, severity=Severity.CRISIS, by=by, at=NOW),
        lambda ticket, by: handling.note(ticket, text="看过了", by=by, at=NOW),
        lambda ticket, by: handling.hear(ticket, text="在吗", by=by, at=NOW),
        lambda ticket, by: closing.reopen(ticket, reason="不满意", by=by, at=NOW),
        lambda ticket, by: callbacks.log_attempt(
            ticket.callbacks.get(), result=AttemptResult.NO_ANSWER, by=by, at=NOW
        ),
        lambda ticket, by: callbacks.schedule(
            customer=ticket.customer,
            purpose=CallbackPurpose.PROACTIVE,
            due_at=NOW + timedelta(hours=1),
            by=by,
            at=NOW,
        ),
    ],
    ids=["classify", "note", "hear", "reopen", "call", "schedule"],
)
def test_whoever_only_looks_on_acts_on_nothing(role, act):
    standard_policy()
    ticket = resolved_ticket(kind=Kind.COMPLAINT)
    with pytest.raises(NotAllowed):
        act(ticket, UserFactory.create(roles=[role]))
