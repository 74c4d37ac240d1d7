"""What a body may hold: only what every rule, both databases and our own answers can hold, too."""

import re
from collections.abc import Iterator
from typing import Any

from django.utils.translation import gettext as _
from rest_framework.exceptions import ParseError, ValidationError
from rest_framework.parsers import JSONParser

DEEPEST = 20
"""Lists and objects within each other; the deepest body of ours has three."""
LARGEST = 2**64
NO_TEXT = re.compile("[\0\ud800-\udfff]")
"""NUL, which PostgreSQL does not keep, and halves of characters, which no encoding writes."""


class HouseJSONParser(JSONParser):
    """JSON without NUL, halves of characters, numbers beyond 64 bits and endless nesting: 400 by field."""

    def parse(self, stream: Any, media_type: str | None = None, parser_context: Any = None) -> Any:
        try:
            body = super().parse(stream, media_type, parser_context)
        except RecursionError as error:
            raise ParseError(_("This is nested too deeply.")) from error
        if not isinstance(body, dict):
            _require_sound([body])
            return body
        _require_sound(body)
        wrong = {name: [fault] for name, value in body.items() if (fault := _fault(value))}
        if wrong:
            raise ValidationError(wrong)
        return body


def _require_sound(names: Any) -> None:
    """What stands under no name is told of as a whole."""
    for name in names:
        if fault := _fault(name):
            raise ParseError(fault)


def _fault(value: Any) -> str | None:
    level = [value]
    for _depth in range(DEEPEST):
        for one in level:
            if fault := _fault_of_one(one):
                return fault
        level = [part for one in level for part in _parts(one)]
        if not level:
            return None
    return _("This is nested too deeply.")


def _parts(value: Any) -> Iterator[Any]:
    if isinstance(value, dict):
        yield from value
        yield from value.values()
    elif isinstance(value, list):
        yield from value


def _fault_of_one(value: Any) -> str | None:
    if isinstance(value, int | float) and not -LARGEST < value < LARGEST:
        return _("This number is too large.")
    if isinstance(value, str) and NO_TEXT.search(value):
        return _("This text holds a character that cannot be kept.")
    return None
