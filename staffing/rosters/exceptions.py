"""What a roster breaks must be allowed by somebody with a reason, or the roster is not published."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from django.conf import settings
from django.utils.translation import ngettext, override

from portal.errors import WrongState
from portal.models import User
from staffing import recording
from staffing.labour.breaches import Breach
from staffing.models import Attendance, Roster, RuleException
from staffing.rosters.findings import findings_of
from staffing.rosters.grid import agents_of

TOLD = 3


@dataclass(frozen=True)
class Verdict:
    """The breaches of a plan: those that forbid publishing, those that ask for a reason, those only told.

    `granted` are the reasons that have been recorded, by the key of the breach.
    """

    forbidden: Sequence[Breach]
    to_except: Sequence[Breach]
    warnings: Sequence[Breach]
    granted: Mapping[str, str]

    @property
    def open(self) -> list[Breach]:
        """What still wants a reason."""
        return [breach for breach in self.to_except if breach.key not in self.granted]


def judge(roster: Roster) -> Verdict:
    """The whole plan, drafts included, against the rules."""
    breaches = findings_of(roster, agents_of(roster)).breaches
    to_except = [breach for breach in breaches if breach.needs_exception]
    forbidden = _still_to_be([breach for breach in breaches if breach.is_forbidden])
    told = [breach for breach in breaches if breach not in forbidden and breach not in to_except]
    return Verdict(forbidden, to_except, told, granted=_granted(roster, to_except))


def _still_to_be(breaches: Sequence[Breach]) -> list[Breach]:
    """Without those of shifts that were worked: what was, can be told, and not be forbidden any more."""
    keys = {shift.key for breach in breaches for shift in breach.shifts}
    worked = set(Attendance.objects.filter(duty__in=keys).values_list("duty", flat=True)) if keys else set()
    return [
        breach
        for breach in breaches
        if not breach.shifts or any(shift.key not in worked for shift in breach.shifts)
    ]


def settle(roster: Roster, reasons: Mapping[str, str], *, by: User | None, at: datetime) -> None:
    """Record the reasons given; the caller holds the roster.

    Raises: WrongState when something forbidden is left, or something without a reason.
    """
    verdict = judge(roster)
    if verdict.forbidden:
        raise WrongState(_forbidden(verdict.forbidden))
    given = {breach.key: reasons.get(breach.key, "").strip()[:200] for breach in verdict.to_except}
    missing = [breach for breach in verdict.open if not given[breach.key]]
    if missing:
        raise WrongState(_without_reason(missing))
    for breach in verdict.to_except:
        if given[breach.key] and given[breach.key] != verdict.granted.get(breach.key):
            grant(roster, breach, given[breach.key], by=by, at=at)


def grant(roster: Roster, breach: Breach, reason: str, *, by: User | None, at: datetime) -> None:
    """Record why this may be broken; the caller holds the roster, and has asked who may."""
    made, _is_new = RuleException.objects.update_or_create(
        roster=roster,
        rule=breach.code,
        agent_id=breach.worker,
        on=breach.on,
        defaults={"sentence": _sentence(breach), "reason": reason, "by": by, "at": at},
    )
    facts = {"rule": made.rule, "agent": made.agent_id, "on": made.on, "sentence": made.sentence}
    recording.added(made, facts, by=by, at=at, reason=reason)


def _granted(roster: Roster, breaches: Sequence[Breach]) -> dict[str, str]:
    """A reason holds for what it was given for: eleven hours of overtime are not excused by one for ten."""
    known = {(each.rule, each.agent_id, each.on): each for each in roster.exceptions.all()}
    found = {}
    for breach in breaches:
        each = known.get((breach.code, int(breach.worker), breach.on))
        if each is not None and each.sentence == _sentence(breach):
            found[breach.key] = each.reason
    return found


def _sentence(breach: Breach) -> str:
    """As it is kept: in the department's language, whoever publishes."""
    with override(settings.LANGUAGE_CODE):
        return str(breach)[:300]


def _forbidden(breaches: Sequence[Breach]) -> str:
    return ngettext(
        "What can never be stands in the way of publishing: %(breaches)s",
        "%(count)s breaches of what can never be stand in the way of publishing: %(breaches)s",
        len(breaches),
    ) % {"count": len(breaches), "breaches": _listed(breaches)}


def _without_reason(breaches: Sequence[Breach]) -> str:
    return ngettext(
        "A rule is broken without a recorded reason: %(breaches)s",
        "%(count)s rules are broken without a recorded reason: %(breaches)s",
        len(breaches),
    ) % {"count": len(breaches), "breaches": _listed(breaches)}


def _listed(breaches: Sequence[Breach]) -> str:
    more = len(breaches) - TOLD
    listed = "; ".join(str(breach) for breach in breaches[:TOLD])
    return f"{listed} …+{more}" if more > 0 else listed
