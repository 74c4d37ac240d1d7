from typing import Any

from django import forms
from django.contrib import admin
from django.db.models import Exists, ForeignKey, OuterRef, Prefetch, QuerySet
from django.http import HttpRequest
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from unfold.contrib.filters.admin import ChoicesDropdownFilter
from unfold.decorators import display

from portal.admin.dialogs import dialog_action
from portal.admin.house import person
from portal.admin.tables import TableAdmin
from portal.models import User
from staffing import attendance, people
from staffing.admin.certificate import certificate_state
from staffing.admin.dialogs import CertifyForm, LeaveForm, ReasonForm, RejoinForm
from staffing.admin.filters import Employed, HoldsSkill, Presence, ScopedRelationFilter
from staffing.admin.organisation import ReadOnlyInline
from staffing.admin.permits import Permits
from staffing.models import Agent, Attendance, Certificate, DutyAssignment
from staffing.resources import AgentResource

TERMS = ("staff_no", "position", "employment", "weekly_hours", "max_open_tickets")


class CertificateInline(ReadOnlyInline):
    model = Certificate
    fields = ["skill", "cycle", "valid_from", "valid_until", "state"]
    readonly_fields = ["state"]
    ordering = ["skill", "-cycle"]
    verbose_name_plural = _("Certificates")

    def get_queryset(self, request: HttpRequest) -> QuerySet:
        held = Certificate.objects.visible_to(person(request))
        return held.with_renewed().select_related("skill", "agent__user").order_by("skill__name", "-cycle")

    @display(description=_("state"))
    def state(self, certificate: Certificate) -> str:
        return certificate_state(certificate)[1]


