"""The hours by which a clock was promised stay, whatever becomes of its calendar. # C8"""

from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from complaints import classification, deadlines, handling
from complaints.choices import ClockKind, Kind, Severity, WaitingFor
from complaints.models import Clock, ServiceTarget, Ticket
from staffing import calendars
from staffing.models import Calendar
from staffing.windows import from_text
from tests.factories import NOW, SHANGHAI, AgentFactory, UserFactory, standard_policy, ticket_in_hand

pytestmark = pytest.mark.django_db
MINUTE, HOUR = timedelta(minutes=1), timedelta(hours=1)
MONDAY_AT_TEN = datetime(2026, 3, 9, 10, tzinfo=SHANGHAI)


@pytest.fixture
def agent():
    return AgentFactory.create()


@pytest.fixture(autouse=True)
def office() -> Calendar:
    """The office's hours, now for first response and resolution."""
    standard_policy()
    calendar = Calendar.objects.get(code="office")
    kinds = [ClockKind.FIRST_RESPONSE, ClockKind.RESOLUTION]
    ServiceTarget.objects.filter(clock__in=kinds).update(calendar=calendar)
    return calendar


def clock(ticket: Ticket, kind: ClockKind) -> Clock:
    return Clock.objects.get(ticket=ticket, kind=kind)


def work_mornings_only(calendar: Calendar) -> None:
    """The supervisor's edit: 9 to 12 instead of 9 to 18."""
    calendars.revise(
        calendar,
        by=None,
        at=NOW,
        version=calendar.version,
        name=calendar.name,
        timezone=ZoneInfo(calendar.timezone),
        week=(from_text("09:00-12:00"),) * 5 + ((), ()),
        needs_years=calendar.needs_years,
    )


def wait_for_the_customer(ticket: Ticket, agent, *, at: datetime) -> None:
    handling.wait(ticket, for_=WaitingFor.CUSTOMER, reason="等照片", by=agent.user, at=at)


def test_a_pause_lets_no_edit_of_the_calendar_into_a_running_clock(agent, office):
    ticket = ticket_in_hand(agent, at=MONDAY_AT_TEN)
    promised = clock(ticket, ClockKind.RESOLUTION)
    wait_for_the_customer(ticket, agent, at=MONDAY_AT_TEN + HOUR)
    work_mornings_only(office)
    handling.resume(ticket, by=agent.user, at=MONDAY_AT_TEN + 2 * HOUR)
    resumed = clock(ticket, ClockKind.RESOLUTION)
    assert resumed.due_at == promised.due_at + HOUR
    assert resumed.calendar_version == promised.calendar_version < office.version


def test_a_clock_that_starts_after_an_edit_counts_by_the_new_hours(agent, office):
    work_mornings_only(office)
    started = clock(ticket_in_hand(agent, at=MONDAY_AT_TEN), ClockKind.RESOLUTION)
    assert started.due_at == datetime(2026, 3, 31, 10, tzinfo=SHANGHAI)
    assert started.calendar_version == office.version


def test_another_limit_is_counted_by_the_hours_that_were_promised(agent, office):
    ticket = ticket_in_hand(agent, kind=Kind.COMPLAINT, at=MONDAY_AT_TEN)
    work_mornings_only(office)
    classification.classify(ticket, severity=Severity.CRISIS, by=agent.user, at=MONDAY_AT_TEN)
    resolution = clock(ticket, ClockKind.RESOLUTION)
    assert (resolution.limit, resolution.due_at) == (24 * HOUR, datetime(2026, 3, 11, 16, tzinfo=SHANGHAI))


def test_another_limit_while_it_waits_keeps_the_hours_that_were_promised(agent, office):
    ticket = ticket_in_hand(agent, kind=Kind.COMPLAINT, at=MONDAY_AT_TEN)
    wait_for_the_customer(ticket, agent, at=MONDAY_AT_TEN)
    work_mornings_only(office)
    classification.classify(ticket, severity=Severity.CRISIS, by=agent.user, at=MONDAY_AT_TEN)
    handling.resume(ticket, by=agent.user, at=MONDAY_AT_TEN + HOUR)
    assert clock(ticket, ClockKind.RESOLUTION).due_at == datetime(2026, 3, 11, 17, tzinfo=SHANGHAI)


def test_another_calendar_brings_its_hours_of_today(agent):
    ticket = ticket_in_hand(agent, kind=Kind.COMPLAINT, at=MONDAY_AT_TEN)
    chat = Calendar.objects.get(code="chat")
    ServiceTarget.objects.filter(clock=ClockKind.RESOLUTION).update(calendar=chat)
    classification.classify(ticket, severity=Severity.HIGH, by=agent.user, at=MONDAY_AT_TEN)
    resolution = clock(ticket, ClockKind.RESOLUTION)
    assert (resolution.calendar, resolution.calendar_version) == (chat, chat.version)


def test_the_policy_applied_anew_brings_the_hours_of_today(agent, office):
    ticket = ticket_in_hand(agent, at=MONDAY_AT_TEN)
    work_mornings_only(office)
    supervisor = UserFactory.create(is_superuser=True)
    deadlines.reapply(ticket, by=supervisor, at=MONDAY_AT_TEN + MINUTE, reason="新作息")
    resolution = clock(ticket, ClockKind.RESOLUTION)
    assert resolution.due_at == datetime(2026, 3, 31, 10, tzinfo=SHANGHAI)
    assert resolution.calendar_version == office.version


def test_the_policy_applied_anew_leaves_what_hours_and_limit_it_has(agent, office):
    ticket = ticket_in_hand(agent, at=MONDAY_AT_TEN)
    deadlines.watch(at=MONDAY_AT_TEN + HOUR)
    told = clock(ticket, ClockKind.FIRST_RESPONSE).breach_told_at
    Calendar.objects.filter(pk=office.pk).update(name="办公室", version=office.version + 1)
    supervisor = UserFactory.create(is_superuser=True)
    deadlines.reapply(ticket, by=supervisor, at=MONDAY_AT_TEN + HOUR, reason="核对")
    assert told is not None
    assert clock(ticket, ClockKind.FIRST_RESPONSE).breach_told_at == told


def test_a_year_recorded_while_it_waited_is_counted_by_the_newest_hours(agent, office):
    start = datetime(2026, 12, 28, 10, tzinfo=SHANGHAI)
    ServiceTarget.objects.filter(clock=ClockKind.RESOLUTION).update(limit=9 * HOUR)
    ticket = ticket_in_hand(agent, at=start)
    promised = clock(ticket, ClockKind.RESOLUTION)
    wait_for_the_customer(ticket, agent, at=start + HOUR)
    office.years.create(year=2027, source="国务院办公厅通知")
    Calendar.objects.filter(pk=office.pk).update(version=office.version + 1)
    handling.resume(ticket, by=agent.user, at=datetime(2027, 1, 4, 9, tzinfo=SHANGHAI))
    resumed = clock(ticket, ClockKind.RESOLUTION)
    assert resumed.due_at == datetime(2027, 1, 4, 17, tzinfo=SHANGHAI)
    assert resumed.calendar_version == promised.calendar_version + 1


def test_computing_the_unrecorded_anew_leaves_what_became_known_meanwhile(agent, office):
    ticket = ticket_in_hand(agent, at=MONDAY_AT_TEN)
    promised = clock(ticket, ClockKind.RESOLUTION)
    work_mornings_only(office)
    deadlines._compute_again(promised)
    assert clock(ticket, ClockKind.RESOLUTION).due_at == promised.due_at
