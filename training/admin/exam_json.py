"""What the page of a paper and its script tell each other: strict about what comes, without a key in it."""

from collections.abc import Sequence
from typing import Any

from django.http import HttpRequest
from django.utils.translation import gettext as _

from portal.errors import MissingInformation
from staffing.admin.roster_json import body_of

MOST_PARTS = 50
LAST_POSITION = 9999


def answer_of(request: HttpRequest) -> tuple[int, Sequence[str]]:
    """Position and answer. Raises: MissingInformation for anything else."""
    body = body_of(request)
    position: Any = body.get("position")
    answer: Any = body.get("answer")
    is_position = type(position) is int and 0 < position <= LAST_POSITION
    if not (is_position and isinstance(answer, list) and len(answer) <= MOST_PARTS):
        raise MissingInformation(_("This is no answer."))
    if not all(isinstance(part, str) for part in answer):
        raise MissingInformation(_("This is no answer."))
    return position, answer


def sentences() -> dict[str, str]:
    """What the script may have to say."""
    return {
        "saving": _("Saving …"),
        "saved": _("Saved"),
        "waiting": _("No connection. Your answers are kept here and sent as soon as it is back."),
        "signedOut": _("You were signed out. Sign in again in another tab; then everything here is sent."),
        "minutesLeft": _("Minutes left: {count}"),
        "over": _("The time is over; your paper is being handed in."),
        "leave": _("Not everything is saved yet."),
    }
