"""A real Chromium on a live server: Chinese, offline, and intolerant of errors in its console."""

import os
import re
from collections.abc import Callable, Iterator
from typing import Any
from urllib.parse import urlsplit

import pytest
import time_machine
from django.conf import settings
from django.test import Client
from django.utils import translation
from django.utils.translation import gettext, pgettext
from playwright.sync_api import (
    Browser,
    BrowserContext,
    ConsoleMessage,
    Error,
    Page,
    Request,
    sync_playwright,
)

from portal.models import OutboxMessage, User
from tests.conftest import chromium
from tests.factories import NOW, standard_policy

# Playwright's blocking API keeps an event loop on this thread, which Django would take for async code.
os.environ.setdefault("DJANGO_ALLOW_ASYNC_UNSAFE", "true")

DESKTOP = {"viewport": {"width": 1366, "height": 768}}
PHONE = {"viewport": {"width": 390, "height": 844}, "is_mobile": True, "has_touch": True}
PATIENCE_MS = 10_000
PASSWORD = "right-password-7"


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    with sync_playwright() as playwright:
        launched = playwright.chromium.launch(
            executable_path=chromium(),
            args=["--no-sandbox", "--disable-gpu", "--disable-background-networking"],
        )
        yield launched
        launched.close()


@pytest.fixture
def open_page(browser: Browser, live_server) -> Iterator[Callable[..., Page]]:
    """Opens pages on the live server; at the end, no script failed and nothing was fetched from elsewhere."""
    contexts: list[BrowserContext] = []
    faults: list[str] = []

    def on_error(error: Error) -> None:
        faults.append(f"script error: {error}")

    def on_console(line: ConsoleMessage) -> None:
        if line.type == "error" and not is_a_page_that_says_no(line):
            faults.append(f"console: {line.text}")

    def on_request(request: Request) -> None:
        if is_foreign(request.url):
            faults.append(f"left: {request.url}")

    def watch(page: Page) -> Page:
        page.on("pageerror", on_error)
        page.on("console", on_console)
        page.on("request", on_request)
        return page

    def open_one(**screen: Any) -> Page:
        context = browser.new_context(base_url=live_server.url, **{"locale": "zh-CN"} | screen)
        context.set_default_timeout(PATIENCE_MS)
        contexts.append(context)
        return watch(context.new_page())

    yield open_one
    for context in contexts:
        context.close()
    assert faults == []


def is_a_page_that_says_no(line: ConsoleMessage) -> bool:
    """Opened on purpose, a page may answer that there is nothing; what a page loads may not."""
    is_the_page = line.page is not None and line.location["url"] == line.page.url
    return is_the_page and line.text.endswith(("404 (Not Found)", "410 (Gone)"))


def is_foreign(url: str) -> bool:
    parts = urlsplit(url)
    return parts.scheme in {"http", "https", "ws", "wss"} and parts.hostname != "localhost"


@pytest.fixture
def page(open_page) -> Page:
    """A desk's screen, the smallest that the portal promises to fit."""
    return open_page(**DESKTOP)


@pytest.fixture
def phone(open_page) -> Page:
    return open_page(**PHONE)


@pytest.fixture
def sign_in(live_server) -> Callable[[Page, User], Page]:
    """Puts somebody's session into the page's browser, without the way through the form."""

    def give_session(page: Page, user: User) -> Page:
        client = Client()
        client.force_login(user)
        cookie = client.cookies[settings.SESSION_COOKIE_NAME].value
        page.context.add_cookies(
            [{"name": settings.SESSION_COOKIE_NAME, "value": cookie, "url": live_server.url}]
        )
        return page

    return give_session


@pytest.fixture
def morning(transactional_db: None) -> Iterator[None]:  # noqa: ARG001
    """A Wednesday at half past ten on which the clock goes on, with the standard limits of service."""
    with time_machine.travel(NOW, tick=True):
        standard_policy()
        yield


def survey_link() -> str:
    """Where the message leads that asks a customer how it was."""
    bodies = [message.body for message in OutboxMessage.objects.exclude(user__isnull=False)]
    [link] = re.findall(r"/s/[\w-]+/", " ".join(bodies))
    return str(link)


def zh(text: str, context: str | None = None, **facts: object) -> str:
    """What the page says for a text of the code."""
    with translation.override("zh-hans"):
        said = pgettext(context, text) if context else gettext(text)
    return said % facts if facts else said
