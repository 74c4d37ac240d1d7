"""Instants as the API takes them: within the years that can be meant (`portal.instants`)."""

from datetime import datetime
from typing import Any

from rest_framework.serializers import DateTimeField

from portal.instants import REACH


class InstantField(DateTimeField):
    def __init__(self, **kwargs: Any) -> None:
        super().__init__(validators=[*REACH], **kwargs)

    def enforce_timezone(self, value: datetime) -> datetime:
        try:
            return super().enforce_timezone(value)
        except OverflowError:  # The library looks into the neighbouring day before it catches.
            self.fail("overflow")
