import pytest
from django.test import RequestFactory

from portal import request_context


def address(settings, *, proxies: int, **headers: str) -> str | None:
    settings.TRUSTED_PROXIES = proxies
    return request_context.address_of(RequestFactory().get("/", **headers))


FORGED = "1.2.3.4, 203.0.113.7, 10.0.0.2"


@pytest.mark.parametrize(
    ("proxies", "seen"),
    [(0, "10.0.0.1"), (1, "10.0.0.2"), (2, "203.0.113.7"), (9, "10.0.0.1")],
)
def test_only_what_our_own_proxies_wrote_is_believed(settings, proxies, seen):  # X3
    found = address(settings, proxies=proxies, REMOTE_ADDR="10.0.0.1", HTTP_X_FORWARDED_FOR=FORGED)

    assert found == seen


@pytest.mark.parametrize(
    ("remote", "seen"),
    [
        ("::ffff:203.0.113.7", "203.0.113.7"),
        ("2001:DB8::1", "2001:db8::1"),
        ("", None),
        ("unix:", None),
        ("<b>1.2.3.4</b>", None),
    ],
)
def test_an_address_is_plain_or_none(settings, remote, seen):
    assert address(settings, proxies=0, REMOTE_ADDR=remote) == seen


def test_the_address_is_known_during_the_request_only():
    seen = []
    middleware = request_context.RequestContextMiddleware(
        lambda _request: seen.append(request_context.address())
    )

    middleware(RequestFactory().get("/", REMOTE_ADDR="203.0.113.7"))

    assert seen == ["203.0.113.7"]
    assert request_context.address() is None
