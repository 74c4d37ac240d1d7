from typing import Any

from django.contrib import admin
from django.core.exceptions import PermissionDenied
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.urls import URLPattern, path, reverse
from django.utils import timezone
from django.utils.safestring import SafeString
from django.utils.translation import gettext_lazy as _
from unfold.contrib.filters.admin import DropdownFilter
from unfold.decorators import display

from complaints import figures, looks, policy, rights
from complaints.admin import dialog
from complaints.admin.hidden import HiddenRows
from complaints.admin.survey_form import PhoneAnswerForm
from complaints.models import SurveyAnswer, SurveyInvitation
from portal.admin.house import ReadOnlyAdmin, person
from portal.admin.lists import DayRangeFilter

DAYS_SUMMED_UP = 30


class ScoreFilter(DropdownFilter):
    title = _("answer")
    parameter_name = "answer"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, Any]]:
        return [("low", _("Low score")), ("good", _("Satisfied")), ("any", _("Any")), ("none", _("None yet"))]

    def queryset(self, request: HttpRequest, queryset: Any) -> QuerySet:
        match self.value():
            case "low":
                return queryset.filter(answer__score__lte=policy.LOW_SCORE)
            case "good":
                return queryset.filter(answer__score__gte=policy.SURVEY_SCORE_GOOD)
            case "any":
                return queryset.filter(answer__isnull=False)
            case "none":
                return queryset.unanswered()
        return queryset


@admin.register(SurveyInvitation)
class SurveyInvitationAdmin(HiddenRows, ReadOnlyAdmin):
    """Who was asked, and what they answered."""

    list_display = ["matter", "subject", "score", "recommend", "comment", "answerer", "asked"]
    list_display_links = None
    list_filter = [ScoreFilter, ("invited_at", DayRangeFilter)]
    list_before_template = "complaints/ticket/survey_figures.html"
    list_after_template = "complaints/ticket/dialog_frame.html"
    fields = ["matter", "subject", "score", "recommend", "comment", "answerer", "asked", "expires_at"]

    class Media:
        css = {"all": ["complaints/ticket.css"]}
        js = ["complaints/ticket_dialog.js"]

    def get_urls(self) -> list[URLPattern]:
        answer = path(
            "<path:object_id>/answer/",
            self.admin_site.admin_view(self.answer_view),
            name="complaints_surveyinvitation_answer",
        )
        return [answer, *super().get_urls()]

    def get_queryset(self, request: HttpRequest) -> QuerySet:
        return (
            super()
            .get_queryset(request)
            .select_related("ticket__first_responsible__user", "answer__asked_by", "ticket__customer")
        )

    def changelist_view(
        self, request: HttpRequest, extra_context: dict[str, Any] | None = None
    ) -> HttpResponse:
        summed_up = figures.satisfaction(person(request), days=DAYS_SUMMED_UP, at=timezone.now())
        context = {
            "satisfaction": summed_up,
            "days": DAYS_SUMMED_UP,
            "response_rate": looks.percent(summed_up.response_rate),
            "satisfied_rate": looks.percent(summed_up.satisfied_rate),
        }
        return super().changelist_view(request, {**context, **(extra_context or {})})

    def answer_view(self, request: HttpRequest, object_id: str) -> HttpResponse:
        invitation = self.row(request, object_id)
        if not rights.is_worker(person(request)):
            raise PermissionDenied
        form = PhoneAnswerForm(invitation, by=person(request), at=timezone.now(), data=request.POST or None)
        leads_to = reverse("admin:complaints_ticket_change", args=[invitation.ticket_id])
        return dialog.answer(request, form, leads_to=leads_to, about=str(invitation.ticket))

    @display(description=_("ticket"))
    def matter(self, invitation: SurveyInvitation) -> SafeString:
        url = reverse("admin:complaints_ticket_change", args=[invitation.ticket_id])
        return looks.link(url, invitation.ticket.number)

    @display(description=_("subject"))
    def subject(self, invitation: SurveyInvitation) -> SafeString:
        return looks.two_lines(invitation.ticket.subject, invitation.ticket.customer)

    @display(description=_("satisfaction"))
    def score(self, invitation: SurveyInvitation) -> SafeString | str:
        answer = _answer(invitation)
        if answer is None:
            return "–"
        tone = "danger" if answer.score <= policy.LOW_SCORE else "success"
        is_plain = policy.LOW_SCORE < answer.score < policy.SURVEY_SCORE_GOOD
        return looks.badge(f"{answer.score} / 5", "default" if is_plain else tone)

    @display(description=_("would recommend"))
    def recommend(self, invitation: SurveyInvitation) -> str:
        answer = _answer(invitation)
        return str(answer.recommend) if answer and answer.recommend is not None else "–"

    @display(description=_("comment"))
    def comment(self, invitation: SurveyInvitation) -> SafeString | str:
        answer = _answer(invitation)
        return looks.cut(answer.comment) if answer and answer.comment else "–"

    @display(description=_("first-responsible agent"))
    def answerer(self, invitation: SurveyInvitation) -> str:
        return str(invitation.ticket.first_responsible or "–")

    @display(description=_("invited at"), ordering="invited_at")
    def asked(self, invitation: SurveyInvitation) -> SafeString | str:
        return looks.time_cell(invitation.invited_at)


def _answer(invitation: SurveyInvitation) -> SurveyAnswer | None:
    return getattr(invitation, "answer", None)
