"""Meetings with minutes. # S12"""

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from threading import Barrier

import pytest
from django.db import connection

from portal.choices import Role
from portal.errors import DomainError, MissingInformation, NotAllowed, Stale, WrongState
from portal.models import AuditEntry, OutboxMessage, User
from staffing import meetings
from staffing.choices import MeetingKind, MeetingState
from staffing.models import Agent, Meeting, Team
from tests.daily_factories import MeetingFactory
from tests.factories import NOW, AgentFactory, UserFactory

pytestmark = pytest.mark.django_db

HOUR = timedelta(hours=1)


def told(user: User) -> list[str]:
    found = OutboxMessage.objects.filter(user=user).order_by("pk").values_list("key", flat=True)
    return [key.split(":")[0] for key in found]


def call(team: Team, chair: Agent, by: User | None, **more: object) -> Meeting:
    facts = {"title": "周例会", "kind": MeetingKind.WEEKLY, "starts_at": NOW + HOUR} | more
    return meetings.call(team, chaired_by=chair, by=by, at=NOW, **facts)


def write(
    meeting: Meeting, by: User, *, version: int = 0, minutes: str = "说了三件事", present=()
) -> Meeting:
    return meetings.write_minutes(meeting, minutes=minutes, present=present, version=version, by=by, at=NOW)


def test_without_names_the_whole_team_is_asked_and_told(team, agent, supervisor):
    AgentFactory.create(team=team, has_left=True)
    meeting = call(team, supervisor.agent, supervisor)
    assert set(meeting.attendees.values_list("agent", flat=True)) == {agent.pk, supervisor.agent.pk}
    assert (told(agent.user), told(supervisor)) == (["meeting"], [])
    assert AuditEntry.objects.of(meeting).get().changes["attendees"] == [None, 2]


def test_who_chairs_is_asked_too(team, agent, supervisor):
    mate = AgentFactory.create(team=team)
    meeting = call(team, agent, supervisor, invited=[mate])
    assert set(meeting.attendees.values_list("agent", flat=True)) == {agent.pk, mate.pk}


def test_a_meeting_is_called_for_the_own_team_with_people_one_looks_after(team, agent, supervisor, stranger):
    with pytest.raises(NotAllowed):
        call(stranger.team, supervisor.agent, supervisor)
    with pytest.raises(NotAllowed):
        call(team, agent, supervisor, invited=[stranger])
    with pytest.raises(NotAllowed):
        call(team, agent, agent.user)
    with pytest.raises(MissingInformation):
        call(team, agent, supervisor, title=" ")
    with pytest.raises(WrongState):
        call(team, AgentFactory.create(team=team, has_left=True), supervisor)


def test_who_chairs_writes_the_minutes_and_ticks_who_is_there(agent, supervisor):
    mate = AgentFactory.create(team=agent.team)
    meeting = MeetingFactory.create(chaired_by=agent, attendees=[mate])
    written = write(meeting, agent.user, present=[agent.pk])
    assert (written.minutes, written.version) == ("说了三件事", 1)
    assert {one.agent: one.was_present for one in meeting.attendees.all()} == {agent: True, mate: False}
    write(meeting, supervisor, version=1, present=[mate.pk])
    assert {one.agent: one.was_present for one in meeting.attendees.all()} == {agent: False, mate: True}
    with pytest.raises(NotAllowed):
        write(meeting, mate.user, version=2)


def test_minutes_lie_enciphered(agent):
    meeting = write(MeetingFactory.create(chaired_by=agent), agent.user, minutes="王女士的投诉")
    with connection.cursor() as cursor:
        cursor.execute("SELECT minutes FROM staffing_meeting WHERE id = %s", [meeting.pk])
        assert "王女士" not in cursor.fetchone()[0]


def test_what_somebody_else_has_written_since_is_not_overwritten(agent, supervisor):
    meeting = MeetingFactory.create(chaired_by=agent)
    write(meeting, agent.user, minutes="先写的")
    with pytest.raises(Stale):
        write(meeting, supervisor, minutes="后写的", version=0)
    meeting.refresh_from_db()
    assert meeting.minutes == "先写的"


def test_a_meeting_is_closed_with_minutes_and_those_asked_are_told(agent, supervisor):
    mate = AgentFactory.create(team=agent.team)
    meeting = MeetingFactory.create(chaired_by=agent, attendees=[mate])
    with pytest.raises(MissingInformation):
        meetings.close(meeting, by=agent.user, at=meeting.starts_at)
    write(meeting, agent.user)
    with pytest.raises(WrongState):
        meetings.close(meeting, by=agent.user, at=meeting.starts_at - HOUR)
    assert meetings.close(meeting, by=agent.user, at=meeting.starts_at).state == MeetingState.HELD
    assert told(mate.user) == ["minutes"]
    with pytest.raises(WrongState):
        meetings.close(meeting, by=supervisor, at=meeting.starts_at)
    assert write(meeting, supervisor, version=1, minutes="补充").minutes == "补充"


def test_a_meeting_is_moved_and_cancelled_before_it_is_over(agent, supervisor):
    mate = AgentFactory.create(team=agent.team)
    meeting = MeetingFactory.create(chaired_by=agent, attendees=[mate])
    with pytest.raises(MissingInformation):
        meetings.move(meeting, starts_at=meeting.starts_at, by=supervisor, at=NOW)
    meetings.move(meeting, starts_at=NOW + 2 * HOUR, place="二楼", by=supervisor, at=NOW)
    with pytest.raises(MissingInformation):
        meetings.cancel(meeting, reason="", by=supervisor, at=NOW)
    with pytest.raises(NotAllowed):
        meetings.cancel(meeting, reason="忙", by=mate.user, at=NOW)
    assert meetings.cancel(meeting, reason="忙", by=supervisor, at=NOW).state == MeetingState.CANCELLED
    assert told(mate.user) == ["meeting-moved", "meeting-cancelled"]
    with pytest.raises(WrongState):
        meetings.move(meeting, starts_at=NOW, by=supervisor, at=NOW)
    with pytest.raises(WrongState):
        write(meeting, supervisor)


def test_a_meeting_is_seen_by_its_team_by_those_asked_and_by_those_who_see_all(agent, stranger, supervisor):
    guest = AgentFactory.create()
    meeting = MeetingFactory.create(chaired_by=agent, attendees=[guest])
    director = UserFactory.create(roles=[Role.DIRECTOR])
    everybody = (agent.user, supervisor, guest.user, director, stranger.user)
    sees = [Meeting.objects.visible_to(one).filter(pk=meeting.pk).exists() for one in everybody]
    assert sees == [True, True, True, True, False]


@pytest.mark.django_db(transaction=True)
def test_of_two_who_save_the_same_minutes_at_once_one_is_told_so():
    chair = AgentFactory.create()
    meeting, start = MeetingFactory.create(chaired_by=chair), Barrier(2)

    def run(text: str) -> str:
        start.wait(timeout=10)
        try:
            write(meeting, chair.user, minutes=text)
        except DomainError as error:
            return type(error).__name__
        finally:
            connection.close()
        return "saved"

    with ThreadPoolExecutor(2) as pool:
        assert sorted(pool.map(run, ["甲", "乙"])) == ["Stale", "saved"]
    meeting.refresh_from_db()
    assert meeting.version == 1
