"""The tree of categories: read whole, at most three levels deep, changed by steps that keep it so."""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from django.db import IntegrityError, transaction
from django.utils.translation import gettext_lazy as _

from complaints.classification import LEVELS
from complaints.models import Category
from portal import audit
from portal.choices import AuditAction
from portal.errors import AlreadyTaken, MissingInformation, NotAllowed, WrongState
from portal.models import User
from staffing.models import Skill


@dataclass(frozen=True, kw_only=True)
class Facts:
    """What a category is."""

    code: str
    name: str
    parent: Category | None = None
    kind: str = ""
    skill: Skill | None = None
    is_active: bool = True


@dataclass(frozen=True)
class Branch:
    """A category in its place in the tree; `level` counts from one."""

    category: Category
    level: int
    names: tuple[str, ...]

    @property
    def path(self) -> str:
        """Logistics / Late / Lost on the way."""
        return " / ".join(self.names)


def tree(categories: Iterable[Category] | None = None) -> list[Branch]:
    """All categories, each below its parent, in one query."""
    below: defaultdict[int | None, list[Category]] = defaultdict(list)
    for category in Category.objects.all() if categories is None else categories:
        below[category.parent_id].append(category)

    def branches(parent_id: int | None, names: tuple[str, ...]) -> Iterable[Branch]:
        for category in below[parent_id]:
            own = (*names, category.name)
            yield Branch(category, len(own), own)
            yield from branches(category.pk, own)

    return list(branches(None, ()))


def with_all_below(category_id: int) -> list[int]:
    """The category and everything below it: what a filter by it means."""
    found = [category_id]
    for branch in tree():
        if branch.category.parent_id in found:
            found.append(branch.category.pk)
    return found


def add(facts: Facts, *, by: User | None, at: datetime) -> Category:
    """Raises: NotAllowed, MissingInformation (a fourth level), AlreadyTaken (code or name in use)."""
    _permit(by, "complaints.add_category")
    with transaction.atomic():
        _require_room(facts.parent, height=1)
        category = _written(Category(), facts)
        audit.record(AuditAction.ADD, category, by=by, at=at, changes=_changes({}, facts))
    return category


def revise(category: Category, facts: Facts, *, by: User | None, at: datetime) -> Category:
    """Change a category or hang it elsewhere, with all below it. Its tickets go with it.

    Raises: NotAllowed; WrongState, below itself; MissingInformation (a fourth level); AlreadyTaken.
    """
    _permit(by, "complaints.change_category")
    with transaction.atomic():
        category = Category.objects.select_for_update(of=("self",)).get(pk=category.pk)
        before = {name: getattr(category, name) for name in vars(facts)}
        if facts.parent is not None:
            _require_not_below(category, facts.parent)
        _require_room(facts.parent, height=_height(category))
        changes = _changes(before, facts)
        if changes:
            _written(category, facts)
            audit.record(AuditAction.CHANGE, category, by=by, at=at, changes=changes)
    return category


def _permit(by: User | None, permission: str) -> None:
    if by is not None and not by.has_perm(permission):
        raise NotAllowed(_("You may not change categories."))


def _written(category: Category, facts: Facts) -> Category:
    for name, value in vars(facts).items():
        setattr(category, name, value)
    try:
        with transaction.atomic():
            category.save()
    except IntegrityError:
        raise AlreadyTaken(
            _("There is a category of this code, or of this name in the same place.")
        ) from None
    return category


def _level(category: Category | None) -> int:
    level = 0
    while category is not None:
        category, level = category.parent, level + 1
    return level


def _height(category: Category) -> int:
    """How many levels hang together from this category down, itself included."""
    children = list(category.children.all())
    return 1 + max((_height(child) for child in children), default=0)


def _require_room(parent: Category | None, *, height: int) -> None:
    if _level(parent) + height > LEVELS:
        message = _("The tree has at most %(levels)s levels.") % {"levels": LEVELS}
        raise MissingInformation(message, fields={"parent": message})


def _require_not_below(category: Category, parent: Category) -> None:
    above: Category | None = parent
    while above is not None:
        if above.pk == category.pk:
            message = _("A category cannot hang below itself.")
            raise WrongState(message, fields={"parent": message})
        above = above.parent


def _changes(before: dict[str, object], facts: Facts) -> dict[str, object]:
    return {
        name: [audit.fact(None, before.get(name)), audit.fact(None, value)]
        for name, value in vars(facts).items()
        if before.get(name) != value
    }
