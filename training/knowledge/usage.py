"""What an article was good for: one row for each kind of use and matter."""

from datetime import datetime

from portal.models import User
from training.choices import UseKind
from training.models import ArticleUse, ArticleVersion


def record(
    version: ArticleVersion, kind: UseKind, *, by: User | None, at: datetime, reference: str = ""
) -> None:
    """The version was used, for the matter with that number. The same use of the same matter counts once."""
    ArticleUse.objects.bulk_create(
        [
            ArticleUse(
                article_id=version.article_id, version=version, kind=kind, reference=reference, by=by, at=at
            )
        ],
        ignore_conflicts=True,
    )
