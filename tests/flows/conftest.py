"""A real Chromium on a live server: Chinese, offline, and intolerant of errors in its console."""

import os
from collections.abc import Callable, Iterator
from typing import Any
from urllib.parse import urlsplit

import pytest
from django.conf import settings
from django.test import Client
from playwright.sync_api import (
    Browser,
    BrowserContext,
    ConsoleMessage,
    Error,
    Page,
    Request,
    sync_playwright,
)

from portal.models import User
from tests.conftest import chromium

# Playwright's blocking API keeps an event loop on this thread, which Django would take for async code.
os.environ.setdefault("DJANGO_ALLOW_ASYNC_UNSAFE", "true")

DESKTOP = {"viewport": {"width": 1366, "height": 768}}
PHONE = {"viewport": {"width": 390, "height": 844}, "is_mobile": True, "has_touch": True}
PATIENCE_MS = 10_000


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
        if line.type == "error":
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
