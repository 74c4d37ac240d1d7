"""S3 S11: a supervisor draws up, checks and publishes a week for twenty; two at once; on a phone."""

from collections.abc import Callable
from datetime import date, time, timedelta

import pytest
from django.conf import settings
from playwright.sync_api import Locator, Page, expect

from portal.choices import Role
from portal.models import OutboxMessage, User
from staffing.choices import DutyState
from staffing.models import Agent, DutyAssignment, Roster, RosterEdit, ShiftType, Team
from tests.factories import (
    TODAY,
    AgentFactory,
    MinimumStaffingFactory,
    RosterFactory,
    ShiftTypeFactory,
    TeamFactory,
)
from tests.flows.conftest import DESKTOP, zh

pytestmark = [pytest.mark.browser, pytest.mark.usefixtures("morning", "shifts")]

PEOPLE = 20
ACTS_AT_MOST = 40
"""Clicks, drags and keys; at four seconds each well below three minutes."""
NEXT_MONDAY = TODAY - timedelta(days=TODAY.weekday()) + timedelta(days=7)


@pytest.fixture
def shifts() -> list[ShiftType]:
    return [
        ShiftTypeFactory.create(),
        ShiftTypeFactory.create(code="L", name="晚班", starts=time(14), ends=time(22), colour="#f59e0b"),
        ShiftTypeFactory.create(is_night=True),
    ]


@pytest.fixture
def team() -> Team:
    return TeamFactory.create(name="售后一组")


@pytest.fixture
def people(team: Team) -> list[Agent]:
    return [
        AgentFactory.create(team=team, staff_no=f"CS{number:03}", user__name=f"客服{number:02}")
        for number in range(1, PEOPLE + 1)
    ]


@pytest.fixture
def boss(team: Team) -> User:
    """Leads the team from outside, so that it has twenty rows."""
    leader = AgentFactory.create(user__name="周敏", user__roles=[Role.SUPERVISOR])
    team.leader = leader
    team.save()
    return leader.user


class Hands:
    """Somebody at the grid, who counts what he does."""

    def __init__(self, page: Page) -> None:
        self.page = page
        self.acts = 0

    def cell(self, row: int, column: int) -> Locator:
        return self.page.locator("#roster-table tbody tr").nth(row).locator("td").nth(column)

    def click(self, target: Locator, **how: object) -> None:
        self.acts += 1
        target.click(**how)  # type: ignore[arg-type]

    def press(self, *keys: str) -> None:
        for key in keys:
            self.acts += 1
            self.page.keyboard.press(key)

    def select(self, top: int, left: int, bottom: int, right: int) -> None:
        self.click(self.cell(top, left))
        self.click(self.cell(bottom, right), modifiers=["Shift"])

    def drag(self, start: Locator, end: Locator, **at: int) -> None:
        self.acts += 1
        start.hover()
        self.page.mouse.down()
        end.hover(**at)  # type: ignore[arg-type]
        self.page.mouse.up()

    def saved(self) -> None:
        expect(self.page.locator("#roster-state.is-saved")).to_be_visible()


@pytest.fixture
def roster(team: Team, people: list[Agent]) -> Roster:
    """Of this week, empty; twenty rows."""
    assert len(people) == PEOPLE
    return RosterFactory.create(team=team)


@pytest.fixture
def hands(page: Page, sign_in: Callable[[Page, User], Page], boss: User, roster: Roster) -> Hands:
    """The supervisor at the open grid."""
    sign_in(page, boss).goto(address(roster))
    return Hands(page)


def address(roster: Roster) -> str:
    return f"/admin/staffing/roster/{roster.pk}/grid/"


@pytest.mark.usefixtures("people")
def test_a_week_for_twenty_is_drawn_up_checked_and_published(
    page: Page, sign_in: Callable[[Page, User], Page], boss: User, team: Team
) -> None:
    night = ShiftType.objects.get(code="N")
    MinimumStaffingFactory.create(team=team, shift_type=night, agents=1, weekdays="3")
    sign_in(page, boss).goto("/admin/staffing/roster/")
    hands = Hands(page)
    begin(hands)
    assign(hands)
    put_right(hands)
    hands.click(page.get_by_role("link", name=zh("Check and publish")))
    expect(page.get_by_text("客服01")).to_be_visible()
    hands.click(page.get_by_role("button", name=zh("Publish")))
    expect(page.locator(".version")).to_contain_text("v1")

    published = DutyAssignment.objects.filter(state=DutyState.PUBLISHED, on__gte=NEXT_MONDAY)
    assert published.count() == PEOPLE * 5 - 2
    assert OutboxMessage.objects.filter(key__startswith="roster:").count() == PEOPLE
    assert hands.acts <= ACTS_AT_MOST


