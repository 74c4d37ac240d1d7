"""Topics, courses, lessons, enrolments and completions from Excel and CSV.

Each row by a step, with the rights of who imports it.
"""

from datetime import datetime

from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from portal.errors import Text
from portal.models import TransferJob, User
from portal.transfers.importers import Column, Record, Result
from staffing.importers import StaffingImporter, choice, day, found, text, whole, wrong
from staffing.models import Agent
from training.choices import EnrolmentSource, LessonKind
from training.courses import editing, enrolment, marking
from training.models import Course, Enrolment, Topic

SAYS_YES = {"1", "x", "√", "✓", "是", "yes", "y", "true", "对"}
SAYS_NO = {"", "0", "否", "no", "n", "false", "-"}
STAFF_NO = Column("staff_no", _("Staff number"), is_required=True, example="CS1001")
COURSE = Column("course", _("Course code"), is_required=True, example="refund-policy")


class TrainingImporter(StaffingImporter):
    def objects_url(self, job: TransferJob) -> str:
        return reverse(f"admin:training_{self.table}_changelist")


class TopicImporter(TrainingImporter):
    """A code that is known changes its topic, another one makes one. An empty cell changes nothing."""

    key, label, table = "topics", _("Topics"), "topic"
    permission = "training.import_topic"
    columns = (
        Column("code", _("Topic code"), is_required=True, example="after-sale"),
        Column("name", _("Topic"), is_required=True, example="售后政策"),
        Column("parent", _("Code of the parent topic"), example="service"),
        Column("position", pgettext_lazy("order", "position"), example="10"),
    )

    def take(self, row: Record, *, by: User, at: datetime) -> Result:
        known = Topic.objects.select_related("parent").filter(code=text(row, "code")).first()
        parent = known.parent if known else None
        return editing.define_topic(
            text(row, "code"),
            name=text(row, "name"),
            parent=found(Topic.objects.all(), row, "parent", "code") if row["parent"] else parent,
            position=whole(row, "position", default=known.position if known else 0),
            by=by,
            at=at,
        )


class CourseImporter(TrainingImporter):
    """A code that is known changes its course, another one makes a draft. An empty cell changes nothing."""

    key, label, table = "courses", _("Courses"), "course"
    permission = "training.import_course"
    columns = (
        COURSE,
        Column("title", _("Course"), is_required=True, example="退换货政策"),
        Column("topic", _("Topic code"), is_required=True, example="after-sale"),
        Column("summary", _("summary"), example="七天无理由与质量问题的处理"),
        Column(
            "owner",
            pgettext_lazy("course", "responsible"),
            help=_("The name to sign in with."),
            example="guls",
        ),
        Column("minutes", _("length in minutes"), example="60"),
        Column("days", _("days to complete"), example="14"),
        Column("open_to_all", _("open to everybody"), help=_("Yes or no."), example="是"),
        Column("needs_session", _("session required"), help=_("Yes or no."), example="否"),
        Column("prerequisites", _("prerequisites"), help=_("Course codes, with commas between."), example=""),
    )

    def take(self, row: Record, *, by: User, at: datetime) -> Result:
        facts: editing.CourseFacts = {
            "title": text(row, "title"),
            "topic": found(Topic.objects.all(), row, "topic", "code"),
        }
        is_known = Course.objects.filter(code=text(row, "course")).exists()
        if row["owner"]:
            facts["owner"] = found(User.objects.filter(is_active=True), row, "owner", "username")
        elif not is_known:
            facts["owner"] = by
        if row["summary"]:
            facts["summary"] = row["summary"]
        if row["minutes"]:
            facts["minutes"] = whole(row, "minutes", default=60)
        if row["days"]:
            facts["days_to_complete"] = whole(row, "days", default=14)
        if row["open_to_all"]:
            facts["is_open_to_all"] = yes_or_no(row, "open_to_all")
        if row["needs_session"]:
            facts["needs_session"] = yes_or_no(row, "needs_session")
        before = _courses(row) if row["prerequisites"] else None
        return editing.define(text(row, "course"), prerequisites_of_it=before, by=by, at=at, **facts)


