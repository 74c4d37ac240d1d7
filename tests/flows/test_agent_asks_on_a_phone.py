"""S5: an agent asks for leave with a thumb; the supervisor approves it, and the roster has changed."""

import os
from collections.abc import Callable
from datetime import timedelta

import pytest
from playwright.sync_api import Page, expect

from portal.choices import Role
from portal.models import User
from staffing.choices import DutyState, RequestState
from staffing.models import Agent, StaffRequest, Team
from tests.factories import TODAY, AgentFactory, DutyFactory, TeamFactory
from tests.flows.conftest import DESKTOP, zh
from tests.request_factories import ahead, swap_asked

pytestmark = [pytest.mark.browser, pytest.mark.usefixtures("morning")]

MINE = "/admin/staffing/staffrequest/mine/"
TOMORROW = TODAY + timedelta(days=1)


@pytest.fixture
def team() -> Team:
    return TeamFactory.create(name="售后一组")


@pytest.fixture
def chen(team: Team) -> Agent:
    return AgentFactory.create(team=team, user__name="陈静")


@pytest.fixture
def wang(team: Team) -> Agent:
    return AgentFactory.create(team=team, user__name="王磊")


@pytest.fixture
def own_phone(phone: Page, sign_in: Callable[[Page, User], Page], chen: Agent) -> Page:
    return sign_in(phone, chen.user)


@pytest.fixture
def supervisor(open_page: Callable[..., Page], sign_in: Callable[[Page, User], Page], team: Team) -> Page:
    boss = AgentFactory.create(team=team, user__name="周敏", user__roles=[Role.SUPERVISOR])
    return sign_in(open_page(**DESKTOP), boss.user)


def test_leave_asked_for_on_a_phone_changes_the_roster(
    own_phone: Page, supervisor: Page, chen: Agent, wang: Agent
) -> None:
    shift = DutyFactory.create(agent=chen, on=TOMORROW)
    asks_for_leave(own_phone)
    request = StaffRequest.objects.get()
    assert (request.agent, request.state, request.reason) == (chen, RequestState.WAITING, "发烧")

    approves(supervisor)
    request.refresh_from_db()
    shift.refresh_from_db()
    assert (request.state, shift.state) == (RequestState.APPROVED, DutyState.CANCELLED)

    puts_the_colleague_there(supervisor)
    assert wang.duties.get().on == TOMORROW


def asks_for_leave(phone: Page) -> None:
    phone.goto(MINE)
    fits(phone)
    phone.locator(".mine-ask").get_by_role("link", name=zh("Leave")).tap()
    expect(phone.get_by_role("button", name=zh("Send"))).to_be_visible()
    fits(phone)
    picture(phone, "ask")
    phone.get_by_label(zh("Kind of leave")).select_option("sick")
    for name in ("first_on", "last_on"):
        phone.locator(f"[name={name}]").fill(TOMORROW.isoformat())
    phone.locator("[name=reason]").fill("发烧")
    phone.get_by_role("button", name=zh("Send")).tap()
    expect(phone.locator(".mine-card").filter(has_text=zh("Sick leave"))).to_be_visible()


def picture(page: Page, name: str) -> None:
    if folder := os.environ.get("PICTURES"):
        page.screenshot(path=f"{folder}/{name}.png", full_page=True)


def fits(phone: Page) -> None:
    """Nothing hangs out at the side."""
    assert phone.evaluate("document.documentElement.scrollWidth <= window.innerWidth")


def approves(supervisor: Page) -> None:
    supervisor.goto("/admin/staffing/staffrequest/?state__exact=waiting")
    picture(supervisor, "inbox")
    supervisor.get_by_role("link", name="陈静").first.click()
    supervisor.wait_for_url("**/change/**")
    supervisor.locator("#main").get_by_role("link", name=zh("Approve")).first.click()
    dialog = supervisor.locator("#dialog")
    expect(dialog).to_be_visible()
    picture(supervisor, "dialog")
    dialog.get_by_role("button").click()
    expect(supervisor.get_by_role("heading", name=zh("Open shifts"))).to_be_visible()


def puts_the_colleague_there(supervisor: Page) -> None:
    picture(supervisor, "gap")
    row = supervisor.locator(".request-candidates li").filter(has_text="王磊")
    row.get_by_role("button").click()
    expect(supervisor.get_by_text("→ 王磊")).to_be_visible()


def test_a_swap_is_taken_by_a_tap(own_phone: Page, chen: Agent, wang: Agent) -> None:
    request = swap_asked(wang, chen)
    ahead(chen, days=5)
    own_phone.goto(MINE)
    picture(own_phone, "mine")
    own_phone.get_by_role("button", name=zh("Take it")).tap()
    expect(own_phone.get_by_role("button", name=zh("Give back"))).to_be_visible()
    request.refresh_from_db()
    assert request.state == RequestState.WAITING
