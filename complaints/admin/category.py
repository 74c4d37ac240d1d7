from typing import Any

from django import forms
from django.contrib import admin
from django.db.models import Case, CharField, F, QuerySet, Value, When
from django.http import HttpRequest
from django.urls import reverse
from django.utils import timezone
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext_lazy as _
from unfold.contrib.filters.admin import ChoicesDropdownFilter
from unfold.decorators import display

from complaints import categories, looks
from complaints.admin.fields import CategoryField
from complaints.admin.hidden import HiddenRows
from complaints.classification import LEVELS
from complaints.models import Category
from portal.admin.house import person
from portal.admin.lists import HouseChangeList

TOP, SECOND, THIRD = range(1, LEVELS + 1)
NAMES_BY_LEVEL = (
    (TOP, ("name",)),
    (SECOND, ("parent__name", "name")),
    (THIRD, ("parent__parent__name", "parent__name", "name")),
)


class CategoryForm(forms.ModelForm):
    """What the tree allows is the step's to say, and so is whether a name is free."""

    parent = CategoryField(label=_("Above"), required=False, empty_label=_("At the top"))

    class Meta:
        model = Category
        fields = ["parent", "name", "code", "kind", "skill", "is_active"]

    def _get_validation_exclusions(self) -> set[str]:
        return super()._get_validation_exclusions() | {"name", "code"}  # type: ignore[misc] # not in the stubs

    def facts(self) -> categories.Facts:
        return categories.Facts(**{name: self.cleaned_data[name] for name in self.Meta.fields})


class Tree(HouseChangeList):
    def _get_default_ordering(self) -> list[str]:
        return ["top", "second", "third", "pk"]


@admin.register(Category)
class CategoryAdmin(HiddenRows):
    """The tree of categories, each below the one it belongs to."""

    has_own_ledger = True
    form = CategoryForm
    fields = ["parent", "name", "code", "kind", "skill", "is_active"]
    list_display = ["branch", "code", "kind", "skill", "is_active", "matters"]
    list_filter = [("kind", ChoicesDropdownFilter), "is_active"]
    list_select_related = ["skill"]
    list_per_page = 200
    search_fields = ["name", "code"]
    sortable_by: list[str] = []

    class Media:
        css = {"all": ["complaints/ticket.css"]}

    def get_queryset(self, request: HttpRequest) -> QuerySet:
        """Ordered as a tree: by the names from the top down."""
        rows = super().get_queryset(request).annotate(level=_level())
        steps = [_name_at(level) for level in (TOP, SECOND, THIRD)]
        return rows.annotate(top=steps[0], second=steps[1], third=steps[2])

    def get_changelist(self, request: HttpRequest, **kwargs: Any) -> type[HouseChangeList]:
        return Tree

    def save_model(self, request: HttpRequest, obj: Category, form: CategoryForm, change: bool) -> None:
        by, at = person(request), timezone.now()
        if change:
            categories.revise(obj, form.facts(), by=by, at=at)
        else:
            obj.pk = categories.add(form.facts(), by=by, at=at).pk

    @display(description=_("category"))
    def branch(self, category: Any) -> SafeString:
        return format_html('<span class="branch branch-{}">{}</span>', category.level, category.name)

    @display(description=_("tickets"))
    def matters(self, category: Category) -> SafeString:
        url = reverse("admin:complaints_ticket_changelist") + f"?category={category.pk}"
        return looks.link(url, _("Show"))


def _level() -> Case:
    return Case(
        When(parent=None, then=Value(TOP)),
        When(parent__parent=None, then=Value(SECOND)),
        default=Value(THIRD),
    )


def _name_at(level: int) -> Case:
    """The name on the way to a category at one level of the tree; "" below the category itself."""
    steps = [
        When(level=own, then=F(names[level - 1])) for own, names in NAMES_BY_LEVEL if len(names) >= level
    ]
    return Case(*steps, default=Value(""), output_field=CharField())
