from collections.abc import Callable
from functools import wraps
from http import HTTPStatus
from typing import Any, cast

from django.db.models import QuerySet
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.decorators import action
from rest_framework.mixins import ListModelMixin, RetrieveModelMixin
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.viewsets import GenericViewSet

from portal.api.filters import KnownFilters
from portal.api.idempotency import IdempotentWrites
from portal.api.people import ForPeopleToo
from portal.choices import Scope
from portal.errors import MissingInformation, Stale
from portal.models import User
from staffing import rights
from staffing.api import request_bodies as bodies
from staffing.api.filters import RequestFilter
from staffing.choices import LeaveKind, RequestKind
from staffing.models import Agent, RequestShift, StaffRequest
from staffing.requests import deciding, leave, overtime, swaps

LOADED = (
    "agent__user",
    "agent__team__department",
    "counterpart__user",
    "counterpart__team__department",
    "decided_by",
)


class RequestShiftSerializer(serializers.ModelSerializer[RequestShift]):
    shift = serializers.CharField(source="shift_type.code")
    shift_name = serializers.CharField(source="shift_type.name")

    class Meta:
        model = RequestShift
        fields = ["id", "side", "on", "shift", "shift_name", "is_dropped"]


class RequestSerializer(serializers.ModelSerializer[StaffRequest]):
    """A request. Which leave it is, and why, is told to the person and to whoever decides, to no system."""

    staff_no = serializers.CharField(source="agent.staff_no")
    name = serializers.CharField(source="agent.user.name")
    team = serializers.CharField(source="agent.team.name")
    counterpart = serializers.CharField(source="counterpart.staff_no", default=None, allow_null=True)
    decided_by = serializers.CharField(source="decided_by.name", default=None, allow_null=True)
    leave_kind = serializers.SerializerMethodField()
    reason = serializers.SerializerMethodField()
    answer = serializers.SerializerMethodField()
    shifts = RequestShiftSerializer(many=True)

    class Meta:
        model = StaffRequest
        fields = [
            "id",
            "kind",
            "state",
            "revision",
            "staff_no",
            "name",
            "team",
            "first_on",
            "last_on",
            "starts",
            "ends",
            "leave_kind",
            "reason",
            "counted_minutes",
            "counterpart",
            "is_open",
            "wants_exception",
            "shifts",
            "asked_at",
            "answered_at",
            "decided_at",
            "decided_by",
            "answer",
            "lapses_at",
        ]

    def get_leave_kind(self, request: StaffRequest) -> str | None:
        return (request.leave_kind or None) if self._may_read_reasons(request) else None

    def get_reason(self, request: StaffRequest) -> str | None:
        return request.reason if self._may_read_reasons(request) else None

    def get_answer(self, request: StaffRequest) -> str | None:
        return request.answer if self._may_read_reasons(request) else None

    def _may_read_reasons(self, request: StaffRequest) -> bool:
        reader = self.context["request"].user
        if reader.is_system:
            return False
        return bool(reader.pk == request.agent.user_id or reader.has_perm(rights.DECIDE))


def act(body: type[bodies.ActBody]) -> Callable[[Callable[..., StaffRequest]], Callable[..., Response]]:
    """Makes an endpoint of a method that calls the act's step with the request and the facts of the body."""

    def decorated(step: Callable[..., StaffRequest]) -> Callable[..., Response]:
        @extend_schema(request=body, responses=RequestSerializer)
        @action(detail=True, methods=["post"], serializer_class=body)
        @wraps(step)
        def endpoint(view: Any, request: Request, pk: int) -> Response:
            asked: StaffRequest = view.get_object()
            facts = _told(body, view, request)
            if facts.pop("revision") != asked.revision:
                raise Stale(_("The request has changed since it was read."))
            step(view, asked, by=request.user, at=timezone.now(), **facts)
            return cast("Response", view.answer(pk))

        return endpoint

    return decorated


