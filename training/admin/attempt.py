"""Attempts at exams: the list, a paper looked through, and the acts of whoever marks."""

from typing import Any

from django.contrib import admin
from django.core.exceptions import PermissionDenied
from django.db.models import Model
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.urls import URLPattern
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from unfold.contrib.filters.admin import ChoicesDropdownFilter
from unfold.decorators import display

from portal.admin import lists
from portal.admin.dialogs import dialog_action
from portal.admin.house import person
from portal.admin.tables import TableAdmin
from staffing.admin.dialogs import ReasonForm
from staffing.admin.filters import ScopedRelationFilter
from staffing.rights import READ_HISTORIES
from training import rights
from training.admin import marking_pages, sitting_pages
from training.admin.marking_forms import CorrectForm
from training.choices import AttemptState
from training.exams import admission, certification, marking, reading
from training.exams.grading import plain
from training.models import ExamAttempt
from training.resources.attempts import ExamAttemptResource

COLOURS = {
    AttemptState.RUNNING: "info",
    AttemptState.TO_MARK: "warning",
    AttemptState.PASSED: "success",
    AttemptState.FAILED: "danger",
    AttemptState.VOID: None,
}


@admin.register(ExamAttempt)
class ExamAttemptAdmin(TableAdmin):
    """An attempt is begun and answered by its candidate, and judged by its marks; a form changes nothing."""

    has_own_ledger = True
    resource_classes = [ExamAttemptResource]
    list_display = [
        "who",
        "team",
        "exam",
        "cycle",
        "number",
        "state_label",
        "marks",
        "started_at",
        "handed_in_at",
    ]
    list_display_links = ["who", "exam"]
    list_filter = [
        ("exam", ScopedRelationFilter),
        ("agent__team", ScopedRelationFilter),
        ("state", ChoicesDropdownFilter),
        ("started_at", lists.DayRangeFilter),
    ]
    list_select_related = ["agent__user", "agent__team", "exam"]
    list_before_template = "training/exams/attempts_before.html"
    search_fields = ["agent__user__name", "agent__staff_no", "exam__title"]
    search_help_text = _("Name, staff number or exam")
    ordering = ["-started_at", "-id"]
    fields = ["agent", "exam", "cycle", "number", "state", "started_at", "handed_in_at", "score", "total"]

    def get_urls(self) -> list[URLPattern]:
        own = [*sitting_pages.urls(self.admin_site), *marking_pages.urls(self.admin_site)]
        return [*own, *super().get_urls()]

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def has_annul_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return person(request).has_perm(rights.ANNUL)

    def has_mark_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return person(request).has_perm(rights.MARK_PAPERS)

    def has_history_permission(self, request: HttpRequest, obj: Model) -> bool:
        """It tells marks and reasons, which the candidate reads on his own page as far as the exam shows."""
        user = person(request)
        may_read = self.has_mark_permission(request) or user.has_role(*READ_HISTORIES)
        is_own = isinstance(obj, ExamAttempt) and obj.agent.user_id == user.pk
        return super().has_history_permission(request, obj) and may_read and not is_own

    def changelist_view(
        self, request: HttpRequest, extra_context: dict[str, Any] | None = None
    ) -> HttpResponse:
        context = dict(extra_context or {})
        if self.has_mark_permission(request):
            context["to_mark"] = marking_pages.queue(person(request)).count()
        return super().changelist_view(request, context)

    @display(description=_("agent"), ordering="agent__user__name")
    def who(self, attempt: ExamAttempt) -> str:
        return attempt.agent.user.name

    @display(description=_("team"), ordering="agent__team__name")
    def team(self, attempt: ExamAttempt) -> str:
        return attempt.agent.team.name

    @display(description=_("state"), ordering="state", label=COLOURS)
    def state_label(self, attempt: ExamAttempt) -> tuple[str, str]:
        return attempt.state, attempt.get_state_display()

    @display(description=_("score"), ordering="score")
    def marks(self, attempt: ExamAttempt) -> str | None:
        return None if attempt.score is None else f"{plain(attempt.score)} / {plain(attempt.total)}"

    # Acts

    @dialog_action(
        _("Annul the attempt"),
        form_class=ReasonForm,
        text=_(
            "It counts for nothing: a certificate it gave is revoked, a course it completed is to be done "
            "still. The candidate is told the reason."
        ),
        done=_("The attempt is annulled."),
        permissions=["annul"],
        icon="block",
    )
    def annul(self, request: HttpRequest, attempt: ExamAttempt, form: ReasonForm) -> None:
        reason = form.cleaned_data["reason"]
        marking.annul(attempt, reason=reason, by=person(request), at=timezone.now())

    @dialog_action(
        _("Correct a mark"),
        form_class=CorrectForm,
        text=_("The paper is judged anew: a certificate may be issued by it, or revoked."),
        done=_("The mark is corrected."),
        permissions=["mark"],
        icon="edit",
    )
    def correct(self, request: HttpRequest, attempt: ExamAttempt, form: CorrectForm) -> None:
        given = form.cleaned_data
        mark = marking.Mark(given["awarded"], given["comment"])
        marking.mark_paper(
            attempt,
            {given["position"]: mark},
            reason=given["reason"],
            by=person(request),
            at=timezone.now(),
        )

    actions_detail = ["annul", "correct"]

    # The page of one attempt

    def change_view(
        self,
        request: HttpRequest,
        object_id: str,
        form_url: str = "",
        extra_context: dict[str, Any] | None = None,
    ) -> HttpResponse:
        attempt: Any = self.get_object(request, object_id)
        if attempt is None:
            return self._get_obj_does_not_exist_redirect(request, self.opts, object_id)
        if not self.has_view_permission(request, attempt):
            raise PermissionDenied
        user = person(request)
        is_own = attempt.agent.user_id == user.pk
        if is_own and attempt.state == AttemptState.RUNNING:
            return redirect(sitting_pages.PAPER, attempt.pk)
        return TemplateResponse(request, "training/exams/result.html", self._result(request, attempt, is_own))

    def _result(self, request: HttpRequest, attempt: ExamAttempt, is_own: bool) -> dict[str, Any]:
        now, user = timezone.now(), person(request)
        sees_key = reading.sees_key(user, attempt)
        issued: Any = (
            attempt.issued.with_renewed().select_related("certificate__skill").order_by("-edition").first()
        )
        context = {
            **self.admin_site.each_context(request),
            "title": f"{attempt.exam} · {attempt.agent}",
            "opts": self.opts,
            "attempt": attempt,
            "is_own": is_own,
            "is_judged": attempt.state in reading.JUDGED,
            "sees_key": sees_key,
            "questions": reading.told(attempt) if sees_key else [],
            "issued": issued,
            "may_act": not is_own and self.has_annul_permission(request),
            "may_mark": not is_own and self.has_mark_permission(request),
        }
        if issued:
            context["standing"] = certification.standing(
                issued.certificate, attempt.agent.local_date(now), is_renewed=issued.is_renewed
            )
        if is_own and attempt.state == AttemptState.FAILED:
            (context["next"],) = admission.of(attempt.agent, [attempt.exam], at=now)
        return context

    def get_queryset(self, request: HttpRequest) -> Any:
        related = ("exam__course", "exam__skill", "agent__user", "agent__team__department")
        return super().get_queryset(request).select_related(*related)