def begin(hands: Hands) -> None:
    """A new roster, out of the list."""
    hands.click(hands.page.get_by_role("link", name=zh("New roster")).first)
    dialog = hands.page.locator("#dialog")
    hands.acts += 1
    dialog.get_by_label(zh("Team")).select_option(label="售后一组")
    hands.click(dialog.get_by_role("button").last)
    expect(hands.page.locator("#roster-table tbody tr")).to_have_count(PEOPLE)


def assign(hands: Hands) -> None:
    """Ten people by range and key, the pattern copied to the others, the brush for two nights."""
    hands.select(0, 0, 9, 4)
    hands.press("d", "Control+c")
    hands.click(hands.cell(10, 2))
    hands.press("Control+v")
    hands.select(10, 2, 14, 6)
    hands.press("l")
    expect(hands.cell(14, 6).locator(".chip")).to_contain_text("晚班")
    hands.click(hands.page.locator("#roster-brush"))
    hands.click(hands.page.locator("#roster-palette [data-codes=N]"))
    hands.drag(hands.cell(0, 0), hands.cell(1, 0))
    hands.press("Escape")
    hands.saved()


def put_right(hands: Hands) -> None:
    """Nights before day shifts: told in words, found by a click. The missing night stays a warning."""
    panel = hands.page.locator("#roster-panel")
    expect(hands.page.locator("#roster-problems")).to_have_text("3")
    hands.click(hands.page.locator("[data-panel=problems]"))
    expect(panel).to_contain_text("夜班")
    for name in ("客服01", "客服02"):
        hands.click(panel.locator("li button").filter(has_text=name))
        hands.press("Delete")
        expect(panel).not_to_contain_text(name)
    expect(hands.page.locator("tfoot td.is-short")).to_have_count(1)
    hands.saved()


def test_drag_fill_pin_and_undo(hands: Hands, roster: Roster, people: list[Agent]) -> None:
    page = hands.page

    hands.click(hands.cell(0, 0))
    hands.press("d", "l")  # One key for each day.
    expect(hands.cell(0, 1).locator(".chip")).to_contain_text("晚班")
    hands.drag(hands.cell(0, 1).locator(".chip"), hands.cell(1, 3))
    expect(hands.cell(1, 3)).to_contain_text("晚班")
    expect(hands.cell(0, 1)).not_to_contain_text("晚班")

    hands.click(hands.cell(0, 0))
    hands.drag(page.locator(".fill-handle"), hands.cell(3, 0))
    expect(hands.cell(3, 0)).to_contain_text("白班")
    hands.press("Control+z")
    expect(hands.cell(3, 0)).not_to_contain_text("白班")
    hands.press("Control+y")
    expect(hands.cell(3, 0)).to_contain_text("白班")
    hands.click(hands.cell(3, 0))
    hands.press("p")
    expect(page.locator("td.is-pinned")).to_have_count(1)
    hands.saved()

    plan = DutyAssignment.objects.planned().values_list("agent__staff_no", "on", "shift_type__code")
    monday = roster.first_on
    assert set(plan) == {
        *((f"CS00{number}", monday, "D") for number in (1, 2, 3, 4)),
        ("CS002", monday + timedelta(days=3), "L"),
    }
    assert roster.pins.get().agent == people[3]


def test_cells_come_from_excel_and_what_is_no_shift_is_told(hands: Hands, roster: Roster) -> None:
    page = hands.page
    hands.click(hands.cell(0, 0))
    page.evaluate(
        """text => {
            const data = new DataTransfer();
            data.setData("text/plain", text);
            const how = { clipboardData: data, bubbles: true, cancelable: true };
            document.activeElement.dispatchEvent(new ClipboardEvent("paste", how));
        }""",
        "D\t白班\t休\r\nL\t?\tN\r\n",
    )
    expect(page.locator("#roster-toasts")).to_contain_text("?")
    hands.saved()
    plan = DutyAssignment.objects.values_list("agent__staff_no", "on", "shift_type__code").order_by("pk")
    days = [roster.first_on + timedelta(days=number) for number in range(3)]
    assert set(plan) == {
        ("CS001", days[0], "D"),
        ("CS001", days[1], "D"),
        ("CS002", days[0], "L"),
        ("CS002", days[2], "N"),
    }


