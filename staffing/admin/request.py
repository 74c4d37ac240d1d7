from typing import Any

from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied
from django.db.models import QuerySet
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404
from django.urls import URLPattern, path, reverse
from django.utils import timezone
from django.utils.html import format_html_join
from django.utils.safestring import SafeString
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_POST
from unfold.contrib.filters.admin import ChoicesDropdownFilter
from unfold.decorators import display

from portal.admin import lists
from portal.admin.dialogs import dialog_action
from portal.admin.house import HouseAdmin, person
from portal.errors import DomainError
from portal.models import AuditEntry
from staffing import rights
from staffing.admin import my_schedule
from staffing.admin.dialogs import ReasonForm
from staffing.admin.filters import ScopedRelationFilter
from staffing.admin.permits import Permits
from staffing.admin.request_forms import AcceptForForm, ApproveForm, EnterLeaveForm, hours_of
from staffing.choices import LeaveKind, RequestKind, RequestState
from staffing.models import Agent, LeaveEntitlement, StaffRequest
from staffing.requests import acting, deciding, gaps, leave, reviewing, swaps, telling

COLOURS = {
    RequestState.OFFERED: "info",
    RequestState.WAITING: "warning",
    RequestState.APPROVED: "success",
    RequestState.REFUSED: "danger",
    RequestState.DECLINED: "danger",
    RequestState.WITHDRAWN: None,
    RequestState.REVOKED: "danger",
    RequestState.LAPSED: None,
}


