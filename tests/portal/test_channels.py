"""Text messages through a gateway: a real HTTP server that the test listens on."""

from collections.abc import Iterator
from urllib.parse import unquote

import pytest

from portal import channels
from portal.choices import MessageChannel
from portal.models import OutboxMessage
from portal.outbound import PrivateAddress
from tests.factories import NOW
from tests.portal.gateway import Gateway


@pytest.fixture
def gateway(settings) -> Iterator[Gateway]:
    settings.ALLOW_PRIVATE_ADDRESSES = True
    with Gateway.listening() as server:
        settings.SMS_URL = server.url
        yield server


def text(address: str = "+86 138/0000?5678", body: str = "您的工单已受理") -> OutboxMessage:
    return OutboxMessage(
        key="k", channel=MessageChannel.SMS, address=address, subject="受理", body=body, due_at=NOW
    )


def test_a_text_goes_through_the_gateway_to_the_number(gateway):  # X4
    channels.sms(text())

    ((path, told),) = gateway.taken
    assert unquote(path) == "/send/+86 138/0000?5678"
    assert "您的工单已受理" in told


@pytest.mark.parametrize("answer", [302, 400, 500])
def test_an_answer_that_is_no_yes_counts_as_not_taken(gateway, answer):
    gateway.answer = answer

    with pytest.raises(channels.Undeliverable):
        channels.sms(text())
    assert len(gateway.taken) == 1


def test_a_gateway_inside_our_own_network_is_not_called(gateway, settings):
    settings.ALLOW_PRIVATE_ADDRESSES = False

    with pytest.raises(PrivateAddress):
        channels.sms(text())
    assert not gateway.taken


@pytest.mark.parametrize("url", ["", "nonsense", "unknown://x"])
def test_without_a_known_gateway_it_is_told_so(settings, url):
    settings.SMS_URL = url

    with pytest.raises(channels.Undeliverable):
        channels.sms(text())


def test_nobody_without_a_number_gets_a_text(gateway):
    with pytest.raises(channels.Undeliverable):
        channels.sms(text(address=""))
    assert not gateway.taken
