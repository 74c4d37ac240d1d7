"""Whether a quiz is answered: every question, with all its right options and no other. Pure."""

from collections.abc import Collection, Mapping


def wrong(answers: Mapping[int, Collection[int]], keys: Mapping[int, Collection[int]]) -> frozenset[int]:
    """The questions answered otherwise than by their key, by number. What is not answered is wrong, too."""
    return frozenset(
        question for question, right in keys.items() if set(answers.get(question, ())) != set(right)
    )


def unanswered(answers: Mapping[int, Collection[int]], keys: Mapping[int, Collection[int]]) -> frozenset[int]:
    return frozenset(question for question in keys if not answers.get(question))
