"""C6 C7 C9 C18 C26: one complaint through two agents' hands, from the queue to its end."""

import time
from collections.abc import Callable

import pytest
from playwright.sync_api import Page, Route, expect

from complaints import ownership
from complaints.choices import (
    Act,
    AttemptResult,
    CallbackState,
    Kind,
    OwnershipKind,
    PromiseOutcome,
    Status,
)
from complaints.models import Ticket
from portal.models import User
from staffing.models import Agent
from tests.factories import NOW, CategoryFactory, TeamFactory, TicketFactory, agent_on_duty
from tests.flows.conftest import DESKTOP, PASSWORD, zh
from tests.phrase_factories import StandardPhraseFactory

pytestmark = [pytest.mark.browser, pytest.mark.usefixtures("morning")]

LOGGING_A_CALL_TAKES = 3
"""Interactions at most, as the desk promises."""


@pytest.fixture
def chen() -> Agent:
    agent = agent_on_duty(team=TeamFactory.create(name="售后一组"), user__username="chen", user__name="陈静")
    agent.user.set_password(PASSWORD)
    agent.user.save()
    return agent


@pytest.fixture
def wang(chen: Agent) -> Agent:
    return agent_on_duty(team=chen.team, user__username="wang", user__name="王磊")


@pytest.fixture
def ticket() -> Ticket:
    CategoryFactory.create(name="商品破损")
    return TicketFactory.create(
        kind=Kind.COMPLAINT, subject="收到的杯子碎了", name="赵晓明", phone="13800138000"
    )


@pytest.fixture
def colleague(open_page: Callable[..., Page], sign_in: Callable[[Page, User], Page], wang: Agent) -> Page:
    return sign_in(open_page(**DESKTOP), wang.user)


def test_a_complaint_goes_from_the_queue_through_two_hands_to_its_end(
    page: Page, colleague: Page, ticket: Ticket, chen: Agent, wang: Agent
) -> None:
    signs_in_and_claims(page, ticket, chen)
    answers_and_promises(page)
    transfers(page, wang)

    accepts(colleague, ticket)
    resolves(colleague)

    logs_the_call_from_the_desk(page)
    closes(page, ticket)

    assert_all_stands_in_the_ledger(ticket, chen, wang)


def test_a_phrase_is_put_in_by_the_keyboard_alone_and_once(
    page: Page, sign_in: Callable[[Page, User], Page], ticket: Ticket, chen: Agent
) -> None:
    ownership.claim(ticket, by=chen.user, at=NOW)
    phrase = StandardPhraseFactory.create(text="请您稍等，马上为您核实。")
    StandardPhraseFactory.create(text="谢谢您的来电。")
    sign_in(page, chen.user).goto(f"/admin/complaints/ticket/{ticket.pk}/change/")
    page.get_by_label(zh("text"), exact=True).press("/")
    page.keyboard.type("核实")
    options = page.get_by_role("option").filter(visible=True)
    expect(options).to_have_count(1)
    page.route("**/phrases/*/", answers_late)
    for _ in range(3):  # A key that is held down.
        page.keyboard.press("Enter")
    expect(page.get_by_label(zh("text"), exact=True)).to_have_value("请您稍等，马上为您核实。")
    expect(page.get_by_label(zh("text"), exact=True)).to_be_focused()
    phrase.refresh_from_db()
    assert phrase.times_used == 1


def answers_late(route: Route) -> None:
    time.sleep(0.3)
    route.continue_()


def arrives(page: Page, path: str) -> None:
    """On the page, with its scripts at work."""
    expect(page).to_have_url(path)
    page.wait_for_load_state()


def told(page: Page, text: str) -> None:
    """The message after an act, on the page that was read anew."""
    expect(page.get_by_text(text)).to_be_visible()


def open_dialog(page: Page, title: str) -> None:
    page.get_by_role("navigation", name=zh("Acts")).get_by_role("button", name=title).click()
    expect(page.get_by_role("dialog")).to_be_visible()


def send(page: Page, button: str) -> None:
    page.get_by_role("dialog").get_by_role("button", name=button, exact=True).click()


def signs_in_and_claims(page: Page, ticket: Ticket, chen: Agent) -> None:
    page.goto("/")
    page.get_by_label(zh("Username")).fill(chen.user.username)
    page.get_by_label(zh("Password")).fill(PASSWORD)
    page.keyboard.press("Enter")
    arrives(page, "/admin/desk/")
    told(page, zh("Nothing in hand"))
    page.keyboard.press("n")
    arrives(page, f"/admin/complaints/ticket/{ticket.pk}/change/")


