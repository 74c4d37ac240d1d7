from collections.abc import Sequence
from dataclasses import fields as fields_of
from typing import Any

from django import forms
from django.contrib import admin
from django.db.models import Count, Exists, Model, OuterRef
from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from django.utils.safestring import SafeString
from django.utils.translation import gettext_lazy as _
from unfold.decorators import display

from complaints import looks, service_policies
from complaints.admin.fields import MomentInput
from complaints.admin.hidden import HiddenRows
from complaints.admin.limit_field import LimitField, written
from complaints.choices import Channel, ClockKind, CustomerLevel, Kind, Severity
from complaints.models import ServicePolicy, ServiceTarget
from complaints.service_policies import Fit, Line, Terms
from portal.admin.dialogs import dialog_action
from portal.admin.house import HouseTabularInline, person
from portal.admin.instants import InstantField

TERMS = [field.name for field in fields_of(Terms)]
LINE = [field.name for field in fields_of(Line)]
ANY = _("any")


class TargetForm(forms.ModelForm):
    limit = LimitField(label=_("limit"))

    class Meta:
        model = ServiceTarget
        fields = LINE


class TargetInline(HouseTabularInline):
    """The targets of an edition, written as long as it is not in force."""

    model = ServiceTarget
    form = TargetForm
    hide_title = True

    def formfield_for_choice_field(self, db_field: Any, request: HttpRequest, **kwargs: Any) -> Any:
        if db_field.blank:
            kwargs["choices"] = db_field.get_choices(blank_choice=[("", ANY)])
        return super().formfield_for_choice_field(db_field, request, **kwargs)

    def get_fields(self, request: HttpRequest, obj: Model | None = None) -> list[str]:
        limit = "limit" if _may_write(request, obj) else "limit_column"
        return ["clock", "kind", "channel", "severity", "level", limit, "calendar"]

    def get_readonly_fields(self, request: HttpRequest, obj: Model | None = None) -> list[str]:
        return [] if _may_write(request, obj) else ["limit_column"]

    @display(description=_("limit"))
    def limit_column(self, target: ServiceTarget) -> str:
        return written(target.limit)

    def has_view_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:
        return request.user.has_perm("complaints.view_servicepolicy")

    def has_add_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:
        return _may_write(request, obj)

    def has_change_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:
        return _may_write(request, obj)

    def has_delete_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:
        return _may_write(request, obj)


class PolicyForm(forms.ModelForm):
    in_force_from = InstantField(label=_("In force from"), widget=MomentInput(lies_ahead=False))

    class Meta:
        model = ServicePolicy
        fields = TERMS


