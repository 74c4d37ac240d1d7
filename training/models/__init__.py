from training.models.announcement import Announcement, AnnouncementReading, AnnouncementText
from training.models.article import Article, ArticleImage, ArticleVersion
from training.models.attempt import CertificateSeries, ExamAttempt, IssuedCertificate, PaperQuestion
from training.models.course import Course, CourseAudience, Lesson
from training.models.enrolment import Enrolment, LessonDone
from training.models.exam import Exam, ExamPart
from training.models.need import NeedReason, TrainingNeed
from training.models.phrase import ForbiddenPhrase, PhraseScene, StandardPhrase
from training.models.question import Question, QuestionOption
from training.models.search import SearchEntry, SearchTerm, SynonymGroup
from training.models.session import Room, SessionBooking, TrainingSession
from training.models.topic import Topic
from training.models.usage import (
    ArticleFlag,
    ArticleUse,
    ArticleVote,
    BotConversation,
    BotTurn,
    MissingAnswer,
)

__all__ = [
    "Announcement",
    "AnnouncementReading",
    "AnnouncementText",
    "Article",
    "ArticleFlag",
    "ArticleImage",
    "ArticleUse",
    "ArticleVersion",
    "ArticleVote",
    "BotConversation",
    "BotTurn",
    "CertificateSeries",
    "Course",
    "CourseAudience",
    "Enrolment",
    "Exam",
    "ExamAttempt",
    "ExamPart",
    "ForbiddenPhrase",
    "IssuedCertificate",
    "Lesson",
    "LessonDone",
    "MissingAnswer",
    "NeedReason",
    "PaperQuestion",
    "PhraseScene",
    "Question",
    "QuestionOption",
    "Room",
    "SearchEntry",
    "SearchTerm",
    "SessionBooking",
    "StandardPhrase",
    "SynonymGroup",
    "Topic",
    "TrainingNeed",
    "TrainingSession",
]