def answers_and_promises(page: Page) -> None:
    page.keyboard.press("r")
    page.keyboard.type("您好，我马上为您核实，谢谢。")
    page.keyboard.press("Control+Enter")
    told(page, "您好，我马上为您核实，谢谢。")
    open_dialog(page, zh("Promise a reply"))
    page.get_by_role("button", name=zh("in 2 h")).click()
    send(page, zh("Promise a reply"))
    told(page, zh("The promise is on your desk."))


def transfers(page: Page, wang: Agent) -> None:
    open_dialog(page, zh("Transfer"))
    page.get_by_label(zh("to")).select_option(str(wang.pk))
    page.get_by_label(zh("reason")).fill("杯子的补发由你负责")
    send(page, zh("Transfer"))
    told(page, zh("Asked. The ticket stays where it is until your colleague accepts."))


def accepts(page: Page, ticket: Ticket) -> None:
    page.goto("/admin/desk/")
    told(page, "杯子的补发由你负责")
    page.get_by_role("button", name=zh("Accept")).click()
    told(page, zh("Accepted: the ticket is yours to handle."))
    page.get_by_role("region", name=zh("My queue")).get_by_role("link", name=ticket.subject).click()
    arrives(page, f"/admin/complaints/ticket/{ticket.pk}/change/")


def resolves(page: Page) -> None:
    """What is missing is named, and what was typed stays."""
    dialog = page.get_by_role("dialog")
    open_dialog(page, zh("Resolve"))
    dialog.get_by_label(zh("category")).select_option(label="商品破损")
    dialog.get_by_label(zh("cause")).fill("仓库少放了缓冲垫")
    send(page, zh("Resolve"))
    expect(dialog.get_by_role("alert")).to_contain_text(zh("outcome"))
    expect(dialog.get_by_role("alert")).to_contain_text(zh("responsible party"))
    expect(dialog.get_by_label(zh("cause"))).to_have_value("仓库少放了缓冲垫")
    dialog.get_by_label(zh("outcome")).fill("已补发一只")
    dialog.get_by_role("radio", name=zh("Warehouse")).check()
    send(page, zh("Resolve"))
    told(page, zh("Resolved."))


def logs_the_call_from_the_desk(page: Page) -> None:
    page.goto("/admin/desk/")
    interactions: list[str] = []
    page.expose_function("interacted", lambda kind: interactions.append(kind))  # noqa: PLW0108 - no built-in
    page.evaluate(
        """() => ["pointerdown", "keydown"].forEach(
            (kind) => document.addEventListener(kind, () => window.interacted(kind), true))"""
    )
    dialog = page.get_by_role("dialog")
    calls = page.get_by_role("region", name=zh("Callbacks today"))
    calls.get_by_role("button", name=zh("Reached"), exact=True).click()
    dialog.get_by_role("radio", name=zh("Yes")).check()
    send(page, zh("Log a call"))
    told(page, zh("The call is written down."))
    assert 0 < len(interactions) <= LOGGING_A_CALL_TAKES


def closes(page: Page, ticket: Ticket) -> None:
    page.goto(f"/admin/complaints/ticket/{ticket.pk}/change/")
    page.get_by_role("navigation", name=zh("Acts")).get_by_role("button", name=zh("Close")).click()
    told(page, zh("Closed. The customer is asked how it was."))


def assert_all_stands_in_the_ledger(ticket: Ticket, chen: Agent, wang: Agent) -> None:
    ticket.refresh_from_db()
    events = list(ticket.events.order_by("sequence").values_list("act", "by"))
    assert events == [
        (Act.RECEIVE, None),
        (Act.CLAIM, chen.user_id),
        (Act.REPLY, chen.user_id),
        (Act.PROMISE, chen.user_id),
        (Act.TRANSFER, chen.user_id),
        (Act.ACCEPT, wang.user_id),
        (Act.CLASSIFY, wang.user_id),
        (Act.RESOLVE, wang.user_id),
        (Act.CALL_BACK, chen.user_id),
        (Act.CLOSE, chen.user_id),
    ]
    assert (ticket.status, ticket.version) == (Status.CLOSED, len(events))
    assert (ticket.first_responsible, ticket.handler) == (chen, wang)
    hand_overs = ticket.ownership.order_by("id").values_list("kind", "giver", "receiver", "reason")
    assert list(hand_overs) == [
        (OwnershipKind.CLAIM, None, chen.pk, ""),
        (OwnershipKind.TRANSFER, chen.pk, wang.pk, "杯子的补发由你负责"),
    ]
    callback = ticket.callbacks.get()
    assert (callback.agent, callback.state) == (chen, CallbackState.REACHED)
    attempt = callback.attempts.get()
    assert (attempt.result, attempt.is_satisfied) == (AttemptResult.REACHED, True)
    assert ticket.promises.get().outcome == PromiseOutcome.KEPT
    assert ticket.surveys.exists()
