"""The synonym table as search reads it: made once for each state of the table, and kept by each process."""

from functools import lru_cache

from django.db.models import Count, Max, Sum

from training.models import SynonymGroup
from training.search.concepts import Concepts, Group, table


def in_force() -> Concepts:
    """The table as it stands now: one small query, and the table itself when it has changed."""
    state = SynonymGroup.objects.in_force().aggregate(
        groups=Count("pk"), newest=Max("pk"), changed=Max("changed_at"), revisions=Sum("revision")
    )
    return _made(*state.values())


@lru_cache(maxsize=1)
def _made(*_state: object) -> Concepts:
    groups = SynonymGroup.objects.in_force()
    return table(Group(group.code, tuple(group.phrases), tuple(group.pinyin)) for group in groups)


def forget() -> None:
    """After a state of the table that was taken back: another one may look the same."""
    _made.cache_clear()
