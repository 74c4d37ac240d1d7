"""Look-ups by allow-list, counts with an end, whole days."""

import pytest

from portal.admin import lists
from portal.models import User
from tests.factories import UserFactory

NAMES = {"status", "team", "created_at", "is_read"}


@pytest.mark.parametrize(
    "lookup",
    [
        "status",
        "status__exact",
        "status__in",
        "team__id__exact",
        "team__pk__in",
        "team__isnull",
        "created_at__gte",
        "created_at__year",
        "created_at_from",
        "created_at_to",
        "created_at_from_0",
        "created_at_to_1",
        "is_read",
    ],
)
def test_what_a_declared_filter_sends_is_answered(lookup):
    assert lists.is_offered(lookup, NAMES)


@pytest.mark.parametrize(
    "lookup",
    [
        "phone",
        "phone__startswith",
        "status__startswith",
        "status__regex",
        "status__contains",
        "team__name",
        "team__leader__user__password__startswith",
        "team__id__exact__in",
        "statusx",
        "status_",
        "status__",
        "created_at_from_2",
        "id",
        "pk__in",
        "_connector",
        "",
    ],
)
def test_everything_else_is_refused(lookup):  # X2
    assert not lists.is_offered(lookup, NAMES)


@pytest.mark.django_db
def test_counting_ends_at_the_bound(monkeypatch, django_assert_num_queries):
    monkeypatch.setattr(lists, "COUNTED_ROWS", 3)
    UserFactory.create_batch(5)
    pages = lists.BoundedPaginator(User.objects.order_by("id"), 2)

    with django_assert_num_queries(1) as queries:
        assert (pages.count, pages.num_pages) == (3, 2)
    assert "LIMIT 3" in queries[0]["sql"]


@pytest.mark.django_db
def test_below_the_bound_the_count_is_true():
    UserFactory.create_batch(5)

    assert lists.BoundedPaginator(User.objects.order_by("id"), 2).count == 5
