"""Lists with buttons to take the table away and to bring one in."""

from collections.abc import Sequence
from typing import Any

from django.contrib.admin.options import IncorrectLookupParameters
from django.core.exceptions import BadRequest
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils import timezone
from import_export.admin import ExportMixin
from unfold.contrib.import_export.forms import ExportForm

from portal import audit
from portal.admin import lists
from portal.admin.house import HouseAdmin, person
from portal.choices import AuditAction
from portal.resources import CsvFile, ExcelFile, TableResource


class TableAdmin(ExportMixin, HouseAdmin):
    """What is exported is the list as filtered, so never more than the person sees; each export is logged.

    `resource_classes` holds the columns to take away; `import_kind` the key of the importer, if there is one.
    """

    resource_classes: Sequence[type[TableResource]] = ()
    import_kind = ""

    import_export_change_list_template = "portal/admin/table_list.html"
    export_formats = (ExcelFile, CsvFile)
    export_form_class = ExportForm

    def has_import_permission(self, request: HttpRequest) -> bool:
        return bool(self.import_kind) and HouseAdmin.has_import_permission(self, request)

    def has_export_permission(self, request: HttpRequest) -> bool:
        return HouseAdmin.has_export_permission(self, request)

    def changelist_view(
        self, request: HttpRequest, extra_context: dict[str, Any] | None = None
    ) -> HttpResponse:
        context = dict(extra_context or {})
        if self.has_import_permission(request):
            context["import_url"] = reverse("admin:portal_transferjob_upload", args=[self.import_kind])
        return super().changelist_view(request, context)

    def get_export_queryset(self, request: HttpRequest) -> QuerySet:
        """Never more than was asked for: a question that no database can answer is refused."""
        try:
            with lists.answerable(request):
                queryset = super().get_export_queryset(request)
                queryset.order_by().exists()
        except IncorrectLookupParameters as error:
            raise BadRequest("There are no such rows.") from error
        return queryset

    def get_export_data(
        self, file_format: Any, request: HttpRequest, queryset: QuerySet, **kwargs: Any
    ) -> bytes:
        content = super().get_export_data(file_format, request, queryset, **kwargs)
        rows = {"rows": [None, queryset.count()]}
        audit.record(AuditAction.EXPORT, self.model, by=person(request), at=timezone.now(), changes=rows)
        return content

    def get_export_filename(self, request: HttpRequest, queryset: QuerySet, file_format: Any) -> str:
        day = timezone.localdate().isoformat()
        return f"{self.opts.model_name}-{day}.{file_format.get_extension()}"
