"""Short codes for rows that nobody wants to name."""

from django.utils.crypto import get_random_string

LETTERS = "abcdefghjkmnpqrstuvwxyz23456789"
"""Without those that are taken for each other."""


def new_code(group: str) -> str:
    """Such as greeting-k7m2xa: one in seven hundred million of its group."""
    return f"{group.replace('_', '-')[:30]}-{get_random_string(6, LETTERS)}"
