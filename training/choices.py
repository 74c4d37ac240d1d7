from django.db import models
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

# Courses


class CourseState(models.TextChoices):
    DRAFT = "draft", _("Draft")
    OPEN = "open", pgettext_lazy("course", "Open")
    ENDED = "ended", pgettext_lazy("course", "Ended")


class LessonKind(models.TextChoices):
    TEXT = "text", _("Text")
    FILE = "file", _("File")
    VIDEO = "video", _("Video")
    LINK = "link", _("Link")


class AudienceKind(models.TextChoices):
    """Whom a course enrols by itself."""

    EVERYBODY = "everybody", _("Everybody")
    TEAM = "team", _("A team")
    POSITION = "position", _("A position")
    NEW_HIRE = "new_hire", _("New hires")
    PEAK_EVENT = "peak_event", _("Staff of a peak event")


class EnrolmentSource(models.TextChoices):
    RULE = "rule", _("By rule")
    ASSIGNED = "assigned", pgettext_lazy("enrolment", "Assigned")
    SELF = "self", _("By oneself")
    NEED = "need", _("For a training need")
    RENEWAL = "renewal", _("Re-certification")
    EDITION = "edition", _("For a new edition")


class EnrolmentState(models.TextChoices):
    """How far somebody is with a course. Finished and passed never mix: an exam has its own result."""

    TO_DO = "to_do", _("Not begun")
    IN_PROGRESS = "in_progress", pgettext_lazy("enrolment", "In progress")
    COMPLETED = "completed", pgettext_lazy("enrolment", "Completed")
    FAILED = "failed", pgettext_lazy("enrolment", "Failed")
    WAIVED = "waived", pgettext_lazy("enrolment", "Waived")
    WITHDRAWN = "withdrawn", pgettext_lazy("enrolment", "Withdrawn")


# Sessions


class SessionState(models.TextChoices):
    PLANNED = "planned", _("Planned")
    HELD = "held", pgettext_lazy("session", "Held")
    CANCELLED = "cancelled", _("Cancelled")


class Presence(models.TextChoices):
    """What the register says. Unmarked is not absence."""

    UNMARKED = "unmarked", _("Not marked")
    PRESENT = "present", _("Present")
    LATE = "late", pgettext_lazy("presence", "Late")
    EXCUSED = "excused", pgettext_lazy("presence", "Excused")
    ABSENT = "absent", _("Absent")


# Exams


class QuestionKind(models.TextChoices):
    SINGLE = "single", _("Single choice")
    MULTIPLE = "multiple", _("Multiple choice")
    TRUE_FALSE = "true_false", _("True or false")
    FILL_IN = "fill_in", _("Fill in the blanks")
    SHORT = "short", _("Short answer")


class Difficulty(models.IntegerChoices):
    EASY = 1, pgettext_lazy("difficulty", "Easy")
    MEDIUM = 2, pgettext_lazy("difficulty", "Medium")
    HARD = 3, pgettext_lazy("difficulty", "Hard")


class ExamState(models.TextChoices):
    DRAFT = "draft", _("Draft")
    OPEN = "open", pgettext_lazy("exam", "Open")
    CLOSED = "closed", pgettext_lazy("exam", "Closed")


class AttemptState(models.TextChoices):
    RUNNING = "running", pgettext_lazy("exam attempt", "Running")
    TO_MARK = "to_mark", _("To be marked")
    PASSED = "passed", _("Passed")
    FAILED = "failed", pgettext_lazy("exam attempt", "Failed")
    VOID = "void", pgettext_lazy("exam attempt", "Annulled")


class Finding(models.TextChoices):
    """What the figures of a question warn a trainer of."""

    KEY_DOUBTED = "key_doubted", _("Key probably wrong")
    TELLS_LITTLE = "tells_little", _("Tells little")
    TOO_EASY = "too_easy", _("Too easy")
    TOO_HARD = "too_hard", _("Too hard")
    IDLE_OPTION = "idle_option", _("An option that nobody chooses")


class Standing(models.TextChoices):
    """What a certificate counts for on a day."""

    LATER = "later", _("Begins later")
    VALID = "valid", _("Valid")
    DUE = "due", _("To be renewed")
    EXPIRED = "expired", _("Expired")
    REVOKED = "revoked", _("Revoked")


# Knowledge


class ArticleKind(models.TextChoices):
    """What an article tells decides how long it may stand unreviewed."""

    FAQ = "faq", _("Question and answer")
    PRODUCT = "product", _("Product")
    POLICY = "policy", _("Policy")
    ACTIVITY = "activity", _("Activity rules")
    PROCEDURE = "procedure", _("Procedure")


