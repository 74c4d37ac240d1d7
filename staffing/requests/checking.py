"""Which rule of working time a request would break, for everybody whose shifts it changes.

Only what the request itself brings about counts: who has too little rest already may still swap elsewhere.
The facts of any number of people are read once, so that a list of requests asks no more than one of them.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date

from django.utils.translation import gettext

from portal.errors import WrongState
from portal.models import User
from staffing.choices import RequestKind, RuleCode, ShiftSide
from staffing.labour.breaches import Breach
from staffing.models import Agent, RequestShift, StaffRequest
from staffing.rule_checks import Facts, Proposed, told_to
from staffing.shifts import Span

MORE_IS_BETTER = frozenset({RuleCode.REST_DAY, RuleCode.REST_BETWEEN})


@dataclass(frozen=True)
class Change:
    """What becomes different for one agent: duties less, by their id, and shifts more."""

    agent: Agent
    without: frozenset[int] = frozenset()
    extra: tuple[Proposed, ...] = ()


@dataclass(frozen=True)
class Against:
    """A breach in the words that somebody may read. `sentence` is without the name."""

    text: str
    sentence: str
    article: str
    is_forbidden: bool
    needs_exception: bool

    def __str__(self) -> str:
        return self.text


class Situation:
    """The shifts of some people around a period, and the rules for them. Read once, asked often."""

    def __init__(
        self, agents: Iterable[Agent], first_on: date, last_on: date, *, with_drafts: bool = False
    ) -> None:
        """The agents come with user, team and its department. `with_drafts` for whoever plans."""
        self._facts = Facts(agents, first_on, last_on)
        if with_drafts:
            self._facts.read_planned()
        else:
            self._facts.read_published()
        self._before: dict[int, dict[str, Breach]] = {}

    def broken_by(self, change: Change) -> list[Breach]:
        """What is broken with the change and not without it, or broken more; in the order of days."""
        key = change.agent.pk
        if key not in self._before:
            self._before[key] = {breach.key: breach for breach in self._facts.breaches(of={key})}
        before = self._before[key]
        then = self._facts.supposing(extra=change.extra, without=change.without)
        return [
            breach
            for breach in then.breaches(of={key})
            if breach.key not in before or _is_worse(breach, before[breach.key])
        ]

    def paid_minutes(self, agent: Agent) -> int:
        """What the agent works in the days asked about."""
        first_on, last_on = self._facts.first_on, self._facts.last_on
        worked = self._facts.shifts[agent.pk]
        return sum(shift.paid_minutes for shift in worked if first_on <= shift.on <= last_on)

    def is_free(self, agent: Agent, span: Span) -> bool:
        """Nothing that the agent works has a moment in common with the span."""
        worked = self._facts.shifts[agent.pk]
        return not any(shift.starts_at < span.ends_at and shift.ends_at > span.starts_at for shift in worked)


def changes_of(request: StaffRequest, lines: Sequence[RequestShift]) -> list[Change]:
    """What a request changes, by agent: leave takes shifts away, which no rule forbids."""
    if request.kind == RequestKind.LEAVE:
        return []
    away = [line for line in lines if line.side == ShiftSide.GIVEN]
    come = [line for line in lines if line.side == ShiftSide.TAKEN]
    changes = [_change(request.agent, away, come)]
    if request.counterpart is not None:
        changes.append(_change(request.counterpart, come, away))
    return changes


def broken_by(
    request: StaffRequest, lines: Sequence[RequestShift], *, with_drafts: bool = False
) -> list[Breach]:
    """Which rules a request would break, for both sides."""
    changes = changes_of(request, lines)
    if not changes:
        return []
    days = [line.on for line in lines]
    situation = Situation([change.agent for change in changes], min(days), max(days), with_drafts=with_drafts)
    return [breach for change in changes for breach in situation.broken_by(change)]


def require_lawful(breaches: Iterable[Breach], *, by: User | None, is_excepted: bool) -> None:
    """Nothing that is forbidden is done; what needs an exception only where there is one.

    Raises: WrongState, which says each rule that stands against it; that a colleague is protected, and so
    perhaps why, only to whoever may know.
    """
    against = [
        breach for breach in breaches if breach.is_forbidden or (breach.needs_exception and not is_excepted)
    ]
    if not against:
        return
    text = "；".join(dict.fromkeys(each.text for each in read_by(by, against)))
    fields = {} if any(breach.is_forbidden for breach in against) else {"exception": text}
    raise WrongState(text, fields=fields)


def read_by(by: User | None, breaches: Sequence[Breach]) -> list[Against]:
    """The same in the same order; of a protection, who may not know of it reads only that it cannot be."""
    readable = breaches if by is None else told_to(by, breaches)
    return [_told(breach) if breach in readable else _hidden(breach) for breach in breaches]


def _told(breach: Breach) -> Against:
    return Against(str(breach), breach.sentence, breach.article, breach.is_forbidden, breach.needs_exception)


def _hidden(breach: Breach) -> Against:
    text = gettext("%(name)s cannot take this.") % {"name": breach.name}
    sentence = gettext("A rule of working time stands against it.")
    return Against(text, sentence, "", breach.is_forbidden, breach.needs_exception)


def _change(agent: Agent, away: Iterable[RequestShift], come: Iterable[RequestShift]) -> Change:
    without = frozenset(line.duty_id for line in away if line.duty_id)
    return Change(agent, without, tuple(Proposed(agent, line.shift_type, line.on) for line in come))


def _is_worse(breach: Breach, before: Breach) -> bool:
    if breach.code in MORE_IS_BETTER:
        return breach.measured < before.measured
    return breach.measured > before.measured
