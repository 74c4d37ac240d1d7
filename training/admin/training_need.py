"""Training needs: raised in a form, decided on a page of their own, seen together in a list."""

from typing import Any

from django import forms
from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied
from django.db.models import OuterRef, QuerySet, Subquery
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.urls import URLPattern, path, reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_POST
from unfold.contrib.filters.admin import ChoicesDropdownFilter, DropdownFilter
from unfold.decorators import display

from portal.admin import lists
from portal.admin.dialogs import dialog_action
from portal.admin.house import person
from portal.admin.refusals import put_on_form
from portal.admin.tables import TableAdmin
from portal.choices import Role
from portal.errors import DomainError
from staffing.admin import own_day
from staffing.admin.dialogs import ReasonForm
from staffing.admin.filters import ScopedRelationFilter
from training import policy, rights
from training.admin.need_forms import RaiseForm, RemedyForm, is_only_learner
from training.admin.need_pages import NeedPages, figures_of
from training.admin.topic_choice import WithinTopic
from training.choices import Effect, NeedSource, NeedState
from training.models import NeedReason, TrainingNeed
from training.needs import effects, figures, planning, proposals, raising
from training.resources.needs import TrainingNeedResource

STATES = {
    NeedState.OPEN: "warning",
    NeedState.PLANNED: "info",
    NeedState.SATISFIED: "success",
    NeedState.DISMISSED: None,
}
EFFECTS = {
    Effect.HELPED: "success",
    Effect.UNCHANGED: "info",
    Effect.WORSE: "danger",
    Effect.NO_DATA: None,
}


class RaisedIn(DropdownFilter):
    title = _("source")
    parameter_name = "source"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, Any]]:
        return list(NeedSource.choices)

    def queryset(self, request: HttpRequest, queryset: Any) -> QuerySet:
        return queryset.raised_by(self.value()) if self.value() in NeedSource.values else queryset


