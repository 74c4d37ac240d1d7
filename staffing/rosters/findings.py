"""What a roster breaks and what it adds up to, read for some of its people."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field

from staffing import rule_checks
from staffing.labour.breaches import Breach
from staffing.labour.hours import Ledger
from staffing.models import Agent, Roster


@dataclass(frozen=True)
class Findings:
    """Breaches on the roster's days, and hours, overtime and rest of these days by agent."""

    breaches: Sequence[Breach] = ()
    ledgers: Mapping[int, Ledger] = field(default_factory=dict)


def findings_of(roster: Roster, agents: Iterable[Agent]) -> Findings:
    """Of the plan, drafts included. The agents come with user, team and department."""
    people, span = list(agents), (roster.first_on, roster.last_on)
    accounts = rule_checks.ledger_of(people, *span, with_drafts=True)
    return Findings(
        breaches=[breach for account in accounts for breach in account.breaches],
        ledgers={account.agent.pk: account.ledger for account in accounts},
    )
