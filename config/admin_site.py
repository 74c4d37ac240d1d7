"""The admin of the portal: the theme's site, with the agent's desk among its pages."""

from typing import Any

from django.contrib.admin.apps import AdminConfig
from django.http import HttpRequest, HttpResponse
from django.urls import URLPattern
from unfold.sites import UnfoldAdminSite


class PortalAdminConfig(AdminConfig):
    default_site = "config.admin_site.PortalAdminSite"


class PortalAdminSite(UnfoldAdminSite):  # type: ignore[misc] # the library ships no types
    """Models are imported late: the site is made before they are ready."""

    login_template = "admin/sign_in.html"

    def extra_urls(self) -> list[URLPattern]:
        from complaints.admin import desk  # noqa: PLC0415

        return desk.urls(self)

    def get_app_list(self, request: HttpRequest, app_label: str | None = None) -> list[Any]:
        """What this person may open. Theme and sidebar both ask for each page; it is worked out once."""
        kept: dict[str | None, list[Any]] = request.__dict__.setdefault("_app_lists", {})
        if app_label not in kept:
            kept[app_label] = super().get_app_list(request, app_label)
        return kept[app_label]

    def login(self, request: HttpRequest, extra_context: dict[str, Any] | None = None) -> HttpResponse:
        from staffing.models import Department  # noqa: PLC0415

        context = {"department": Department.objects.order_by("pk").first()}
        response: HttpResponse = super().login(request, context | (extra_context or {}))
        return response
