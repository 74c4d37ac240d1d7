"""Personal data: how it is stored, found and shown. The only place that masks or deciphers.

A personal field is stored enciphered (`PersonalTextField`), so that no filter, sort, search or export of
the database can find it out; beside it stands a keyed digest for exact look-up where one is needed.
"""

import base64
import hashlib
import hmac
import re
from functools import lru_cache
from typing import Any

from cryptography.fernet import Fernet
from django.conf import settings
from django.core.exceptions import FieldError
from django.db import models

PHONE_DIGITS_SHOWN = (3, 4)
HOME_CODE = re.compile(r"^\+86(?=\d{11}$)")  # People know their mobile numbers without it.
# An e-mail address, plain or as part of a link: before the sign nearly every character may stand.
EMAIL = re.compile(r"""[^\s<>()",;:]{1,200}(?:@|＠|%40)[^\s<>()"',;:?&/]{1,255}""", re.IGNORECASE)
# Seven digits and more, grouped as people and gateways group them. Dots are left to network addresses.
PHONE = re.compile(r"\+?\d(?:[ \xa0()\u2010-\u2015-]{0,3}\d){6,}")


@lru_cache(maxsize=1)
def _keys(secret: str) -> tuple[Fernet, bytes]:
    digest = hashlib.blake2b(secret.encode(), digest_size=64).digest()
    return Fernet(base64.urlsafe_b64encode(digest[:32])), digest[32:]


def encipher(value: str) -> str:
    return _keys(settings.FIELD_KEY)[0].encrypt(value.encode()).decode() if value else ""


def decipher(value: str) -> str:
    return _keys(settings.FIELD_KEY)[0].decrypt(value.encode()).decode() if value else ""


def digest(value: str) -> str:
    """The keyed digest under which an exact value is found again, 32 hex digits; "" for ""."""
    if not value:
        return ""
    return hmac.new(_keys(settings.FIELD_KEY)[1], value.encode(), "sha256").hexdigest()[:32]


def mask_phone(value: str) -> str:
    """138****5678: at most seven digits remain, whatever the length; nothing of an extension."""
    head, tail = PHONE_DIGITS_SHOWN
    written = re.sub(r"[^\d+]", "", value.partition(";")[0])
    digits = HOME_CODE.sub("", written).replace("+", "")
    if len(digits) <= head + tail:
        return "*" * len(digits)
    return f"{digits[:head]}{'*' * (len(digits) - head - tail)}{digits[-tail:]}"


def mask_name(value: str) -> str:
    """The first character stays (a Chinese surname), the rest goes; the length is not told."""
    return f"{value[0]}**" if value else ""


def mask_email(value: str) -> str:
    local, at, domain = value.partition("@")
    return f"{local[:1]}***{at}{domain}" if at else mask_name(value)


def mask_text(value: str) -> str:
    """Nothing but that there is something: for texts whose kind is not known."""
    return "***" if value else ""


def without_contacts(value: str) -> str:
    """A text of somebody else's making (what a mail server answered) without addresses and phone numbers.

    What only looks like one goes as well.
    """
    return PHONE.sub("***", EMAIL.sub("***", value))


class PersonalTextField(models.TextField):  # type: ignore[type-arg]
    """Text enciphered at rest. It cannot be compared, sorted or searched in the database."""

    def get_prep_value(self, value: Any) -> Any:
        prepared = super().get_prep_value(value)
        return encipher(prepared) if prepared else prepared

    def from_db_value(self, value: str | None, *_args: object) -> str | None:
        return decipher(value) if value else value

    def get_lookup(self, lookup_name: str) -> Any:
        raise FieldError(f"{self.name} is personal data and cannot be looked up.")

    def get_transform(self, lookup_name: str) -> Any:
        raise FieldError(f"{self.name} is personal data and cannot be looked up.")
