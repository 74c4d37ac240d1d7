"""What may not be said to a customer: looked for in replies, and only in what the agent says himself.

A hint or a warning is shown while he writes; a stop keeps the reply from being sent, on every path, unless a
supervisor sends it with a reason, which the ledger keeps. Notes, and what customers say, are not checked.
"""

from collections.abc import Sequence

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from complaints import rights
from complaints.choices import Direction
from complaints.models import Ticket
from portal.errors import MissingInformation, NotAllowed
from portal.models import User
from training.choices import PhraseSeverity
from training.phrases import forbidden, placeholders
from training.phrases.folding import fold
from training.phrases.matching import Hit

QUOTES = (">", "＞")
TOLD = 5


class ForbiddenWords(MissingInformation):
    """A reply holds words that no customer should hear. The API answers 400, with the words and remedies."""

    def __init__(self, hits: Sequence[Hit]) -> None:
        told = " ".join(dict.fromkeys(map(told_of, hits[:TOLD])))
        message = gettext_lazy("This reply is stopped: it holds words that no customer should hear.")
        super().__init__(message, fields={"text": told})


def hits_in(ticket: Ticket, text: str) -> tuple[Hit, ...]:
    """What is forbidden in a reply, in its order; one query, and one more for a reply with quotes."""
    return forbidden.check(own_words(ticket, text))


def require_decent(ticket: Ticket, text: str, *, override_reason: str, by: User) -> tuple[list[str], str]:
    """The codes of what was sent all the same, with the reason; nothing where nothing is stopped.

    Raises: ForbiddenWords; NotAllowed for an override by somebody else than a supervisor;
    MissingInformation for a reason that the ledger does not hold.
    """
    stops = [hit for hit in hits_in(ticket, text) if hit.severity >= PhraseSeverity.STOP]
    if not stops:
        return [], ""
    if not override_reason.strip():
        raise ForbiddenWords(stops)
    if not may_override(ticket, by):
        raise NotAllowed(_("Only a supervisor of this team may send forbidden words."))
    return list(dict.fromkeys(hit.code for hit in stops)), rights.require_reason(override_reason)


def require_filled(ticket: Ticket, text: str) -> None:
    """No blank of a standard phrase is sent as it stands. Raises: MissingInformation, naming them."""
    if found := placeholders.unfilled(own_words(ticket, text)):
        message = gettext_lazy("Still to be written: %(words)s") % {"words": " ".join(found)}
        raise MissingInformation(message, fields={"text": message})


def may_override(ticket: Ticket, by: User) -> bool:
    """A supervisor in person: no connected system decides that."""
    return not by.is_system and rights.may_override(ticket, by)


def own_words(ticket: Ticket, text: str) -> str:
    """The reply without the lines in which the customer is quoted; every position stays.

    A line is a quotation if it begins with > and stands in what he wrote. Else anything could be said behind
    such a sign.
    """
    lines = text.splitlines(keepends=True)
    if not any(_is_marked(line) for line in lines):
        return text
    said = fold("\n".join(_said_by_customer(ticket)))
    return "".join("\n" * len(line) if _is_quotation(line, said) else line for line in lines)


def told_of(hit: Hit) -> str:
    """A hit as a sentence."""
    if hit.remedy:
        return _("“%(words)s” must not be said. Say instead: %(remedy)s") % {
            "words": hit.found,
            "remedy": hit.remedy,
        }
    return _("“%(words)s” must not be said.") % {"words": hit.found}


def _is_marked(line: str) -> bool:
    return line.lstrip().startswith(QUOTES)


def _is_quotation(line: str, said: str) -> bool:
    words = fold(line)
    return _is_marked(line) and bool(words) and words in said


def _said_by_customer(ticket: Ticket) -> list[str]:
    heard = ticket.messages.filter(direction=Direction.INBOUND).values_list("text", flat=True)
    return [ticket.subject, ticket.description, *heard]
