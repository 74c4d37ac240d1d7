"""S5: of several who take an offer at one moment exactly one has it. With its control."""

from contextlib import nullcontext
from typing import Any

import pytest
from django.db.models import F

from portal.errors import AlreadyTaken
from staffing.choices import RequestState
from staffing.models import RequestShift, StaffRequest
from staffing.requests import deciding, swaps
from tests.complaints.test_races import MANY, Meeting, kinds, race
from tests.factories import NOW, AgentFactory
from tests.request_factories import ahead, given_away

pytestmark = pytest.mark.django_db(transaction=True)


def takers(team: Any) -> list[Any]:
    return [AgentFactory.create(team=team).user for _ in range(MANY)]


def test_of_eight_who_take_an_offer_one_has_it(agent):
    users, request = takers(agent.team), given_away(agent)

    outcomes = race(MANY, lambda n: swaps.accept(request, by=users[n], at=NOW))

    assert kinds(outcomes) == {"won": 1, AlreadyTaken.__name__: MANY - 1}
    winner = next(one for one in outcomes if isinstance(one, StaffRequest))
    kept = StaffRequest.objects.get()
    assert (kept.state, kept.counterpart, kept.revision) == (RequestState.WAITING, winner.counterpart, 2)


def test_without_the_condition_more_than_one_believes_to_have_it(agent, monkeypatch):
    """All have read that it is open before the first writes, and no condition stops the others."""
    users, request = takers(agent.team)[:2], given_away(agent)
    meeting = Meeting(2)

    def take(request: StaffRequest, taker: Any, *, at: Any, **_more: Any) -> None:
        meeting.wait()
        StaffRequest.objects.filter(pk=request.pk).update(
            state=RequestState.WAITING, counterpart=taker, answered_at=at, revision=F("revision") + 1
        )

    monkeypatch.setattr(swaps, "_take", take)
    # One transaction each would let SQLite and a stricter isolation say no instead of the condition.
    monkeypatch.setattr("django.db.transaction.Atomic", lambda *_a, **_k: nullcontext())

    outcomes = race(2, lambda n: swaps.accept.__wrapped__(request, by=users[n], at=NOW))

    assert kinds(outcomes) == {"won": 2}
    assert StaffRequest.objects.get().revision == 3


def test_of_an_approval_and_a_withdrawal_at_one_moment_one_counts(agent, supervisor):
    request = swaps.accept(given_away(agent), by=AgentFactory.create(team=agent.team).user, at=NOW)
    acts = [
        lambda: deciding.approve(request, by=supervisor, at=NOW),
        lambda: deciding.withdraw(request, by=agent.user, at=NOW),
    ]

    outcomes = race(2, lambda n: acts[n]())

    assert kinds(outcomes) == {"won": 1, "WrongState": 1}
    is_approved = StaffRequest.objects.get().state == RequestState.APPROVED
    assert agent.duties.published().exists() is not is_approved


def test_of_giving_back_and_asking_elsewhere_for_what_was_left_out_one_counts(agent):
    taker = AgentFactory.create(team=agent.team)
    given = [ahead(agent, days=1), ahead(agent, days=2)]
    asked = swaps.give_away(agent, given=given, to=taker, by=agent.user, at=NOW)
    kept = [line.pk for line in asked.shifts.all() if line.duty == given[0]]
    request = swaps.accept(asked, by=taker.user, at=NOW, only=kept)
    acts = [
        lambda: swaps.give_back(request, by=taker.user, at=NOW),
        lambda: swaps.give_away(agent, given=given[1:], by=agent.user, at=NOW),
    ]

    outcomes = race(2, lambda n: acts[n]())

    assert kinds(outcomes) == {"won": 1, AlreadyTaken.__name__: 1}
    assert RequestShift.objects.filter(duty=given[1], is_dropped=False).count() == 1


class Wanted:
    """A shift that two colleagues ask for at one moment."""

    def __init__(self, agent: Any, askers: int) -> None:
        self.duty = ahead(agent, days=3)
        self.askers = [AgentFactory.create(team=agent.team) for _ in range(askers)]
        self.given = [ahead(one, days=4) for one in self.askers]

    def ask(self, n: int) -> None:
        asker = self.askers[n]
        swaps.ask(asker, given=[self.given[n]], taken=[self.duty], by=asker.user, at=NOW)


def test_of_those_who_ask_for_one_shift_one_counts(agent):
    wanted = Wanted(agent, MANY)
    assert kinds(race(MANY, wanted.ask)) == {"won": 1, AlreadyTaken.__name__: MANY - 1}
    assert RequestShift.objects.filter(duty=wanted.duty).count() == 1


@pytest.mark.postgres
def test_without_the_colleagues_lock_two_ask_for_one_shift(agent, monkeypatch):
    wanted, meeting, offer = Wanted(agent, 2), Meeting(2), swaps._offer

    def late(*args: Any, **kwargs: Any) -> Any:
        meeting.wait()
        return offer(*args, **kwargs)

    monkeypatch.setattr(swaps, "_offer", late)
    monkeypatch.setattr(swaps, "_lock", lambda *_agents: None)
    assert kinds(race(2, wanted.ask)) == {"won": 2}
