from __future__ import annotations

from typing import TYPE_CHECKING

from django.db import models

from training.choices import AttemptState, ExamState
from training.querysets.sight import of_agents_seen

if TYPE_CHECKING:
    from portal.models import User
    from training.models import Exam, ExamAttempt, Question  # noqa: F401 - in the quoted bases

OPEN_ATTEMPTS = (AttemptState.RUNNING, AttemptState.TO_MARK)


class QuestionQuerySet(models.QuerySet["Question"]):
    def active(self) -> QuestionQuerySet:
        return self.filter(is_active=True)

    def visible_to(self, user: User) -> QuestionQuerySet:
        """Whoever may not see the bank sees nothing of it, whatever page asks."""
        return self if user.has_perm("training.view_question") else self.none()


class ExamQuerySet(models.QuerySet["Exam"]):
    def open(self) -> ExamQuerySet:
        return self.filter(state=ExamState.OPEN)

    def visible_to(self, user: User) -> ExamQuerySet:
        return self if user.has_perm("training.change_exam") else self.exclude(state=ExamState.DRAFT)


class ExamAttemptQuerySet(models.QuerySet["ExamAttempt"]):
    def running(self) -> ExamAttemptQuerySet:
        return self.filter(state=AttemptState.RUNNING)

    def unjudged(self) -> ExamAttemptQuerySet:
        return self.filter(state__in=OPEN_ATTEMPTS)

    def judged(self) -> ExamAttemptQuerySet:
        return self.filter(state__in=(AttemptState.PASSED, AttemptState.FAILED))

    def visible_to(self, user: User) -> ExamAttemptQuerySet:
        return self.filter(of_agents_seen(user))
