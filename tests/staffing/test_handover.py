"""Handing a shift over. # S10"""

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from threading import Barrier

import pytest
from django.db import connection

from portal.choices import Role
from portal.errors import AlreadyTaken, DomainError, MissingInformation, NotAllowed, WrongState
from portal.models import AuditEntry, OutboxMessage, User
from staffing import handover, handover_sources
from staffing.choices import HandOverState
from staffing.models import Agent, DutyAssignment, HandOver
from staffing.querysets import HandOverQuerySet
from tests.daily_factories import Errands, HandOverFactory
from tests.factories import (
    NOW,
    TODAY,
    AgentFactory,
    AttendanceFactory,
    DutyFactory,
    UserFactory,
    agent_on_duty,
)

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("errands")]

HOUR = timedelta(hours=1)
DAY = timedelta(days=1)


@pytest.fixture
def errands(monkeypatch) -> Errands:
    """The one source of what is open."""
    source = Errands()
    monkeypatch.setattr(handover_sources, "_registered", {})
    handover_sources.register(source)
    return source


@pytest.fixture
def duty(agent: Agent) -> DutyAssignment:
    """09:00 to 18:00 today, and the agent is there."""
    duty = DutyFactory.create(agent=agent)
    AttendanceFactory.create(duty=duty)
    return duty


@pytest.fixture
def mate(agent: Agent) -> Agent:
    """On a shift from 17:00 to midnight, so there when the agent goes."""
    mate = AgentFactory.create(team=agent.team, user__name="接班人")
    starts_at = NOW.replace(hour=17, minute=0)
    DutyFactory.create(agent=mate, starts_at=starts_at, ends_at=starts_at + 7 * HOUR)
    return mate


def told(user: User) -> list[str]:
    return list(OutboxMessage.objects.filter(user=user).order_by("pk").values_list("key", flat=True))


EVENING = NOW.replace(hour=17, minute=50)


def test_a_hand_over_lists_everything_that_is_open(errands, agent, duty):
    first, second = errands.add(agent, "1", due_at=NOW), errands.add(agent, "2")
    made = handover.write(agent, by=agent.user, at=EVENING, note=" 留意退款 ", remarks={first.name: "等电话"})
    made.refresh_from_db()
    assert (made.state, made.duty, made.team, made.due_at) == ("written", duty, agent.team, duty.ends_at)
    assert made.note == "留意退款"
    lines = [(line.reference, line.remark, line.is_overdue) for line in made.lines.all()]
    assert lines == [(first.reference, "等电话", True), (second.reference, "", False)]
    assert AuditEntry.objects.of(made).get().changes["lines"] == [None, 2]


def test_what_has_come_since_the_page_was_opened_is_listed_too(errands, agent):
    line = errands.add(agent, "1")
    errands.add(agent, "2")
    made = handover.write(agent, by=agent.user, at=NOW, remarks={line.name: "知道"})
    assert made.lines.count() == 2


def test_words_about_customers_lie_enciphered(errands, agent):
    line = errands.add(agent, "1")
    made = handover.write(agent, by=agent.user, at=NOW, note="王女士很急", remarks={line.name: "王女士"})
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT note FROM staffing_handover UNION ALL SELECT remark FROM staffing_handoverline"
        )
        stored = [text for (text,) in cursor.fetchall()]
    assert len(stored) == 2
    assert not any("王女士" in text for text in stored)
    assert made.lines.get().remark == "王女士"


@pytest.mark.usefixtures("duty")
def test_who_comes_next_is_told(agent, mate):
    later = AgentFactory.create(team=agent.team)
    DutyFactory.create(agent=later, on=TODAY + DAY)
    made = handover.write(agent, by=agent.user, at=EVENING)
    assert told(mate.user) == [f"handed-over:{made.pk}:{mate.user.pk}"]
    assert told(later.user) == told(agent.user) == []


@pytest.mark.usefixtures("duty")
def test_where_nobody_stays_the_next_to_come_is_told(agent):
    later = AgentFactory.create(team=agent.team)
    DutyFactory.create(agent=later, on=TODAY + DAY)
    made = handover.write(agent, by=agent.user, at=EVENING)
    assert told(later.user) == [f"handed-over:{made.pk}:{later.user.pk}"]


@pytest.mark.usefixtures("duty")
def test_a_named_receiver_alone_is_told(agent, mate):
    named = AgentFactory.create(team=agent.team)
    made = handover.write(agent, by=agent.user, at=EVENING, receiver=named)
    assert told(named.user) == [f"handed-over:{made.pk}:{named.user.pk}"]
    assert told(mate.user) == []


def test_the_receiver_is_a_colleague_of_the_team(agent, stranger):
    gone = AgentFactory.create(team=agent.team, has_left=True)
    for receiver in (stranger, agent, gone):
        with pytest.raises(WrongState):
            handover.write(agent, by=agent.user, at=NOW, receiver=receiver)


