"""What the home page tells of training and knowledge, to those who look after them."""

from collections.abc import Iterator
from datetime import datetime
from typing import Any

from django.db.models import QuerySet
from django.urls import reverse
from django.utils.timezone import localdate
from django.utils.translation import gettext as _

from config.cards import Card, Section, number
from portal.counting import count
from portal.models import User
from training import rights
from training.choices import MissingState, NeedState
from training.courses import figures as courses
from training.courses.figures import Rate
from training.knowledge import figures as knowledge
from training.models import AnnouncementReading, Article, ExamAttempt, MissingAnswer, TrainingNeed


def sections(user: User, *, at: datetime) -> Iterator[Section]:
    if user.has_perm("training.export_enrolment"):
        yield Section(_("Training"), list(_training(user, at)))
    if user.has_perm(rights.PUBLISH):
        yield Section(_("Knowledge"), list(_knowledge(user, at)))


def _training(user: User, at: datetime) -> Iterator[Card]:
    on, matrix = localdate(at), reverse("admin:training_enrolment_matrix")
    counts = together(
        user,
        late=courses.overdue(user, on=on),
        papers=ExamAttempt.objects.to_mark().visible_to(user),
        unread=AnnouncementReading.objects.unconfirmed().of_employed(on).visible_to(user),
        needs=TrainingNeed.objects.filter(state=NeedState.OPEN).visible_to(user),
    )
    yield Card(title=_("Training coverage"), value=_percent(courses.coverage(user, on=on)), link=matrix)
    enrolments = f"{reverse('admin:training_enrolment_changelist')}?due=overdue"
    yield _debt(_("Courses overdue"), counts["late"], enrolments)
    if user.has_perm(rights.MARK_PAPERS):
        yield _debt(_("Papers to mark"), counts["papers"], reverse("admin:training_examattempt_marking"))
    announcements = reverse("admin:training_announcement_changelist")
    yield Card(title=_("Announcements not confirmed"), value=number(counts["unread"]), link=announcements)
    if user.has_perm(rights.SETTLE_NEED):
        board = reverse("admin:training_trainingneed_board")
        yield Card(title=_("Open training needs"), value=number(counts["needs"]), link=board)


def _knowledge(user: User, at: datetime) -> Iterator[Card]:
    seen, on = Article.objects.visible_to(user), localdate(at)
    counts = together(
        user,
        published=seen.published(on),
        waiting=knowledge.waiting(user),
        due=seen.due(on),
        flags=knowledge.flags(user, of=seen),
        missing=MissingAnswer.objects.open(),
    )
    library, board = reverse("admin:training_article_library"), reverse("admin:training_article_board")
    yield Card(title=_("Articles published"), value=number(counts["published"]), link=library)
    yield _debt(_("Waiting for review"), counts["waiting"], f"{board}#waiting")
    yield _debt(_("Due for review"), counts["due"], f"{board}#due")
    yield _debt(_("Flagged"), counts["flags"], f"{board}#flags")
    missing = f"{reverse('admin:training_missinganswer_changelist')}?state__exact={MissingState.OPEN}"
    yield Card(title=_("Questions without an answer"), value=number(counts["missing"]), link=missing)


def together(user: User, **rows: QuerySet[Any]) -> dict[str, int]:
    """How many there are of each. One query."""
    counts = {name: count(each) for name, each in rows.items()}
    row: Any = User.objects.filter(pk=user.pk).values(**counts).get()
    return dict(row)


def _debt(title: str, count: int, link: str) -> Card:
    """A number that should be nought."""
    return Card(title=title, value=number(count), link=link, tone="soon" if count else "")


def _percent(rate: Rate) -> str:
    return "–" if rate.percent is None else f"{rate.percent} %"