@admin.register(StaffRequest)
class StaffRequestAdmin(Permits, HouseAdmin):
    """The inbox of whoever decides, each request with what speaks against it; for agents "my schedule"."""

    has_own_ledger = True
    list_display = ["applicant", "team", "what", "state_label", "rules", "cover", "asked_at", "decided_by"]
    list_filter = [
        ("state", ChoicesDropdownFilter),
        ("kind", ChoicesDropdownFilter),
        ("leave_kind", ChoicesDropdownFilter),
        ("agent__team", ScopedRelationFilter),
        ("asked_at", lists.DayRangeFilter),
    ]
    list_select_related = [
        "agent__user",
        "agent__team__department",
        "counterpart__user",
        "counterpart__team__department",
        "decided_by",
    ]
    search_fields = ["agent__user__name", "agent__staff_no"]
    search_help_text = _("Name or staff number")
    ordering = ["-asked_at", "-id"]
    list_before_template = "staffing/request/list_before.html"
    actions_list = ["enter_leave"]
    actions_row = ["approve", "refuse"]
    actions_detail = ["approve", "refuse", "accept_for", "withdraw", "revoke"]
    change_form_outer_before_template = "staffing/request/before.html"
    change_form_outer_after_template = "staffing/request/detail.html"
    fieldsets = [
        (None, {"fields": ["applicant", "team", "what", "state", "reason_told", "counted"]}),
        (
            _("How it went"),
            {
                "fields": [
                    ("asked_by", "asked_at"),
                    ("counterpart", "answered_at"),
                    ("decided_by", "decided_at"),
                ]
            },
        ),
    ]

    class Media:
        css = {"all": ["staffing/shifts.css", "staffing/requests.css"]}

    def get_urls(self) -> list[URLPattern]:
        fill = path(
            "<int:object_id>/fill/",
            self.admin_site.admin_view(require_POST(self.fill_view)),
            name="staffing_staffrequest_fill",
        )
        return [*my_schedule.urls(self.admin_site), fill, *super().get_urls()]

    def get_queryset(self, request: HttpRequest) -> QuerySet[StaffRequest]:
        return super().get_queryset(request).prefetch_related("shifts__shift_type", "shifts__duty")

    def get_changelist_instance(self, request: HttpRequest) -> Any:
        """With what speaks against each, read for the whole page at once."""
        found = super().get_changelist_instance(request)
        shown = list(found.result_list)
        user = person(request)
        judgements = reviewing.judged(shown, reader=user) if user.has_perm(rights.DECIDE) else {}
        for row in shown:
            row.judgement = judgements.get(row.pk)
        found.result_list = shown
        return found

    # Who may

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def has_decide_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        found = self._asked_about(request, obj)
        if found is None:
            return person(request).has_perm(rights.DECIDE)
        return found.is_undecided and self._may_decide(request, found)

    def has_revoke_leave_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        found = self._asked_about(request, obj)
        if found is None:
            return person(request).has_perm(rights.DECIDE)
        is_leave = (found.kind, found.state) == (RequestKind.LEAVE, RequestState.APPROVED)
        return is_leave and self._may_decide(request, found)

    def has_accept_for_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        found = self._asked_about(request, obj)
        if found is None:
            return person(request).has_perm(rights.DECIDE)
        return found.state == RequestState.OFFERED and self._may_decide(request, found)

    def has_withdraw_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        found = self._asked_about(request, obj)
        return found is None or (found.is_undecided and found.agent.user_id == person(request).pk)

    def _asked_about(self, request: HttpRequest, obj: Any) -> StaffRequest | None:
        if obj is None or isinstance(obj, StaffRequest):
            return obj
        if not hasattr(request, "staff_request"):
            rows = StaffRequest.objects.visible_to(person(request)).select_related("agent", "counterpart")
            request.staff_request = rows.filter(pk=lists.key(str(obj)) or 0).first()  # type: ignore[attr-defined]
        found: StaffRequest | None = request.staff_request  # type: ignore[attr-defined]
        return found

    def _may_decide(self, request: HttpRequest, found: StaffRequest) -> bool:
        """Asked by several buttons of one page, looked up once."""
        if not hasattr(request, "may_decide"):
            request.may_decide = acting.may_decide(found, person(request))  # type: ignore[attr-defined]
        return bool(request.may_decide)  # type: ignore[attr-defined]

    # Columns

    @display(description=_("applicant"), ordering="agent__user__name")
    def applicant(self, request: StaffRequest) -> str:
        return str(request.agent)

    @display(description=_("team"), ordering="agent__team__name")
    def team(self, request: StaffRequest) -> str:
        return request.agent.team.name

    @display(description=_("what"), ordering="first_on")
    def what(self, request: StaffRequest) -> str:
        kept = [line for line in request.shifts.all() if not line.is_dropped]
        if request.kind == RequestKind.LEAVE:
            return telling.matter(request, kept)
        partner = request.counterpart or (_("anybody") if request.is_open else None)
        matter = telling.matter(request, kept)
        return f"{matter} → {partner}" if partner else matter

    @display(description=_("state"), ordering="state", label=COLOURS)
    def state_label(self, request: StaffRequest) -> tuple[str, str]:
        return request.state, request.get_state_display()

    @display(description=_("rules"))
    def rules(self, request: StaffRequest) -> SafeString | Any | None:
        judgement: reviewing.Judgement | None = getattr(request, "judgement", None)
        if judgement is None:
            return None
        if not judgement.breaches:
            return _("nothing against it")
        return _lines(str(breach) for breach in judgement.breaches)

    @display(description=_("cover"))
    def cover(self, request: StaffRequest) -> SafeString | None:
        judgement: reviewing.Judgement | None = getattr(request, "judgement", None)
        return _lines(str(each) for each in judgement.effects) if judgement else None

    @display(description=_("reason"))
    def reason_told(self, request: StaffRequest) -> str:
        return getattr(request, "told_reason", "")

    @display(description=_("counts"))
    def counted(self, request: StaffRequest) -> str | None:
        if request.kind != RequestKind.LEAVE:
            return None
        return _("%(hours)s hours") % {"hours": f"{request.counted_minutes / 60:g}"}

    # Acts

    @dialog_action(
        _("Approve"), form_class=ApproveForm, done=_("Approved."), permissions=["decide"], icon="check"
    )
    def approve(self, request: HttpRequest, obj: StaffRequest, form: ApproveForm) -> HttpResponse | None:
        given = form.cleaned_data
        approved = deciding.approve(
            obj,
            answer=given["answer"],
            exception=given["exception"],
            by=person(request),
            at=timezone.now(),
        )
        left = len(gaps.open_lines(approved))
        if not left:
            return None
        messages.warning(request, _("Shifts open now: %(count)s. Fill them here.") % {"count": left})
        detail = reverse("admin:staffing_staffrequest_change", args=[approved.pk])
        return HttpResponse(headers={"HX-Redirect": detail})

    @dialog_action(
        _("Refuse"), form_class=ReasonForm, done=_("Refused."), permissions=["decide"], icon="close"
    )
    def refuse(self, request: HttpRequest, obj: StaffRequest, form: ReasonForm) -> None:
        deciding.refuse(obj, reason=form.cleaned_data["reason"], by=person(request), at=timezone.now())

    @dialog_action(
        _("Take it for a colleague"),
        form_class=AcceptForForm,
        text=_("For somebody who agrees, and is absent."),
        done=_("Taken over."),
        permissions=["accept_for"],
        icon="handshake",
    )
    def accept_for(self, request: HttpRequest, obj: StaffRequest, form: AcceptForForm) -> None:
        swaps.accept(obj, agent=form.cleaned_data["agent"], by=person(request), at=timezone.now())

    @dialog_action(_("Withdraw"), done=_("Withdrawn."), permissions=["withdraw"], icon="undo")
    def withdraw(self, request: HttpRequest, obj: StaffRequest, _form: Any) -> None:
        deciding.withdraw(obj, by=person(request), at=timezone.now())

    @dialog_action(
        _("Take the approval back"),
        form_class=ReasonForm,
        text=_("The person can be put on shifts again. The shifts taken away stay away."),
        done=_("The approval is taken back."),
        permissions=["revoke_leave"],
        icon="event_available",
    )
    def revoke(self, request: HttpRequest, obj: StaffRequest, form: ReasonForm) -> None:
        deciding.revoke(obj, reason=form.cleaned_data["reason"], by=person(request), at=timezone.now())

    @dialog_action(
        _("Enter leave"),
        form_class=EnterLeaveForm,
        text=_("For somebody who called in."),
        permissions=["decide"],
        icon="sick",
    )
    def enter_leave(self, request: HttpRequest, _none: None, form: EnterLeaveForm) -> HttpResponse:
        given, by, at = form.cleaned_data, person(request), timezone.now()
        made = leave.ask(
            given["agent"],
            LeaveKind(given["leave_kind"]),
            first_on=given["first_on"],
            last_on=given["last_on"],
            hours=hours_of(given),
            reason=given["reason"],
            by=by,
            at=at,
        )
        if given["approves"]:
            deciding.approve(made, by=by, at=at)
        messages.success(request, _("The leave is entered."))
        detail = reverse("admin:staffing_staffrequest_change", args=[made.pk])
        return HttpResponse(headers={"HX-Redirect": detail})

    # The page of one request

    def render_change_form(
        self, request: HttpRequest, context: dict[str, Any], obj: Any = None, **kwargs: Any
    ) -> HttpResponse:
        if obj is not None:
            user, at = person(request), timezone.now()
            may_decide = self._may_decide(request, obj)
            if obj.kind != RequestKind.LEAVE or obj.agent.user_id == user.pk or may_decide:
                obj.told_reason = obj.reason
            context |= {
                "lines": list(obj.shifts.all()),
                "judgement": reviewing.judged([obj], reader=user).get(obj.pk) if may_decide else None,
                "gaps": gaps.gaps_of(obj, at=at, reader=user) if may_decide else (),
                "may_fill": may_decide,
                "history": _history(obj),
            }
        return super().render_change_form(request, context, obj=obj, **kwargs)

    def fill_view(self, request: HttpRequest, object_id: int) -> HttpResponse:
        """One click puts one of the candidates on a shift that leave has left open."""
        if not person(request).has_perm(rights.DECIDE):
            raise PermissionDenied
        obj = self.get_object(request, str(object_id))
        if obj is None:
            raise Http404
        line = get_object_or_404(obj.shifts, pk=lists.key(request.POST.get("line", "")))
        agents = Agent.objects.visible_to(person(request))
        agent = get_object_or_404(agents, pk=lists.key(request.POST.get("agent", "")))
        exception = request.POST.get("exception", "")
        try:
            gaps.fill(line, agent, exception=exception, by=person(request), at=timezone.now())
        except DomainError as refusal:
            messages.error(request, str(refusal))
        else:
            messages.success(request, _("%(agent)s stands in.") % {"agent": agent})
        return HttpResponseRedirect(reverse("admin:staffing_staffrequest_change", args=[obj.pk]))


def _history(obj: StaffRequest) -> list[tuple[AuditEntry, str]]:
    """Each act with the state into which it led."""
    states = dict(RequestState.choices)
    entries = AuditEntry.objects.of(obj).select_related("actor").order_by("at", "pk")[:50]
    return [(entry, str(states.get((entry.changes.get("state") or ["", ""])[-1], ""))) for entry in entries]


def _lines(texts: Any) -> SafeString:
    return format_html_join("", '<span class="request-line">{}</span>', ((text,) for text in texts))


@admin.register(LeaveEntitlement)
class LeaveEntitlementAdmin(HouseAdmin):
    """Days of annual leave that differ from those by years of service, such as for work elsewhere before."""

    list_display = ["agent", "year", "days", "note"]
    list_filter = [("agent__team", ScopedRelationFilter), "year"]
    list_select_related = ["agent__user"]
    search_fields = ["agent__user__name", "agent__staff_no"]
    search_help_text = _("Name or staff number")
    ordering = ["-year", "agent"]
    autocomplete_fields = ["agent"]