@admin.register(TrainingNeed)
class TrainingNeedAdmin(NeedPages, TableAdmin):
    has_own_ledger = True
    form = RaiseForm
    resource_classes = [TrainingNeedResource]
    list_display = [
        "who", "team", "topic", "times", "source", "state_label", "remedy", "last_at", "effect_label",
    ]  # fmt: skip
    list_filter = [
        ("state", ChoicesDropdownFilter),
        ("agent__team", ScopedRelationFilter),
        WithinTopic,
        RaisedIn,
        ("effect", ChoicesDropdownFilter),
        ("last_at", lists.DayRangeFilter),
    ]
    list_select_related = ["agent__user", "agent__team", "topic", "course", "article__current", "enrolment"]
    list_before_template = "training/need/list_before.html"
    search_fields = ["agent__user__name", "agent__staff_no", "topic__name"]
    search_help_text = _("Name, staff number or topic")
    ordering = ["-last_at", "-id"]
    fields = ["agent", "topic", "text", "source", "reference"]
    actions_row = ["dismiss"]

    class Media:
        css = {"all": ["training/needs.css"]}

    def get_urls(self) -> list[URLPattern]:
        choose = path(
            "<path:object_id>/choose/",
            self.admin_site.admin_view(require_POST(self.choose_view)),
            name="training_trainingneed_choose",
        )
        return [choose, *super().get_urls()]

    def get_queryset(self, request: HttpRequest) -> QuerySet:
        last = NeedReason.objects.filter(need=OuterRef("pk")).order_by("-at", "-pk")
        return super().get_queryset(request).annotate(last_source=Subquery(last.values("source")[:1]))

    # Rights

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """Nothing is changed by Django's form: see the page and its dialogs."""
        return False

    def has_settle_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return person(request).has_perm(rights.SETTLE_NEED)

    def has_history_permission(self, request: HttpRequest, obj: Any) -> bool:
        """It tells who said what: not for colleagues, nor for whom it is about."""
        may_see = super().has_history_permission(request, obj)
        reads = self.has_settle_permission(request) or person(request).has_role(Role.DIRECTOR, Role.AUDITOR)
        return may_see and reads and obj.agent.user_id != person(request).pk

    # The list

    def changelist_view(
        self, request: HttpRequest, extra_context: dict[str, Any] | None = None
    ) -> HttpResponse:
        """Who has only his own needs reads them on his own page."""
        if self.has_view_permission(request) and is_only_learner(request):
            return redirect("admin:training_trainingneed_mine")
        context = {"summary": figures.summary(person(request), at=timezone.now())}
        return super().changelist_view(request, context | (extra_context or {}))

    @display(description=_("agent"), ordering="agent__user__name")
    def who(self, need: TrainingNeed) -> str:
        return need.agent.user.name

    @display(description=_("team"), ordering="agent__team__name")
    def team(self, need: TrainingNeed) -> str:
        return need.agent.team.name

    @display(description=_("last source"))
    def source(self, need: Any) -> str:
        return str(NeedSource(need.last_source).label) if need.last_source else ""

    @display(description=_("state"), ordering="state", label=STATES)
    def state_label(self, need: TrainingNeed) -> tuple[str, str]:
        return need.state, need.get_state_display()

    @display(description=_("course or article"))
    def remedy(self, need: TrainingNeed) -> str | None:
        return str(need.remedy) if need.remedy else None

    @display(description=_("effect"), ordering="effect", label=EFFECTS)
    def effect_label(self, need: TrainingNeed) -> tuple[str, str] | None:
        return (need.effect, need.get_effect_display()) if need.effect else None

    # Raising

    def get_form(self, request: HttpRequest, obj: Any = None, change: bool = False, **kwargs: Any) -> Any:
        form = super().get_form(request, obj, change, **kwargs)
        return type("RaiseFormOfRequest", (form,), {"request": request})

    def save_model(
        self, request: HttpRequest, obj: TrainingNeed, form: forms.ModelForm, change: bool
    ) -> None:
        given = dict(form.cleaned_data)
        agent, topic = given.pop("agent"), given.pop("topic")
        need = raising.raise_need(agent, topic, **given, by=person(request), at=timezone.now())
        obj.pk = need.pk

    # Deciding

    @dialog_action(
        _("Dismiss"),
        form_class=ReasonForm,
        text=_("Nothing needs to be learned. Whoever raised it is told the reason."),
        done=_("The need is dismissed."),
        permissions=["settle"],
        icon="block",
    )
    def dismiss(self, request: HttpRequest, need: TrainingNeed, form: ReasonForm) -> None:
        planning.dismiss(need, reason=form.cleaned_data["reason"], by=person(request), at=timezone.now())

    actions_detail = ["dismiss"]

    def choose_view(self, request: HttpRequest, object_id: str) -> HttpResponse:
        """The one click on a proposal."""
        need = own_day.found(self, request, object_id)
        form = RemedyForm(need, data=request.POST)
        if not form.is_valid():
            return self._page(request, need, form=form)
        given = form.cleaned_data
        told = {name: given[name] for name in ("due_on", "measure")}
        told |= {"by": person(request), "at": timezone.now()}
        try:
            if given["course"]:
                planning.assign_course(need, given["course"], **told)
            else:
                planning.assign_article(need, given["article"], **told)
        except DomainError as refusal:
            put_on_form(form, refusal)
            return self._page(request, need, form=form)
        messages.success(request, str(_("Assigned. %(agent)s is told.") % {"agent": need.agent}))
        return redirect("admin:training_trainingneed_change", need.pk)

    # The page of one need

    def change_view(
        self,
        request: HttpRequest,
        object_id: str,
        form_url: str = "",
        extra_context: dict[str, Any] | None = None,
    ) -> HttpResponse:
        need: Any = self.get_object(request, object_id)
        if need is None:
            return self._get_obj_does_not_exist_redirect(request, self.opts, object_id)
        if not self.has_view_permission(request, need):
            raise PermissionDenied
        if need.agent.user_id == person(request).pk:
            return redirect("admin:training_trainingneed_mine")
        return self._page(request, need)

    def _page(
        self, request: HttpRequest, need: TrainingNeed, *, form: RemedyForm | None = None
    ) -> HttpResponse:
        may_settle = (
            need.is_open and self.has_settle_permission(request) and need.agent.user_id != person(request).pk
        )
        now = timezone.now()
        context = {
            **self.admin_site.each_context(request),
            "title": str(need),
            "opts": self.opts,
            "need": need,
            "state_colour": STATES[NeedState(need.state)],
            "reasons": need.reasons.select_related("by").order_by("-at", "-pk"),
            "figures": figures_of(need),
            "effect_colour": EFFECTS.get(Effect(need.effect)) if need.effect else None,
            "least": least_of(need.measure),
            "window_days": policy.EFFECT_WINDOW.days,
            "may_settle": may_settle,
            "history_url": self._history_url(request, need),
        }
        if form is not None:  # What was refused is said even where nothing can be chosen any more.
            context["form"] = form
        if may_settle:
            context["form"] = form or RemedyForm(need)
            context["courses"] = proposals.courses_for(need)
            context["articles"] = proposals.articles_for(need, on=timezone.localdate(now))
        return TemplateResponse(request, "training/need/page.html", context)

    def _history_url(self, request: HttpRequest, need: TrainingNeed) -> str:
        if not self.has_history_permission(request, need):
            return ""
        return reverse("admin:training_trainingneed_history", args=[need.pk])


def least_of(key: str) -> str:
    measure = effects.named(key)
    return effects.shown(key, measure.least) if measure else ""
