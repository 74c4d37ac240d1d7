"""Instants as the API takes them: within the years that every clock and database can reckon with."""

from datetime import UTC, datetime
from typing import Any

from django.core.validators import MaxValueValidator, MinValueValidator
from rest_framework.serializers import DateTimeField

EARLIEST = datetime(1970, 1, 1, tzinfo=UTC)
LATEST = datetime(9000, 1, 1, tzinfo=UTC)
REACH = (MinValueValidator(EARLIEST), MaxValueValidator(LATEST))
"""For filters; the first and last years overflow when they are put into another zone."""


class InstantField(DateTimeField):
    def __init__(self, **kwargs: Any) -> None:
        super().__init__(validators=[*REACH], **kwargs)
