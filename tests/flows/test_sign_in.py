"""Signing in, in a real browser."""

import pytest
from playwright.sync_api import expect

from tests.factories import UserFactory

pytestmark = pytest.mark.browser


@pytest.fixture
def administrator(transactional_db):  # noqa: ARG001
    user = UserFactory.create(username="chen", name="陈静", is_superuser=True)
    user.set_password("right-password-7")
    user.save()
    return user


@pytest.mark.parametrize("screen", ["page", "phone"])
def test_somebody_signs_in_with_the_form(request, administrator, screen):
    page = request.getfixturevalue(screen)
    page.goto("/admin/")
    page.fill("input[name=username]", administrator.username)
    page.fill("input[name=password]", "right-password-7")
    page.click("#login-form button[type=submit]")
    expect(page).to_have_url("/admin/")
    expect(page.locator("#login-form")).to_have_count(0)


def test_a_given_session_is_somebodys(page, sign_in, administrator):
    sign_in(page, administrator).goto("/admin/")
    expect(page.locator("#login-form")).to_have_count(0)


def test_the_language_is_chinese_whatever_the_browser_asks_for(open_page):
    page = open_page(locale="en-GB")
    page.goto("/admin/login/")
    expect(page.locator("html")).to_have_attribute("lang", "zh-hans")
