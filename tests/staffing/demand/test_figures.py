"""S7: needed against rostered."""

from datetime import timedelta

import numpy as np
import pytest

from portal.models import User
from staffing.demand import figures, forecasts, volumes
from staffing.demand.volumes import Count
from staffing.models import Team
from tests.demand_factories import MORNING, ServiceLineFactory, forecast_line
from tests.factories import (
    NOW,
    TODAY,
    AgentFactory,
    CertificateFactory,
    DutyFactory,
    ShiftTypeFactory,
    SkillFactory,
)

pytestmark = pytest.mark.django_db
DAY = timedelta(days=1)
NINE, SIX = 18, 36
"""The half hours in which the day shift begins and ends."""


def test_the_generator_is_told_each_lines_need_by_half_hour(supervisor: User, team: Team):
    skill = SkillFactory.create()
    line = forecast_line(team=team, ahead=3, contacts=100, seconds=180, skill=skill).line
    bare = ServiceLineFactory.create(team=team, name="无预测")
    ServiceLineFactory.create(team=team, is_active=False)
    forecasts.set_by_hand(line, on=TODAY, slots=[MORNING], agents=25, reason="直播", by=supervisor, at=NOW)
    first, second = sorted(figures.required(team, TODAY, TODAY + 3 * DAY), key=lambda need: need.line_id)
    assert (first.line_id, first.skill_id, first.line) == (line.pk, skill.pk, line.name)
    assert first.agents.shape == first.scheduled.shape == first.contacts.shape == (4, 48)
    assert first.dates == (TODAY, TODAY + DAY, TODAY + 2 * DAY, TODAY + 3 * DAY)
    assert (first.agents[0, MORNING], first.scheduled[0, MORNING], first.scheduled[0, MORNING + 1]) == (
        14,
        25,
        20,
    )
    assert first.is_by_hand.sum() == 1
    assert first.is_known.sum(axis=1).tolist() == [48, 48, 48, 0]
    assert second.line_id == bare.pk
    assert not second.is_known.any()


def test_the_needs_of_many_lines_take_two_queries(team: Team, django_assert_num_queries):
    for _ in range(3):
        forecast_line(team=team, ahead=2)
    with django_assert_num_queries(2):
        assert len(figures.required(team, TODAY, TODAY + DAY)) == 3


def test_rostered_are_published_and_draft_duties_of_the_team_in_each_half_hour(team: Team):
    line = ServiceLineFactory.create(team=team)
    DutyFactory.create(agent__team=team)
    DutyFactory.create(agent__team=team, is_draft=True)
    DutyFactory.create(agent__team=team, is_cancelled=True)
    DutyFactory.create()
    heads = figures.rostered_by_half_hour(line, TODAY, TODAY)
    assert heads[0, NINE:SIX].tolist() == [2] * 18
    assert heads.sum() == 36


def test_a_night_counts_on_both_of_its_days(team: Team):
    line = ServiceLineFactory.create(team=team)
    DutyFactory.create(agent__team=team, shift_type=ShiftTypeFactory.create(is_night=True))
    heads = figures.rostered_by_half_hour(line, TODAY, TODAY + DAY)
    assert (heads[0, 44:].tolist(), heads[1, :12].tolist()) == ([1] * 4, [1] * 12)
    only_tomorrow = figures.rostered_by_half_hour(line, TODAY + DAY, TODAY + DAY)
    assert only_tomorrow.sum() == 12


def test_of_a_half_hour_that_a_duty_covers_in_part_nothing_counts(team: Team):
    line = ServiceLineFactory.create(team=team)
    duty = DutyFactory.create(agent__team=team)
    duty.starts_at += timedelta(minutes=10)
    duty.ends_at -= timedelta(minutes=10)
    duty.save()
    assert figures.rostered_by_half_hour(line, TODAY, TODAY)[0].nonzero()[0].tolist() == list(range(19, 35))


def test_where_a_skill_is_asked_for_only_valid_holders_count(team: Team):
    skill = SkillFactory.create()
    line = ServiceLineFactory.create(team=team, skill=skill)
    holder, expiring, revoked, other, none = AgentFactory.create_batch(5, team=team)
    CertificateFactory.create(agent=holder, skill=skill)
    CertificateFactory.create(agent=expiring, skill=skill, valid_until=TODAY)
    CertificateFactory.create(agent=revoked, skill=skill, is_revoked=True)
    CertificateFactory.create(agent=other)
    for agent in (holder, expiring, revoked, other, none):
        for on in (TODAY, TODAY + DAY):
            DutyFactory.create(agent=agent, on=on)
    heads = figures.rostered_by_half_hour(line, TODAY, TODAY + DAY)
    assert heads[:, NINE].tolist() == [2, 1]


def test_a_night_that_begins_on_a_certificates_last_day_counts_to_its_end(team: Team):
    line = ServiceLineFactory.create(team=team, skill=SkillFactory.create())
    night = ShiftTypeFactory.create(is_night=True)
    ending, beginning = AgentFactory.create_batch(2, team=team)
    CertificateFactory.create(agent=ending, skill=line.skill, valid_until=TODAY)
    CertificateFactory.create(agent=beginning, skill=line.skill, valid_from=TODAY + DAY)
    DutyFactory.create(agent=ending, shift_type=night)
    assert figures.rostered_by_half_hour(line, TODAY + DAY, TODAY + DAY)[0, :12].tolist() == [1] * 12
    DutyFactory.create(agent=beginning, shift_type=night)
    assert figures.rostered_by_half_hour(line, TODAY, TODAY + DAY).sum() == 16


def test_what_came_is_told_for_counted_days_and_not_beyond_now(team: Team):
    line = ServiceLineFactory.create(team=team)
    counted = {TODAY - DAY: {NINE: Count(5, 50)}, TODAY: {NINE: Count(3, 30), SIX: Count(9, 90)}}
    volumes.replace_days(line, counted, by=None, at=NOW)
    before, yesterday, today = figures.came_by_half_hour(line, TODAY - 2 * DAY, TODAY, at=NOW)
    assert np.isnan(before).all()
    assert (yesterday.sum(), yesterday[NINE]) == (5, 5)
    assert (today[NINE], today[20]) == (3, 0)
    assert np.isnan(today[21:]).all()  # It is 10:30.


def test_the_roster_of_many_takes_as_many_queries_as_of_one(team: Team, django_assert_num_queries):
    skill = SkillFactory.create()
    line = ServiceLineFactory.create(team=team, skill=skill)
    for _ in range(5):
        CertificateFactory.create(agent=DutyFactory.create(agent__team=team).agent, skill=skill)
    with django_assert_num_queries(2):
        assert figures.rostered_by_half_hour(line, TODAY, TODAY)[0, NINE] == 5
