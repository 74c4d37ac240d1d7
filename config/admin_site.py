"""The admin of the portal: the theme's site, with the agent's desk among its pages."""

from time import monotonic
from typing import Any
from urllib.parse import urlencode, urlsplit

from django.contrib.admin.apps import AdminConfig
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.template.response import TemplateResponse
from django.urls import URLPattern, reverse
from unfold.sites import UnfoldAdminSite

FOUND_AT_ONCE = 100
PALETTE, SIDEBAR = "unfold/helpers/command_results.html", "unfold/helpers/search_results.html"


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
        """A part of a page that is asked for when the session is over sends the whole page here, and back."""
        from staffing.models import Department  # noqa: PLC0415

        if "HX-Request" in request.headers:
            page = urlsplit(request.headers.get("HX-Current-URL", ""))
            back = urlencode({"next": page._replace(scheme="", netloc="", fragment="").geturl()})
            return HttpResponse(headers={"HX-Redirect": f"{reverse(f'{self.name}:login')}?{back}"})
        context = {"department": Department.objects.order_by("pk").first()}
        response: HttpResponse = super().login(request, context | (extra_context or {}))
        return response

    def password_change(
        self, request: HttpRequest, extra_context: dict[str, Any] | None = None
    ) -> HttpResponseBase:
        """The theme's page with our form, whose step writes the change down."""
        from django.contrib.auth.views import PasswordChangeView  # noqa: PLC0415

        from portal.admin.own_password import OwnPasswordForm  # noqa: PLC0415

        request.current_app = self.name  # Read by the url tag.
        page = PasswordChangeView.as_view(
            form_class=OwnPasswordForm,
            success_url=reverse(f"{self.name}:password_change_done"),
            extra_context={**self.each_context(request), **(extra_context or {})},
        )
        return page(request)

    def search(self, request: HttpRequest, extra_context: dict[str, Any] | None = None) -> HttpResponse:
        """The theme's search without its cache, which told for minutes what one may not see any more."""
        started, term = monotonic(), request.GET.get("s", "").lower()
        if not term:
            return HttpResponse()
        is_palette = "extended" in request.GET
        found = self._search_apps(super().get_app_list(request), term)
        if is_palette:
            callback = self._get_config("COMMAND", request)["search_callback"]
            found += self._get_value(callback, request, term)
        page = Paginator(found, FOUND_AT_ONCE).get_page(request.GET.get("page"))
        context = {
            "results": page,
            "page_obj": page.paginator,
            "page_counter": page.start_index() - 1,
            "execution_time": monotonic() - started,
        }
        template = PALETTE if is_palette else SIDEBAR
        return TemplateResponse(request, template, context, headers={"HX-Trigger": "search"})
