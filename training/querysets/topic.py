"""A topic means what stands below it, too. How far that reaches is decided here and nowhere else."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.db.models import Q

if TYPE_CHECKING:
    from training.models import Topic


def within(topic: Topic | int, *, path: str = "topic") -> Q:
    """Rows of a topic and of those below it: as many steps up as topics are deep (Topic.DEEPEST).

    `path` leads from the row to its topic.
    """
    return Q(**{path: topic}) | Q(**{f"{path}__parent": topic}) | Q(**{f"{path}__parent__parent": topic})
