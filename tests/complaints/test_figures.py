"""The department's numbers: for the home page. # P9"""

from datetime import date, timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from complaints import assignment, callbacks, closing, figures, handling, ownership, surveys
from complaints.choices import CallbackPurpose, Status
from complaints.figures import Compared, DayCount
from complaints.models import Ticket
from portal.choices import Role
from portal.models import User
from tests.factories import (
    NOW,
    AgentFactory,
    TeamFactory,
    TicketFactory,
    UserFactory,
    resolved_ticket,
    standard_policy,
    ticket_in_hand,
)

pytestmark = pytest.mark.django_db
MINUTE = timedelta(minutes=1)
HOUR = timedelta(hours=1)
DAY = timedelta(days=1)
MIDNIGHT = NOW.replace(hour=0, minute=0)


@pytest.fixture(autouse=True)
def policy_edition():
    return standard_policy(at=NOW - 60 * DAY)


@pytest.fixture
def director() -> User:
    return UserFactory.create(roles=[Role.DIRECTOR])


def due(ticket: Ticket, at) -> None:
    Ticket.objects.filter(pk=ticket.pk).update(next_due_at=at)


def answered(score: int, *, at, invited_at=None) -> Ticket:
    agent = AgentFactory.create()
    ticket = closing.close(resolved_ticket(agent, at=invited_at or at), by=agent.user, at=invited_at or at)
    surveys.answer(ticket.surveys.get(), surveys.Answer(score=score), at=at)
    return ticket


# Open now


def test_what_is_open_is_counted_by_status(director):
    TicketFactory.create()
    ticket_in_hand()
    ticket_in_hand()
    resolved_ticket()
    now = figures.open_now(director, at=NOW)
    assert now.by_status == {Status.NEW: 1, Status.IN_PROGRESS: 2}
    assert now.waiting == 1


def test_late_counts_from_the_due_instant_and_soon_the_hour_before_it(director):
    for minutes in (-1, 0, 1, 60, 61):
        due(TicketFactory.create(), NOW + minutes * MINUTE)
    due(resolved_ticket(), NOW - HOUR)
    now = figures.open_now(director, at=NOW)
    assert (now.late, now.due_soon) == (2, 2)


def test_parked_are_those_for_whom_nobody_was_found(director):
    TicketFactory.create()
    assignment.dispatch(TicketFactory.create(), at=NOW)  # Nobody is on duty.
    now = figures.open_now(director, at=NOW)
    assert (now.waiting, now.parked) == (2, 1)


def test_teams_stand_in_the_order_of_their_lateness(director):
    quiet, busy = TeamFactory.create(name="甲组"), TeamFactory.create(name="乙组")
    for _number in range(3):
        due(ticket_in_hand(AgentFactory.create(team=quiet)), NOW + DAY)
    due(ticket_in_hand(AgentFactory.create(team=busy)), NOW - HOUR)
    due(ticket_in_hand(AgentFactory.create(team=busy)), NOW + MINUTE)
    TicketFactory.create()
    loads = figures.open_now(director, at=NOW).by_team
    assert [(load.team, load.in_hand, load.late, load.due_soon) for load in loads] == [
        ("乙组", 2, 1, 1),
        ("甲组", 3, 0, 0),
    ]


def test_nothing_open_is_counted_as_nothing(director):
    now = figures.open_now(director, at=NOW)
    assert (now.waiting, now.parked, now.late, now.due_soon, now.by_team) == (0, 0, 0, 0, ())


# What was done


def test_today_is_compared_with_yesterday_until_the_same_hour(director):
    for at in (NOW - DAY - HOUR, NOW - DAY, NOW - DAY + MINUTE, MIDNIGHT, NOW):
        TicketFactory.create(received_at=at)
    TicketFactory.create(received_at=MIDNIGHT - DAY - MINUTE)
    assert figures.activity(director, at=NOW).received == Compared(today=2, yesterday=2)


def test_a_matter_counts_once_a_day_however_often_it_was_answered(director):
    agent = AgentFactory.create()
    ticket = ticket_in_hand(agent)
    for minute in range(3):
        handling.reply(ticket, text="正在核实", by=agent.user, at=NOW + minute * MINUTE)
    assert figures.activity(director, at=NOW + HOUR).answered == Compared(today=1, yesterday=0)


def test_a_matter_that_arrived_settled_was_never_work(director):
    TicketFactory.create(settled="平台已退款")
    TicketFactory.create()
    assert figures.activity(director, at=NOW).received.today == 1
    assert figures.received_and_resolved(director, days=1, at=NOW)[0].received == 1


def test_each_day_is_a_day_of_the_department_and_today_is_the_last(director):
    resolved_ticket(at=MIDNIGHT - MINUTE)
    resolved_ticket(at=MIDNIGHT)
    TicketFactory.create(received_at=NOW)
    TicketFactory.create(received_at=MIDNIGHT - 2 * DAY - MINUTE)
    assert figures.received_and_resolved(director, days=3, at=NOW) == [
        DayCount(date(2026, 3, 9), 0, 0),
        DayCount(date(2026, 3, 10), 1, 1),
        DayCount(date(2026, 3, 11), 2, 1),
    ]


