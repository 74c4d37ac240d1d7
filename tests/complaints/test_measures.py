"""How far clocks have run, how long matters were held; and how such times are said. C7 C8"""

from datetime import timedelta

import pytest
from django.utils import translation

from complaints import handling, measures, ownership, wording
from complaints.choices import ClockKind, WaitingFor
from staffing.models import CalendarYear
from tests.factories import NOW, AgentFactory, agent_on_duty, standard_policy, ticket_in_hand

MINUTES = timedelta(minutes=1)
HOURS = timedelta(hours=1)


@pytest.mark.django_db
def test_a_running_clock_has_used_what_its_calendar_was_open():
    standard_policy()
    ticket = ticket_in_hand(at=NOW - 10 * HOURS)  # 00:30: chat opens at 08:00.
    clock = ticket.clocks.get(kind=ClockKind.FIRST_RESPONSE)
    run = measures.run_of(clock, (), at=NOW)
    assert (run.used, run.left) == (150 * MINUTES, -145 * MINUTES)
    assert run.share == 30


@pytest.mark.django_db
def test_a_pause_counts_as_paused_and_not_as_used():
    standard_policy()
    agent = AgentFactory.create()
    ticket = ticket_in_hand(agent, at=NOW - 5 * HOURS)
    until = NOW - HOURS
    handling.wait(
        ticket, for_=WaitingFor.CUSTOMER, reason="等照片", by=agent.user, at=NOW - 4 * HOURS, until=until
    )
    handling.resume(ticket, by=agent.user, at=until)
    clock = ticket.clocks.get(kind=ClockKind.RESOLUTION)
    run = measures.run_of(clock, list(clock.pauses.values_list("starts_at", "ends_at")), at=NOW)
    assert (run.used, run.paused) == (2 * HOURS, 3 * HOURS)


@pytest.mark.django_db
def test_a_stopped_clock_keeps_what_it_said():
    standard_policy()
    agent = AgentFactory.create()
    ticket = ticket_in_hand(agent, at=NOW - HOURS)
    handling.reply(ticket, text="好", by=agent.user, at=NOW - 57 * MINUTES)
    clock = ticket.clocks.get(kind=ClockKind.FIRST_RESPONSE)
    runs = {measures.run_of(clock, (), at=NOW + hours * HOURS).left for hours in (0, 5)}
    assert runs == {2 * MINUTES}


@pytest.mark.django_db
def test_a_calendar_without_the_year_lets_nobody_guess():
    standard_policy()
    ticket = ticket_in_hand()
    clock = ticket.clocks.get(kind=ClockKind.FIRST_RESPONSE)
    clock.calendar.needs_years = True
    clock.calendar.version += 1
    clock.calendar.save()
    clock.calendar_version = clock.calendar.version
    CalendarYear.objects.filter(calendar=clock.calendar).delete()
    run = measures.run_of(clock, (), at=NOW + HOURS)
    assert (run.used, run.left, run.share) == (None, None, None)


@pytest.mark.django_db
def test_a_matter_is_held_from_the_order_or_from_the_yes_to_a_transfer():
    first, second = AgentFactory.create(), agent_on_duty()
    ticket = ticket_in_hand(first, at=NOW - 5 * HOURS)
    ownership.transfer(ticket, second, reason="换班", by=first.user, at=NOW - 3 * HOURS)
    asked = ticket.ownership.get(receiver=second)
    assert measures.held_for(asked, at=NOW) is None
    ownership.accept(ticket, by=second.user, at=NOW - 2 * HOURS)
    held = [measures.held_for(entry, at=NOW) for entry in ticket.ownership.order_by("id")]
    assert held == [3 * HOURS, 2 * HOURS]


@pytest.mark.parametrize(
    ("length", "said"),
    [
        (timedelta(0), "0 s"),
        (timedelta(seconds=59), "59 s"),
        (timedelta(seconds=60), "1 min"),
        (timedelta(minutes=59, seconds=59), "59 min"),
        (timedelta(hours=1), "1 h"),
        (timedelta(hours=1, minutes=5), "1 h 5 min"),
        (timedelta(hours=23, minutes=59), "23 h 59 min"),
        (timedelta(days=1), "1 d"),
        (timedelta(days=2, hours=4, minutes=30), "2 d 4 h"),
        (-timedelta(minutes=5), "5 min"),
    ],
)
def test_a_span_is_said_in_two_units_at_most(length, said):
    with translation.override("en"):
        assert wording.span(length) == said


def test_due_is_soon_until_the_instant_and_late_from_it_on():
    with translation.override("en"):
        assert wording.until(NOW + 5 * MINUTES, at=NOW) == "in 5 min"
        assert wording.until(NOW, at=NOW) == "0 s late"
        assert wording.until(NOW - 90 * MINUTES, at=NOW) == "1 h 30 min late"
