from typing import Any

from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _
from unfold.decorators import display

from portal.admin.house import person
from portal.admin.tables import TableAdmin
from portal.counting import count_of
from training.models import Course, Topic
from training.resources.courses import TopicResource


@admin.register(Topic)
class TopicAdmin(TableAdmin):
    resource_classes = [TopicResource]
    import_kind = "topics"
    list_display = ["name", "above", "code", "courses", "position"]
    list_filter = ["parent"]
    list_select_related = ["parent__parent"]
    list_before_template = "training/courses/topics_before.html"
    search_fields = ["name", "code"]
    autocomplete_fields = ["parent"]
    fields = ["name", "code", "parent", "position"]

    def get_queryset(self, request: HttpRequest) -> QuerySet:
        courses = count_of(Course.objects.visible_to(person(request)), "topic")
        return super().get_queryset(request).annotate(course_count=courses)

    @display(description=_("below"), ordering="parent__name")
    def above(self, topic: Topic) -> str:
        return topic.parent.trail if topic.parent else ""

    @display(description=_("courses"), ordering="course_count")
    def courses(self, topic: Any) -> int:
        return topic.course_count
