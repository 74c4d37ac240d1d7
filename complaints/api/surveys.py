from http import HTTPStatus
from typing import Any, cast

from django.shortcuts import get_object_or_404
from django.utils import timezone
from drf_spectacular.utils import extend_schema
from rest_framework.generics import GenericAPIView
from rest_framework.request import Request
from rest_framework.response import Response

from complaints import surveys
from complaints.api import bodies
from complaints.api.acts import told
from complaints.api.answers import SurveyAnswerSerializer
from complaints.models import SurveyInvitation
from portal.api.idempotency import IdempotentWrites
from portal.api.people import ForPeopleToo
from portal.choices import Scope
from portal.models import User


class PhoneAnswerView(IdempotentWrites, ForPeopleToo, GenericAPIView[Any]):
    write_scope = (Scope.TICKETS_WRITE, Scope.CALLBACKS_WRITE)
    write_right = "complaints.change_callback"
    serializer_class = bodies.SurveyBody

    @extend_schema(request=bodies.SurveyBody, responses={HTTPStatus.CREATED: SurveyAnswerSerializer})
    def post(self, request: Request, pk: int) -> Response:
        """What the customer said when he was asked by phone. One answer per survey: a second gets 409."""
        user = cast("User", request.user)
        invitation = get_object_or_404(
            SurveyInvitation.objects.visible_to(user).select_related("ticket"), pk=pk
        )
        body = told(bodies.SurveyBody, self, request)
        kept = surveys.answer_by_phone(invitation, body.answer(), by=user, at=timezone.now())
        return Response(SurveyAnswerSerializer(kept).data, status=HTTPStatus.CREATED)