def test_too_long_a_text_is_refused(agent):
    with pytest.raises(MissingInformation):
        handover.write(agent, by=agent.user, at=NOW, note="长" * 1001)
    with pytest.raises(MissingInformation):
        handover.write(agent, by=agent.user, at=NOW, remarks={"errand:1": "长" * 201})


def test_one_hands_over_for_oneself_and_a_supervisor_for_the_team(agent, stranger, supervisor, mate):
    with pytest.raises(NotAllowed):
        handover.write(agent, by=mate.user, at=NOW)
    with pytest.raises(NotAllowed):
        handover.write(stranger, by=supervisor, at=NOW)
    with pytest.raises(NotAllowed):
        handover.write(agent, by=UserFactory.create(roles=[Role.DIRECTOR]), at=NOW)
    assert handover.write(agent, by=supervisor, at=NOW).written_by == supervisor


@pytest.mark.usefixtures("duty")
def test_calls_are_looked_for_until_the_next_shift_ends(errands, agent, mate):
    handover.write(agent, by=agent.user, at=EVENING)
    assert errands.asked_until == mate.duties.get().ends_at


@pytest.mark.usefixtures("duty")
@pytest.mark.parametrize("hours_later", [0.25, 15])
def test_who_stays_a_little_longer_is_not_yet_the_next_shift(errands, agent, hours_later):
    """A colleague goes at half past six; the next shift comes a quarter past, or only in the morning."""
    staying, coming = AgentFactory.create_batch(2, team=agent.team)
    starts_at = NOW.replace(hour=10, minute=0)
    DutyFactory.create(agent=staying, starts_at=starts_at, ends_at=starts_at + 8.5 * HOUR)
    starts_at = NOW.replace(hour=18, minute=0) + hours_later * HOUR
    next_shift = DutyFactory.create(agent=coming, starts_at=starts_at, ends_at=starts_at + 8 * HOUR)
    handover.write(agent, by=agent.user, at=EVENING)
    assert errands.asked_until == next_shift.ends_at


@pytest.mark.usefixtures("duty", "mate")
def test_or_until_the_agent_is_back_if_that_is_later(errands, agent):
    back = DutyFactory.create(agent=agent, on=TODAY + 3 * DAY)
    handover.write(agent, by=agent.user, at=EVENING)
    assert errands.asked_until == back.starts_at


def test_without_any_plan_half_a_day_is_looked_ahead(errands, agent):
    handover.write(agent, by=agent.user, at=NOW)
    assert errands.asked_until == NOW + 12 * HOUR


def test_a_night_is_handed_over_in_the_morning_of_the_next_day(agent):
    starts_at = NOW.replace(hour=22, minute=0) - DAY
    night = DutyFactory.create(agent=agent, on=TODAY - DAY, starts_at=starts_at, ends_at=starts_at + 8 * HOUR)
    assert handover.write(agent, by=agent.user, at=NOW.replace(hour=6, minute=20)).duty == night


def test_a_shift_that_ended_long_ago_is_over(agent):
    DutyFactory.create(agent=agent, on=TODAY - DAY)
    made = handover.write(agent, by=agent.user, at=NOW)
    assert (made.duty, made.due_at) == (None, NOW)


@pytest.mark.usefixtures("mate")
def test_a_new_hand_over_replaces_one_that_nobody_acknowledged(agent, supervisor):
    first = handover.write(agent, by=agent.user, at=NOW)
    second = handover.write(agent, by=agent.user, at=NOW + HOUR)
    first.refresh_from_db()
    assert (first.state, second.state) == ("replaced", "written")
    handover.acknowledge(second, by=supervisor, at=NOW + HOUR)
    handover.write(agent, by=agent.user, at=NOW + 2 * HOUR)
    second.refresh_from_db()
    assert second.state == "acknowledged"
    with pytest.raises(WrongState):
        handover.acknowledge(first, by=supervisor, at=NOW + HOUR)


# Acknowledging


@pytest.mark.usefixtures("duty")
def test_somebody_on_the_next_shift_acknowledges_and_the_leaver_is_told(agent, mate):
    made = handover.write(agent, by=agent.user, at=EVENING)
    handover.acknowledge(made, by=mate.user, at=EVENING)
    made.refresh_from_db()
    assert (made.state, made.acknowledged_at, made.acknowledged_by) == ("acknowledged", EVENING, mate.user)
    assert told(agent.user) == [f"hand-over-acknowledged:{made.pk}:{agent.user.pk}"]
    assert AuditEntry.objects.of(made).latest("pk").changes == {"state": ["written", "acknowledged"]}
    with pytest.raises(AlreadyTaken, match="接班人"):
        handover.acknowledge(made, by=mate.user, at=EVENING)


@pytest.mark.usefixtures("duty", "mate")
def test_who_is_not_there_or_of_another_team_acknowledges_nothing(agent, supervisor):
    made = handover.write(agent, by=agent.user, at=EVENING)
    off_duty = AgentFactory.create(team=agent.team)
    for person in (agent.user, off_duty.user, agent_on_duty(at=EVENING).user):
        with pytest.raises(NotAllowed):
            handover.acknowledge(made, by=person, at=EVENING)
    assert handover.acknowledge(made, by=supervisor, at=EVENING).state == HandOverState.ACKNOWLEDGED


