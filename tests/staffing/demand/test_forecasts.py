"""S7: the steps of forecasting."""

from datetime import date, timedelta

import pytest

from portal.errors import MissingInformation, NotAllowed, WrongState
from portal.models import AuditEntry, User
from staffing import policy
from staffing.demand import forecasts, volumes
from staffing.demand.volumes import Count
from staffing.models import Agent, Calendar, Forecast, RequiredStaff, Team
from tests.demand_factories import (
    MORNING,
    NOON,
    DemandEventFactory,
    ServiceLineFactory,
    counted_line,
    forecast_line,
    instant,
)
from tests.factories import NOW, TODAY, TeamFactory, standard_policy

pytestmark = pytest.mark.django_db
DAY = timedelta(days=1)


def row(line, slot: int = MORNING, on: date = TODAY) -> RequiredStaff:
    return line.required.get(starts_at=instant(on, slot))


def test_a_forecast_says_for_each_half_hour_what_comes_and_whom_it_needs(supervisor: User, team: Team):
    line = counted_line(team=team, contacts=100, seconds=180)
    made = forecasts.forecast(line, first_on=TODAY, last_on=TODAY + 6 * DAY, by=supervisor, at=NOW)
    assert line.required.count() == 7 * 48
    morning, evening = row(line), row(line, 40)
    assert morning.contacts == pytest.approx(100, abs=2)
    assert morning.handling_seconds == pytest.approx(180, abs=1)
    assert (morning.agents, morning.scheduled) == (14, 20)  # Point 1 of the sources.
    assert (evening.contacts, evening.agents, evening.scheduled) == (0, 0, 0)
    assert (made.days_known, made.by, made.method) == (28, supervisor, "weekday-profile-1")
    assert made.error == pytest.approx(0, abs=0.01)
    assert made.naive_error == 0
    assert AuditEntry.objects.of(made).get().actor == supervisor


def test_today_is_not_over_and_teaches_nothing():
    line = counted_line()
    volumes.replace_days(line, {TODAY: {MORNING: Count(500, 500)}}, by=None, at=NOW)
    made = forecasts.forecast(line, first_on=TODAY, last_on=TODAY, by=None, at=NOW)
    assert made.days_known == 28
    assert row(line).contacts == pytest.approx(10, abs=0.5)


def test_a_new_forecast_writes_over_the_old_one_but_not_over_what_a_person_set(supervisor: User, team: Team):
    line = forecast_line(team=team, ahead=2).line
    forecasts.set_by_hand(line, on=TODAY, slots=[MORNING], agents=9, reason="直播", by=supervisor, at=NOW)
    before = row(line, MORNING + 1).scheduled
    DemandEventFactory.create(first_on=TODAY, last_on=TODAY, factor=10)
    made = forecasts.forecast(line, first_on=TODAY, last_on=TODAY + DAY, by=None, at=NOW)
    assert row(line, MORNING + 1).scheduled > before
    assert (row(line).override, row(line).needed) == (9, 9)
    assert row(line).forecast == made
    assert line.required.count() == 2 * 48


def test_what_was_set_by_hand_is_given_back_to_the_forecast(supervisor: User, team: Team):
    line = forecast_line(team=team).line
    said = row(line).needed
    for agents in (9, None):
        count = forecasts.set_by_hand(
            line, on=TODAY, slots=range(MORNING, NOON), agents=agents, reason="直播", by=supervisor, at=NOW
        )
        assert count == 6
    assert row(line).needed == said
    assert AuditEntry.objects.of(line).count() == 2


def test_a_number_by_hand_needs_a_reason_and_a_forecast(supervisor: User, team: Team):
    line = forecast_line(team=team, ahead=1).line
    told = {"slots": [MORNING], "agents": 1, "by": supervisor, "at": NOW}
    with pytest.raises(MissingInformation):
        forecasts.set_by_hand(line, on=TODAY, reason=" ", **told)
    with pytest.raises(WrongState):
        forecasts.set_by_hand(line, on=TODAY + DAY, reason="直播", **told)


def test_nobody_forecasts_or_sets_for_another_team_or_without_the_right(supervisor: User, agent: Agent):
    own, foreign = forecast_line(team=agent.team).line, forecast_line().line
    for line, by in ((foreign, supervisor), (own, agent.user)):
        with pytest.raises(NotAllowed):
            forecasts.forecast(line, first_on=TODAY, last_on=TODAY, by=by, at=NOW)
        with pytest.raises(NotAllowed):
            forecasts.set_by_hand(line, on=TODAY, slots=[18], agents=1, reason="x", by=by, at=NOW)


def test_too_short_a_history_is_refused_with_numbers():
    line = counted_line(days=policy.FORECAST_NEEDS_DAYS - 1)
    with pytest.raises(WrongState, match=r"7.*6"):
        forecasts.forecast(line, first_on=TODAY, last_on=TODAY, by=None, at=NOW)
    assert not Forecast.objects.exists()


@pytest.mark.parametrize("days", [-1, 120])
def test_a_span_that_is_none_or_too_long_is_refused(days: int):
    line = counted_line()
    with pytest.raises(MissingInformation) as refusal:
        forecasts.forecast(line, first_on=TODAY, last_on=TODAY + days * DAY, by=None, at=NOW)
    assert "last_on" in refusal.value.fields


def test_outside_the_teams_hours_nobody_is_needed_whatever_comes():
    standard_policy()
    team = TeamFactory.create(calendar=Calendar.objects.get(code="office"))
    line = counted_line(team=team)
    night = {TODAY - n * DAY: {2: Count(30, 9000), MORNING: Count(30, 9000)} for n in range(1, 29)}
    volumes.replace_days(line, night, by=None, at=NOW)
    forecasts.forecast(line, first_on=TODAY, last_on=TODAY, by=None, at=NOW)
    assert row(line, 2).contacts > 10
    assert (row(line, 2).agents, row(line, MORNING).agents > 0) == (0, True)


def test_people_who_hang_up_and_chats_need_fewer_agents():
    usual, impatient, chat = (
        row(forecast_line(contacts=100, seconds=180, **more).line).agents
        for more in ({}, {"patience_seconds": 300}, {"concurrency": 3})
    )
    assert (usual, impatient, chat) == (14, 13, 5)


def test_a_volume_beyond_all_measure_is_told_and_not_suffered():
    line = counted_line(contacts=100_000, seconds=20_000)
    with pytest.raises(WrongState, match=line.name):
        forecasts.forecast(line, first_on=TODAY, last_on=TODAY, by=None, at=NOW)
    assert not RequiredStaff.objects.exists()


def test_the_system_keeps_five_weeks_ahead_and_forecasts_once_a_day():
    line = counted_line()
    counted_line(days=3)
    counted_line(is_active=False)
    assert [forecasts.keep_ahead(NOW) for _ in range(2)] == [1, 0]
    assert line.required.latest("starts_at").on == TODAY + 34 * DAY
    assert forecasts.keep_ahead(NOW + DAY) == 1
    assert line.required.latest("starts_at").on == TODAY + 35 * DAY


def test_a_forecast_by_hand_of_a_few_days_does_not_stand_for_the_systems():
    line = counted_line()
    forecasts.forecast(line, first_on=TODAY, last_on=TODAY, by=None, at=NOW)
    assert forecasts.keep_ahead(NOW) == 1


def test_a_line_added_and_never_counted_is_left_alone():
    ServiceLineFactory.create()
    assert forecasts.keep_ahead(NOW) == 0
