"""Who may act on what. Asked by every step, so that no door can forget it. `by` is None for the system."""

from django.db.models import Model
from django.utils.translation import gettext_lazy as _

from portal.errors import NotAllowed
from portal.models import User
from staffing import rights as staff_rights
from staffing.models import Agent

KEEP_TOPICS = "training.change_topic"
ENROL = "training.add_enrolment"
MARK_ENROLMENT = "training.change_enrolment"
TEACH = "training.change_course"
SCHEDULE = "training.add_trainingsession"
RESCHEDULE = "training.change_trainingsession"
ADD_ROOM = "training.add_room"
CHANGE_ROOM = "training.change_room"
BOOK = "training.add_sessionbooking"
MARK_ATTENDANCE = "training.change_sessionbooking"
SET_QUESTIONS = "training.change_question"
SET_EXAMS = "training.change_exam"
MARK_PAPERS = "training.mark_examattempt"
ANNUL = "training.change_examattempt"
WRITE = "training.add_article"
REWRITE = "training.change_article"
PUBLISH = "training.publish_article"
SETTLE_FLAGS = "training.change_articleflag"
SETTLE_MISSING = "training.change_missinganswer"
ADD_SYNONYMS = "training.add_synonymgroup"
KEEP_SYNONYMS = "training.change_synonymgroup"
WRITE_PHRASES = "training.change_standardphrase"
PUBLISH_PHRASES = "training.publish_standardphrase"
FORBID = "training.change_forbiddenphrase"
ANNOUNCE = "training.add_announcement"
REANNOUNCE = "training.change_announcement"
SEE_QUESTIONS = "training.view_question"
RAISE_NEED = "training.add_trainingneed"
SETTLE_NEED = "training.change_trainingneed"


def require(by: User | None, permission: str, obj: Model | None = None) -> None:
    """The permission, and sight of the row where its queryset knows a scope. Raises: NotAllowed."""
    if by is None:
        return
    seen = True
    if obj is not None and obj.pk is not None:
        rows = type(obj)._default_manager.all()
        see = getattr(rows, "visible_to", None)
        seen = see is None or see(by).filter(pk=obj.pk).exists()
    if not (by.has_perm(permission) and seen):
        raise NotAllowed(_("You may not do that."))


def require_over(by: User | None, permission: str, agent: Agent) -> None:
    """The permission, and sight of the person. Raises: NotAllowed."""
    staff_rights.require(by, permission, agent)


def require_self(by: User | None, agent: Agent) -> None:
    """Only oneself, such as to sit an exam. Raises: NotAllowed."""
    if by is None or by.pk != agent.user_id:
        raise NotAllowed(_("Only the person himself may do that."))
