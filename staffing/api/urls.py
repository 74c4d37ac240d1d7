from django.urls import path

from staffing.api.views import AgentList, DutyList, RosterDetail, RosterList

urlpatterns = [
    path("agents/", AgentList.as_view(), name="agents"),
    path("duty/", DutyList.as_view(), name="duty"),
    path("rosters/", RosterList.as_view(), name="rosters"),
    path("rosters/<int:pk>/", RosterDetail.as_view(), name="roster"),
]
