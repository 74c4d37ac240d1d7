"""The addresses below /api/v1/. Each app brings its own list."""

from django.urls import include, path, re_path

from portal.api.nowhere import Nowhere

urlpatterns = [
    path("", include("complaints.api.urls")),
    path("", include("training.api.urls")),
    path("", include("staffing.api.urls")),
    re_path("", Nowhere.as_view()),
]
