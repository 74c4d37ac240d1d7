"""Courses: written in a form with their lessons and rules, opened, given anew and ended in dialogs."""

from typing import Any

from django import forms
from django.contrib import admin, messages
from django.db.models import ForeignKey, QuerySet, URLField
from django.http import HttpRequest, HttpResponse
from django.template.response import TemplateResponse
from django.urls import URLPattern, path, reverse
from django.utils import timezone
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext, pgettext_lazy
from unfold.admin import StackedInline
from unfold.contrib.filters.admin import ChoicesDropdownFilter
from unfold.decorators import action, display

from portal.admin.dialogs import dialog_action
from portal.admin.house import HouseTabularInline, ScopedRelations, person
from portal.admin.tables import TableAdmin
from portal.choices import Role
from portal.counting import count_of
from portal.models import User
from staffing.admin.own_day import found
from training import rights
from training.admin import course_files
from training.admin.course_forms import (
    AudienceForm,
    CourseForm,
    EditionForm,
    EndForm,
    LessonForm,
    OpenForm,
)
from training.admin.topic_choice import WithinTopic
from training.choices import CourseState
from training.courses import audiences, editing, offering
from training.models import Course, CourseAudience, Enrolment, Lesson
from training.resources.courses import CourseResource

STATES = {CourseState.DRAFT: "warning", CourseState.OPEN: "success", CourseState.ENDED: "info"}


class OfCourse:
    """Rows of a course: whoever may see or change it may see or change them."""

    can_delete = False
    extra = 0
    formfield_overrides = {URLField: {"assume_scheme": "https"}}

    def has_view_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return request.user.has_perm("training.view_course")

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return request.user.has_perm(rights.TEACH)

    def has_add_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return request.user.has_perm(rights.TEACH)

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False


class LessonInline(OfCourse, ScopedRelations, StackedInline):
    model = Lesson
    form = LessonForm
    ordering_field = "position"
    hide_ordering_field = True
    collapsible = True
    tab = True
    fields = [
        "title",
        ("kind", "minutes"),
        "text",
        "file",
        "held_file",
        "url",
        ("is_required", "is_retired"),
        "position",
    ]
    readonly_fields = ["held_file"]

    @admin.display(description=_("present file"))
    def held_file(self, lesson: Lesson) -> SafeString | str:
        if not (lesson.pk and lesson.file):
            return "—"
        page = reverse("admin:training_course_lesson_file", args=[lesson.pk])
        return format_html('<a class="underline" href="{}">{}</a>', page, lesson.file_name)


class AudienceInline(OfCourse, HouseTabularInline):
    model = CourseAudience
    form = AudienceForm
    tab = True
    verbose_name_plural = _("Whom it enrols by itself")


