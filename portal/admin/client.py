from typing import Any, ClassVar

from django import forms
from django.contrib import admin
from django.db.models import Model
from django.forms import ModelForm
from django.http import HttpRequest, HttpResponse
from django.template.response import TemplateResponse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from unfold.enums import ActionVariant
from unfold.forms import BaseDialogForm
from unfold.widgets import UnfoldAdminCheckboxSelectMultipleWidget, UnfoldAdminTextInputWidget

from portal import clients
from portal.admin.dialogs import dialog_action
from portal.admin.house import HouseAdmin, person
from portal.choices import Scope
from portal.models import ApiClient


class ClientForm(forms.ModelForm):
    scopes = forms.MultipleChoiceField(
        label=_("scopes"),
        choices=Scope.choices,
        widget=UnfoldAdminCheckboxSelectMultipleWidget,
        help_text=_("What the system may do. Give it what it needs and no more."),
    )

    class Meta:
        model = ApiClient
        fields: ClassVar[list[str]] = ["name", "scopes"]


class RevokeForm(BaseDialogForm):
    reason = forms.CharField(label=_("reason"), max_length=200, widget=UnfoldAdminTextInputWidget)


@admin.register(ApiClient)
class ClientAdmin(HouseAdmin):
    form = ClientForm
    has_own_ledger = True
    list_display = ["name", "scope_names", "is_active", "created_at", "last_used_on"]
    list_filter = ["is_active"]
    search_fields = ["name"]
    actions_detail = ["revoke"]
    fieldsets = [(None, {"fields": ["name", "scopes", ("is_active", "created_at", "last_used_on")]})]
    add_fieldsets = [(None, {"fields": ["name", "scopes"]})]

    def get_readonly_fields(self, request: HttpRequest, obj: Model | None = None) -> list[str]:
        facts = ["is_active", "created_at", "last_used_on"]
        return ["name", *facts] if obj else facts

    def has_change_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:
        is_gone = isinstance(obj, ApiClient) and not obj.is_active
        return super().has_change_permission(request, obj) and not is_gone

    def has_revoke_permission(self, request: HttpRequest, object_id: str | None = None) -> bool:
        obj = self.get_object(request, object_id) if object_id else None
        return self.has_change_permission(request, obj)

    def save_model(self, request: HttpRequest, obj: ApiClient, form: ModelForm, change: bool) -> None:
        by, at, given = person(request), timezone.now(), form.cleaned_data
        if change:
            clients.set_scopes(obj, given["scopes"], by=by, at=at)
        else:
            made, request.token = clients.create(given["name"], given["scopes"], by=by, at=at)  # type: ignore[attr-defined]
            obj.pk = made.pk

    def response_add(self, request: HttpRequest, obj: Model, post_url_continue: Any = None) -> HttpResponse:
        """The token is part of this one answer to a POST, and is kept nowhere."""
        context = {
            **self.admin_site.each_context(request),
            "title": _("The token of %(name)s") % {"name": obj},
            "opts": self.opts,
            "token": request.token,  # type: ignore[attr-defined]
        }
        return TemplateResponse(request, "portal/admin/token.html", context)

    @admin.display(description=_("scopes"))
    def scope_names(self, client: ApiClient) -> str:
        return ", ".join(str(scope.label) for scope in Scope if scope in client.scopes)

    @dialog_action(
        _("Disconnect"),
        form_class=RevokeForm,
        text=_("Its token opens nothing any more. This cannot be undone; connect it anew instead."),
        done=_("The system has been disconnected."),
        permissions=["revoke"],
        icon="link_off",
        variant=ActionVariant.DANGER,
    )
    def revoke(self, request: HttpRequest, client: ApiClient, form: BaseDialogForm) -> None:
        reason = form.cleaned_data["reason"]
        clients.revoke(client, by=person(request), at=timezone.now(), reason=reason)
