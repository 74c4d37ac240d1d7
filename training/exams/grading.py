"""What an answer is worth, and whether a paper is passed: exact marks, nothing is ever rounded up.

- Single choice, true or false: the one right option, or nothing.
- Multiple choice: all right options and no other, or nothing. Part marks would pay for ticking everything.
- Blanks: each an equal share, told apart only by letters: width, case and spaces do not count.
- A short answer is judged by a person; one that was left empty is worth nothing.
"""

import unicodedata
from collections.abc import Sequence
from decimal import ROUND_DOWN, Decimal
from typing import Any

from training.choices import QuestionKind

NOTHING = Decimal(0)
SMALLEST = Decimal("0.01")

Answer = Sequence[str] | None


def grade(kind: str, key: Sequence[Any], answer: Answer, marks: Decimal) -> Decimal | None:
    """The marks for an answer; None where a person has to judge it."""
    if is_empty(answer):
        return NOTHING
    given = list(answer or ())
    match kind:
        case QuestionKind.SHORT:
            return None
        case QuestionKind.FILL_IN:
            return share(sum(fits(*pair) for pair in zip(key, given, strict=False)), len(key), marks)
        case _:
            return marks if key and set(given) == set(key) else NOTHING


def is_empty(answer: Answer) -> bool:
    """Whether nothing was answered: no option, or nothing but spaces."""
    return not any(str(part).strip() for part in answer or ())


def share(right: int, of: int, marks: Decimal) -> Decimal:
    """Full marks for all; of a part, what is less than a hundredth of a mark is not given."""
    if of == 0 or right >= of:
        return marks if of else NOTHING
    return (marks * right / of).quantize(SMALLEST, rounding=ROUND_DOWN)


def fits(accepted: str | Sequence[str], given: str) -> bool:
    """Whether a blank holds one of the accepted spellings."""
    spellings = [accepted] if isinstance(accepted, str) else accepted
    folded = fold(given)
    return bool(folded) and any(folded == fold(each) for each in spellings)


def fold(text: str) -> str:
    """A spelling as it is compared: one width, one case, no spaces, nor what nobody sees."""
    one_width = unicodedata.normalize("NFKC", text).casefold()
    return "".join(each for each in one_width if not each.isspace() and unicodedata.category(each) != "Cf")


def is_passed(score: Decimal, *, total: Decimal, pass_mark_percent: Decimal) -> bool:
    """79.5 of 100 marks do not reach a pass mark of 80 per cent."""
    return total > 0 and score * 100 >= pass_mark_percent * total


def plain(marks: Decimal | None) -> str:
    """Marks as people write them: 16.5 and not 16.50."""
    return "" if marks is None else f"{marks.normalize():f}"
