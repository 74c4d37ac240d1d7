"""By what a customer is known again: phones, e-mail addresses and channel accounts in one written form."""

import re
from collections.abc import Iterator
from dataclasses import dataclass

import phonenumbers
from django.utils.translation import gettext_lazy as _

from complaints.choices import IdentityKind
from portal.errors import MissingInformation

HOME_REGION = "CN"
EXTENSION = ";ext="
_EXTENDED = re.compile(r"((?:\D*\d){10,}?)\s*(?:-|转|轉|分机|分機)\s*(\d{1,6})")
"""A whole number, and behind it the extension as people here write it: 184 1234 5678 转 1234."""


@dataclass(frozen=True, kw_only=True)
class CustomerFacts:
    """What a channel tells about its customer, as it came."""

    name: str = ""
    phone: str = ""
    email: str = ""
    account: str = ""
    province: str = ""
    level: str = ""


@dataclass(frozen=True)
class Identity:
    kind: IdentityKind
    channel: str
    value: str


def identities(facts: CustomerFacts, *, channel: str) -> Iterator[Identity]:
    """The identities in the facts, the surest first. Raises: MissingInformation."""
    if facts.phone.strip():
        yield Identity(IdentityKind.PHONE, "", written_phone(facts.phone))
    if facts.email.strip():
        yield Identity(IdentityKind.EMAIL, "", written_email(facts.email))
    if facts.account.strip():
        yield Identity(IdentityKind.ACCOUNT, channel, facts.account.strip())


def written_phone(text: str) -> str:
    """E.164, with its extension. Numbers without a country belong to mainland China.

    An extension tells apart those who share a number: a company's people, or buyers behind the number that
    a marketplace lends them. Raises: MissingInformation.
    """
    try:
        number = phonenumbers.parse(_with_extension(text.strip()), HOME_REGION)
    except phonenumbers.NumberParseException:
        number = None
    # The library passes over the stars of a masked number, and would take the rest for one.
    if number is None or "*" in text or not phonenumbers.is_possible_number(number):
        message = _("This is not a telephone number.")
        raise MissingInformation(message, fields={"phone": message})
    written = phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.E164)
    return f"{written}{EXTENSION}{number.extension}" if number.extension else written


def _with_extension(text: str) -> str:
    match = _EXTENDED.fullmatch(text)
    return EXTENSION.join(match.groups()) if match else text


def read_phone(phone: str) -> str:
    """138 0013 8000: a kept number as people write it; a foreign one with its country."""
    number = phonenumbers.parse(phone)
    is_home = number.country_code == phonenumbers.country_code_for_region(HOME_REGION)
    style = (
        phonenumbers.PhoneNumberFormat.NATIONAL if is_home else phonenumbers.PhoneNumberFormat.INTERNATIONAL
    )
    return phonenumbers.format_number(number, style)


def written_email(text: str) -> str:
    address = text.strip().lower()
    local, at, domain = address.partition("@")
    if not (local and at and "." in domain) or any(sign.isspace() for sign in address):
        message = _("This is not an e-mail address.")
        raise MissingInformation(message, fields={"email": message})
    return address
