"""What could help somebody: read only, two queries, whatever the number."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from django.db.models import Count, Exists, F, OuterRef, Q, Subquery

from training.choices import EnrolmentState, UseKind
from training.models import Article, Course, Enrolment, TrainingNeed
from training.querysets.course import UNFINISHED

AT_MOST = 5
HELPFUL = (UseKind.INSERTED, UseKind.ANSWERED, UseKind.VIEWED)
"""Uses that somebody chose; what was only suggested to him he may have passed over."""


@dataclass(frozen=True)
class CourseProposal:
    """`due_on` is set where he has it to do already: assigned, it is that enrolment."""

    course: Course
    due_on: date | None


@dataclass(frozen=True)
class ArticleProposal:
    article: Article
    uses: int


def courses_for(need: TrainingNeed) -> list[CourseProposal]:
    """Open courses of the topic and of those below it, but for what he has completed in this edition."""
    own = Enrolment.objects.filter(agent=need.agent_id, course=OuterRef("pk"))
    completed = own.filter(state=EnrolmentState.COMPLETED, course_version=OuterRef("version"))
    to_do = own.filter(state__in=UNFINISHED)
    found = (
        Course.objects.open()
        .within(need.topic_id)
        .exclude(Exists(completed))
        .annotate(due_on=Subquery(to_do.values("due_on")[:1]))
        .order_by("code")[:AT_MOST]
    )
    rows: Sequence[Course] = list(found)
    return [CourseProposal(course, getattr(course, "due_on", None)) for course in rows]


def articles_for(need: TrainingNeed, *, on: date) -> list[ArticleProposal]:
    """Articles of the topic and of those below it that he may read, the most used first."""
    used = Count("uses", filter=Q(uses__kind__in=HELPFUL))
    found = (
        Article.objects.readable_by(need.agent.user, on)
        .within(need.topic_id)
        .select_related("current")
        .annotate(used=used)
        .order_by(F("used").desc(), "pk")[:AT_MOST]
    )
    return [ArticleProposal(article, getattr(article, "used", 0)) for article in found]
