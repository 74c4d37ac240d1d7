"""S5: leave is asked for, counted, approved, and takes the shifts of its days away."""

from datetime import date, time, timedelta

import pytest

from portal.errors import AlreadyTaken, MissingInformation, NotAllowed, WrongState
from portal.models import AuditEntry, OutboxMessage
from staffing import absences, duty
from staffing.choices import DutyState, LeaveKind, RequestState
from staffing.models import DutyAssignment, RosterVersion
from staffing.requests import deciding, entitlement, leave
from tests.factories import NOW, TODAY, AttendanceFactory, DutyFactory, RosterFactory, ShiftTypeFactory
from tests.request_factories import TOMORROW, ahead, leave_asked, overtime_asked

pytestmark = pytest.mark.django_db
SATURDAY = date(2026, 3, 14)


def told(user) -> list[str]:
    return list(OutboxMessage.objects.filter(user=user).order_by("pk").values_list("subject", flat=True))


def test_leave_waits_for_the_supervisor_who_is_told(agent, supervisor):
    request = leave_asked(agent)
    assert request.state == RequestState.WAITING
    assert len(told(supervisor)) == 1
    assert "组员" in told(supervisor)[0]


def test_approved_leave_takes_the_shifts_of_its_days_away(agent, supervisor):
    inside, after = ahead(agent, days=1), ahead(agent, days=3)
    request = leave_asked(agent, last_on=TOMORROW + timedelta(days=1))
    request = deciding.approve(request, by=supervisor, at=NOW)
    inside.refresh_from_db()
    after.refresh_from_db()
    assert (inside.state, after.state) == (DutyState.CANCELLED, DutyState.PUBLISHED)
    assert request.shifts.get().duty == inside
    assert (request.state, request.decided_by) == (RequestState.APPROVED, supervisor)
    assert len(told(agent.user)) == 1


def test_what_leave_changes_is_the_next_version_of_a_roster_that_is_out(agent, supervisor):
    roster = RosterFactory.create(team=agent.team, version=1)
    for days in (1, 2):
        DutyFactory.create(agent=agent, on=TODAY + timedelta(days=days), roster=roster, published_in=1)
    request = leave_asked(agent, last_on=TODAY + timedelta(days=2))
    deciding.approve(request, by=supervisor, at=NOW)
    version = RosterVersion.objects.get(roster=roster)
    assert (version.version, version.removed, version.by) == (2, 2, supervisor)
    assert set(roster.duties.values_list("cancelled_in", flat=True)) == {2}
    assert roster.edits.count() == 2


def test_drafts_of_the_days_are_withdrawn_too(agent, supervisor):
    roster = RosterFactory.create(team=agent.team)
    draft = DutyFactory.create(agent=agent, on=TOMORROW, roster=roster, is_draft=True)
    deciding.approve(leave_asked(agent), by=supervisor, at=NOW)
    draft.refresh_from_db()
    assert (draft.state, draft.cancelled_in) == (DutyState.CANCELLED, None)
    assert not RosterVersion.objects.exists()


def test_a_shift_somebody_signed_in_to_stays(agent, supervisor):
    worked = AttendanceFactory.create(duty__agent=agent).duty
    deciding.approve(leave_asked(agent, first_on=TODAY), by=supervisor, at=NOW)
    worked.refresh_from_db()
    assert worked.state == DutyState.PUBLISHED


def test_nobody_is_put_on_a_shift_on_a_day_of_approved_leave(agent, supervisor):
    request = leave_asked(agent)
    shift = ShiftTypeFactory.create()
    duty.cancel(duty.assign(agent, shift, on=TOMORROW, by=None, at=NOW), by=None, at=NOW)
    deciding.approve(request, by=supervisor, at=NOW)
    with pytest.raises(WrongState):
        duty.assign(agent, shift, on=TOMORROW, by=None, at=NOW)


def test_leave_taken_back_lets_the_agent_be_assigned_again(agent, supervisor):
    request = deciding.approve(leave_asked(agent), by=supervisor, at=NOW)
    deciding.revoke(request, reason="提前返岗", by=supervisor, at=NOW)
    assert duty.assign(agent, ShiftTypeFactory.create(), on=TOMORROW, by=None, at=NOW).pk


def test_absences_are_told_with_whether_they_are_approved(agent, colleague, supervisor):
    deciding.approve(leave_asked(agent), by=supervisor, at=NOW)
    leave_asked(colleague, first_on=TODAY)
    leave_asked(colleague, first_on=TODAY + timedelta(days=5), hours=(time(9), time(11)))
    found = absences.absences_of([agent, colleague], TODAY, TODAY + timedelta(days=6))
    assert [(each.agent_id, each.is_approved) for each in found] == [(colleague.pk, False), (agent.pk, True)]
    days = (TODAY, TODAY + timedelta(days=6))
    assert len(absences.absences_of([colleague], *days, with_hours=True)) == 2


def test_some_hours_off_keep_a_longer_shift(agent, supervisor):
    kept = ahead(agent)
    request = leave_asked(agent, hours=(time(9), time(11, 30)))
    assert request.counted_minutes == 150
    deciding.approve(request, by=supervisor, at=NOW)
    kept.refresh_from_db()
    assert kept.state == DutyState.PUBLISHED
    assert absences.absences_of([agent], TOMORROW, TOMORROW) == []


@pytest.mark.parametrize(
    ("first_on", "last_on", "days"),
    [
        (date(2026, 3, 13), date(2026, 3, 16), 2),  # Over a weekend.
        (date(2026, 5, 8), date(2026, 5, 9), 2),  # The Saturday is a make-up workday.
        (date(2026, 9, 30), date(2026, 10, 8), 2),  # Over the national holidays.
        (SATURDAY, SATURDAY, 0),
    ],
)
def test_leave_counts_the_days_of_work(agent, first_on, last_on, days):
    assert entitlement.counted(agent, first_on, last_on) == days * 480


