"""Announcements: a list, the form to write one, and its pages (see `announcement_pages`)."""

from typing import Any

from django import forms
from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied
from django.db.models import Model, OuterRef, QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import URLPattern, path
from django.utils import timezone
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_POST
from unfold.contrib.filters.admin import ChoicesDropdownFilter, RangeDateFilter
from unfold.decorators import display
from unfold.forms import BaseDialogForm

from portal.admin.dialogs import dialog_action
from portal.admin.house import person
from portal.admin.tables import TableAdmin
from portal.counting import count_of
from staffing.admin.dialogs import ReasonForm
from staffing.admin.filters import ScopedRelationFilter
from training import rights
from training.admin.announcement_forms import AnnouncementForm
from training.admin.announcement_pages import AnnouncementPages
from training.announcements import publishing, writing
from training.choices import AnnouncementState
from training.models import Announcement, AnnouncementReading
from training.querysets.announcement import follows_up
from training.resources.announcements import AnnouncementResource

STATES = {
    AnnouncementState.DRAFT: "warning",
    AnnouncementState.PUBLISHED: "success",
    AnnouncementState.WITHDRAWN: "danger",
}


@admin.register(Announcement)
class AnnouncementAdmin(AnnouncementPages, TableAdmin):
    has_own_ledger = True
    form = AnnouncementForm
    resource_classes = [AnnouncementResource]
    list_display_links = ["title"]
    list_filter = [
        ("state", ChoicesDropdownFilter),
        ("teams", ScopedRelationFilter),
        ("due_on", RangeDateFilter),
    ]
    list_select_related = ["author"]
    list_before_template = "training/announcements/list_before.html"
    search_fields = ["title", "body"]
    search_help_text = _("Title or text")
    ordering = ["-published_at", "-id"]
    actions_detail = ["publish", "withdraw"]

    class Media:
        css = {"all": ["training/sessions.css"]}

    def get_urls(self) -> list[URLPattern]:
        view = self.admin_site.admin_view
        own = [
            path("mine/", view(self.mine_view), name="training_announcement_mine"),
            path("<path:object_id>/edit/", view(self.edit_view), name="training_announcement_edit"),
            path("<path:object_id>/board/", view(self.board_view), name="training_announcement_board"),
        ]
        posts = {"confirm": self.confirm_view, "remind": self.remind_view}
        acts = [
            path(f"<path:object_id>/{name}/", view(require_POST(act)), name=f"training_announcement_{name}")
            for name, act in posts.items()
        ]
        return [*own, *acts, *super().get_urls()]

    def get_list_display(self, request: HttpRequest) -> list[str]:
        if follows_up(person(request)):
            return ["title", "state_label", "version", "due_on", "progress", "author", "published_at"]
        return ["title", "state_label", "due_on", "author", "published_at"]

    def get_queryset(self, request: HttpRequest) -> QuerySet:
        """With how many of those one looks after have it, and have confirmed it."""
        counting = AnnouncementReading.objects.counting(timezone.localdate())
        rows = counting.visible_to(person(request)).filter(version=OuterRef("version"))
        confirmed = rows.filter(confirmed_at__isnull=False)
        counts = {"asked": count_of(rows, "announcement"), "confirmed": count_of(confirmed, "announcement")}
        return super().get_queryset(request).annotate(**counts)

    def get_fields(self, request: HttpRequest, obj: Any = None) -> list[str]:
        fields = ["title", "body", "due_on", "teams"]
        if person(request).has_perm(rights.SEE_QUESTIONS):
            fields.append("questions")
        if obj is not None and obj.state == AnnouncementState.PUBLISHED:
            fields.append("matters")
        return [*fields, "read_edition"] if obj is not None else fields

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        may = super().has_change_permission(request, obj)
        if obj is None:
            return may
        return may and writing.may_change(obj, person(request)) and obj.state != AnnouncementState.WITHDRAWN

    def has_publish_permission(self, request: HttpRequest, object_id: str | None = None) -> bool:
        """Of a draft."""
        announcement = self.get_object(request, object_id) if object_id else None
        return self.has_withdraw_permission(request, object_id) and (
            announcement is None or announcement.state == AnnouncementState.DRAFT
        )

    def has_withdraw_permission(self, request: HttpRequest, object_id: str | None = None) -> bool:
        """Whoever may change it; the theme hands over the key."""
        return self.has_change_permission(request, self.get_object(request, object_id) if object_id else None)

    def has_history_permission(self, request: HttpRequest, obj: Model) -> bool:
        """The history names those who were reminded, of all teams."""
        user = person(request)
        return super().has_history_permission(request, obj) and (
            user.has_perm(rights.REANNOUNCE) and writing.may_change(obj, user)  # type: ignore[arg-type]
        )

    def get_form(self, request: HttpRequest, obj: Any = None, change: bool = False, **kwargs: Any) -> Any:
        form = super().get_form(request, obj, change, **kwargs)
        return type("AnnouncementFormOfRequest", (form,), {"request": request})

    def save_form(self, request: HttpRequest, form: forms.ModelForm, change: bool) -> Announcement:
        """The step writes the row."""
        return form.instance

    def save_related(self, request: HttpRequest, form: Any, formsets: Any, change: bool) -> None:
        """The step has written teams and questions, too."""

    def save_model(self, request: HttpRequest, obj: Announcement, form: Any, change: bool) -> None:
        text, by, at = form.text(), person(request), timezone.now()
        read = form.cleaned_data.get("read_edition", "")
        if not change:
            obj.pk = writing.draft(text, by=by, at=at).pk
        elif obj.state == AnnouncementState.DRAFT:
            writing.rewrite(obj, text, by=by, at=at, read=read)
        else:
            matters = form.cleaned_data.get("matters", False)
            publishing.revise(obj, text, matters=matters, by=by, at=at, read=read)

    def response_add(self, request: HttpRequest, obj: Any, post_url_continue: str | None = None) -> Any:
        """On to the preview, where it is published."""
        messages.success(request, str(_("The draft is saved. Look it over, then publish it.")))
        return redirect("admin:training_announcement_change", obj.pk)

    def response_change(self, request: HttpRequest, obj: Any) -> HttpResponse:
        messages.success(request, str(_("The announcement is saved.")))
        return redirect("admin:training_announcement_change", obj.pk)

    @display(description=_("state"), ordering="state", label=STATES)
    def state_label(self, announcement: Announcement) -> tuple[str, str]:
        return announcement.state, announcement.get_state_display()

    @display(description=_("confirmed"))
    def progress(self, announcement: Any) -> SafeString | str:
        if not announcement.asked:
            return "–"
        return format_html(
            '<span class="seats">{}/{}<progress class="seats-bar" value="{}" max="{}"></progress></span>',
            announcement.confirmed,
            announcement.asked,
            announcement.confirmed,
            announcement.asked,
        )

    # Acts

    @dialog_action(
        _("Publish"),
        text=_("Everybody whom it concerns is told at once, and has to confirm it by the day."),
        done=_("The announcement is published."),
        permissions=["publish"],
        icon="campaign",
    )
    def publish(self, request: HttpRequest, announcement: Announcement, form: BaseDialogForm) -> None:
        publishing.publish(announcement, by=person(request), at=timezone.now())

    @dialog_action(
        _("Withdraw"),
        form_class=ReasonForm,
        text=_("It holds no more. Whoever has it is told, with the reason; nobody has to confirm it."),
        done=_("The announcement is withdrawn."),
        permissions=["withdraw"],
        icon="undo",
    )
    def withdraw(self, request: HttpRequest, announcement: Announcement, form: ReasonForm) -> None:
        reason = form.cleaned_data["reason"]
        publishing.withdraw(announcement, reason=reason, by=person(request), at=timezone.now())

    # Pages

    def change_view(
        self,
        request: HttpRequest,
        object_id: str,
        form_url: str = "",
        extra_context: dict[str, Any] | None = None,
    ) -> HttpResponse:
        announcement: Any = self.get_object(request, object_id)
        if announcement is None:
            return self._get_obj_does_not_exist_redirect(request, self.opts, object_id)
        if not self.has_view_permission(request, announcement):
            raise PermissionDenied
        return self.reader_page(request, announcement)

    def edit_view(self, request: HttpRequest, object_id: str) -> HttpResponse:
        """Django's form, for whoever may change it."""
        announcement = self.get_object(request, object_id)
        if announcement is None or not self.has_change_permission(request, announcement):
            raise PermissionDenied
        return self.changeform_view(request, object_id)