@admin.register(Agent)
class AgentAdmin(Permits, TableAdmin):
    """The form hires, moves and amends; leaving, coming back and certifying are dialogs of their own."""

    has_own_ledger = True
    resource_classes = [AgentResource]
    import_kind = "agents"
    list_display = ["name", "staff_no", "team", "position", "terms", "skills", "presence", "left_on"]
    list_filter = [
        ("team", ScopedRelationFilter),
        ("employment", ChoicesDropdownFilter),
        HoldsSkill,
        Presence,
        Employed,
    ]
    list_select_related = ["user", "team", "position"]
    search_fields = ["user__name", "staff_no"]
    search_help_text = _("Name or staff number")
    ordering = ["staff_no"]
    inlines = [CertificateInline]
    actions_detail = ["certify", "sign_in", "sign_out", "leave", "rejoin"]
    fieldsets = [
        (None, {"fields": ["user", "staff_no", "team", "position"]}),
        (_("Terms"), {"fields": ["employment", "weekly_hours", "joined_on", "left_on", "max_open_tickets"]}),
    ]

    def get_queryset(self, request: HttpRequest) -> QuerySet:
        now = timezone.now()
        valid = Certificate.objects.valid(timezone.localdate(now)).select_related("skill")
        return (
            super()
            .get_queryset(request)
            .annotate(
                is_planned=Exists(DutyAssignment.objects.covering(now).filter(agent=OuterRef("pk"))),
                is_there=Exists(Attendance.objects.present(now).filter(agent=OuterRef("pk"))),
            )
            .prefetch_related(Prefetch("certificates", queryset=valid, to_attr="valid_certificates"))
        )

    def get_readonly_fields(self, request: HttpRequest, obj: Any = None) -> list[str]:
        return ["user", "joined_on", "left_on"] if obj else ["left_on"]

    def get_actions_detail(self, request: HttpRequest, object_id: Any) -> list[Any]:
        """Whoever has left can come back; everything else is for those who work here."""
        offered = super().get_actions_detail(request, object_id)
        agent = self.get_object(request, str(object_id))
        has_left = agent is not None and agent.left_on is not None
        return [one for one in offered if (one.path == "rejoin") == has_left]

    def formfield_for_foreignkey(
        self, db_field: ForeignKey, request: HttpRequest, **options: Any
    ) -> forms.ModelChoiceField | None:
        if db_field.name == "user":
            options["queryset"] = User.objects.filter(agent=None, is_system=False, is_active=True)
        return super().formfield_for_foreignkey(db_field, request, **options)

    def save_model(self, request: HttpRequest, obj: Agent, form: forms.ModelForm, change: bool) -> None:
        given, by, at = form.cleaned_data, person(request), timezone.now()
        if change:
            if "team" in form.changed_data:
                people.move(obj, team=given["team"], by=by, at=at)
            people.amend(obj, by=by, at=at, **{name: given[name] for name in TERMS if name in given})
        else:
            facts = {name: given[name] for name in (*TERMS, "team", "joined_on")}
            obj.pk = people.hire(given["user"], by=by, at=at, **facts).pk

    @display(description=_("agent"), ordering="user__name")
    def name(self, agent: Agent) -> str:
        return agent.user.name

    @display(description=_("employment"), ordering="employment")
    def terms(self, agent: Agent) -> str:
        return agent.get_employment_display()

    @display(description=_("skills"), label=True)
    def skills(self, agent: Any) -> list[str]:
        return [certificate.skill.name for certificate in agent.valid_certificates]

    @display(
        description=_("now"),
        label={"on_duty": "success", "missing": "danger", "there": "info", "off": None},
    )
    def presence(self, agent: Any) -> tuple[str, Any]:
        match agent.is_planned, agent.is_there:
            case True, True:
                return "on_duty", _("On duty")
            case True, False:
                return "missing", _("Not signed in")
            case False, True:
                return "there", _("Signed in")
        return "off", _("Off duty")

    @dialog_action(
        _("Certify"),
        form_class=CertifyForm,
        text=_("An early renewal begins on the day after the present certificate ends."),
        done=_("The certificate is given."),
        permissions=["certify"],
        icon="workspace_premium",
    )
    def certify(self, request: HttpRequest, agent: Agent, form: CertifyForm) -> None:
        given = form.cleaned_data
        people.certify(
            agent,
            given["skill"],
            valid_from=given["valid_from"],
            valid_until=given["valid_until"],
            by=person(request),
            at=timezone.now(),
        )

    @dialog_action(
        _("Sign in"),
        form_class=ReasonForm,
        done=_("Signed in."),
        permissions=["attend_for_others"],
        icon="login",
    )
    def sign_in(self, request: HttpRequest, agent: Agent, form: ReasonForm) -> None:
        reason = form.cleaned_data["reason"]
        attendance.sign_in(agent, by=person(request), at=timezone.now(), reason=reason)

    @dialog_action(
        _("Sign out"),
        form_class=ReasonForm,
        done=_("Signed out."),
        permissions=["attend_for_others"],
        icon="logout",
    )
    def sign_out(self, request: HttpRequest, agent: Agent, form: ReasonForm) -> None:
        reason = form.cleaned_data["reason"]
        attendance.sign_out(agent, by=person(request), at=timezone.now(), reason=reason)

    @dialog_action(
        _("Leaves"),
        form_class=LeaveForm,
        text=_("Duties after the last day are cancelled."),
        done=_("The last day is recorded."),
        permissions=["manage"],
        icon="person_remove",
    )
    def leave(self, request: HttpRequest, agent: Agent, form: LeaveForm) -> None:
        given = form.cleaned_data
        people.leave(agent, on=given["on"], reason=given["reason"], by=person(request), at=timezone.now())

    @dialog_action(
        _("Comes back"),
        form_class=RejoinForm,
        done=_("Welcome back."),
        permissions=["hire"],
        icon="person_add",
    )
    def rejoin(self, request: HttpRequest, agent: Agent, form: RejoinForm) -> None:
        given = form.cleaned_data
        people.rejoin(agent, team=given["team"], on=given["on"], by=person(request), at=timezone.now())
