"""The steps of whoever it concerns: opened, answered, confirmed."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from datetime import datetime

from django.db import transaction
from django.db.models import F, QuerySet
from django.utils.translation import gettext_lazy as _

from portal.errors import MissingInformation, Stale, WrongState
from portal.models import User
from staffing import recording
from training import rights
from training.announcements import quiz
from training.announcements.writing import QUIZ_KINDS
from training.choices import AnnouncementState
from training.models import Announcement, AnnouncementReading, Question, QuestionOption


@dataclass(frozen=True)
class Outcome:
    """Confirmed, or which questions were answered wrongly."""

    is_confirmed: bool
    wrong: frozenset[int] = field(default_factory=frozenset)


def open_first(reading: AnnouncementReading, *, at: datetime) -> None:
    """It was looked at; the first time counts. Looking is no act, so the audit log keeps nothing of it."""
    AnnouncementReading.objects.filter(pk=reading.pk, opened_at=None).update(opened_at=at)


@transaction.atomic
def confirm(
    reading: AnnouncementReading,
    *,
    answers: Mapping[int, Collection[int]],
    version: int,
    by: User | None,
    at: datetime,
) -> Outcome:
    """Read and understood: said by the person himself, with the whole quiz right; once.

    `answers` are the chosen options by question. What is wrong is told, counts as a try, and is asked again.

    Raises: NotAllowed; Stale when the text is another one than was read; MissingInformation for a quiz that
    is not answered to the end; WrongState for one that was withdrawn.
    """
    rows = AnnouncementReading.objects.select_for_update(of=("self",))
    reading = rows.select_related("announcement", "agent__user").get(pk=reading.pk)
    rights.require_self(by, reading.agent)
    announcement = reading.announcement
    if reading.confirmed_at is not None and reading.version == version:
        return Outcome(is_confirmed=True)
    if announcement.state != AnnouncementState.PUBLISHED:
        raise WrongState(_("This was withdrawn; there is nothing to confirm."))
    if version != announcement.version or reading.version != version:
        raise Stale(_("The text has changed since. Read it again, please."))
    keys = keys_of(announcement)
    if quiz.unanswered(answers, keys):
        raise MissingInformation(_("Answer all questions, please."))
    if wrong := quiz.wrong(answers, keys):
        AnnouncementReading.objects.filter(pk=reading.pk).update(quiz_tries=F("quiz_tries") + 1)
        return Outcome(is_confirmed=False, wrong=wrong)
    reading.opened_at, reading.confirmed_at = reading.opened_at or at, at
    reading.quiz_tries += bool(keys)
    reading.save(update_fields=["opened_at", "confirmed_at", "quiz_tries"])
    recording.changed(reading, {"confirmed_at": (None, at), "version": (None, version)}, by=by, at=at)
    return Outcome(is_confirmed=True)


def questions_of(announcement: Announcement) -> QuerySet[Question]:
    """What is asked. One that was made a short answer since, which no machine judges, would bar everybody."""
    return announcement.questions.filter(kind__in=QUIZ_KINDS)


def keys_of(announcement: Announcement) -> dict[int, set[int]]:
    """The right options by question. For judging only: no page holds them."""
    keys: dict[int, set[int]] = {pk: set() for pk in questions_of(announcement).values_list("pk", flat=True)}
    right = QuestionOption.objects.filter(question__in=keys, is_correct=True)
    for question, option in right.values_list("question", "pk"):
        keys[question].add(option)
    return keys
