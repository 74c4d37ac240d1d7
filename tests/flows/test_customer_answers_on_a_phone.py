"""C18 C19: the question how it was, answered with a thumb; a bad answer opens the matter again."""

from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

from complaints import closing
from complaints.choices import Act, CallbackPurpose, Kind, Status
from complaints.models import SurveyAnswer, Ticket
from portal import tasks
from portal.choices import Role
from portal.models import User
from staffing.models import Agent, Team
from tests.factories import NOW, AgentFactory, TeamFactory, agent_on_duty, resolved_ticket
from tests.flows.conftest import DESKTOP, survey_link, zh

pytestmark = [pytest.mark.browser, pytest.mark.usefixtures("morning")]


@pytest.fixture
def team() -> Team:
    return TeamFactory.create(name="售后一组")


@pytest.fixture
def chen(team: Team) -> Agent:
    return agent_on_duty(team=team, user__name="陈静")


@pytest.fixture
def ticket(chen: Agent) -> Ticket:
    """Closed an instant ago: the customer has been written to."""
    resolved = resolved_ticket(chen, kind=Kind.INQUIRY, subject="发票什么时候开", phone="13800138000")
    return closing.close(resolved, by=chen.user, at=NOW)


@pytest.fixture
def supervisor(open_page: Callable[..., Page], sign_in: Callable[[Page, User], Page], team: Team) -> Page:
    person = AgentFactory.create(team=team, user__name="周敏", user__roles=[Role.SUPERVISOR])
    return sign_in(open_page(**DESKTOP), person.user)


def test_one_point_of_five_is_heard(phone: Page, supervisor: Page, ticket: Ticket, chen: Agent) -> None:
    link = survey_link()
    gives_one_point(phone, link)
    finds_the_link_used(phone, link)

    ticket.refresh_from_db()
    assert SurveyAnswer.objects.get().score == 1
    assert (ticket.status, ticket.cycle, ticket.handler) == (Status.REOPENED, 2, chen)
    assert list(ticket.events.order_by("-sequence").values_list("act", flat=True)[:2]) == [
        Act.REOPEN,
        Act.SURVEY,
    ]
    callback = ticket.callbacks.get()
    assert (callback.purpose, callback.agent) == (CallbackPurpose.ANSWER, chen)

    finds_a_notice_in_the_bell(supervisor, ticket)


def gives_one_point(phone: Page, link: str) -> None:
    phone.goto(link)
    expect(phone.get_by_role("heading", name=zh("How did we do?"))).to_be_visible()
    fits(phone)
    phone.get_by_text(zh("Very unhappy")).tap()
    phone.get_by_text(zh("It was not solved")).tap()
    phone.get_by_role("button", name=zh("Send")).tap()
    expect(phone.get_by_role("heading", name=zh("Thank you"))).to_be_visible()


def fits(phone: Page) -> None:
    """Nothing hangs out at the side."""
    assert phone.evaluate("document.documentElement.scrollWidth <= window.innerWidth")


def finds_the_link_used(phone: Page, link: str) -> None:
    """The same words as for a link that never was."""
    phone.goto(link)
    expect(phone.get_by_role("heading", name=zh("This survey is not open"))).to_be_visible()
    fits(phone)


def finds_a_notice_in_the_bell(supervisor: Page, ticket: Ticket) -> None:
    tasks.deliver_messages()
    supervisor.goto("/admin/")
    supervisor.locator("[data-bell]").click()
    supervisor.get_by_role(
        "link", name=zh("Low score %(score)s of 5 for %(number)s", score=1, number=ticket.number)
    ).click()
    expect(supervisor).to_have_url(f"/admin/complaints/ticket/{ticket.pk}/change/")