def test_two_who_edit_one_roster_lose_nothing_and_the_later_is_told(
    hands: Hands, roster: Roster, open_page: Callable[..., Page], sign_in: Callable[[Page, User], Page]
) -> None:
    other = AgentFactory.create(user__name="林晓雨", user__roles=[Role.ADMINISTRATOR]).user
    second = sign_in(open_page(**DESKTOP), other)
    second.goto(address(roster))
    first_hands, second_hands = hands, Hands(second)

    first_hands.click(first_hands.cell(0, 0))
    first_hands.press("d")
    first_hands.saved()
    second_hands.click(second_hands.cell(0, 0))
    second_hands.press("l", "l")  # The same cell, and the one beside it.
    expect(second.locator("#roster-toasts")).to_contain_text("周敏")
    expect(second.locator(".bubble")).to_contain_text("周敏")
    expect(second_hands.cell(0, 0)).to_contain_text("白班")
    expect(second_hands.cell(0, 1)).to_contain_text("晚班")
    expect(first_hands.cell(0, 1)).to_contain_text("晚班", timeout=15_000)  # Without a reload.
    edits = RosterEdit.objects.filter(roster=roster).order_by("number")
    assert list(edits.values_list("on", "after")) == [
        (roster.first_on, ["D"]),
        (roster.first_on + timedelta(days=1), ["L"]),
    ]


def test_a_bad_line_loses_no_change(hands: Hands, people: list[Agent]) -> None:
    page = hands.page
    lost: list[bool] = []

    def drop_once(route: object) -> None:
        if lost:
            route.continue_()  # type: ignore[attr-defined]
        else:
            lost.append(True)
            route.fulfill(status=204)  # type: ignore[attr-defined] # An answer that is none.

    page.route("**/cells/", drop_once)
    hands.click(hands.cell(0, 0))
    hands.press("d")
    expect(page.locator("#roster-state.is-offline")).to_be_visible()
    expect(hands.cell(0, 0)).to_contain_text("白班")
    hands.saved()
    assert DutyAssignment.objects.get().agent == people[0]


def test_whoever_was_signed_out_signs_in_again_and_has_lost_nothing(
    hands: Hands, people: list[Agent], sign_in: Callable[[Page, User], Page], boss: User
) -> None:
    hands.page.context.clear_cookies(name=settings.SESSION_COOKIE_NAME)
    hands.click(hands.cell(0, 0))
    hands.press("d")
    expect(hands.page.locator("#roster-state.is-signedOut")).to_be_visible()
    sign_in(hands.page, boss)
    hands.saved()
    assert DutyAssignment.objects.get().agent == people[0]


def test_a_plan_by_machine_is_laid_over_the_grid_and_then_applied(
    hands: Hands, roster: Roster, people: list[Agent]
) -> None:
    cell = {"agent": people[0].pk, "on": str(roster.first_on), "codes": ["D"]}
    say = "([name, detail]) => document.dispatchEvent(new CustomEvent(name, { detail }))"
    hands.page.evaluate(say, ["roster:proposal", {"cells": [cell]}])
    expect(hands.cell(0, 0).locator(".chip.is-x")).to_contain_text("白班")
    assert not DutyAssignment.objects.exists()
    hands.page.evaluate(say, ["roster:apply", {}])
    hands.saved()
    assert DutyAssignment.objects.get().agent == people[0]


def test_on_a_phone_a_tap_chooses_the_cell_and_another_the_shift(
    phone: Page, sign_in: Callable[[Page, User], Page], boss: User, roster: Roster, people: list[Agent]
) -> None:
    sign_in(phone, boss).goto(address(roster))
    hands = Hands(phone)
    hands.cell(1, 1).tap()
    phone.locator("#roster-palette [data-codes=D]").tap()
    expect(hands.cell(1, 1).locator(".chip")).to_be_visible()
    hands.saved()
    duty = DutyAssignment.objects.get()
    assert (duty.agent, duty.on) == (people[1], roster.first_on + timedelta(days=1))


def test_a_month_of_sixty_is_drawn_in_a_moment(
    page: Page, sign_in: Callable[[Page, User], Page], boss: User, team: Team
) -> None:
    AgentFactory.create_batch(60, team=team)
    month = RosterFactory.create(team=team, first_on=date(2026, 4, 1), last_on=date(2026, 4, 30))
    sign_in(page, boss).goto(address(month))
    expect(page.locator("#roster-table tbody td")).to_have_count(60 * 30)
    nodes = page.evaluate("document.querySelectorAll('#roster-table *').length")
    assert nodes < 60 * 30 * 2
    assert Roster.objects.get().revision == 0
