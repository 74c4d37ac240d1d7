from typing import Any, ClassVar

from django import forms
from django.contrib import admin
from django.contrib.auth.models import Group
from django.db.models import Model, Prefetch, QuerySet
from django.forms import ModelForm
from django.http import HttpRequest
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from unfold.forms import BaseDialogForm
from unfold.widgets import UnfoldAdminCheckboxSelectMultipleWidget, UnfoldAdminPasswordWidget

from portal import roles, users
from portal.admin.dialogs import dialog_action
from portal.admin.house import HouseAdmin, person
from portal.choices import Role
from portal.models import User

admin.site.unregister(Group)  # Roles are declared in the apps' permissions.py, not edited.

STEPS = frozenset({"roles", "is_active", "is_superuser", "password"})
"""What a step writes, with an audit row of its own."""


class PersonForm(forms.ModelForm):
    roles = forms.MultipleChoiceField(
        label=_("roles"),
        choices=Role.choices,
        required=False,
        widget=UnfoldAdminCheckboxSelectMultipleWidget,
        help_text=_("Each role gives the rights that its work needs, and no more."),
    )

    class Meta:
        model = User
        fields: ClassVar[list[str]] = ["username", "name", "email", "language", "is_active"]

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if self.instance.pk:
            self.initial["roles"] = [role for role in Role.values if role in self.instance.role_codes]


class NewPersonForm(PersonForm):
    password = forms.CharField(
        label=_("password"),
        strip=False,
        widget=UnfoldAdminPasswordWidget(attrs={"autocomplete": "new-password"}),
        help_text=_("Tell it to the person, who changes it after signing in."),
    )


class PasswordForm(BaseDialogForm):
    password = forms.CharField(
        label=_("new password"),
        strip=False,
        widget=UnfoldAdminPasswordWidget(attrs={"autocomplete": "new-password"}),
    )
    again = forms.CharField(
        label=_("once more"),
        strip=False,
        widget=UnfoldAdminPasswordWidget(attrs={"autocomplete": "new-password"}),
    )

    def clean(self) -> dict[str, Any]:
        given = super().clean()
        if given.get("password") != given.get("again"):
            self.add_error("again", _("The two are not the same."))
        return given


class RoleFilter(admin.SimpleListFilter):
    title = _("role")
    parameter_name = "role"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, Any]]:
        return Role.choices

    def queryset(self, request: HttpRequest, queryset: QuerySet) -> QuerySet:
        return queryset.filter(groups__name=self.value()) if self.value() else queryset


@admin.register(User)
class UserAdmin(HouseAdmin):
    """People only; the accounts of connected systems are made and ended with them."""

    form = PersonForm
    list_display = ["username", "name", "role_names", "is_active", "last_login"]
    list_filter = [RoleFilter, "is_active", "language"]
    search_fields = ["username", "name"]
    ordering = ["username"]
    actions_detail = ["set_password"]
    fieldsets = [
        (None, {"fields": [("username", "name"), ("email", "language"), "is_active"]}),
        (_("Roles"), {"fields": ["roles"]}),
    ]
    add_fieldsets = [
        (None, {"fields": [("username", "name"), ("email", "language"), "password"]}),
        (_("Roles"), {"fields": ["roles"]}),
    ]

    def get_queryset(self, request: HttpRequest) -> QuerySet:
        people = super().get_queryset(request).filter(is_system=False)
        return people.prefetch_related(Prefetch("groups", to_attr="held_groups"))

    def get_fieldsets(self, request: HttpRequest, obj: Model | None = None) -> Any:
        if obj and not self.has_change_permission(request, obj):
            return [self.fieldsets[0], (_("Roles"), {"fields": ["role_names"]})]
        fieldsets = super().get_fieldsets(request, obj)
        if obj and person(request).is_superuser:
            return [*fieldsets, (_("Beyond all roles"), {"fields": ["is_superuser"]})]
        return fieldsets

    def get_form(
        self, request: HttpRequest, obj: Model | None = None, change: bool = False, **kwargs: Any
    ) -> type[ModelForm]:
        if obj is None:
            kwargs["form"] = NewPersonForm
        return super().get_form(request, obj, change, **kwargs)

    def has_change_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:
        is_above = isinstance(obj, User) and obj.is_superuser and not person(request).is_superuser
        return super().has_change_permission(request, obj) and not is_above

    def has_manage_permission(self, request: HttpRequest, object_id: str | None = None) -> bool:
        user = self.get_object(request, object_id) if object_id else None
        return self.has_change_permission(request, user)

    def save_model(self, request: HttpRequest, obj: User, form: ModelForm, change: bool) -> None:
        by, at, given = person(request), timezone.now(), form.cleaned_data
        if not change:
            obj.is_staff = True
            obj.set_unusable_password()
            super().save_model(request, obj, form, change)
            users.set_password(obj, given["password"], by=by, at=at)
        else:
            users.may_manage(obj, by=by)
            obj.save(update_fields=["username", "name", "email", "language"])
            users.set_active(obj, is_active=given["is_active"], by=by, at=at)
            if "is_superuser" in given:
                users.set_superuser(obj, is_superuser=given["is_superuser"], by=by, at=at)
        _set_roles(obj, set(given["roles"]), by=by)

    def construct_change_message(
        self, request: HttpRequest, form: ModelForm, formsets: Any, add: bool = False
    ) -> dict[str, Any]:
        message = super().construct_change_message(request, form, formsets, add)
        return {name: change for name, change in message.items() if name not in STEPS}

    @admin.display(description=_("roles"))
    def role_names(self, user: User) -> str:
        held = {group.name for group in user.held_groups}  # type: ignore[attr-defined]
        return ", ".join(str(role.label) for role in Role if role in held)

    @dialog_action(
        _("Set password"),
        form_class=PasswordForm,
        text=_("The person is signed out everywhere."),
        done=_("The password has been set."),
        permissions=["manage"],
        icon="key",
    )
    def set_password(self, request: HttpRequest, user: User, form: BaseDialogForm) -> None:
        users.set_password(user, form.cleaned_data["password"], by=person(request), at=timezone.now())


def _set_roles(user: User, wanted: set[str], *, by: User) -> None:
    for role in Role:
        if role in wanted and role not in user.role_codes:
            roles.grant(user, role, by=by, at=timezone.now())
        elif role not in wanted and role in user.role_codes:
            roles.revoke(user, role, by=by, at=timezone.now())
