"""What holds for every admin of the house, whoever wrote it."""

import pytest
from django.contrib import admin
from django.contrib.admin.utils import flatten_fieldsets
from django.test import Client, RequestFactory
from django.urls import reverse

from portal.admin import lists
from portal.admin.house import HouseAdmin
from portal.privacy import PersonalTextField
from tests.factories import UserFactory

pytestmark = pytest.mark.django_db

ADMINS = sorted(admin.site._registry.values(), key=str)


@pytest.fixture
def request_of_superuser():
    request = RequestFactory().get("/")
    request.user = UserFactory.create(is_superuser=True)
    return request


def personal_fields(model) -> set[str]:
    return {field.name for field in model._meta.get_fields() if isinstance(field, PersonalTextField)}


@pytest.mark.parametrize("model_admin", ADMINS, ids=str)
def test_every_admin_stands_on_the_house(model_admin):
    assert isinstance(model_admin, HouseAdmin)


@pytest.mark.parametrize("model_admin", ADMINS, ids=str)
def test_no_admin_names_a_personal_field_but_by_a_mask(model_admin, request_of_superuser):  # X2
    """A raw name in a list or among read-only fields would be shown deciphered."""
    named = {*model_admin.list_display, *model_admin.get_readonly_fields(request_of_superuser)}
    shown = flatten_fieldsets(model_admin.get_fieldsets(request_of_superuser))
    has_stock_page = type(model_admin).change_view is HouseAdmin.change_view
    if has_stock_page and not model_admin.has_change_permission(request_of_superuser):
        named |= set(shown)

    assert not named & personal_fields(model_admin.model)
    for inline in model_admin.get_inline_instances(request_of_superuser):
        fields = {*inline.get_readonly_fields(request_of_superuser)}
        if not inline.has_change_permission(request_of_superuser):
            fields |= set(flatten_fieldsets(inline.get_fieldsets(request_of_superuser)))
        assert not fields & personal_fields(inline.model)


@pytest.mark.parametrize("model_admin", ADMINS, ids=str)
def test_no_search_or_filter_touches_a_personal_field(model_admin):  # X2
    searched = {name.lstrip("^=@").split("__")[0] for name in model_admin.search_fields}
    filtered = lists.filter_names(model_admin.list_filter, model_admin.date_hierarchy)

    assert not (searched | filtered | set(model_admin.look_ups)) & personal_fields(model_admin.model)


@pytest.mark.parametrize("posted", ["abc", "9" * 30, "-1"])
@pytest.mark.parametrize("model_admin", [each for each in ADMINS if each.autocomplete_fields], ids=str)
def test_what_is_no_row_is_refused_on_the_form_and_not_looked_up_again(
    client: Client, model_admin, posted: str, request_of_superuser
):
    client.force_login(request_of_superuser.user)
    path = reverse(f"admin:{model_admin.opts.app_label}_{model_admin.opts.model_name}_add")
    answer = client.post(path, dict.fromkeys(model_admin.autocomplete_fields, posted))
    assert answer.status_code == (200 if model_admin.has_add_permission(request_of_superuser) else 403)
    if answer.status_code == 200:
        form = answer.context["adminform"].form
        assert {*model_admin.autocomplete_fields} & {*form.fields} <= {*form.errors}
