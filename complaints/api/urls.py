from django.urls import path
from rest_framework.routers import SimpleRouter

from complaints.api.callbacks import CallbackViewSet
from complaints.api.surveys import PhoneAnswerView
from complaints.api.tickets import TicketViewSet

router = SimpleRouter(use_regex_path=False)
router.register("tickets", TicketViewSet, "ticket")
router.register("callbacks", CallbackViewSet, "callback")

urlpatterns = [
    *router.urls,
    path("surveys/<int:pk>/phone-answer/", PhoneAnswerView.as_view(), name="survey-phone-answer"),
]