@admin.register(Course)
class CourseAdmin(TableAdmin):
    form = CourseForm
    resource_classes = [CourseResource]
    import_kind = "courses"
    list_display = [
        "title", "code", "topic", "state_label", "lesson_count", "enrolled", "completed", "overdue", "owner",
    ]  # fmt: skip
    list_filter = [
        ("state", ChoicesDropdownFilter),
        WithinTopic,
        "is_open_to_all",
        "needs_session",
    ]
    list_select_related = ["topic", "owner"]
    list_before_template = "training/courses/list_before.html"
    search_fields = ["title", "code"]
    autocomplete_fields = ["topic", "prerequisites"]
    fieldsets = [
        (None, {"fields": [("title", "code"), ("topic", "owner"), "summary"]}),
        (
            _("How it is done"),
            {
                "fields": [
                    ("minutes", "days_to_complete"),
                    ("is_open_to_all", "needs_session"),
                    "prerequisites",
                ]
            },
        ),
    ]
    inlines = [LessonInline, AudienceInline]
    actions_detail = ["open_course", "new_edition", "end", "who_is_enrolled"]

    class Media:
        css = {"all": ["training/courses.css"]}

    def get_urls(self) -> list[URLPattern]:
        view = self.admin_site.admin_view
        return [
            path("lesson/<int:pk>/", view(course_files.lesson_file), name="training_course_lesson_file"),
            *super().get_urls(),
        ]

    def get_queryset(self, request: HttpRequest) -> QuerySet:
        """Numbers of the people whom the person sees, and who are employed: each by his last cycle."""
        today = timezone.localdate()
        held = Enrolment.objects.visible_to(person(request)).of_staff(today).last_cycles()
        return (
            super()
            .get_queryset(request)
            .annotate(
                lessons_shown=count_of(Lesson.objects.shown(), "course"),
                enrolled_count=count_of(held, "course"),
                completed_count=count_of(held.counting(), "course"),
                overdue_count=count_of(held.overdue(today), "course"),
            )
        )

    def get_export_queryset(self, request: HttpRequest) -> QuerySet:
        return super().get_export_queryset(request).prefetch_related("prerequisites")

    def has_change_permission(self, request: HttpRequest, obj: Course | None = None) -> bool:
        """What has ended stays as it ended."""
        is_over = isinstance(obj, Course) and obj.state == CourseState.ENDED
        return super().has_change_permission(request, obj) and not is_over

    def get_fieldsets(self, request: HttpRequest, obj: Course | None = None) -> Any:
        """Whether one agrees is asked only where there is something to agree to."""
        asked = self._would_withdraw(request) or "agreed" in request.POST
        question = [(_("Who is let go"), {"fields": ["agreed"]})] if asked else []
        return [*question, *super().get_fieldsets(request, obj)]

    def get_form(self, request: HttpRequest, obj: Any = None, change: bool = False, **kwargs: Any) -> Any:
        form = super().get_form(request, obj, change, **kwargs)
        return type("CourseFormOfRequest", (form,), {"would_withdraw": self._would_withdraw(request)})

    def _would_withdraw(self, request: HttpRequest) -> int:
        refusal = getattr(request, "refusal", None)
        return refusal.count if isinstance(refusal, editing.WouldWithdraw) else 0

    def get_changeform_initial_data(self, request: HttpRequest) -> dict[str, Any]:
        return {"owner": person(request).pk} | super().get_changeform_initial_data(request)

    def formfield_for_foreignkey(
        self, db_field: ForeignKey, request: HttpRequest, **options: Any
    ) -> forms.ModelChoiceField | None:
        if db_field.name == "owner":
            teachers = User.objects.filter(
                is_active=True, groups__name__in=(Role.TRAINER, Role.ADMINISTRATOR)
            )
            options["queryset"] = (teachers | User.objects.filter(pk=person(request).pk)).distinct()
        return super().formfield_for_foreignkey(db_field, request, **options)

    def formfield_for_dbfield(self, db_field: Any, request: HttpRequest, **options: Any) -> Any:
        field = super().formfield_for_dbfield(db_field, request, **options)
        if db_field.name == "summary":
            field.widget.attrs["rows"] = 3
        return field

    def save_model(self, request: HttpRequest, obj: Course, form: Any, change: bool) -> None:
        """Only what was changed: whatever became of the course since it was read stays."""
        if not change:
            return super().save_model(request, obj, form, change)
        editing.hold(obj)
        form.kept_by_none = editing.kept_by_no_rule(obj, at=timezone.now())
        own = {field.name for field in obj._meta.fields}
        return obj.save(update_fields=own.intersection(form.changed_data))

    def save_related(self, request: HttpRequest, form: Any, formsets: Any, change: bool) -> None:
        super().save_related(request, form, formsets, change)
        editing.check(
            form.instance,
            form.cleaned_data.get("prerequisites", ()),
            by=person(request),
            at=timezone.now(),
            kept_by_none=getattr(form, "kept_by_none", ()),
            agreed=form.cleaned_data.get("agreed") or 0,
        )

    # The list

    @display(description=_("state"), ordering="state", label=STATES)
    def state_label(self, course: Course) -> tuple[str, str]:
        return course.state, course.get_state_display()

    @display(description=_("lessons"), ordering="lessons_shown")
    def lesson_count(self, course: Any) -> int:
        return course.lessons_shown

    @display(description=_("people"), ordering="enrolled_count")
    def enrolled(self, course: Any) -> int | None:
        return course.enrolled_count or None

    @display(description=_("completed"), ordering="completed_count")
    def completed(self, course: Any) -> SafeString | None:
        """A bar and the number it stands for."""
        if not course.enrolled_count:
            return None
        return format_html(
            '<span class="share"><progress value="{}" max="{}"></progress> {}%</span>',
            course.completed_count,
            course.enrolled_count,
            course.completed_count * 100 // course.enrolled_count,
        )

    @display(
        description=pgettext_lazy("enrolment", "overdue"),
        ordering="overdue_count",
        label={"overdue": "danger"},
    )
    def overdue(self, course: Any) -> tuple[str, str] | None:
        return ("overdue", str(course.overdue_count)) if course.overdue_count else None

    # Acts

    def has_teach_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return person(request).has_perm(rights.TEACH)

    def has_open_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return self._is_in(request, obj, CourseState.DRAFT)

    def has_give_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return self._is_in(request, obj, CourseState.OPEN)

    def _is_in(self, request: HttpRequest, object_id: Any, state: CourseState) -> bool:
        """The theme hands over the key."""
        course: Any = self.get_object(request, str(object_id)) if object_id else None
        return person(request).has_perm(rights.TEACH) and (course is None or course.state == state)

    @dialog_action(
        _("Open the course"), form_class=OpenForm, permissions=["open"], icon="play_arrow", text=_(
            "From now on it can be done."
        ),
    )  # fmt: skip
    def open_course(self, request: HttpRequest, course: Course, form: OpenForm) -> None:
        count = offering.open_course(course, by=person(request), at=timezone.now())
        told = ngettext(
            "The course is open; %(count)s person was enrolled.",
            "The course is open; %(count)s people were enrolled.",
            count,
        )
        messages.success(request, told % {"count": count})

    @dialog_action(
        _("New edition"),
        form_class=EditionForm,
        text=_("After its content has changed. What was completed before stays in the record."),
        permissions=["give"],
        icon="autorenew",
    )
    def new_edition(self, request: HttpRequest, course: Course, form: EditionForm) -> None:
        given = form.cleaned_data
        count = offering.new_edition(
            course,
            is_repeated=given["is_repeated"],
            days=given["days"],
            by=person(request),
            at=timezone.now(),
        )
        told = ngettext(
            "A new edition is out; %(count)s person was asked to do it again.",
            "A new edition is out; %(count)s people were asked to do it again.",
            count,
        )
        messages.success(request, told % {"count": count})

    @dialog_action(
        _("End the course"),
        form_class=EndForm,
        text=_("Nobody can do it any more. What was completed stays."),
        done=_("The course has ended."),
        permissions=["give"],
        icon="stop",
    )
    def end(self, request: HttpRequest, course: Course, form: EndForm) -> None:
        offering.end(course, reason=form.cleaned_data["reason"], by=person(request), at=timezone.now())

    @action(description=_("Whom it enrols"), icon="group_search", permissions=["teach"])
    def who_is_enrolled(self, request: HttpRequest, object_id: str) -> HttpResponse:
        """Whom each rule would enrol now, before it does."""
        course = found(self, request, object_id)
        previews = audiences.preview(course, at=timezone.now())
        context = {
            **self.admin_site.each_context(request),
            "title": _("Whom it enrols"),
            "opts": self.opts,
            "course": course,
            "previews": previews,
            "count": sum(len(each.agents) for each in previews),
            "let_go": audiences.unfit(course, at=timezone.now()),
        }
        return TemplateResponse(request, "training/courses/audience.html", context)
