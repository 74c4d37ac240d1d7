"""A roster to take away: as a workbook, and on paper."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.urls import URLPattern, path
from django.utils import timezone
from django.utils.http import content_disposition_header

from portal import audit, instants
from portal.admin.house import person
from portal.choices import AuditAction
from portal.resources import ExcelFile
from staffing.models import Roster
from staffing.rosters import files, sheet

WEEK = timedelta(days=7)


class RosterFiles:
    """Mixin of the roster's admin, left of it. `?week=2026-03-09` takes that week; each file is logged."""

    def get_urls(self) -> list[URLPattern]:
        wrap = self.admin_site.admin_view  # type: ignore[attr-defined]
        return [
            path("<int:pk>/workbook/", wrap(self.workbook), name="staffing_roster_workbook"),
            path("<int:pk>/paper/", wrap(self.paper), name="staffing_roster_paper"),
            *super().get_urls(),  # type: ignore[misc]
        ]

    def workbook(self, request: HttpRequest, pk: int) -> HttpResponse:
        return self._file(request, pk, files.workbook, "xlsx", ExcelFile().get_content_type())

    def paper(self, request: HttpRequest, pk: int) -> HttpResponse:
        def write(table: sheet.RosterSheet) -> bytes:
            return files.paper(table, at=timezone.now())

        return self._file(request, pk, write, "pdf", "application/pdf")

    def _file(
        self,
        request: HttpRequest,
        pk: int,
        write: Callable[[sheet.RosterSheet], bytes],
        ending: str,
        content_type: str,
    ) -> HttpResponse:
        if not self.has_export_permission(request):  # type: ignore[attr-defined]
            raise PermissionDenied
        roster = self.get_object(request, str(pk))  # type: ignore[attr-defined]
        if roster is None:
            raise Http404
        content = write(_table(roster, request))
        changes: dict[str, Any] = {"file": [None, ending]}
        audit.record(AuditAction.EXPORT, roster, by=person(request), at=timezone.now(), changes=changes)
        name = f"{roster}.{ending}".replace(" ", "")
        disposition = content_disposition_header(as_attachment=ending != "pdf", filename=name)
        headers = {"Content-Disposition": disposition} if disposition else {}
        return HttpResponse(content, content_type=content_type, headers=headers)


def _table(roster: Roster, request: HttpRequest) -> sheet.RosterSheet:
    monday = instants.day(request.GET.get("week", ""))
    if monday is None or not roster.first_on - WEEK < monday <= roster.last_on:
        return sheet.of(roster)
    return sheet.of(roster, first_on=monday, last_on=monday + WEEK - timedelta(days=1))
