from django.urls import path
from rest_framework.routers import SimpleRouter

from staffing.api.requests import RequestViewSet
from staffing.api.views import AgentList, DutyList, RosterDetail, RosterList

router = SimpleRouter(use_regex_path=False)
router.register("requests", RequestViewSet, "request")

urlpatterns = [
    *router.urls,
    path("agents/", AgentList.as_view(), name="agents"),
    path("duty/", DutyList.as_view(), name="duty"),
    path("rosters/", RosterList.as_view(), name="rosters"),
    path("rosters/<int:pk>/", RosterDetail.as_view(), name="roster"),
]
