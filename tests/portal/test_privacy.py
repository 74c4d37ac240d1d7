"""How personal data is kept, found and masked."""

import re

import pytest
from django.core.exceptions import FieldError
from hypothesis import given, settings
from hypothesis import strategies as st

from portal import privacy
from portal.choices import MessageChannel
from portal.models import OutboxMessage
from tests.factories import NOW

DIGITS = st.text(alphabet="0123456789０１２３４５６７８９٣ -+()转", max_size=40)


@given(st.one_of(DIGITS, st.text(max_size=60)))
@settings(max_examples=1000)
def test_of_a_phone_never_more_than_seven_digits_are_left(value):  # X2
    masked = privacy.mask_phone(value)

    assert len(re.findall(r"\d", masked)) <= 7
    assert set(re.sub(r"\d", "", masked)) <= {"*"}


@given(st.from_regex(r"\A\d{8,20}\Z"))
def test_some_digits_of_every_phone_are_hidden(value):
    assert "*" in privacy.mask_phone(value)


@given(st.text(min_size=1, max_size=40))
def test_of_a_name_the_first_character_is_left_and_not_the_length(value):
    assert privacy.mask_name(value) == f"{value[0]}**"


@given(st.emails())
def test_of_an_email_one_character_and_the_domain_are_left(value):
    local, _at, domain = value.rpartition("@")

    masked = privacy.mask_email(f"{local.replace('@', '')}@{domain}")
    assert masked == f"{local[:1]}***@{domain}"


@pytest.mark.parametrize(
    ("phone", "masked"),
    [
        ("13812345678", "138****5678"),
        ("+86 138-1234-5678", "138****5678"),
        ("+8613812345678;ext=1234", "138****5678"),
        ("1234567", "*******"),
        ("", ""),
    ],
)
def test_a_phone_shows_its_ends(phone, masked):
    assert privacy.mask_phone(phone) == masked


@pytest.mark.parametrize(
    ("told", "left"),
    [
        ("550 5.1.1 <BOSS@Private.CN> no such user", "550 5.1.1 <***> no such user"),
        ("{'王@例子.中国': (550, b'unknown')}", "***': (550, b'unknown')}"),
        ("mailto:a.b+c@x.cn?subject=1", "mailto:***?subject=1"),
        ("GET /send?to=boss%40private.cn&text=1", "GET ***&text=1"),
        ("smtp://user:secret@mail.shop.example:25", "smtp://user:***:25"),
        ("13800138000 unknown", "*** unknown"),
        ("+86 138-0013-8000 unknown", "*** unknown"),
        ("(0571) 8765 4321", "(***"),
        ("/send/%2B8613800138000", "/send/%2B***"),
        ("１３８００１３８０００", "***"),
        ("Connection to 10.0.0.71 port 8080 refused [Errno 111]", None),
        ("The gateway did not take the message.", None),
    ],
)
def test_a_text_from_elsewhere_is_kept_without_addresses_and_phones(told, left):  # X2
    assert privacy.without_contacts(told) == (told if left is None else left)


@given(st.text(max_size=30), st.emails(), st.from_regex(r"\A1[3-9]\d{9}\Z"), st.text(max_size=30))
def test_no_address_and_no_phone_is_left_wherever_it_stands(before, email, phone, after):  # X2
    kept = privacy.without_contacts(f"{before} <{email}> {phone} {after}")

    assert email not in kept
    assert phone not in kept


@given(st.text(alphabet=st.characters(exclude_categories=["Cs"]), max_size=200))
def test_what_is_enciphered_is_deciphered_and_cannot_be_read(value):
    stored = privacy.encipher(value)

    assert privacy.decipher(stored) == value
    assert len(value) < 4 or value not in stored


def test_the_digest_is_the_same_for_the_same_and_needs_the_key(settings):
    digest = privacy.digest("13812345678")

    assert digest == privacy.digest("13812345678") != privacy.digest("13812345679")
    settings.FIELD_KEY = "another"
    assert privacy.digest("13812345678") != digest


@pytest.mark.django_db
def test_a_personal_field_is_stored_enciphered_and_read_back_clear():
    OutboxMessage.objects.create(
        key="k", channel=MessageChannel.SMS, address="13812345678", subject="s", due_at=NOW, created_at=NOW
    )

    stored = OutboxMessage.objects.extra(select={"raw": "address"}).values_list("raw", flat=True).get()
    assert "138" not in stored[:20]
    assert OutboxMessage.objects.get().address == "13812345678"


@pytest.mark.parametrize(
    "look_up", ["address", "address__startswith", "address__regex", "address__isnull", "address__gt"]
)
def test_a_personal_field_cannot_be_looked_up(look_up):  # X2
    with pytest.raises(FieldError):
        OutboxMessage.objects.filter(**{look_up: "1"})
