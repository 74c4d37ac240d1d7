"""How a message reaches its reader: one function for each MessageChannel. Only the outbox calls them."""

import json
import os
from collections.abc import Iterable
from datetime import datetime
from urllib.parse import quote, unquote, urlsplit

from apprise import Apprise, AppriseAsset
from django.conf import settings
from django.core.mail import EmailMessage

from portal import outbound, privacy
from portal.models import Notice, OutboxMessage

NUMBER_PLACE = "{to}"
"""Where the number goes in SMS_URL, such as json://gateway.example/send/{to}."""


class Undeliverable(Exception):  # noqa: N818 - named as the finding
    """The channel did not take the message. Counts as one attempt."""


def portal(messages: Iterable[OutboxMessage], *, at: datetime) -> None:
    """Put them on their readers' bells. A message that hangs there already does not come twice."""
    Notice.objects.bulk_create(
        (
            Notice(
                message=message,
                user=message.user,
                text=message.subject,
                link=message.link,
                created_at=at,
            )
            for message in messages
        ),
        ignore_conflicts=True,
    )


def email(message: OutboxMessage) -> None:
    """Sent again after a crash it carries the same Message-ID, by which mailboxes drop the second."""
    to = message.address or (message.user.email if message.user else "")
    if not to:
        raise Undeliverable("The recipient has no e-mail address.")
    link = f"\n\n{settings.BASE_URL}{message.link}" if message.link else ""
    host = urlsplit(settings.BASE_URL).hostname
    headers = {"Message-ID": f"<{privacy.digest(message.key)}@{host}>"}
    EmailMessage(message.subject, message.body + link, to=[to], headers=headers).send()


def sms(message: OutboxMessage) -> None:
    """Through the gateway in SMS_URL (any that apprise knows); file:///path writes them down instead."""
    if not message.address:
        raise Undeliverable("The recipient has no phone number.")
    if not settings.SMS_URL:
        raise Undeliverable("No gateway for text messages is configured (SMS_URL).")
    text = message.body or message.subject
    if settings.SMS_URL.startswith("file:"):
        _write_down(message, text)
    else:
        _through_gateway(message, text)


def _write_down(message: OutboxMessage, text: str) -> None:
    line = json.dumps({"key": message.key, "to": message.address, "text": text}, ensure_ascii=False)
    path = unquote(urlsplit(settings.SMS_URL).path)
    only_for_the_owner = 0o600
    with os.fdopen(os.open(path, os.O_WRONLY | os.O_APPEND | os.O_CREAT, only_for_the_owner), "a") as file:
        file.write(line + "\n")


def _through_gateway(message: OutboxMessage, text: str) -> None:
    gateway = Apprise.instantiate(
        settings.SMS_URL.replace(NUMBER_PLACE, quote(message.address, safe="")),
        asset=AppriseAsset(http_redirects=False),
    )
    if gateway is None:
        raise Undeliverable("SMS_URL names no known gateway.")
    # A known provider brings its own address; only a gateway named by host needs the look.
    fixed = urlsplit(getattr(gateway, "notify_url", "") or "").hostname
    outbound.refuse_private(fixed or gateway.host)
    if not gateway.notify(body=text):
        raise Undeliverable("The gateway did not take the message.")
