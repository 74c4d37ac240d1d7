"""A topic out of the tree, by its names from the top down. Read once, whatever the number of fields."""

from typing import Any

from django import forms
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _
from unfold.contrib.filters.admin import DropdownFilter
from unfold.widgets import UnfoldAdminSelectWidget

from portal.admin import lists
from training.models import Topic


def tree() -> list[Topic]:
    """Each topic with those above it, in the order in which a tree is read."""
    topics = Topic.objects.select_related("parent__parent")
    return sorted(topics, key=lambda topic: [(each.position, each.name, each.pk) for each in topic.path])


class TopicChoice(forms.ModelChoiceField):
    widget = UnfoldAdminSelectWidget

    def __init__(self, **options: Any) -> None:
        rows = Topic.objects.select_related("parent__parent").order_by("position", "name")
        super().__init__(queryset=rows, label=options.pop("label", _("topic")), **options)

    def label_from_instance(self, topic: Any) -> str:
        return str(topic.trail)

    def load(self) -> None:
        """Set the choices, so that copies of this field need not ask again."""
        self.choices = [("", "---------"), *((topic.pk, topic.trail) for topic in tree())]


class WithinTopic(DropdownFilter):
    """Of a topic and of those below it."""

    title = _("topic")
    parameter_name = "topic"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, str]]:
        return [(str(topic.pk), topic.trail) for topic in tree()]

    def queryset(self, request: HttpRequest, queryset: Any) -> Any:
        chosen = lists.key(self.value() or "")
        return queryset if chosen is None else queryset.within(chosen)
