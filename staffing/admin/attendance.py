from collections.abc import Callable
from typing import Any

from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.template.response import TemplateResponse
from django.urls import URLPattern, path, reverse
from django.utils import timezone
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.safestring import SafeString
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_POST
from unfold.decorators import display

from portal.admin import lists
from portal.admin.dialogs import dialog_action
from portal.admin.house import person
from portal.admin.tables import TableAdmin
from portal.errors import DomainError
from staffing import attendance as steps
from staffing import figures
from staffing.admin.dialogs import CorrectForm, ReasonForm, SignInForm
from staffing.admin.filters import Punctuality, ScopedRelationFilter
from staffing.admin.permits import Permits
from staffing.admin.shift_type import swatch
from staffing.models import Agent, Attendance
from staffing.resources import AttendanceResource


@admin.register(Attendance)
class AttendanceAdmin(Permits, TableAdmin):
    """Who came and went. Written by signing in and out, for oneself or, with a reason, for others."""

    has_own_ledger = True
    resource_classes = [AttendanceResource]
    list_display = ["agent", "team", "day", "shift", "signed_in_at", "signed_out_at", "remark", "recorded"]
    list_filter = [
        ("agent__team", ScopedRelationFilter),
        Punctuality,
        ("signed_in_at", lists.DayRangeFilter),
    ]
    list_select_related = ["agent__user", "agent__team__department", "duty__shift_type", "recorded_by"]
    list_before_template = "staffing/attendance/list_before.html"
    search_fields = ["agent__user__name", "agent__staff_no"]
    search_help_text = _("Name or staff number")
    ordering = ["-signed_in_at", "-id"]
    actions_list = ["sign_in"]
    actions_row = ["sign_out", "correct"]
    actions_detail = ["sign_out", "correct"]
    fields = ["agent", "duty", "signed_in_at", "signed_out_at", "late_by", "is_forgotten", "recorded_by"]

    class Media:
        css = {"all": ["staffing/shifts.css"]}

    def get_urls(self) -> list[URLPattern]:
        views: dict[str, Callable[..., HttpResponse]] = {
            "on-duty": self.on_duty_view,
            "sign-in-myself": require_POST(self.sign_in_myself_view),
            "sign-out-myself": require_POST(self.sign_out_myself_view),
        }
        own = [
            path(
                f"{route}/",
                self.admin_site.admin_view(view),
                name=f"staffing_attendance_{route.replace('-', '_')}",
            )
            for route, view in views.items()
        ]
        return [*own, *super().get_urls()]

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    @display(description=_("team"), ordering="agent__team__name")
    def team(self, attendance: Attendance) -> str:
        return attendance.agent.team.name

    @display(description=_("date"))
    def day(self, attendance: Attendance) -> Any:
        return attendance.business_day

    @display(description=_("shift"))
    def shift(self, attendance: Attendance) -> SafeString | None:
        duty = attendance.duty
        return swatch(duty.shift_type.colour, duty.shift_type.name) if duty else None

    @display(description=_("remark"), label={"late": "warning", "forgotten": "danger", "there": "success"})
    def remark(self, attendance: Attendance) -> tuple[str, Any] | None:
        if attendance.is_forgotten:
            return "forgotten", _("Sign-out forgotten")
        if attendance.late_by is not None:
            return "late", late_text(attendance.late_minutes or 0)
        return ("there", _("There")) if attendance.signed_out_at is None else None

    @display(description=_("recorded by"))
    def recorded(self, attendance: Attendance) -> str | None:
        """Only when it was somebody else."""
        by = attendance.recorded_by
        return None if by is None or by.pk == attendance.agent.user_id else str(by)

    # Acts for others

    @dialog_action(
        _("Sign in for somebody"),
        form_class=SignInForm,
        done=_("Signed in."),
        permissions=["attend_for_others"],
        icon="login",
    )
    def sign_in(self, request: HttpRequest, _none: None, form: SignInForm) -> None:
        given = form.cleaned_data
        steps.sign_in(given["agent"], by=person(request), at=timezone.now(), reason=given["reason"])

    @dialog_action(
        _("Sign out"),
        form_class=ReasonForm,
        done=_("Signed out."),
        permissions=["attend_for_others"],
        icon="logout",
    )
    def sign_out(self, request: HttpRequest, attendance: Attendance, form: ReasonForm) -> None:
        reason = form.cleaned_data["reason"]
        steps.sign_out(attendance.agent, by=person(request), at=timezone.now(), reason=reason)

    @dialog_action(
        _("Correct"),
        form_class=CorrectForm,
        text=_("When the person really came and went. Shift and lateness follow from it."),
        done=_("The attendance is corrected."),
        permissions=["attend_for_others"],
        icon="edit_calendar",
    )
    def correct(self, request: HttpRequest, attendance: Attendance, form: CorrectForm) -> None:
        given = form.cleaned_data
        steps.correct(
            attendance,
            signed_in_at=given["signed_in_at"],
            signed_out_at=given["signed_out_at"],
            reason=given["reason"],
            by=person(request),
            at=timezone.now(),
        )

    # Who is on duty now, and one's own signing in

    def on_duty_view(self, request: HttpRequest) -> HttpResponse:
        user, now = person(request), timezone.now()
        if not user.has_perm("staffing.view_dutyassignment"):
            raise PermissionDenied
        people = figures.presences(user, now, team_id=lists.key(request.GET.get("team", "")))
        own = Agent.objects.filter(user=user).select_related("team__department").first()
        context = {
            **self.admin_site.each_context(request),
            "title": _("On duty now"),
            "now": now,
            "counts": figures.count_by_team(people),
            "people": people,
            "standing": figures.standing_of(own, now) if own else None,
            "may_see_lateness": self.has_view_permission(request),
            "may_sign_others": self.has_attend_for_others_permission(request),
        }
        return TemplateResponse(request, "staffing/attendance/on_duty.html", context)

    def sign_in_myself_view(self, request: HttpRequest) -> HttpResponse:
        return self._myself(request, steps.sign_in, _("You are signed in."))

    def sign_out_myself_view(self, request: HttpRequest) -> HttpResponse:
        return self._myself(request, steps.sign_out, _("You are signed out."))

    def _myself(self, request: HttpRequest, step: Callable[..., object], done: Any) -> HttpResponse:
        user = person(request)
        agent = Agent.objects.filter(user=user).first()
        if agent is None:
            raise PermissionDenied
        try:
            step(agent, by=user, at=timezone.now())
        except DomainError as refusal:
            messages.error(request, str(refusal))
        else:
            messages.success(request, str(done))
        return HttpResponseRedirect(_back_to(request))


def late_text(minutes: int) -> str:
    return ngettext("%(count)s minute late", "%(count)s minutes late", minutes) % {"count": minutes}


def _back_to(request: HttpRequest) -> str:
    """Where the button stood, if it is a page of ours."""
    wanted = request.POST.get("next", "")
    if url_has_allowed_host_and_scheme(wanted, {request.get_host()}, require_https=request.is_secure()):
        return wanted
    return reverse("admin:staffing_attendance_on_duty")
