"""What a matter is about and how serious it is."""

from datetime import datetime

from django.utils.translation import gettext_lazy as _

from complaints import deadlines, ledger, rights
from complaints.choices import Act, Kind, Responsible, Severity
from complaints.models import Category, Ticket
from portal.errors import MissingInformation, WrongState
from portal.models import User
from staffing.models import Skill

LEVELS = 3


def classify(
    ticket: Ticket,
    *,
    by: User | None,
    at: datetime,
    kind: Kind | None = None,
    category: Category | None = None,
    severity: Severity | None = None,
    responsible: Responsible | None = None,
    version: int | None = None,
) -> Ticket:
    """Set what is given. A matter that has become graver is measured by its new limits, from its old start.

    Raises: MissingInformation, when nothing was given or the category belongs to another kind; WrongState,
    for another kind once it is resolved: what that kind still owes would never be done.
    """
    wanted = {
        name: value
        for name, value in {
            "kind": kind,
            "category": category,
            "severity": severity,
            "responsible": responsible,
        }.items()
        if value is not None
    }
    with ledger.held(ticket, version=version) as ticket:
        rights.require_visible(ticket, by)
        changes = {}
        for name, value in wanted.items():
            old = getattr(ticket, name)
            if old != value:
                changes[name] = [_word(old), _word(value)]
                setattr(ticket, name, value)
        if not changes:
            raise MissingInformation(_("Nothing was changed."))
        if "kind" in changes and not ticket.is_open:
            raise WrongState(_("Open the ticket again before you change its kind."))
        require_fit(ticket.category, ticket.kind)
        if changes.keys() & {"kind", "severity"}:
            changes["clocks"] = deadlines.reclassified(ticket, at=at)
        ledger.enter(ticket, Act.CLASSIFY, by=by, at=at, data=changes)
        return ticket


def require_fit(category: Category | None, kind: str) -> None:
    """Raises: MissingInformation, when the category is kept for another kind of matter."""
    if category is not None and category.kind not in ("", kind):
        message = _("The category “%(category)s” is not for this kind of matter.") % {"category": category}
        raise MissingInformation(message, fields={"category": message})


def skills_by_category() -> dict[int | None, int | None]:
    """The skill that each category needs, as `skill_needed` tells it; for no category, none."""
    own = {pk: (skill, parent) for pk, skill, parent in Category.objects.values_list("pk", "skill", "parent")}
    skills: dict[int | None, int | None] = {None: None}
    for pk, (skill, above) in own.items():
        while skill is None and above is not None:
            skill, above = own[above]  # noqa: PLW2901 - climbs
        skills[pk] = skill
    return skills


def skill_needed(ticket: Ticket) -> Skill | None:
    """The skill of the ticket's category, or of the nearest category above that names one."""
    category = ticket.category
    for _level in range(LEVELS):
        if category is None:
            return None
        if category.skill_id is not None:
            return category.skill
        category = category.parent
    return None


def _word(value: object) -> str:
    return value.code if isinstance(value, Category) else str(value or "")