class RequestViewSet(
    IdempotentWrites, ForPeopleToo, ListModelMixin, RetrieveModelMixin, GenericViewSet[StaffRequest]
):
    """Leave, swaps, give-aways, overtime. Systems read; people ask, answer and decide as themselves."""

    read_scope = Scope.STAFFING_READ
    read_right = "staffing.view_staffrequest"
    write_right = (rights.ASK, rights.DECIDE)
    queryset = StaffRequest.objects.none()
    serializer_class = RequestSerializer
    filter_backends = [KnownFilters]
    filterset_class = RequestFilter
    lookup_value_converter = "int"

    def get_queryset(self) -> QuerySet[StaffRequest]:
        visible = StaffRequest.objects.visible_to(_user(self.request))
        return visible.select_related(*LOADED).prefetch_related("shifts__shift_type")

    def answer(self, pk: int, *, status: int = HTTPStatus.OK) -> Response:
        """As it is now; whoever acted may have put it out of his sight."""
        rows = StaffRequest.objects.select_related(*LOADED).prefetch_related("shifts__shift_type")
        shown = RequestSerializer(rows.get(pk=pk), context=self.get_serializer_context())
        return Response(shown.data, status=status)

    @extend_schema(request=bodies.AskBody, responses={HTTPStatus.CREATED: RequestSerializer})
    def create(self, request: Request) -> Response:
        """Ask for something, for oneself or, deciding, for somebody absent."""
        facts = _told(bodies.AskBody, self, request)
        agent = facts.get("agent") or _self(request)
        made = ASKING[RequestKind(facts["kind"])](agent, facts, {"by": _user(request), "at": timezone.now()})
        return self.answer(made.pk, status=HTTPStatus.CREATED)

    @act(bodies.AcceptBody)
    def accept(self, asked: StaffRequest, **facts: Any) -> StaffRequest:
        """Take what a colleague asks or offers, or a part of it. One wins, the others get 409."""
        return swaps.accept(asked, **facts)

    @act(bodies.DeclineBody)
    def decline(self, asked: StaffRequest, **facts: Any) -> StaffRequest:
        """Say no to a colleague."""
        return swaps.decline(asked, **facts)

    @act(bodies.DeclineBody)
    def give_back(self, asked: StaffRequest, **facts: Any) -> StaffRequest:
        """Give back what was taken by mistake, before it is approved."""
        return swaps.give_back(asked, **facts)

    @act(bodies.ActBody)
    def withdraw(self, asked: StaffRequest, **facts: Any) -> StaffRequest:
        """Think better of it, before it is decided."""
        return deciding.withdraw(asked, **facts)

    @act(bodies.ApproveBody)
    def approve(self, asked: StaffRequest, **facts: Any) -> StaffRequest:
        """It comes into force at once, or the rule is told that forbids it."""
        return deciding.approve(asked, **facts)

    @act(bodies.RefuseBody)
    def refuse(self, asked: StaffRequest, **facts: Any) -> StaffRequest:
        """Say no, and why."""
        return deciding.refuse(asked, **facts)


def _leave(agent: Agent, facts: dict[str, Any], who: dict[str, Any]) -> StaffRequest:
    return leave.ask(
        agent,
        LeaveKind(facts["leave_kind"]),
        first_on=facts["first_on"],
        last_on=facts["last_on"],
        hours=(facts["starts"], facts["ends"]) if "starts" in facts else None,
        reason=facts["reason"],
        **who,
    )


def _swap(agent: Agent, facts: dict[str, Any], who: dict[str, Any]) -> StaffRequest:
    return swaps.ask(
        agent,
        given=bodies.duties_named(agent, facts["given"], "given"),
        taken=bodies.duties_named(facts["counterpart"], facts["taken"], "taken"),
        reason=facts["reason"],
        wants_exception=facts["wants_exception"],
        **who,
    )


def _give_away(agent: Agent, facts: dict[str, Any], who: dict[str, Any]) -> StaffRequest:
    return swaps.give_away(
        agent,
        given=bodies.duties_named(agent, facts["given"], "given"),
        to=facts.get("counterpart"),
        reason=facts["reason"],
        wants_exception=facts["wants_exception"],
        **who,
    )


def _overtime(agent: Agent, facts: dict[str, Any], who: dict[str, Any]) -> StaffRequest:
    (one,) = facts["taken"]
    return overtime.ask(
        agent,
        one["shift"],
        on=one["on"],
        reason=facts["reason"],
        wants_exception=facts["wants_exception"],
        **who,
    )


ASKING: dict[RequestKind, Callable[[Agent, dict[str, Any], dict[str, Any]], StaffRequest]] = {
    RequestKind.LEAVE: _leave,
    RequestKind.SWAP: _swap,
    RequestKind.GIVE_AWAY: _give_away,
    RequestKind.OVERTIME: _overtime,
}


def _told(body: type[serializers.Serializer[Any]], view: Any, request: Request) -> dict[str, Any]:
    """The body of a request, understood. Raises: ValidationError."""
    given = body(data=request.data, context=view.get_serializer_context())
    given.is_valid(raise_exception=True)
    return dict(given.validated_data)


def _user(request: Request) -> User:
    return cast("User", request.user)


def _self(request: Request) -> Agent:
    """Raises: MissingInformation, for who is no agent."""
    agent = Agent.objects.filter(user=_user(request)).select_related("user", "team__department").first()
    if agent is None:
        raise MissingInformation(_("Say for whom."), fields={"agent": _("Say for whom.")})
    return agent
