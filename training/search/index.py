"""The index of what may be found, kept in the transaction of whoever publishes."""

from training.models import Article


def put(article: Article) -> None:
    """Take in the published version of an article, in place of what was known of it."""


def remove(article: Article) -> None:
    """Forget an article; it is found no more."""
