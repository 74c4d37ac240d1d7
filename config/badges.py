"""What the sidebar asks about a person: whom an item is for, and what its badge counts."""

from typing import NamedTuple

from django.utils import timezone

from complaints.models import Ticket
from portal.choices import Role
from portal.counting import count_of
from portal.models import User
from staffing.choices import RequestState
from staffing.models import ActionItem, Agent, HandOver, StaffRequest
from training import rights as training_rights
from training.choices import CourseState
from training.knowledge import figures as knowledge_figures
from training.models import AnnouncementReading, Enrolment, ExamAttempt

COUNTED = 100
"""A badge counts no further: beyond, the number tells nothing new and only costs."""

# Whom an item is for, where that is not simply who may see the table


def may_import_tickets(user: User) -> bool:
    return user.has_perm("complaints.import_ticket")


def has_hours(user: User) -> bool:
    return user.has_perm("staffing.view_dutyassignment")


def decides(user: User) -> bool:
    return user.has_perm("staffing.change_staffrequest")


def writes(user: User) -> bool:
    return user.has_perm(training_rights.REWRITE)


def enrols(user: User) -> bool:
    """Who looks after what others have learnt."""
    return user.has_perm("training.export_enrolment") or user.has_role(Role.AUDITOR)


def marks(user: User) -> bool:
    return user.has_perm(training_rights.MARK_PAPERS)


# What waits for those who look after it


def waiting(user: User) -> int:
    return Ticket.objects.unassigned().visible_to(user).filter(handler=None)[:COUNTED].count()


def to_decide(user: User) -> int:
    return StaffRequest.objects.decidable_by(user)[:COUNTED].count()


def hand_overs(user: User) -> int:
    """What of the team's waits for this person to acknowledge."""
    return HandOver.objects.waiting_for(user)[:COUNTED].count()


def to_review(user: User) -> int:
    if not user.has_perm(training_rights.PUBLISH):
        return 0
    return knowledge_figures.waiting(user)[:COUNTED].count()


def to_mark(user: User) -> int:
    return ExamAttempt.objects.to_mark().visible_to(user)[:COUNTED].count()


# What waits for an agent himself. None: he is no agent, and the item is not for him.


def late_on_desk(user: User) -> int | None:
    own = _own(user)
    return own and own.late


def asked_of_me(user: User) -> int | None:
    own = _own(user)
    return own and own.asked


def actions_to_do(user: User) -> int | None:
    own = _own(user)
    return own and own.actions


def to_learn(user: User) -> int | None:
    own = _own(user)
    return own and own.courses


def to_confirm(user: User) -> int:
    """Announcements are for others, too; they have none to confirm."""
    own = _own(user)
    return own.announcements if own else 0


class _Own(NamedTuple):
    late: int
    asked: int
    actions: int
    courses: int
    announcements: int


def _own(user: User) -> _Own | None:
    """All counts of one agent in one query, read once for each page; None for whoever is no agent."""
    if "_own_counts" not in user.__dict__:
        now = timezone.now()
        counts = (
            count_of(Ticket.objects.overdue(now), "handler"),
            count_of(StaffRequest.objects.filter(state=RequestState.OFFERED), "counterpart"),
            count_of(ActionItem.objects.open(), "owner"),
            count_of(Enrolment.objects.unfinished().filter(course__state=CourseState.OPEN), "agent"),
            count_of(AnnouncementReading.objects.unconfirmed(), "agent"),
        )
        found = Agent.objects.filter(user=user).values_list(*counts).first()
        user.__dict__["_own_counts"] = _Own(*found) if found else None
    own: _Own | None = user.__dict__["_own_counts"]
    return own