class Audience(models.TextChoices):
    """For whom an article is. Each wider one includes the narrower ones' readers."""

    CUSTOMERS = "customers", _("Customers and agents")
    AGENTS = "agents", _("Agents")
    LEADERS = "leaders", _("Supervisors and above")


class ArticleState(models.TextChoices):
    """Where an article stands; due for review and expired are matters of the date."""

    DRAFT = "draft", _("Draft")
    PUBLISHED = "published", _("Published")
    RETIRED = "retired", _("Retired")


class VersionState(models.TextChoices):
    DRAFT = "draft", _("Draft")
    IN_REVIEW = "in_review", _("In review")
    APPROVED = "approved", pgettext_lazy("article version", "Approved")
    RETURNED = "returned", pgettext_lazy("article version", "Sent back")
    DROPPED = "dropped", pgettext_lazy("article version", "Dropped")


class UseKind(models.TextChoices):
    VIEWED = "viewed", _("Viewed")
    SUGGESTED = "suggested", _("Suggested")
    INSERTED = "inserted", _("Inserted into a reply")
    ANSWERED = "answered", _("Answered by the bot")
    CREATED_FROM = "created_from", _("Written after a ticket")


class AskedIn(models.TextChoices):
    """Where a question was asked."""

    SEARCH = "search", _("Search")
    TICKET = "ticket", _("Ticket")
    BOT = "bot", _("Bot")
    SELF_SERVICE = "self_service", _("Self-service")


class MissingState(models.TextChoices):
    OPEN = "open", pgettext_lazy("missing answer", "Open")
    ANSWERED = "answered", pgettext_lazy("missing answer", "Answered")
    DISMISSED = "dismissed", pgettext_lazy("missing answer", "Not needed")


# Phrases


class PhraseState(models.TextChoices):
    DRAFT = "draft", _("Draft")
    PUBLISHED = "published", _("Published")
    RETIRED = "retired", _("Retired")


class ForbiddenClass(models.TextChoices):
    """Kinds of words that no customer should hear. Source: the language rules of the department."""

    SCOLDING = "scolding", _("Scolding")
    COUNTER_QUESTION = "counter_question", _("Counter-question")
    DOUBTING = "doubting", _("Doubting the customer")
    DISCRIMINATION = "discrimination", _("Discrimination")
    PUSHING_AWAY = "pushing_away", _("Pushing responsibility away")
    IMPATIENCE = "impatience", _("Impatience")


class MatchKind(models.TextChoices):
    PHRASE = "phrase", _("Words")
    PATTERN = "pattern", _("Pattern")


class PhraseSeverity(models.IntegerChoices):
    HINT = 1, _("Hint")
    WARNING = 2, _("Warning")
    STOP = 3, _("Stop")


# Announcements and needs


class AnnouncementState(models.TextChoices):
    DRAFT = "draft", _("Draft")
    PUBLISHED = "published", _("Published")
    WITHDRAWN = "withdrawn", pgettext_lazy("announcement", "Withdrawn")


class NeedSource(models.TextChoices):
    PERSON = "person", _("Raised by a person")
    INSPECTION = "inspection", _("QA inspection")
    APPRAISAL = "appraisal", _("Appraisal")
    COMPLAINT = "complaint", _("Complaint")


class NeedState(models.TextChoices):
    OPEN = "open", pgettext_lazy("training need", "Open")
    PLANNED = "planned", _("Measure assigned")
    SATISFIED = "satisfied", pgettext_lazy("training need", "Satisfied")
    DISMISSED = "dismissed", pgettext_lazy("training need", "Dismissed")


# Bots


class HandOverReason(models.TextChoices):
    """Why a talk with a bot goes to a person."""

    ASKED = "asked", _("The customer asked for a person")
    COMPLAINT = "complaint", _("The customer complains")
    MISSES = "misses", _("Twice in a row no sure answer")
    UNSURE = "unsure", _("Nothing fits well enough")
    ALREADY = "already", _("Handed over before")


class Effect(models.TextChoices):
    """What became of a figure after somebody had learned."""

    HELPED = "helped", pgettext_lazy("training effect", "Helped")
    UNCHANGED = "unchanged", pgettext_lazy("training effect", "No change")
    WORSE = "worse", pgettext_lazy("training effect", "Worse")
    NO_DATA = "no_data", _("No data")
