"""What the API is told about requests. A shift is named as people name it: whose, on which day, which one."""

from typing import Any

from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers

from portal.instants import REACH_OF_DAYS
from staffing.choices import LeaveKind, RequestKind
from staffing.models import Agent, DutyAssignment, ShiftType

REASON = 200
MOST_SHIFTS = 31
"""Of one request on each side: each is looked up by itself."""


class DayField(serializers.DateField):
    """A day that can be meant."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(validators=[*REACH_OF_DAYS], **kwargs)


@extend_schema_field(OpenApiTypes.STR)
class StaffField(serializers.SlugRelatedField[Agent]):
    """Somebody whom the caller may see, by staff number."""

    default_error_messages = {"does_not_exist": _("Nobody with the staff number “{value}” works here.")}

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(slug_field="staff_no", **kwargs)

    def get_queryset(self) -> Any:
        visible = Agent.objects.visible_to(self.context["request"].user).employed(timezone.localdate())
        return visible.select_related("user", "team__department")


class ShiftBody(serializers.Serializer[Any]):
    on = DayField(help_text=_("The day on which the shift starts."))
    shift = serializers.SlugRelatedField(slug_field="code", queryset=ShiftType.objects.all())


class AskBody(serializers.Serializer[Any]):
    """A request of any kind; which fields it needs follows from the kind."""

    kind = serializers.ChoiceField(RequestKind.choices)
    agent = StaffField(required=False, help_text=_("For whom; left out, for oneself."))
    reason = serializers.CharField(max_length=REASON, required=False, allow_blank=True, default="")
    leave_kind = serializers.ChoiceField(LeaveKind.choices, required=False)
    first_on = DayField(required=False)
    last_on = DayField(required=False)
    starts = serializers.TimeField(required=False, help_text=_("Leave for some hours of one day."))
    ends = serializers.TimeField(required=False)
    given = ShiftBody(  # type: ignore[call-arg] # of many
        many=True, required=False, max_length=MOST_SHIFTS, help_text=_("Shifts to give away.")
    )
    taken = ShiftBody(  # type: ignore[call-arg] # of many
        many=True, required=False, max_length=MOST_SHIFTS, help_text=_("Shifts to take on.")
    )
    counterpart = StaffField(
        required=False, help_text=_("The colleague; left out of a give-away, whoever is first.")
    )
    wants_exception = serializers.BooleanField(required=False, default=False)

    NEEDED = {
        RequestKind.LEAVE: ("leave_kind", "first_on", "last_on"),
        RequestKind.SWAP: ("given", "taken", "counterpart"),
        RequestKind.GIVE_AWAY: ("given",),
        RequestKind.OVERTIME: ("taken",),
    }

    def validate(self, attrs: dict[str, Any]) -> dict[str, Any]:
        missing = [name for name in self.NEEDED[RequestKind(attrs["kind"])] if not attrs.get(name)]
        if ("starts" in attrs) != ("ends" in attrs):
            missing.append("ends" if "starts" in attrs else "starts")
        if missing:
            raise serializers.ValidationError({name: [_("This field is required.")] for name in missing})
        if attrs["kind"] == RequestKind.OVERTIME and len(attrs["taken"]) > 1:
            raise serializers.ValidationError({"taken": [_("Ask for each shift apart.")]})
        return attrs


class ActBody(serializers.Serializer[Any]):
    """An act says which revision of the request was read."""

    revision = serializers.IntegerField(min_value=1)


class RefuseBody(ActBody):
    reason = serializers.CharField(max_length=REASON)


class DeclineBody(ActBody):
    reason = serializers.CharField(max_length=REASON, required=False, allow_blank=True, default="")


class AcceptBody(ActBody):
    agent = StaffField(required=False, help_text=_("Who takes it; left out, oneself."))
    only = serializers.ListField(
        child=serializers.IntegerField(min_value=1),
        required=False,
        allow_empty=False,
        help_text=_("Ids of the shifts that are taken; left out, all."),
    )


class ApproveBody(ActBody):
    answer = serializers.CharField(max_length=REASON, required=False, allow_blank=True, default="")
    exception = serializers.CharField(
        max_length=REASON,
        required=False,
        allow_blank=True,
        default="",
        help_text=_("Why a rule may be broken once."),
    )


def duties_named(agent: Agent, named: list[dict[str, Any]], field: str) -> list[DutyAssignment]:
    """The published shifts of an agent that a body names. Raises: ValidationError."""
    found = []
    for one in named:
        rows = agent.duties.published().filter(on=one["on"], shift_type=one["shift"])
        duty = rows.select_related("shift_type", "agent__user", "agent__team__department").first()
        if duty is None:
            text = _("%(agent)s has no such shift on %(on)s.") % {"agent": agent, "on": one["on"]}
            raise serializers.ValidationError({field: [text]})
        found.append(duty)
    return found
