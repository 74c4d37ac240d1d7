from django.urls import path

from staffing.api.views import AgentList, DutyList

urlpatterns = [
    path("agents/", AgentList.as_view(), name="agents"),
    path("duty/", DutyList.as_view(), name="duty"),
]
