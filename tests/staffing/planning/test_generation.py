"""S8: a run is asked for, claimed by one worker, stopped, ended; the roster stays as it is."""

import threading
from datetime import timedelta

import pytest
from django.db import IntegrityError, connection, connections, transaction

from portal.errors import AlreadyTaken, MissingInformation, NotAllowed, WrongState
from portal.models import OutboxMessage
from staffing.choices import ProposalKind, RunKind, RunState
from staffing.models import RosterProposal, RosterRun
from staffing.planning import generation, policy
from staffing.planning.generation import LeaseLost
from staffing.planning.weights import Weights
from tests.factories import NOW, DutyFactory, RosterFactory, TeamFactory
from tests.roster_factories import NEXT_MONDAY

LATER = NOW + policy.LEASE + timedelta(seconds=1)


@pytest.fixture
def next_week(agent):
    """Of the supervisor's team."""
    return RosterFactory.create(team=agent.team, first_on=NEXT_MONDAY)


def ask(roster, **options):
    return generation.ask(roster, **{"by": None, "at": NOW} | options)


def proposal(run):
    return RosterProposal(run=run, kind=ProposalKind.BALANCED)


@pytest.mark.django_db
def test_the_weights_stay_with_the_roster(next_week, supervisor):
    run = ask(next_week, by=supervisor, weights=Weights(wishes=5), seed=7)
    next_week.refresh_from_db()
    assert next_week.weights == {"cover": 3, "wishes": 5, "fairness": 3, "pattern": 3}
    assert (run.state, run.seed, run.asked_by, run.weights) == (
        RunState.QUEUED, 7, supervisor, next_week.weights,
    )  # fmt: skip


@pytest.mark.django_db
def test_only_who_plans_the_team_has_it_planned_or_stopped(next_week, agent, stranger):
    for by in (agent.user, stranger.user):
        with pytest.raises(NotAllowed):
            ask(next_week, by=by)
    run = ask(next_week)
    with pytest.raises(NotAllowed):
        generation.stop(run, by=agent.user, at=NOW)


@pytest.mark.django_db
def test_a_roster_is_planned_once_at_a_time(next_week):
    ask(next_week)
    with pytest.raises(AlreadyTaken):
        ask(next_week)
    with pytest.raises(IntegrityError), transaction.atomic():
        RosterRun.objects.create(roster=next_week, asked_at=NOW)


@pytest.mark.django_db
def test_a_roster_that_is_over_is_not_planned(next_week):
    with pytest.raises(WrongState):
        ask(next_week, at=NOW + timedelta(days=30))


@pytest.mark.django_db
def test_a_search_has_an_end(next_week):
    with pytest.raises(MissingInformation):
        ask(next_week, seconds=policy.MOST_SECONDS + 1)


@pytest.mark.django_db
def test_a_run_is_in_one_hand_until_its_lease_is_over(next_week):
    run = ask(next_week)
    mine = generation.claim(run.pk, at=NOW)
    assert (mine.state, mine.attempts) == (RunState.RUNNING, 1)
    assert generation.claim(run.pk, at=NOW) is None
    assert generation.due(NOW) == []
    assert generation.due(LATER) == [run.pk]
    other = generation.claim(run.pk, at=LATER)
    assert other.attempts == 2
    with pytest.raises(LeaseLost):
        generation.report(mine, at=LATER, progress={"percent": 50})
    with pytest.raises(LeaseLost):
        generation.finish(mine, [proposal(mine)], at=LATER)
    assert not RosterProposal.objects.exists()


@pytest.mark.django_db
def test_a_report_holds_the_lease(next_week):
    run = generation.claim(ask(next_week).pk, at=NOW)
    assert generation.report(run, at=LATER, progress={"percent": 50})
    assert generation.due(LATER + policy.LEASE - timedelta(seconds=1)) == []


@pytest.mark.django_db
def test_what_came_of_it_is_told_to_whoever_asked(next_week, supervisor):
    run = generation.claim(ask(next_week, by=supervisor).pk, at=NOW)
    generation.finish(run, [proposal(run)], at=NOW)
    run.refresh_from_db()
    assert (run.state, run.finished_at, run.leased_until) == (RunState.DONE, NOW, None)
    assert f"/{run.pk}/" in OutboxMessage.objects.get(user=supervisor).link