@admin.register(ServicePolicy)
class ServicePolicyAdmin(HiddenRows):
    """Editions of the service policy. Adding one copies the last; it is edited until it is in force."""

    has_own_ledger = True
    form = PolicyForm
    inlines = [TargetInline]
    list_display = ["edition", "state", "in_force", "note", "target_count", "created_by"]
    list_select_related = ["created_by"]
    actions_detail = ["publish"]
    change_form_outer_after_template = "complaints/ticket/policy_differences.html"

    class Media:
        css = {"all": ["complaints/ticket.css"]}

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """Whoever may add an edition may write it until it is in force."""
        edition = obj if isinstance(obj, ServicePolicy) else self._edition(obj)
        return _may_write(request, edition)

    def _edition(self, object_id: Any) -> ServicePolicy | None:
        return ServicePolicy.objects.filter(pk=object_id).first() if object_id else None

    def get_queryset(self, request: HttpRequest) -> Any:
        later = ServicePolicy.objects.filter(
            in_force_from__lte=timezone.now(), in_force_from__gt=OuterRef("in_force_from")
        )
        editions = super().get_queryset(request).annotate(is_past=Exists(later))
        return editions.annotate(target_total=Count("targets"))

    def get_fieldsets(self, request: HttpRequest, obj: Model | None = None) -> Any:
        if obj is None:
            text = _("The new edition begins as a copy of the last one, targets and all.")
            return [(None, {"fields": ["in_force_from", "note"], "description": text})]
        return [
            (
                None,
                {
                    "fields": [
                        ("in_force_from", "note"),
                        ("crisis_factor", "key_account_factor", "warn_share"),
                    ]
                },
            )
        ]

    def get_inlines(self, request: HttpRequest, obj: Model | None) -> Sequence[type[HouseTabularInline]]:
        return self.inlines if obj else []

    def save_model(
        self, request: HttpRequest, obj: ServicePolicy, form: forms.ModelForm, change: bool
    ) -> None:
        """A new edition is drafted; one that is there is written in `save_related`, with its targets."""
        if not change:
            given = {name: form.cleaned_data[name] for name in ("in_force_from", "note")}
            drafted = service_policies.draft(by=person(request), at=timezone.now(), **given)
            obj.pk, obj.number = drafted.pk, drafted.number

    def save_related(self, request: HttpRequest, form: Any, formsets: Any, change: bool) -> None:
        if not change:
            return
        rows = [row.cleaned_data for formset in formsets for row in formset.forms if row.cleaned_data]
        lines = [Line(**{name: row[name] for name in LINE}) for row in rows if not row.get("DELETE")]
        terms = Terms(**{name: form.cleaned_data[name] for name in TERMS})
        service_policies.amend(form.instance, terms, lines, by=person(request), at=timezone.now())

    def construct_change_message(
        self, request: HttpRequest, form: Any, formsets: Any, add: bool = False
    ) -> dict[str, Any]:
        return {}

    def render_change_form(
        self, request: HttpRequest, context: dict[str, Any], obj: ServicePolicy | None = None, **kwargs: Any
    ) -> HttpResponse:
        if obj:
            context["compared"] = _compared(obj, request.GET.get("with", ""))
        return super().render_change_form(request, context, obj=obj, **kwargs)

    @dialog_action(
        _("Bring into force now"),
        text=_("From now on new clocks follow this edition, and it can no longer be changed."),
        done=_("The edition is in force."),
        icon="gavel",
    )
    def publish(self, request: HttpRequest, edition: ServicePolicy, form: forms.Form) -> None:
        service_policies.publish(edition, by=person(request), at=timezone.now())

    @display(description=_("edition"), ordering="number")
    def edition(self, edition: ServicePolicy) -> str:
        return str(edition)

    @display(description=_("state"))
    def state(self, edition: Any) -> SafeString:
        if not service_policies.is_in_force(edition, at=timezone.now()):
            return looks.badge(_("Draft"), "warning")
        return looks.badge(_("Past"), "default") if edition.is_past else looks.badge(_("In force"), "success")

    @display(description=_("in force from"), ordering="in_force_from")
    def in_force(self, edition: ServicePolicy) -> SafeString | str:
        return looks.time_cell(edition.in_force_from)

    @display(description=_("targets"))
    def target_count(self, edition: Any) -> int:
        return edition.target_total


def _may_write(request: HttpRequest, edition: Any) -> bool:
    may = request.user.has_perm("complaints.add_servicepolicy")
    return may and not (edition and service_policies.is_in_force(edition, at=timezone.now()))


def _compared(edition: ServicePolicy, asked: str) -> dict[str, Any] | None:
    """What differs from the edition before, or from the one asked for."""
    others = list(ServicePolicy.objects.exclude(pk=edition.pk).order_by("-number"))
    before = next((other for other in others if other.number < edition.number), None)
    chosen = next((other for other in others if str(other.pk) == asked), before)
    if chosen is None:
        return None
    differences = service_policies.compare(chosen, edition)
    return {
        "with": chosen,
        "others": others,
        "rows": [
            {"fit": _words(one.fit), "before": _says(one.before), "after": _says(one.after)}
            for one in differences
        ],
    }


def _words(fit: Fit) -> list[str]:
    clock, kind, channel, severity, level = fit
    named = [
        Kind(kind).label if kind else "",
        Channel(channel).label if channel else "",
        Severity(severity).label if severity else "",
        CustomerLevel(level).label if level else "",
    ]
    return [str(ClockKind(clock).label), " · ".join(str(word) for word in named if word) or str(ANY)]


def _says(target: ServiceTarget | None) -> str:
    return f"{written(target.limit)} · {target.calendar}" if target else "–"
