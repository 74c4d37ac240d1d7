"""X7: three languages, light and dark, offline, and nothing in the way of whoever uses other senses."""

from collections.abc import Callable
from typing import Any

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page, expect

from complaints import closing, handling
from complaints.choices import CustomerLevel, Kind, Severity
from complaints.models import Ticket
from portal.choices import Role
from portal.models import User
from staffing.models import Agent
from tests.factories import NOW, TeamFactory, agent_on_duty, resolved_ticket, ticket_in_hand
from tests.flows.conftest import DESKTOP, survey_link

pytestmark = [pytest.mark.browser, pytest.mark.usefixtures("morning")]

LANGUAGES = {"English": "en", "繁體": "zh-hant", "简体": "zh-hans"}
DARKEST_LIGHT = 0.5
"""Below this luminance a page is dark."""


@pytest.fixture
def chen() -> Agent:
    return agent_on_duty(
        team=TeamFactory.create(name="售后一组"), user__name="陈静", user__roles=[Role.SUPERVISOR]
    )


@pytest.fixture
def ticket(chen: Agent) -> Ticket:
    """A grave complaint in hand; beside it a call that is owed, and another's matter."""
    resolved_ticket(chen, kind=Kind.COMPLAINT, subject="快递丢了", phone="13800138002")
    ticket_in_hand(agent_on_duty(team=chen.team), level=CustomerLevel.KEY, phone="13800138003")
    taken = ticket_in_hand(
        chen, kind=Kind.COMPLAINT, severity=Severity.HIGH, subject="收到的杯子碎了", phone="13800138000"
    )
    return handling.reply(taken, text="您好，我马上核实，谢谢。", by=chen.user, at=NOW)


# Languages


def test_whoever_is_not_signed_in_yet_switches_the_language(page: Page) -> None:
    page.goto("/admin/login/")
    for button, code in LANGUAGES.items():
        page.get_by_role("button", name=button, exact=True).click()
        expect(page.locator("html")).to_have_attribute("lang", code)
        expect(page.get_by_role("button", name=button, exact=True)).to_have_attribute("aria-current", "true")


def test_a_person_keeps_the_language_chosen(
    page: Page, sign_in: Callable[[Page, User], Page], chen: Agent
) -> None:
    sign_in(page, chen.user).goto("/admin/desk/")
    for button, code in LANGUAGES.items():
        page.get_by_text("陈静").first.click()
        page.get_by_role("button", name=button, exact=True).click()
        expect(page.locator("html")).to_have_attribute("lang", code)
        chen.user.refresh_from_db()
        assert chen.user.language == code


# Looks


@pytest.fixture
def pages(chen: Agent, ticket: Ticket) -> dict[str, str]:
    """The pages on which people spend their day, and the customers' one."""
    closing.close(resolved_ticket(chen, phone="13800138001"), by=chen.user, at=NOW)
    return {
        "survey": survey_link(),
        "overview": "/admin/",
        "desk": "/admin/desk/",
        "tickets": "/admin/complaints/ticket/?queue=all",
        "ticket": f"/admin/complaints/ticket/{ticket.pk}/change/",
    }


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_pages_look_as_the_screen_asks_and_hinder_nobody(
    open_page: Callable[..., Page],
    sign_in: Callable[[Page, User], Page],
    chen: Agent,
    pages: dict[str, str],
    scheme: str,
) -> None:
    page = open_page(**DESKTOP, color_scheme=scheme)
    page.goto("/admin/login/")
    found = {"sign-in": obstacles(page)}
    sign_in(page, chen.user)
    for name, path in pages.items():
        page.goto(path)
        assert (luminance(page) < DARKEST_LIGHT) == (scheme == "dark"), name
        found[name] = obstacles(page)
    assert {name: told for name, told in found.items() if told} == {}


def luminance(page: Page) -> float:
    """Of the page's ground, as drawn: 0 black, 1 white."""
    return page.evaluate(
        """() => {
            const canvas = document.createElement("canvas").getContext("2d");
            canvas.fillStyle = getComputedStyle(document.body).backgroundColor;
            canvas.fillRect(0, 0, 1, 1);
            const [red, green, blue] = canvas.getImageData(0, 0, 1, 1).data;
            return (0.2126 * red + 0.7152 * green + 0.0722 * blue) / 255;
        }"""
    )


def obstacles(page: Page) -> list[str]:
    """What axe finds serious or critical, with the places."""
    violations: list[dict[str, Any]] = Axe().run(page).response["violations"]
    return [
        f"{violation['id']}: {node['target']}"
        for violation in violations
        if violation["impact"] in {"serious", "critical"}
        for node in violation["nodes"]
    ]
