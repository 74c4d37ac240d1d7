"""The forms of a course: its lessons and rules as rows, its acts as dialogs that say what will happen."""

from typing import Any

from django import forms
from django.core.files.uploadedfile import UploadedFile
from django.http import HttpRequest
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext
from unfold.forms import BaseDialogForm
from unfold.widgets import (
    UnfoldAdminFileFieldWidget,
    UnfoldAdminIntegerFieldWidget,
    UnfoldAdminTextareaWidget,
    UnfoldBooleanSwitchWidget,
)

from portal.admin import lists
from portal.admin.house import person
from portal.admin.refusals import put_on_form
from portal.errors import DomainError
from staffing.admin.dialogs import reason_field
from training import policy
from training.courses import audiences, editing, files, offering
from training.models import Course, CourseAudience, Enrolment, Lesson


class StoredFileWidget(UnfoldAdminFileFieldWidget):
    """Chooses another file. Where the present one is read stands beside it: it has no address of its own."""

    def is_initial(self, value: Any) -> bool:
        return False

    def format_value(self, value: Any) -> None:
        return None


class LessonForm(forms.ModelForm):
    class Meta:
        model = Lesson
        fields = ("title", "kind", "text", "file")
        widgets = {"text": UnfoldAdminTextareaWidget(attrs={"rows": 8}), "file": StoredFileWidget}
        help_texts = {
            "file": _("PDF, Word, Excel, PowerPoint, a picture or a video (MP4), up to %(size)s MB.")
            % {"size": policy.LARGEST_LESSON_FILE // 1024**2},
        }

    taken: files.Taken | None = None

    def clean_file(self) -> Any:
        file = self.cleaned_data.get("file")
        if not isinstance(file, UploadedFile):
            return file
        try:
            self.taken = files.take(file)
        except DomainError as refusal:
            raise forms.ValidationError(str(refusal)) from refusal
        return self.taken.content

    def _post_clean(self) -> None:
        super()._post_clean()  # type: ignore[misc]
        if self.taken:
            self.instance.file_name, self.instance.file_type = self.taken.name, self.taken.type
        if "file" in self.errors:
            return
        try:
            editing.require_content(self.instance)
        except DomainError as refusal:
            put_on_form(self, refusal)


class AudienceForm(forms.ModelForm):
    class Meta:
        model = CourseAudience
        fields = (
            "kind",
            "team",
            "position",
            "peak_plan",
            "joined_within_days",
            "days_to_complete",
            "is_active",
        )

    def _post_clean(self) -> None:
        """What the rule lacks is said at its field, before the table says that it lacks something."""
        try:
            if self.cleaned_data.get("kind"):
                editing.require_subject(self.cleaned_data["kind"], self.cleaned_data)
        except DomainError as refusal:
            put_on_form(self, refusal)
        super()._post_clean()  # type: ignore[misc]

    def _get_validation_exclusions(self) -> set[str]:
        """What was said at a field is not said again by the table's constraint."""
        left_out: set[str] = super()._get_validation_exclusions()  # type: ignore[misc]
        return left_out | ({"kind"} if self.errors else set())


class AgreedWidget(UnfoldBooleanSwitchWidget):
    """A tick that sends the number to which one agrees, never ticked beforehand."""

    def value_from_datadict(self, data: Any, files: Any, name: str) -> Any:
        return data.get(name)

    def get_context(self, name: str, value: Any, attrs: dict[str, Any] | None) -> dict[str, Any]:
        return super().get_context(name, None, attrs)


class AgreedField(forms.IntegerField):
    """Belongs to the act, not to the course: it changes nothing of it."""

    def has_changed(self, initial: Any, data: Any) -> bool:
        return False


class CourseForm(forms.ModelForm):
    """Where rules let people go, it asks once more (see `editing.check`)."""

    agreed = AgreedField(label=_("Withdraw them"), required=False, min_value=0, widget=AgreedWidget)
    would_withdraw = 0
    """Set on a class of its own for the request that was refused."""

    class Meta:
        model = Course
        fields = ("title", "code", "topic", "owner", "summary")

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        if "agreed" in self.fields:
            self.fields["agreed"].widget.attrs["value"] = self.would_withdraw


class CourseDialog(BaseDialogForm):
    """Above its fields stands what the act would do."""

    form_before_template = "training/courses/dialog_note.html"

    def __init__(self, request: HttpRequest, object_id: str | None = None, **options: Any) -> None:
        super().__init__(request, object_id, **options)
        rows = Course.objects.visible_to(person(request))
        self.course = rows.filter(pk=lists.key(str(object_id or "")) or 0).first()

    def get_before_template_context(self, request: HttpRequest, object_id: Any = None) -> dict[str, Any]:
        return {"note": self.note(self.course) if self.course else ""}

    def note(self, course: Course) -> str:
        raise NotImplementedError


class OpenForm(CourseDialog):
    def note(self, course: Course) -> str:
        count = sum(len(each.agents) for each in audiences.preview(course, at=timezone.now()))
        if not count:
            return str(_("No rule of the course names anybody now. People can be enrolled by hand."))
        return ngettext(
            "%(count)s person is enrolled by the rules at once and told.",
            "%(count)s people are enrolled by the rules at once and told.",
            count,
        ) % {"count": count}


class EndForm(CourseDialog):
    reason = reason_field()

    def note(self, course: Course) -> str:
        count = Enrolment.objects.unfinished().filter(course=course).count()
        return ngettext(
            "%(count)s person has not completed it and is withdrawn.",
            "%(count)s people have not completed it and are withdrawn.",
            count,
        ) % {"count": count}


class EditionForm(CourseDialog):
    is_repeated = forms.BooleanField(
        label=_("Everybody who has completed it does it again"),
        required=False,
        widget=UnfoldBooleanSwitchWidget,
    )
    days = forms.IntegerField(
        label=_("Within days"),
        required=False,
        min_value=1,
        max_value=365,
        widget=UnfoldAdminIntegerFieldWidget,
        help_text=_("Empty: as the course says."),
    )

    def note(self, course: Course) -> str:
        found = offering.preview_edition(course, at=timezone.now())
        told = {"again": found.to_do_again, "going_on": found.at_it}
        return str(
            _(
                "So many would have to do it again: %(again)s. So many are at it and go on with the new "
                "edition: %(going_on)s."
            )
            % told
        )
