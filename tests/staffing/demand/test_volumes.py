"""S7: counting contacts by half hour."""

from datetime import date, datetime, timedelta

import pytest

from portal.errors import MissingInformation, NotAllowed
from portal.models import AuditEntry, User
from portal.transfers.importers import Result
from staffing.demand import volumes
from staffing.demand.volumes import Count
from staffing.models import Agent, ContactVolume, Team
from tests.demand_factories import ServiceLineFactory, instant
from tests.factories import NOW, SHANGHAI, TODAY

pytestmark = pytest.mark.django_db
HALF_PAST_NINE = datetime(2026, 3, 10, 9, 30, tzinfo=SHANGHAI)


def rows(line) -> dict[datetime, tuple[int, int]]:
    return {row.starts_at: (row.contacts, row.handling_seconds_total) for row in line.volumes.all()}


def test_a_half_hour_said_again_is_replaced_and_the_same_again_changes_nothing(supervisor: User, team: Team):
    line = ServiceLineFactory.create(team=team)
    results = [
        volumes.record(line, HALF_PAST_NINE, Count(count, count * 60), by=supervisor, at=NOW)
        for count in (5, 5, 7)
    ]
    assert results == [Result.CREATED, Result.UNCHANGED, Result.UPDATED]
    assert rows(line) == {HALF_PAST_NINE: (7, 420)}
    assert AuditEntry.objects.filter(actor=supervisor).count() == 2


@pytest.mark.parametrize("minute", [1, 15, 59])
def test_what_begins_no_half_hour_is_refused(minute: int):
    line = ServiceLineFactory.create()
    with pytest.raises(MissingInformation) as refusal:
        volumes.record(line, HALF_PAST_NINE.replace(minute=minute), Count(1, 1), by=None, at=NOW)
    assert "starts_at" in refusal.value.fields


@pytest.mark.parametrize("odd", [Count(-1, 0), Count(1, -1), Count(10**9, 0), Count(1, 10**12)])
def test_counts_that_cannot_be_meant_are_refused(odd: Count):
    line = ServiceLineFactory.create()
    with pytest.raises(MissingInformation):
        volumes.record(line, HALF_PAST_NINE, odd, by=None, at=NOW)
    with pytest.raises(MissingInformation):
        volumes.replace_days(line, {TODAY: {18: odd}}, by=None, at=NOW)
    assert not ContactVolume.objects.exists()


def test_nobody_counts_for_another_team_or_without_the_right(supervisor: User, agent: Agent):
    foreign, own = ServiceLineFactory.create(), ServiceLineFactory.create(team=agent.team)
    for line, by in ((foreign, supervisor), (own, agent.user)):
        with pytest.raises(NotAllowed):
            volumes.record(line, HALF_PAST_NINE, Count(1, 1), by=by, at=NOW)
        with pytest.raises(NotAllowed):
            volumes.replace_days(line, {TODAY: {}}, by=by, at=NOW)


def test_whole_days_are_replaced_and_the_others_stay():
    line = ServiceLineFactory.create()
    yesterday = TODAY - timedelta(days=1)
    first = {yesterday: {18: Count(3, 90)}, TODAY: {18: Count(1, 30), 19: Count(2, 60)}}
    assert volumes.replace_days(line, first, by=None, at=NOW) == 3
    assert volumes.replace_days(line, {TODAY: {19: Count(4, 9), 20: Count(1, 1)}}, by=None, at=NOW) == 3
    assert rows(line) == {
        instant(yesterday, 18): (3, 90),
        instant(TODAY, 19): (4, 9),
        instant(TODAY, 20): (1, 1),
    }
    assert volumes.replace_days(line, {}, by=None, at=NOW) == 0


def test_days_between_those_that_are_replaced_stay():
    line = ServiceLineFactory.create()
    before, between = TODAY - timedelta(days=2), TODAY - timedelta(days=1)
    volumes.replace_days(line, {between: {18: Count(3, 90)}}, by=None, at=NOW)
    volumes.replace_days(line, {before: {}, TODAY: {}}, by=None, at=NOW)
    assert instant(between, 18) in rows(line)


def test_the_same_days_again_change_nothing_and_what_the_system_counts_leaves_no_log():
    line = ServiceLineFactory.create()
    days = {TODAY: {18: Count(3, 90)}}
    assert [volumes.replace_days(line, days, by=None, at=NOW) for _ in range(2)] == [1, 0]
    assert not AuditEntry.objects.exists()


def test_a_day_on_which_nothing_came_is_known_to_have_been_counted():
    line = ServiceLineFactory.create()
    volumes.replace_days(line, {TODAY: {}}, by=None, at=NOW)
    assert rows(line) == {instant(TODAY, 0): (0, 0)}


def test_days_counted_by_a_person_are_logged(supervisor: User, team: Team):
    line = ServiceLineFactory.create(team=team)
    volumes.replace_days(line, {date(2026, 3, 1): {18: Count(3, 90)}}, by=supervisor, at=NOW)
    assert AuditEntry.objects.of(line).get().actor == supervisor