def test_where_a_roster_is_out_it_says_which_days_are_worked(agent):
    RosterFactory.create(team=agent.team, version=1)
    DutyFactory.create(agent=agent, on=SATURDAY)
    assert entitlement.counted(agent, TODAY, SATURDAY) == 480


@pytest.mark.parametrize(
    ("joined_on", "days"),
    [
        (date(2025, 6, 1), 0),
        (date(2025, 3, 11), 5),
        (date(2016, 3, 12), 5),
        (date(2016, 3, 11), 10),
        (date(2006, 3, 11), 15),
    ],
)
def test_annual_leave_grows_with_the_years(joined_on, days):
    assert entitlement.days_of_service(joined_on, date(2026, 3, 11)) == days


def test_annual_leave_beyond_what_is_left_is_refused_and_says_how_much_is_left(agent):
    asked = {"kind": LeaveKind.ANNUAL, "first_on": date(2026, 4, 13)}
    leave_asked(agent, **asked, last_on=date(2026, 4, 16))
    assert entitlement.balance_of(agent, 2026, at=NOW).annual_days_left == 1
    with pytest.raises(WrongState, match="16"):
        leave_asked(agent, kind=LeaveKind.ANNUAL, first_on=date(2026, 4, 20), last_on=date(2026, 4, 21))
    leave_asked(agent, kind=LeaveKind.ANNUAL, first_on=date(2026, 4, 20))
    assert entitlement.balance_of(agent, 2026, at=NOW).annual_left == 0


def test_an_entitlement_of_its_own_stands_before_the_years(agent):
    agent.entitlements.create(year=2026, days="10.5")
    assert entitlement.balance_of(agent, 2026, at=NOW).annual_days == 10.5


def test_overtime_worked_may_be_taken_off_except_that_of_a_statutory_holiday(agent, supervisor):
    for on in (date(2026, 4, 5), date(2026, 4, 11)):
        request = overtime_asked(agent, on=on)
        deciding.approve(request, by=supervisor, at=NOW)
    later = NOW + timedelta(days=60)
    assert entitlement.earned(agent, at=NOW) == 0
    assert entitlement.earned(agent, at=later) == 480
    asked = {"kind": LeaveKind.COMPENSATORY, "at": later}
    leave_asked(agent, first_on=date(2026, 5, 20), **asked)
    with pytest.raises(WrongState):
        leave_asked(agent, first_on=date(2026, 5, 21), **asked)


@pytest.mark.parametrize(("day", "hours"), [(4, 2), (5, 6)])
def test_a_night_of_overtime_at_the_edge_of_a_statutory_holiday_counts_by_its_hours(
    agent, supervisor, day, hours
):
    """The fifth is the holiday: two hours of the night before lie outside it, six of its own."""
    night = ShiftTypeFactory.create(is_night=True, break_minutes=0)
    request = overtime_asked(agent, on=date(2026, 4, day), shift_type=night)
    deciding.approve(request, by=supervisor, at=NOW)
    assert entitlement.earned(agent, at=NOW + timedelta(days=60)) == hours * 60


def test_leave_on_days_of_other_leave_is_refused(agent):
    leave_asked(agent, last_on=TOMORROW + timedelta(days=2))
    with pytest.raises(AlreadyTaken):
        leave_asked(agent, first_on=TOMORROW + timedelta(days=2))


@pytest.mark.parametrize(
    ("wrong", "error"),
    [
        ({"first_on": TOMORROW, "last_on": TODAY}, MissingInformation),
        ({"first_on": TODAY - timedelta(days=30)}, WrongState),
        ({"first_on": TODAY, "last_on": TOMORROW, "hours": (time(9), time(10))}, MissingInformation),
        ({"hours": (time(10), time(9))}, MissingInformation),
        ({"kind": LeaveKind.PERSONAL, "reason": " "}, MissingInformation),
        ({"kind": LeaveKind.ANNUAL, "first_on": SATURDAY}, WrongState),
        ({"first_on": date(2024, 12, 31), "last_on": TOMORROW}, WrongState),
    ],
)
def test_leave_that_makes_no_sense_is_refused(agent, wrong, error):
    with pytest.raises(error):
        leave_asked(agent, **wrong)


def test_a_supervisor_enters_sick_leave_for_somebody_absent_and_approves_it_at_once(agent, supervisor):
    gone = DutyFactory.create(agent=agent, on=TODAY, is_cancelled=False)
    request = leave.ask(
        agent, LeaveKind.SICK, first_on=TODAY, last_on=TODAY, by=supervisor, at=NOW, reason="来电请假"
    )
    deciding.approve(request, by=supervisor, at=NOW)
    gone.refresh_from_db()
    assert gone.state == DutyState.CANCELLED
    assert request.asked_by == supervisor


def test_nobody_asks_for_somebody_else_without_deciding_for_him(agent, colleague, stranger, supervisor):
    for by, whom in ((colleague.user, agent), (supervisor, stranger)):
        with pytest.raises(NotAllowed):
            leave_asked(whom, by=by)


def test_why_somebody_is_on_leave_stands_in_no_log(agent):
    request = leave_asked(agent, reason="腰椎间盘突出")
    assert [entry.reason for entry in AuditEntry.objects.of(request)] == [""]


def test_leave_that_found_no_shift_leaves_no_line(agent, supervisor):
    request = deciding.approve(leave_asked(agent), by=supervisor, at=NOW)
    assert not request.shifts.exists()
    assert not DutyAssignment.objects.exists()