# Satisfaction  # C19


def test_a_survey_counts_when_it_was_answered(director):
    answered(5, at=NOW)
    answered(4, at=NOW - DAY)
    answered(1, at=NOW - 30 * DAY - MINUTE)
    told = figures.satisfaction(director, days=30, at=NOW)
    assert (told.answers_today, told.mean_today) == (1, 5.0)
    assert (told.answers, told.mean, told.satisfied_rate) == (2, 4.5, 1.0)


def test_the_response_rate_is_of_those_who_were_asked_in_the_time(director):
    answered(5, at=NOW)
    agent = AgentFactory.create()
    for _number in range(3):
        closing.close(resolved_ticket(agent), by=agent.user, at=NOW)
    answered(5, at=NOW - 29 * DAY, invited_at=NOW - 31 * DAY)
    told = figures.satisfaction(director, days=30, at=NOW)
    assert (told.invited, told.responded, told.response_rate) == (4, 1, 0.25)


def test_no_answer_is_no_data_and_not_nought(director):
    told = figures.satisfaction(director, days=30, at=NOW)
    assert (told.mean, told.mean_today, told.response_rate, told.satisfied_rate) == (None, None, None, None)


def test_calls_are_overdue_after_their_time(director):  # C18
    agent = AgentFactory.create()
    customer = ticket_in_hand(agent).customer
    for due_at in (NOW + MINUTE, NOW + HOUR):
        callbacks.schedule(
            customer=customer, purpose=CallbackPurpose.PROACTIVE, due_at=due_at, by=agent.user, at=NOW
        )
    assert figures.calls_overdue(director, at=NOW + MINUTE) == 0
    assert figures.calls_overdue(director, at=NOW + 2 * MINUTE) == 1


# Who sees what


def everything(user: User) -> tuple[object, ...]:
    now = figures.open_now(user, at=NOW)
    return (
        sum(now.by_status.values()),
        figures.activity(user, at=NOW).resolved.today,
        figures.received_and_resolved(user, days=1, at=NOW)[0].received,
        figures.satisfaction(user, days=30, at=NOW).answers,
        figures.satisfaction(user, days=30, at=NOW).invited,
        figures.calls_overdue(user, at=NOW + 30 * HOUR),
    )


def one_of_each(agent) -> None:
    """An open matter, a solved one, an answered survey, a call that will be overdue."""
    ticket = ticket_in_hand(agent)
    callbacks.schedule(
        customer=ticket.customer,
        ticket=ticket,
        purpose=CallbackPurpose.ANSWER,
        due_at=NOW + HOUR,
        by=agent.user,
        at=NOW,
    )
    solved = closing.close(resolved_ticket(agent), by=agent.user, at=NOW)
    surveys.answer(solved.surveys.get(), surveys.Answer(score=5), at=NOW)


def test_a_supervisor_reads_the_own_team_and_the_director_all(director):
    supervisor = AgentFactory.create(user__roles=[Role.SUPERVISOR])
    one_of_each(AgentFactory.create(team=supervisor.team))
    one_of_each(AgentFactory.create())
    assert everything(supervisor.user) == (1, 1, 2, 1, 1, 1)
    assert everything(director) == (2, 2, 4, 2, 2, 2)


def test_a_matter_offered_to_the_team_counts_once():
    """Seen for several reasons at once: team, handler and offer."""
    giver = AgentFactory.create()
    receiver = AgentFactory.create(team=giver.team, user__roles=[Role.SUPERVISOR])
    ownership.transfer(ticket_in_hand(giver), receiver, reason="请主管定", by=giver.user, at=NOW)
    assert sum(figures.open_now(receiver.user, at=NOW).by_status.values()) == 1


@pytest.mark.parametrize("role", [Role.DIRECTOR, Role.SUPERVISOR])
def test_each_number_costs_a_fixed_number_of_queries(role):
    user = AgentFactory.create(user__roles=[role]).user
    for _number in range(3):
        one_of_each(AgentFactory.create())
    user.role_codes  # noqa: B018 - read once per request, not for each number
    costs = {}
    for ask, more in (
        (figures.open_now, {}),
        (figures.activity, {}),
        (figures.received_and_resolved, {"days": 14}),
        (figures.satisfaction, {"days": 30}),
        (figures.calls_overdue, {}),
    ):
        with CaptureQueriesContext(connection) as queries:
            ask(user, at=NOW, **more)
        costs[ask.__name__] = len(queries)
    assert costs == {
        "open_now": 1,
        "activity": 1,
        "received_and_resolved": 1,
        "satisfaction": 2,
        "calls_overdue": 1,
    }
