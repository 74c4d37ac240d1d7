"""The addresses below /api/v1/. Each app brings its own list."""

from django.urls import include, path

urlpatterns = [
    path("", include("complaints.api.urls")),
    path("", include("staffing.api.urls")),
]