@pytest.mark.django_db
def test_a_failure_is_there_to_be_seen(next_week, supervisor):
    run = generation.claim(ask(next_week, by=supervisor).pk, at=NOW)
    generation.fail(run, "没有班次", at=NOW)
    run.refresh_from_db()
    assert (run.state, run.failure) == (RunState.FAILED, "没有班次")
    assert OutboxMessage.objects.filter(user=supervisor).exists()
    ask(next_week)  # Another may begin.


@pytest.mark.django_db
def test_a_run_that_waits_is_stopped_at_once_one_that_works_is_told(next_week):
    waiting = generation.stop(ask(next_week), by=None, at=NOW)
    assert waiting.state == RunState.STOPPED
    assert generation.claim(waiting.pk, at=NOW) is None
    run = generation.claim(ask(next_week).pk, at=NOW)
    assert generation.stop(run, by=None, at=NOW).state == RunState.RUNNING
    assert generation.report(run, at=NOW) is False
    generation.finish(run, [], at=NOW)
    run.refresh_from_db()
    assert run.state == RunState.STOPPED
    with pytest.raises(WrongState):
        generation.stop(run, by=None, at=NOW)


@pytest.mark.django_db
def test_a_repair_names_somebody_who_is_missed(next_week, agent, day):
    span = {"first_on": NEXT_MONDAY, "last_on": NEXT_MONDAY, "by": None, "at": NOW}
    with pytest.raises(MissingInformation):
        generation.ask_repair(next_week, agent, **span)  # He has no shift.
    DutyFactory.create(agent=agent, shift_type=day, on=NEXT_MONDAY, roster=next_week)
    with pytest.raises(MissingInformation):
        generation.ask_repair(next_week, agent, **span | {"last_on": NEXT_MONDAY + timedelta(days=9)})
    with pytest.raises(MissingInformation):
        generation.ask_repair(next_week, agent, **span | {"at": NOW + timedelta(days=5)})  # It has begun.
    run = generation.ask_repair(next_week, agent, **span)
    assert (run.kind, run.options["agent"]) == (RunKind.REPAIR, agent.pk)


# Two at once


def race(act):
    """Both begin at the same moment, each on its own connection; what each came to."""
    barrier, results = threading.Barrier(2), []

    def run():
        try:
            barrier.wait(timeout=10)
            results.append(act())
        except (AlreadyTaken, IntegrityError) as refusal:
            results.append(refusal)
        finally:
            connections.close_all()

    threads = [threading.Thread(target=run) for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return results


@pytest.fixture
def alone(transactional_db):  # noqa: ARG001 - committed, for threads to see
    return RosterFactory.create(team=TeamFactory.create(), first_on=NEXT_MONDAY)


def test_two_workers_claim_a_run_once(alone):
    run = ask(alone)
    taken = race(lambda: generation.claim(run.pk, at=NOW))
    assert [each is None for each in taken].count(True) == 1
    run.refresh_from_db()
    assert run.attempts == 1


def test_without_the_condition_both_would_have_it(alone, monkeypatch):
    """The control of the race."""
    run = ask(alone)
    everything = lambda self, _at: self.all()  # noqa: E731
    monkeypatch.setattr(type(RosterRun.objects.all()), "workable", everything)
    assert None not in race(lambda: generation.claim(run.pk, at=NOW))
    run.refresh_from_db()
    assert run.attempts == 2


def test_two_supervisors_begin_one_run(alone):
    results = race(lambda: ask(alone))
    assert sum(isinstance(each, RosterRun) for each in results) == 1
    assert RosterRun.objects.count() == 1


def test_even_without_the_lock_the_database_holds_one(alone, monkeypatch):
    """The control: the lock off, two may be created, were there no constraint."""
    if connection.vendor == "sqlite":
        pytest.skip("a transaction on SQLite is a lock itself")
    barrier = threading.Barrier(2)
    unlocked = generation.editing.held

    def both_look(roster, *, by):
        barrier.wait(timeout=10)
        return unlocked(roster, by=by)

    monkeypatch.setattr(type(alone.__class__.objects.all()), "locked", lambda self: self.all())
    monkeypatch.setattr(generation.editing, "held", both_look)
    race(lambda: ask(alone))
    assert RosterRun.objects.count() == 1