@pytest.mark.usefixtures("duty")
def test_what_is_meant_for_one_nobody_else_acknowledges(agent, mate):
    named = AgentFactory.create(team=agent.team)
    made = handover.write(agent, by=agent.user, at=EVENING, receiver=named)
    with pytest.raises(NotAllowed):
        handover.acknowledge(made, by=mate.user, at=EVENING)
    assert handover.acknowledge(made, by=named.user, at=EVENING).acknowledged_by == named.user


def test_nobody_acknowledges_the_own_even_as_a_supervisor(supervisor):
    made = handover.write(supervisor.agent, by=supervisor, at=NOW)
    with pytest.raises(NotAllowed):
        handover.acknowledge(made, by=supervisor, at=NOW)


def test_what_is_owed_cannot_be_acknowledged(agent, supervisor):
    with pytest.raises(WrongState):
        handover.acknowledge(HandOverFactory.create(agent=agent, is_owed=True), by=supervisor, at=NOW)


def acknowledge_at_once(made: HandOver, people: list[User]) -> list[str]:
    start = Barrier(len(people))

    def run(person: User) -> str:
        start.wait(timeout=10)
        try:
            handover.acknowledge(made, by=person, at=EVENING)
        except DomainError as error:
            return type(error).__name__
        finally:
            connection.close()
        return "acknowledged"

    with ThreadPoolExecutor(len(people)) as pool:
        return sorted(pool.map(run, people))


def handed_to_a_crowd(count: int) -> tuple[HandOver, list[User]]:
    made = HandOverFactory.create()
    return made, [agent_on_duty(at=EVENING, team=made.team).user for _number in range(count)]


@pytest.mark.django_db(transaction=True)
def test_of_several_who_acknowledge_at_once_one_wins():
    made, people = handed_to_a_crowd(4)
    assert acknowledge_at_once(made, people) == ["AlreadyTaken"] * 3 + ["acknowledged"]
    assert OutboxMessage.objects.filter(user=made.agent.user).count() == 1


@pytest.mark.django_db(transaction=True)
def test_the_control_without_the_condition_lets_all_of_them_win(monkeypatch):
    made, people = handed_to_a_crowd(2)
    monkeypatch.setattr(HandOverQuerySet, "waiting", HandOverQuerySet.all)
    assert acknowledge_at_once(made, people) == ["acknowledged"] * 2


# Owed


def test_whoever_is_about_to_go_with_something_open_is_asked_once(errands, agent, duty):
    errands.add(agent, "1")
    assert handover.note_owed(duty.ends_at - timedelta(minutes=16)) == 0
    assert handover.note_owed(duty.ends_at - timedelta(minutes=15)) == 1
    assert handover.note_owed(duty.ends_at) == 0
    owed = HandOver.objects.get()
    assert (owed.state, owed.duty, owed.made_at) == ("owed", duty, None)
    assert told(agent.user) == [f"hand-over-owed:{owed.pk}:{agent.user.pk}"]


def test_what_was_owed_is_written_in_the_same_row(errands, agent, duty):
    errands.add(agent, "1")
    handover.note_owed(duty.ends_at)
    made = handover.write(agent, by=agent.user, at=duty.ends_at + HOUR)
    assert HandOver.objects.get() == made
    assert (made.state, made.lines.count()) == ("written", 1)
    assert handover.note_owed(duty.ends_at + HOUR) == 0


def test_nothing_is_owed_without_open_matters_or_after_the_hand_over(errands, agent, duty):
    assert handover.note_owed(duty.ends_at) == 0
    errands.add(agent, "1")
    handover.write(agent, by=agent.user, at=EVENING)
    assert handover.note_owed(duty.ends_at) == 0


def test_who_never_came_owes_no_hand_over(errands, agent):
    absent = DutyFactory.create(agent=agent)
    errands.add(agent, "1")
    assert handover.note_owed(absent.ends_at) == 0


def test_who_goes_on_in_the_next_shift_owes_it_only_at_its_end(errands, agent, duty):
    errands.add(agent, "1")
    following = DutyFactory.create(
        agent=agent, starts_at=duty.ends_at + HOUR, ends_at=duty.ends_at + 5 * HOUR
    )
    assert handover.note_owed(duty.ends_at) == 0
    assert handover.note_owed(following.ends_at) == 1


# Sight


def test_a_hand_over_is_seen_by_its_team_and_by_those_who_see_all(agent, stranger, supervisor):
    made = HandOverFactory.create(agent=agent)
    director = UserFactory.create(roles=[Role.DIRECTOR])
    seen = [person for person in (agent.user, supervisor, stranger.user, director)
            if HandOver.objects.visible_to(person).filter(pk=made.pk).exists()]  # fmt: skip
    assert seen == [agent.user, supervisor, director]
