"""The vocabulary in which training's rows are asked for. `visible_to` alone knows who may see what."""

from training.querysets.announcement import (
    AnnouncementQuerySet,
    AnnouncementReadingQuerySet,
    TrainingNeedQuerySet,
)
from training.querysets.article import (
    ArticleFlagQuerySet,
    ArticleQuerySet,
    ArticleVersionQuerySet,
    MissingAnswerQuerySet,
    SynonymGroupQuerySet,
)
from training.querysets.course import (
    AudienceQuerySet,
    CourseQuerySet,
    EnrolmentQuerySet,
    LessonQuerySet,
    SessionBookingQuerySet,
    TrainingSessionQuerySet,
)
from training.querysets.exam import (
    ExamAttemptQuerySet,
    ExamQuerySet,
    IssuedCertificateQuerySet,
    QuestionQuerySet,
)
from training.querysets.phrase import ForbiddenPhraseQuerySet, StandardPhraseQuerySet

__all__ = [
    "AnnouncementQuerySet",
    "AnnouncementReadingQuerySet",
    "ArticleFlagQuerySet",
    "ArticleQuerySet",
    "ArticleVersionQuerySet",
    "AudienceQuerySet",
    "CourseQuerySet",
    "EnrolmentQuerySet",
    "ExamAttemptQuerySet",
    "ExamQuerySet",
    "ForbiddenPhraseQuerySet",
    "IssuedCertificateQuerySet",
    "LessonQuerySet",
    "MissingAnswerQuerySet",
    "QuestionQuerySet",
    "SessionBookingQuerySet",
    "StandardPhraseQuerySet",
    "SynonymGroupQuerySet",
    "TrainingNeedQuerySet",
    "TrainingSessionQuerySet",
]
