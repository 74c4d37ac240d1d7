"""Limits as people write and read them. C8"""

from datetime import timedelta

import pytest
from django.core.exceptions import ValidationError
from django.utils import translation

from complaints.admin.limit_field import LimitField, written

LIMITS = [
    timedelta(seconds=20),
    timedelta(minutes=5),
    timedelta(minutes=90),
    timedelta(hours=48),
    timedelta(days=1, hours=2, minutes=3, seconds=4),
]


@pytest.mark.parametrize("language", ["en", "zh-hans", "zh-hant"])
@pytest.mark.parametrize("limit", LIMITS)
def test_what_is_shown_can_be_typed_again(language, limit):
    with translation.override(language):
        assert LimitField().to_python(written(limit)) == limit


@pytest.mark.parametrize(
    ("text", "limit"),
    [
        ("20 s", timedelta(seconds=20)),
        ("5min", timedelta(minutes=5)),
        ("1 H 30 MIN", timedelta(minutes=90)),
        ("2 d", timedelta(days=2)),
        ("5分钟", timedelta(minutes=5)),
        ("1小时30分", timedelta(minutes=90)),
        ("2天", timedelta(days=2)),
    ],
)
def test_a_limit_is_read_in_the_units_people_use(text, limit):
    assert LimitField().to_python(text) == limit


@pytest.mark.parametrize("text", ["soon", "5", "5 weeks", "-5 min", "1.5 h", "5 min later"])
def test_what_is_no_limit_is_refused(text):
    with pytest.raises(ValidationError):
        LimitField().to_python(text)
