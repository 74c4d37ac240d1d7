"""What a supervisor is shown before he decides: which rules stand against it, who is left on the shifts."""

from collections.abc import Iterable
from dataclasses import dataclass
from itertools import islice

from portal.models import User
from staffing.models import StaffRequest
from staffing.requests import checking, gaps
from staffing.requests.checking import Against, Change, Situation


@dataclass(frozen=True)
class Judgement:
    breaches: tuple[Against, ...] = ()
    effects: tuple[gaps.Effect, ...] = ()

    @property
    def is_forbidden(self) -> bool:
        return any(breach.is_forbidden for breach in self.breaches)

    @property
    def needs_exception(self) -> bool:
        return any(breach.needs_exception for breach in self.breaches)

    @property
    def is_short(self) -> bool:
        return any(effect.is_short for effect in self.effects)


def judged(requests: Iterable[StaffRequest], *, reader: User | None) -> dict[int, Judgement]:
    """By the request's key, for those that are not decided yet; the facts are read once for all of them.

    `reader` is told no more than he may know.
    The requests come with both agents' user and team, and `shifts` with type and duty prefetched.
    """
    undecided = [request for request in requests if request.is_undecided]
    effects = gaps.effects_of(undecided)
    changes = {request.pk: _changes(request) for request in undecided}
    people = {change.agent.pk: change.agent for each in changes.values() for change in each}
    situation = None
    if people:
        days = [day for request in undecided for day in (request.first_on, request.last_on)]
        situation = Situation(people.values(), min(days), max(days), with_drafts=True)
    broken = [
        [
            each
            for change in changes[request.pk]
            for each in (situation.broken_by(change) if situation else ())
        ]
        for request in undecided
    ]
    told = iter(checking.read_by(reader, [each for one in broken for each in one]))
    return {
        request.pk: Judgement(tuple(islice(told, len(one))), tuple(effects.get(request.pk, ())))
        for request, one in zip(undecided, broken, strict=True)
    }


def _changes(request: StaffRequest) -> list[Change]:
    return checking.changes_of(request, [line for line in request.shifts.all() if not line.is_dropped])
