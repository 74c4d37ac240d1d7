"""The base of every admin of the house.

    class TeamAdmin(HouseAdmin):
        list_display = ["name", "kind"]

What it gives, and what a subclass may say:
- Rows start from `visible_to(request.user)` where the model's queryset has it, choices of foreign keys too.
- A step's DomainError appears on the form with everything that was typed kept (`save_model` may call steps);
  for list actions use `refusals.act_on_each`, for acts of a page `dialogs.dialog_action`.
- Nothing can be deleted, unless `can_be_deleted = True` (reference data only).
- Big tables are not counted through (`lists.BoundedPaginator`); a column of instants is filtered by
  `(name, lists.DayRangeFilter)`.
- What no database can look up leads back to the unfiltered list (`lists.answerable`); posted as the choice of
  an autocomplete it is an error on the form.
- The query string may look up only what `list_filter`, `date_hierarchy` or `look_ups` name.
- A saved form writes one audit row with old and new values; the page "History" shows them to whoever may
  see the object, unless `has_history_permission` says that fewer may.
  `has_own_ledger = True` for objects whose steps write their own ledger: then no audit row.
- Import and export buttons (django-import-export) need `import_<model>` and `export_<model>`.
- `ReadOnlyAdmin`: look, but nothing else.
"""

from collections.abc import Sequence
from typing import Any, cast

from django.contrib import messages
from django.contrib.admin.helpers import ACTION_CHECKBOX_NAME
from django.contrib.admin.widgets import AutocompleteSelect, AutocompleteSelectMultiple
from django.core.exceptions import BadRequest, PermissionDenied, ValidationError
from django.db.models import DateField, ForeignKey, ManyToManyField, Model, QuerySet
from django.forms import ModelChoiceField, ModelForm, ModelMultipleChoiceField
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.template.response import TemplateResponse
from django.utils import timezone
from django.utils.text import capfirst
from django.utils.translation import gettext as _
from unfold.admin import ModelAdmin, TabularInline

from portal import audit, searching
from portal.admin import changes, lists, refusals
from portal.admin.instants import DayField
from portal.choices import AuditAction
from portal.errors import DomainError
from portal.models import AuditEntry, User


def person(request: HttpRequest) -> User:
    """Who asks; the admin lets nobody else in."""
    return cast("User", request.user)


def scoped(queryset: QuerySet, request: HttpRequest) -> QuerySet:
    """The rows this person may see; all of them where the model knows no scope."""
    see = getattr(queryset, "visible_to", None)
    return see(request.user) if see else queryset


class OnlyKeys:
    """A form drawn again looks up what was posted even where the field refused it: only keys can be rows."""

    def optgroups(self, name: str, value: Sequence[str], attr: Any = None) -> list[Any]:
        keys = [each for each in value if lists.key(each) is not None]
        return super().optgroups(name, keys, attr)  # type: ignore[misc]


class CompletedChoice(OnlyKeys, AutocompleteSelect):
    """One row, found by typing."""


class CompletedChoices(OnlyKeys, AutocompleteSelectMultiple):
    """Several rows, each found by typing."""


class RowsChosen(ModelMultipleChoiceField):
    """What cannot be a row is refused before a database is asked for it."""

    def clean(self, value: Any) -> Any:
        if isinstance(value, list | tuple) and (odd := [each for each in value if lists.key(each) is None]):
            raise ValidationError(self.error_messages["invalid_pk_value"], "invalid_pk_value", {"pk": odd[0]})
        return super().clean(value)


class ScopedRelations:
    """A relation can only be set to rows that the person may see."""

    def formfield_for_foreignkey(
        self, db_field: ForeignKey, request: HttpRequest, **options: Any
    ) -> ModelChoiceField | None:
        if db_field.name in self.get_autocomplete_fields(request):  # type: ignore[attr-defined]
            site = self.admin_site  # type: ignore[attr-defined]
            options.setdefault("widget", CompletedChoice(db_field, site, using=options.get("using")))
        return super().formfield_for_foreignkey(db_field, request, **options)  # type: ignore[misc]

    def formfield_for_manytomany(
        self, db_field: ManyToManyField, request: HttpRequest, **options: Any
    ) -> ModelMultipleChoiceField | None:
        options.setdefault("form_class", RowsChosen)
        if db_field.name in self.get_autocomplete_fields(request):  # type: ignore[attr-defined]
            site = self.admin_site  # type: ignore[attr-defined]
            options.setdefault("widget", CompletedChoices(db_field, site, using=options.get("using")))
        return super().formfield_for_manytomany(db_field, request, **options)  # type: ignore[misc]

    def get_field_queryset(
        self, db: str | None, db_field: ForeignKey | ManyToManyField, request: HttpRequest
    ) -> QuerySet | None:
        queryset = super().get_field_queryset(db, db_field, request)  # type: ignore[misc]
        if queryset is None:
            queryset = db_field.related_model._default_manager.all()
        return scoped(queryset, request)


class HouseTabularInline(ScopedRelations, TabularInline):
    extra = 0
    show_change_link = False


