"""How much of what somebody types is looked for, in every search alike."""

from portal import policy


def short(text: str) -> str:
    """The first words. A whole page that was pasted makes a condition that no database takes."""
    return " ".join(text[: policy.SEARCH_CHARACTERS].split()[: policy.SEARCH_WORDS])
