from typing import Any

from django.utils.translation import gettext_lazy as _
from django_filters.rest_framework import DjangoFilterBackend, IsoDateTimeFilter
from rest_framework.exceptions import ValidationError
from rest_framework.request import Request
from rest_framework.views import APIView

from portal.instants import REACH

PAGING = frozenset({"cursor", "limit"})


class KnownFilters(DjangoFilterBackend):
    """The filters that the view declares, and no others.

    A parameter that nobody declared is refused: ignored, it would answer with more than was asked for, and
    passed on it could be used to guess what is masked.
    """

    def filter_queryset(self, request: Request, queryset: Any, view: APIView) -> Any:
        filterset_class = self.get_filterset_class(view, queryset)
        declared = set(filterset_class.base_filters) if filterset_class else set()
        unknown = sorted(set(request.query_params) - declared - PAGING)
        if unknown:
            raise ValidationError({name: [_("There is no such parameter.")] for name in unknown})
        return super().filter_queryset(request, queryset, view)


class InstantFilter(IsoDateTimeFilter):
    """By an instant that can be meant."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, validators=[*REACH], **kwargs)