class HouseAdmin(ScopedRelations, ModelAdmin):
    can_be_deleted = False
    has_own_ledger = False
    look_ups: tuple[str, ...] = ()

    list_per_page = 50
    list_max_show_all = 0
    show_full_result_count = False
    paginator = lists.BoundedPaginator
    list_filter_submit = True
    list_fullwidth = True
    warn_unsaved_form = True
    formfield_overrides = {DateField: {"form_class": DayField}}
    compressed_fields = True

    def get_queryset(self, request: HttpRequest) -> QuerySet:
        return scoped(super().get_queryset(request), request)

    def lookup_allowed(self, lookup: str, value: str, request: HttpRequest | None = None) -> bool:
        offered = self.get_list_filter(request) if request else self.list_filter
        names = lists.filter_names(offered, self.date_hierarchy) | set(self.look_ups)
        return lists.is_offered(lookup, names)

    def get_search_results(
        self, request: HttpRequest, queryset: QuerySet, search_term: str
    ) -> tuple[QuerySet, bool]:
        """What the search refuses is said above an empty list. Subclasses search by `find`."""
        try:
            return self.find(request, queryset, searching.short(search_term))
        except DomainError as refusal:
            messages.error(request, str(refusal))
            return queryset.none(), False

    def find(self, request: HttpRequest, queryset: Any, text: str) -> tuple[QuerySet, bool]:
        """The rows that fit the text, and whether they may hold one twice."""
        return super().get_search_results(request, queryset, text)

    def get_changelist(self, request: HttpRequest, **kwargs: Any) -> type[lists.HouseChangeList]:
        return lists.HouseChangeList

    def response_action(self, request: HttpRequest, queryset: QuerySet) -> HttpResponseBase | None:
        if None in map(lists.key, request.POST.getlist(ACTION_CHECKBOX_NAME)):
            raise BadRequest("These are no rows.")
        return super().response_action(request, queryset)

    def has_delete_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:
        return self.can_be_deleted and super().has_delete_permission(request, obj)

    def has_import_permission(self, request: HttpRequest) -> bool:
        return self._may(request, "import")

    def has_export_permission(self, request: HttpRequest) -> bool:
        return self._may(request, "export")

    def _may(self, request: HttpRequest, verb: str) -> bool:
        return request.user.has_perm(f"{self.opts.app_label}.{verb}_{self.opts.model_name}")

    # A refusal comes back on the form.

    def changeform_view(
        self,
        request: HttpRequest,
        object_id: str | None = None,
        form_url: str = "",
        extra_context: dict[str, Any] | None = None,
    ) -> HttpResponse:
        try:
            return super().changeform_view(request, object_id, form_url, extra_context)
        except DomainError as refusal:
            # The transaction is rolled back; the second pass shows the same form with the reason on it.
            request.refusal = refusal  # type: ignore[attr-defined]
            return super().changeform_view(request, object_id, form_url, extra_context)

    def get_form(
        self, request: HttpRequest, obj: Model | None = None, change: bool = False, **kwargs: Any
    ) -> type[ModelForm]:
        form = super().get_form(request, obj, change, **kwargs)
        refusal = getattr(request, "refusal", None)
        return refusals.refused_form(form, refusal) if refusal else form

    # What was done is kept in the audit log instead of Django's own.

    def construct_change_message(
        self, request: HttpRequest, form: ModelForm, formsets: Any, add: bool = False
    ) -> dict[str, Any]:
        return changes.of_form(form, formsets or (), is_new=add)

    def log_addition(self, request: HttpRequest, obj: Model, message: Any) -> None:
        self._log(AuditAction.ADD, request, obj, message)

    def log_change(self, request: HttpRequest, obj: Model, message: Any) -> None:
        if message:
            self._log(AuditAction.CHANGE, request, obj, message)

    def log_deletions(self, request: HttpRequest, queryset: QuerySet) -> None:
        for obj in queryset:
            self._log(AuditAction.DELETE, request, obj, {})

    def _log(self, action: AuditAction, request: HttpRequest, obj: Model, message: Any) -> None:
        if not self.has_own_ledger:
            changed = message if isinstance(message, dict) else {}
            audit.record(action, obj, by=person(request), at=timezone.now(), changes=changed)

    def has_history_permission(self, request: HttpRequest, obj: Model) -> bool:
        return self.has_view_or_change_permission(request, obj)

    def render_change_form(
        self, request: HttpRequest, context: dict[str, Any], obj: Any = None, **kwargs: Any
    ) -> HttpResponse:
        if obj is not None and not self.has_history_permission(request, obj):
            context["show_history"] = False
        return super().render_change_form(request, context, obj=obj, **kwargs)

    def history_of(self, request: HttpRequest, obj: Model) -> QuerySet[AuditEntry]:
        """What the page "History" tells; an object of several tables says more than its own rows."""
        return AuditEntry.objects.of(obj)

    def history_view(
        self, request: HttpRequest, object_id: str, extra_context: dict[str, Any] | None = None
    ) -> HttpResponse:
        obj = self.get_object(request, object_id)
        if obj is None:
            return self._get_obj_does_not_exist_redirect(request, self.opts, object_id)
        if not self.has_history_permission(request, obj):
            raise PermissionDenied
        entries = self.history_of(request, obj).select_related("actor")
        page = lists.BoundedPaginator(entries, self.list_per_page).get_page(request.GET.get("p"))
        context = {
            **self.admin_site.each_context(request),
            "title": _("Change history: %(object)s") % {"object": obj},
            "module_name": str(capfirst(self.opts.verbose_name_plural)),
            "opts": self.opts,
            "object": obj,
            "page": page,
            **(extra_context or {}),
        }
        return TemplateResponse(request, "portal/admin/change_log.html", context)


class ReadOnlyAdmin(HouseAdmin):
    """A ledger: it is read here and written by steps only."""

    has_own_ledger = True

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:
        return False
