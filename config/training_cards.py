"""What the home page tells of training and knowledge, to those who look after them."""

from collections.abc import Iterator
from datetime import datetime

from django.urls import reverse
from django.utils.timezone import localdate
from django.utils.translation import gettext as _

from config.cards import Card, Section, number
from portal.models import User
from training import rights
from training.choices import NeedState
from training.courses import figures as courses
from training.courses.figures import Rate
from training.knowledge import figures as knowledge
from training.models import (
    AnnouncementReading,
    Article,
    Enrolment,
    ExamAttempt,
    MissingAnswer,
    TrainingNeed,
)


def sections(user: User, *, at: datetime) -> Iterator[Section]:
    if user.has_perm("training.export_enrolment"):
        yield Section(_("Training"), list(_training(user, at)))
    if user.has_perm(rights.PUBLISH):
        yield Section(_("Knowledge"), list(_knowledge(user, at)))


def _training(user: User, at: datetime) -> Iterator[Card]:
    on, matrix = localdate(at), reverse("admin:training_enrolment_matrix")
    yield Card(title=_("Training coverage"), value=_percent(courses.coverage(user, on=on)), link=matrix)
    late = Enrolment.objects.overdue(on).visible_to(user).count()
    yield _debt(_("Courses overdue"), late, f"{reverse('admin:training_enrolment_changelist')}?due=overdue")
    if user.has_perm(rights.MARK_PAPERS):
        papers = ExamAttempt.objects.to_mark().visible_to(user).count()
        yield _debt(_("Papers to mark"), papers, reverse("admin:training_examattempt_marking"))
    unread = AnnouncementReading.objects.unconfirmed().of_employed(on).visible_to(user).count()
    announcements = reverse("admin:training_announcement_changelist")
    yield Card(title=_("Announcements not confirmed"), value=number(unread), link=announcements)
    if user.has_perm(rights.SETTLE_NEED):
        needs = TrainingNeed.objects.filter(state=NeedState.OPEN).visible_to(user).count()
        board = reverse("admin:training_trainingneed_board")
        yield Card(title=_("Open training needs"), value=number(needs), link=board)


def _knowledge(user: User, at: datetime) -> Iterator[Card]:
    seen, on = Article.objects.visible_to(user), localdate(at)
    library, board = reverse("admin:training_article_library"), reverse("admin:training_article_board")
    yield Card(title=_("Articles published"), value=number(seen.published(on).count()), link=library)
    yield _debt(_("Waiting for review"), knowledge.waiting(user).count(), board)
    yield _debt(_("Due for review"), seen.due(on).count(), board)
    yield _debt(_("Flagged"), knowledge.flagged(seen).count(), board)
    missing = reverse("admin:training_missinganswer_changelist")
    open_questions = MissingAnswer.objects.open().count()
    yield Card(title=_("Questions without an answer"), value=number(open_questions), link=missing)


def _debt(title: str, count: int, link: str) -> Card:
    """A number that should be nought."""
    return Card(title=title, value=number(count), link=link, tone="soon" if count else "")


def _percent(rate: Rate) -> str:
    return "–" if rate.percent is None else f"{rate.percent} %"
