"""The columns in which courses are taken away; the same headers bring topics and courses back."""

from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from portal.resources import Column, TableResource
from training.models import Course


class TopicResource(TableResource):
    code = Column("code", _("Topic code"))
    name = Column("name", _("Topic"))
    parent = Column("parent__code", _("Code of the parent topic"))
    position = Column("position", pgettext_lazy("order", "position"))


class CourseResource(TableResource):
    course = Column("code", _("Course code"))
    title = Column("title", _("Course"))
    topic = Column("topic__code", _("Topic code"))
    summary = Column("summary", _("summary"))
    owner = Column("owner__username", pgettext_lazy("course", "responsible"))
    minutes = Column("minutes", _("length in minutes"))
    days = Column("days_to_complete", _("days to complete"))
    open_to_all = Column("is_open_to_all", _("open to everybody"))
    needs_session = Column("needs_session", _("session required"))
    prerequisites = Column("prerequisites", _("prerequisites"))
    state = Column("get_state_display", _("state"))
    edition = Column("version", _("edition"))

    def dehydrate_prerequisites(self, course: Course) -> str:
        return ", ".join(each.code for each in course.prerequisites.all())


class EnrolmentResource(TableResource):
    staff_no = Column("agent__staff_no", _("Staff number"))
    name = Column("agent__user__name", _("Name"))
    team = Column("agent__team__name", _("Team"))
    code = Column("course__code", _("Course code"))
    course = Column("course__title", _("Course"))
    cycle = Column("cycle", _("cycle"))
    edition = Column("course_version", _("edition"))
    source = Column("get_source_display", _("enrolled"))
    state = Column("get_state_display", _("state"))
    enrolled_at = Column("enrolled_at", _("enrolled at"))
    due_on = Column("due_on", _("Due on"))
    started_at = Column("started_at", _("begun at"))
    ended_at = Column("ended_at", _("ended at"))
    reason = Column("reason", _("Reason"))
