from typing import Any

from django.contrib import admin, messages
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils import timezone
from django.utils.html import format_html
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext
from unfold.forms import BaseDialogForm

from portal import bell
from portal.admin.dialogs import dialog_action
from portal.admin.house import ReadOnlyAdmin, person
from portal.models import Notice


class ReadFilter(admin.SimpleListFilter):
    title = _("read")
    parameter_name = "is_read"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, Any]]:
        return [("no", _("Not yet")), ("yes", _("Read"))]

    def queryset(self, request: HttpRequest, queryset: QuerySet) -> QuerySet:
        return queryset.filter(read_at__isnull=self.value() == "no") if self.value() else queryset


@admin.register(Notice)
class NoticeAdmin(ReadOnlyAdmin):
    """What the portal has told the person who looks; nobody sees another's."""

    list_display = ["what", "created_at", "read_at"]
    list_display_links = None
    list_filter = [ReadFilter]
    actions = ["mark_read"]
    actions_list = ["mark_all_read"]
    fields = ["text", "created_at", "read_at"]

    @admin.display(description=_("notice"))
    def what(self, notice: Notice) -> str:
        weight = "" if notice.read_at else "font-semibold"
        if not notice.link:
            return format_html('<span class="{}">{}</span>', weight, notice.text)
        return format_html(
            '<a class="{} text-primary-600 dark:text-primary-500" href="{}">{}</a>',
            weight,
            notice.link,
            notice.text,
        )

    @admin.action(description=_("Mark as read"), permissions=["view"])
    def mark_read(self, request: HttpRequest, notices: QuerySet) -> None:
        _tell(request, bell.mark_read(notices, by=person(request), at=timezone.now()))

    @dialog_action(
        _("Mark all as read"),
        text=_("Every notice that waits for you is marked, also those on other pages."),
        permissions=["view"],
        icon="done_all",
    )
    def mark_all_read(self, request: HttpRequest, _notice: None, form: BaseDialogForm) -> None:
        _tell(request, bell.mark_all_read(by=person(request), at=timezone.now()))


def _tell(request: HttpRequest, count: int) -> None:
    text = ngettext("%(count)s notice marked as read.", "%(count)s notices marked as read.", count)
    messages.success(request, text % {"count": count})
