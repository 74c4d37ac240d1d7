"""Every address of the portal. Each app brings its own list, this one says where it hangs."""

from django.contrib import admin
from django.contrib.staticfiles.storage import staticfiles_storage
from django.http import HttpRequest, HttpResponseRedirect
from django.urls import include, path
from django.views.decorators.cache import cache_control
from django.views.generic import RedirectView
from drf_spectacular.views import SpectacularJSONAPIView, SpectacularSwaggerSplitView

from config import health
from config.language import set_language

handler400 = "portal.outage.bad_request"
handler500 = "portal.outage.server_error"


@cache_control(public=True, max_age=24 * 3600)
def favicon(_request: HttpRequest) -> HttpResponseRedirect:
    return HttpResponseRedirect(staticfiles_storage.url("portal/favicon.svg"))


urlpatterns = [
    # People
    path("", RedirectView.as_view(pattern_name="admin:desk"), name="start"),
    path("admin/", admin.site.urls),
    path("i18n/setlang/", set_language, name="set_language"),
    path("", include("staffing.urls")),
    # Customers
    path("", include("complaints.urls")),
    # Anybody
    path("", include("training.urls")),
    # Systems
    path("api/v1/", include("config.api")),
    path("api/schema/", SpectacularJSONAPIView.as_view(), name="api-schema"),
    path(
        "api/docs/",
        SpectacularSwaggerSplitView.as_view(url_name="api-schema", template_name="api_docs.html"),
        name="api-docs",
    ),
    # Probes
    path("healthz", health.healthz, name="healthz"),
    path("readyz", health.readyz, name="readyz"),
    path("metrics", health.metrics, name="metrics"),
    path("favicon.ico", favicon),
]
