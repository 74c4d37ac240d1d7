"""S2 S6: a supervisor fills a gap in the week, signs in somebody who forgot, and sees who is there."""

from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

from portal.choices import Role
from portal.models import AuditEntry, User
from staffing.choices import DutyState
from staffing.models import Agent, Attendance, DutyAssignment, Team
from tests.factories import NOW, TODAY, AgentFactory, DutyFactory, ShiftTypeFactory, TeamFactory
from tests.flows.conftest import zh

pytestmark = [pytest.mark.browser, pytest.mark.usefixtures("morning")]


@pytest.fixture
def team() -> Team:
    return TeamFactory.create(name="售后一组")


@pytest.fixture
def chen(team: Team) -> Agent:
    """Planned for today and not signed in."""
    return DutyFactory.create(agent=AgentFactory.create(team=team, user__name="陈静")).agent


@pytest.fixture
def wang(team: Team) -> Agent:
    return AgentFactory.create(team=team, user__name="王磊")


@pytest.fixture
def supervisor(page: Page, sign_in: Callable[[Page, User], Page], team: Team) -> Page:
    return sign_in(
        page, AgentFactory.create(team=team, user__name="周敏", user__roles=[Role.SUPERVISOR]).user
    )


def test_a_gap_in_the_week_is_filled_by_a_click_on_the_cell(supervisor: Page, wang: Agent) -> None:
    ShiftTypeFactory.create()
    supervisor.goto("/admin/staffing/dutyassignment/week/")
    row = supervisor.get_by_role("row").filter(has_text="王磊")
    today = row.get_by_role("cell").nth(TODAY.weekday())
    today.get_by_role("link").click()
    dialog = supervisor.locator("#dialog")
    dialog.get_by_label(zh("Shift")).select_option(index=1)
    dialog.get_by_role("button").click()
    expect(today).to_contain_text("白班")
    duty = DutyAssignment.objects.get()
    assert (duty.agent, duty.on, duty.state) == (wang, TODAY, DutyState.PUBLISHED)


def test_somebody_who_forgot_is_signed_in_with_a_reason(supervisor: Page, chen: Agent) -> None:
    supervisor.goto("/admin/staffing/attendance/on-duty/")
    row = supervisor.get_by_role("row").filter(has_text="陈静")
    expect(row).to_contain_text(zh("Not signed in"))
    row.get_by_role("link", name=zh("Sign in")).click()
    dialog = supervisor.locator("#dialog")
    dialog.get_by_label(zh("Reason")).fill("电脑更新，先到岗")
    dialog.get_by_role("button").click()
    expect(row.get_by_role("link", name=zh("Sign out"))).to_be_visible()
    attendance = Attendance.objects.get(agent=chen)
    assert attendance.signed_in_at >= NOW
    assert attendance.late_by is not None
    entry = AuditEntry.objects.of(attendance).get()
    assert entry.reason == "电脑更新，先到岗"