class LessonImporter(TrainingImporter):
    """Lessons of text, links and films that stand elsewhere; a file is added in the form.

    A title that the course has changes its lesson. An empty cell changes nothing.
    """

    key, label, table = "lessons", _("Lessons"), "course"
    permission = "training.import_course"
    columns = (
        COURSE,
        Column("title", _("Lesson"), is_required=True, example="先看懂规则"),
        Column("kind", _("Kind of lesson"), help=_("Empty: text."), example="图文"),
        Column("text", _("Text of the lesson"), help=_("Markdown."), example="1. 先核对订单状态"),
        Column("url", _("address"), example=""),
        Column("minutes", _("length in minutes"), example="10"),
        Column("is_required", pgettext_lazy("lesson", "required"), help=_("Yes or no."), example="是"),
    )

    def take(self, row: Record, *, by: User, at: datetime) -> Result:
        facts: editing.LessonFacts = {}
        if row["kind"]:
            facts["kind"] = choice(row, "kind", LessonKind)
        if row["text"]:
            facts["text"] = row["text"]
        if row["url"]:
            facts["url"] = row["url"]
        if row["minutes"]:
            facts["minutes"] = whole(row, "minutes", default=10)
        if row["is_required"]:
            facts["is_required"] = yes_or_no(row, "is_required")
        course = found(Course.objects.visible_to(by), row, "course", "code")
        return editing.define_lesson(course, text(row, "title"), by=by, at=at, **facts)


class EnrolmentImporter(TrainingImporter):
    key, label, table = "enrolments", _("Enrolments"), "enrolment"
    permission = "training.import_enrolment"
    columns = (STAFF_NO, COURSE, Column("due_on", _("Due on"), example="2026-03-31"))

    def take(self, row: Record, *, by: User, at: datetime) -> Result:
        agent = found(Agent.objects.visible_to(by), row, "staff_no", "staff_no")
        course = found(Course.objects.visible_to(by), row, "course", "code")
        held = Enrolment.objects.unfinished().filter(agent=agent, course=course)
        due_on = day(row, "due_on") if row["due_on"] else None
        if held.exists():
            return Result.UNCHANGED
        enrolment.enrol(agent, course, source=EnrolmentSource.ASSIGNED, due_on=due_on, by=by, at=at)
        return Result.CREATED


class CompletionImporter(TrainingImporter):
    """Who completed what elsewhere, such as a list signed in the classroom."""

    key, label, table = "completions", _("Completions of courses"), "enrolment"
    permission = "training.import_enrolment"
    columns = (
        STAFF_NO,
        COURSE,
        Column("done_on", _("Completed on"), is_required=True, example="2026-03-10"),
        Column(
            "note",
            _("Evidence"),
            is_required=True,
            help=_("What shows it, such as a list with signatures."),
            example="线下签到表 2026-03-10",
        ),
    )

    def take(self, row: Record, *, by: User, at: datetime) -> Result:
        agent = found(
            Agent.objects.visible_to(by).select_related("team__department"), row, "staff_no", "staff_no"
        )
        course = found(Course.objects.visible_to(by), row, "course", "code")
        done_on, note = day(row, "done_on"), text(row, "note")
        held = Enrolment.objects.filter(agent=agent, course=course)
        was_to_do = held.unfinished().exists()
        if held.counting().exists() and not was_to_do:
            return Result.UNCHANGED
        marking.complete(agent, course, reason=note, done_on=done_on, by=by, at=at)
        return Result.UPDATED if was_to_do else Result.CREATED


IMPORTERS = (
    TopicImporter(),
    CourseImporter(),
    LessonImporter(),
    EnrolmentImporter(),
    CompletionImporter(),
)


def yes_or_no(row: Record, field: str) -> bool:
    value = row[field].casefold()
    if value in SAYS_YES:
        return True
    if value in SAYS_NO:
        return False
    message: Text = _("Write yes or no.")
    raise wrong(field, message)


def _courses(row: Record) -> list[Course]:
    codes = [code for part in row["prerequisites"].replace("，", ",").split(",") if (code := part.strip())]
    known = {course.code: course for course in Course.objects.filter(code__in=codes)}
    if missing := [code for code in codes if code not in known]:
        raise wrong(
            "prerequisites", _("These courses are not known: %(codes)s") % {"codes": ", ".join(missing)}
        )
    return [known[code] for code in dict.fromkeys(codes)]
